public import Events
import Glibc

/// Reads events one at a time and answers for their fields. One reader belongs to one worker.
///
/// A field's value is looked up, derived and unescaped only when it is asked for, and once per event; what is handed out
/// stays valid until the next event is read.
public final class EventReader {
    private let map: FieldMap
    private let parser: EventParser
    private var arena = ByteArena()
    private let zone: TimeZone

    private var variant = -1
    /// The source of the event in each dataset: -1 not in it, -2 not asked yet.
    private var sources: [Int]
    private var event: UInt32 = 0
    // SAFETY: allocated here for `fieldCount` fields, freed in deinit; the buffers in it point into the line, the arena
    // or the map's constants, all of which outlive the event.
    private let cache: UnsafeMutablePointer<CachedField>
    private var time: Timestamp?
    private var hasTime = false
    private let line: EventLayout.Slot

    private struct CachedField {
        var event: UInt32 = 0
        var values = FieldValues()
    }

    /// Reads fields of `map`; texts of time without a zone are in `zone`.
    public init(map: FieldMap, zone: TimeZone) {
        self.map = map
        self.zone = zone
        parser = EventParser(layout: map.layout)
        sources = Array(repeating: -2, count: map.datasetCount)
        cache = .allocate(capacity: max(1, map.fieldCount))
        cache.initialize(repeating: CachedField(), count: max(1, map.fieldCount))
        line = map.layout.existingSlot(for: "_raw") ?? 0
    }

    deinit { cache.deallocate() }

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
        for index in 0..<sources.count { sources[index] = -2 }
        arena.reset()
        return nil
    }

    // MARK: Recognition

    /// The name of the event's shape.
    public var shapeName: String { map.variants[currentVariant()].name }

    /// Whether the event is an export of Splunk, as far as its form goes.
    public var isSplunkExport: Bool { map.variants[currentVariant()].isSplunk }

    /// Which object the event stood in.
    public var wrapper: EventParser.Wrapper { parser.wrapper }

    @inline(__always)
    private func currentVariant() -> Int {
        if variant < 0 { recognise() }
        return variant
    }

    private func recognise() {
        let isSplunk = parser.isPresent(line) || parser.wrapper == .result
        let half = map.variants.count / 2
        let first = isSplunk ? half : 0
        for index in first..<first + half where holds(anyOf: map.variants[index].conditions) {
            variant = index
            return
        }
        variant = first + half - 1
    }

    private func holds(anyOf alternatives: [[SlotCondition]]) -> Bool {
        for alternative in alternatives where holds(alternative) { return true }
        return false
    }

    private func holds(_ conditions: [SlotCondition]) -> Bool {
        for condition in conditions {
            guard condition.slot >= 0 else { return false }
            if condition.texts.isEmpty {
                guard parser.isPresent(condition.slot, orObject: condition.acceptsObject) else { return false }
            } else {
                guard let text = text(ofSlot: condition.slot), condition.texts.contains(where: { equalsCaseless(text, $0) })
                else { return false }
            }
        }
        return true
    }

    /// Which source of the dataset the event belongs to; -1 when to none.
    @inline(__always)
    public func source(in dataset: FieldMap.DatasetIndex) -> Int {
        if sources[dataset] == -2 { sources[dataset] = findSource(in: map.datasets[dataset]) }
        return sources[dataset]
    }

    private func findSource(in dataset: FieldMap.DatasetGate) -> Int {
        let variant = currentVariant()
        for (index, source) in dataset.sources.enumerated() where source.variants[variant] {
            if !source.events.isEmpty {
                guard let identifier = firstText(map.variants[variant].eventID),
                    source.events.contains(where: { equals(identifier, $0) })
                else { continue }
            }
            if source.needsService, !isOf(source, variant) { continue }
            return index
        }
        return -1
    }

    private func isOf(_ source: FieldMap.SourceGate, _ variant: Int) -> Bool {
        if let channel = firstText(map.variants[variant].channel),
            source.channels.contains(where: { equalsCaseless(channel, $0) })
        {
            return true
        }
        guard let provider = firstText(map.variants[variant].provider) else { return false }
        return source.providers.contains { equalsCaseless(provider, $0) }
    }

    /// The event's identifier, channel and provider as text, where it has them.
    public var header: (eventID: UnsafeRawBufferPointer?, channel: UnsafeRawBufferPointer?, provider: UnsafeRawBufferPointer?) {
        let found = map.variants[currentVariant()]
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
        let table = map.fields[field]
        var index = currentVariant()
        if table.dataset >= 0 {
            let source = source(in: table.dataset)
            if source < 0 { return FieldValues() }
            index += source * map.variants.count
        }
        for location in table.locations[index] {
            let values = evaluate(location)
            if !values.isMissing { return values }
        }
        return FieldValues()
    }

    private func firstText(_ locations: [FieldLocation]) -> UnsafeRawBufferPointer? {
        for location in locations {
            let values = evaluate(location)
            if !values.isMissing { return values.first }
        }
        return nil
    }

    private func evaluate(_ location: FieldLocation) -> FieldValues {
        if !location.conditions.isEmpty, !holds(location.conditions) { return FieldValues() }
        switch location.operation {
        case .text:
            return allTexts(ofSlot: location.slot)
        case .lastPart:
            return FieldValues(text(ofSlot: location.slot).flatMap(Derived.lastPart))
        case .decimal:
            guard let text = text(ofSlot: location.slot) else { return FieldValues() }
            return FieldValues(Derived.decimal(text, in: &arena))
        case .channelOfSource:
            return FieldValues(text(ofSlot: location.slot).map(Derived.channel))
        case .joined:
            guard let second = text(ofSlot: location.second) else { return FieldValues() }
            guard let first = text(ofSlot: location.slot) else { return FieldValues(second) }
            return FieldValues(arena.join(first, location.constant, second))
        case .constant:
            return FieldValues(arena.copy(location.constant))
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

    // MARK: Time

    /// When the event happened: the first of the shape's time fields that is there decides; `nil` when it cannot be read.
    public var timestamp: Timestamp? {
        if hasTime { return time }
        hasTime = true
        time = firstText(map.variants[currentVariant()].time).flatMap { Timestamp.parse($0, zone: zone) }
        return time
    }
}

@inline(__always)
private func equals(_ bytes: UnsafeRawBufferPointer, _ other: [UInt8]) -> Bool {
    guard bytes.count == other.count else { return false }
    for index in 0..<other.count where bytes[index] != other[index] { return false }
    return true
}
