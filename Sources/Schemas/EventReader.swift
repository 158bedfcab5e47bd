public import Events
import Glibc
public import Values

/// Reads events one at a time and answers for their fields. One reader belongs to one worker.
///
/// A field's value is looked up, derived and unescaped only when it is asked for, and once per event; what is handed out
/// stays valid until the next event is read.
public final class EventReader {
    private let map: FieldMap
    private let tables: ReaderTables
    private let parser: EventParser
    private var arena = ByteArena()
    private let zone: TimeZone

    private var variant = -1
    /// The source of the event in each dataset: -1 not in it, -2 not asked yet.
    private let sources: UnsafeMutablePointer<Int>
    private let sourceCount: Int
    private var event: UInt32 = 0
    // SAFETY: allocated here for as many datasets and fields as there are, freed in deinit; the buffers in it point into the line, the arena
    // or the map's constants, all of which outlive the event.
    private let cache: UnsafeMutablePointer<CachedField>
    private var time: Timestamp?
    private var hasTime = false
    /// The slot of `_raw`.
    private let rawSlot: EventLayout.Slot

    private struct CachedField {
        var event: UInt32 = 0
        var values = FieldValues()
    }

    /// Reads fields of `map`; texts of time without a zone are in `zone`.
    public init(map: FieldMap, zone: TimeZone) {
        self.map = map
        self.zone = zone
        tables = map.tables
        parser = EventParser(layout: map.layout)
        sourceCount = map.datasetCount
        sources = .allocate(capacity: max(1, sourceCount))
        sources.initialize(repeating: -2, count: max(1, sourceCount))
        cache = .allocate(capacity: max(1, map.fieldCount))
        cache.initialize(repeating: CachedField(), count: max(1, map.fieldCount))
        rawSlot = map.layout.existingSlot(for: "_raw") ?? 0
    }

    deinit {
        cache.deallocate()
        sources.deallocate()
    }

    /// Takes up the next event; `nil` when the line is one, else why it is none.
    @inline(__always)
    public func read(_ line: UnsafeRawBufferPointer) -> MalformedReason? {
        if let reason = parser.parse(line) { return reason }
        event &+= 1
        if event == 0 {
            for field in 0..<max(1, map.fieldCount) { cache[field].event = 0 }
            event = 1
        }
        variant = -1
        hasTime = false
        for index in 0..<sourceCount { sources[index] = -2 }
        arena.reset()
        return nil
    }

    // MARK: Recognition

    /// The name of the event's shape.
    public var shapeText: Text { map.variants[currentVariant()].name }

    @inline(__always)
    private func currentVariant() -> Int {
        if variant < 0 { recognise() }
        return variant
    }

    private func recognise() {
        let isSplunk = parser.isPresent(rawSlot) || parser.wrapper == .result
        let half = tables.variants.count / 2
        let first = isSplunk ? half : 0
        for index in first..<first + half where holds(anyOf: tables.variants[index].alternatives) {
            variant = index
            return
        }
        variant = first + half - 1
    }

    private func holds(anyOf alternatives: ReaderTables.Span) -> Bool {
        for alternative in alternatives.indices where holds(tables.spans[alternative]) { return true }
        return false
    }

    @inline(__always)
    private func holds(_ conditions: ReaderTables.Span) -> Bool {
        for index in conditions.indices {
            let condition = tables.conditions[index]
            guard condition.slot >= 0 else { return false }
            if condition.texts.count == 0 {
                guard parser.isPresent(Int(condition.slot), orObject: condition.acceptsObject) else { return false }
            } else {
                guard let text = text(ofSlot: Int(condition.slot)), isAny(of: condition.texts, text) else {
                    return false
                }
            }
        }
        return true
    }

    /// Whether a text is one of those of a table, without regard to case.
    private func isAny(of texts: ReaderTables.Span, _ text: UnsafeRawBufferPointer) -> Bool {
        for index in texts.indices where equalsCaseless(text, bytes(tables.texts[index])) { return true }
        return false
    }

    @inline(__always)
    private func bytes(_ span: ReaderTables.Span) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(tables.pool)[span.indices])
    }

    /// Which source of the dataset the event belongs to; -1 when to none.
    @inline(__always)
    public func source(in dataset: FieldMap.DatasetIndex) -> Int {
        if sources[dataset] == -2 { sources[dataset] = findSource(in: tables.datasets[dataset]) }
        return sources[dataset]
    }

    private func findSource(in dataset: ReaderTables.Span) -> Int {
        let variant = currentVariant()
        for index in dataset.indices {
            let source = tables.sources[index]
            guard tables.flags[Int(source.variants.start) + variant] else { continue }
            if source.events.count > 0 {
                guard let identifier = firstText(tables.variants[variant].eventID) else { continue }
                guard isAny(of: source.events, identifier) else { continue }
            }
            if source.needsService, !isOf(source, variant) { continue }
            return index - Int(dataset.start)
        }
        return -1
    }

    private func isOf(_ source: ReaderTables.Source, _ variant: Int) -> Bool {
        if let channel = firstText(tables.variants[variant].channel), isAny(of: source.channels, channel) {
            return true
        }
        guard let provider = firstText(tables.variants[variant].provider) else { return false }
        return isAny(of: source.providers, provider)
    }

    /// The event's identifier, channel and provider as text, where it has them.
    public var header:
        (eventID: UnsafeRawBufferPointer?, channel: UnsafeRawBufferPointer?, provider: UnsafeRawBufferPointer?)
    {
        let found = tables.variants[currentVariant()]
        return (firstText(found.eventID), firstText(found.channel), firstText(found.provider))
    }

    // MARK: Fields

    /// The values of a field: none when it is missing, several where the event holds an array.
    @inline(__always)
    public func values(of field: FieldMap.Field) -> FieldValues {
        if cache[field].event == event { return cache[field].values }
        let values = find(field)
        cache[field] = CachedField(event: event, values: values)
        return values
    }

    private func find(_ field: FieldMap.Field) -> FieldValues {
        let table = tables.fields[field]
        var index = currentVariant()
        if table.dataset >= 0 {
            let source = source(in: Int(table.dataset))
            if source < 0 { return FieldValues() }
            index += source * tables.variants.count
        }
        let span = tables.spans[Int(table.locations.start) + index]
        for location in span.indices {
            let values = evaluate(tables.locations[location])
            if !values.isMissing { return values }
        }
        return FieldValues()
    }

    private func firstText(_ locations: ReaderTables.Span) -> UnsafeRawBufferPointer? {
        for location in locations.indices {
            let values = evaluate(tables.locations[location])
            if !values.isMissing { return values.first }
        }
        return nil
    }

    @inline(__always)
    private func evaluate(_ location: ReaderTables.Location) -> FieldValues {
        if location.conditions.count > 0, !holds(location.conditions) { return FieldValues() }
        if location.operation == .text { return allTexts(ofSlot: Int(location.slot)) }
        return derive(location)
    }

    private func derive(_ location: ReaderTables.Location) -> FieldValues {
        let slot = Int(location.slot)
        switch location.operation {
        case .text:
            return allTexts(ofSlot: slot)
        case .lastPart:
            return FieldValues(text(ofSlot: slot).flatMap(Derived.lastPart))
        case .decimal:
            guard let text = text(ofSlot: slot) else { return FieldValues() }
            return FieldValues(Derived.decimal(text, in: &arena))
        case .channelOfSource:
            return FieldValues(text(ofSlot: slot).map(Derived.channel))
        case .joined:
            guard let second = text(ofSlot: Int(location.second)) else { return FieldValues() }
            guard let first = text(ofSlot: slot) else { return FieldValues(second) }
            return FieldValues(arena.join(first, bytes(location.constant), second))
        case .constant:
            return FieldValues(bytes(location.constant))
        }
    }

    /// The text of a slot's only value.
    private func text(ofSlot slot: EventLayout.Slot) -> UnsafeRawBufferPointer? {
        guard slot >= 0, let value = parser.value(of: slot), value.hasText else { return nil }
        return parser.text(of: value, in: &arena)
    }

    private func allTexts(ofSlot slot: EventLayout.Slot) -> FieldValues {
        guard slot >= 0, var value = parser.value(of: slot) else { return FieldValues() }
        var found = FieldValues()
        while true {
            if value.hasText {
                let text = parser.text(of: value, in: &arena)
                found.append(text, in: &arena)
            }
            guard let next = parser.member(after: value) else { return found }
            value = next
        }
    }

    // MARK: Raw text

    /// The event's raw text: its `_raw`, else the line.
    public func rawText(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        text(ofSlot: rawSlot) ?? line
    }

    /// The texts in which a search term is looked for: the raw text as it stands, and without its JSON escapes.
    public func searchableText(_ line: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
        let raw = rawText(line)
        guard let start = raw.baseAddress, memchr(start, 0x5C, raw.count) != nil else { return [raw] }
        return [raw, JSONText.decode(raw, in: &arena)]
    }

    // MARK: Time

    /// When the event happened: the first of the shape's time fields that is there decides; `nil` when it cannot be read.
    public var timestamp: Timestamp? {
        if hasTime { return time }
        hasTime = true
        time = firstText(tables.variants[currentVariant()].time).flatMap { Timestamp.parse($0, zone: zone) }
        return time
    }
}
