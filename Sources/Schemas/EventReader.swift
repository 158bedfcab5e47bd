public import Events
import Glibc
public import Values

/// Reads events one at a time and answers for their fields. One reader belongs to one worker.
///
/// A field's value is looked up, derived and unescaped only when it is asked for, and once per event; what is handed out
/// stays valid until the next event is read.
public final class EventReader {
    private let map: FieldMap
    let tables: ReaderTables
    let parser: EventParser
    // SAFETY: one arena, allocated in init and freed in deinit. It is no stored property, since every call that is given one
    // is checked for exclusivity.
    private let arenaBlock: UnsafeMutablePointer<ByteArena>
    var arena: ByteArena {
        @inline(__always) _read { yield arenaBlock.pointee }
        @inline(__always) _modify { yield &arenaBlock.pointee }
    }
    private let zone: TimeZone
    private let isUTC: Bool

    private var variant = -1
    /// The source of the event in each dataset: -1 not in it, -2 not asked yet.
    private let sources: UnsafeMutablePointer<Int>
    private let sourceCount: Int
    /// For each service, whether the event is of it: -1 not asked yet.
    private let services: UnsafeMutablePointer<Int8>
    private let serviceCount: Int
    private var hasServices = false
    private var event: UInt32 = 0
    // SAFETY: allocated here for as many datasets, services and fields as there are, freed in deinit; the buffers in it point
    // into the line, the arena or the map's constants, all of which outlive the event.
    private let cache: UnsafeMutablePointer<CachedField>
    private var time: Timestamp?
    private var hasTime = false
    private var eventNumber: Int32 = -1
    private var hasEventNumber = false
    /// The slot of `_raw`.
    private let rawSlot: EventLayout.Slot
    let memo = DomainMemo()
    let headers = HeaderMemo()
    // SAFETY: room for every dataset, allocated in init and freed in deinit.
    let domainList: UnsafeMutablePointer<Int32>
    var domainCount = 0
    var hasDomains = false
    // SAFETY: one for each dataset and field, allocated in init and freed in deinit.
    let eventCounts: UnsafeMutablePointer<Int>
    let fieldCounts: UnsafeMutablePointer<Int>
    let keyCounts: UnsafeMutablePointer<Int>
    let settledNodes: SettledNodes
    /// The event's form, where it has a known one, and what is settled for it.
    private(set) var form: EventForms.Reference?
    private(set) var settledRow: SettledNodes.Row?
    var scalarValues = FieldValues()
    var hasScalars = false

    private struct CachedField {
        var event: UInt32 = 0
        var values = FieldValues()
    }

    /// Reads fields of `map`; texts of time without a zone are in `zone`.
    public init(map: FieldMap, zone: TimeZone) {
        self.map = map
        self.zone = zone
        isUTC = zone == .utc
        tables = map.tables
        arenaBlock = .allocate(capacity: 1)
        arenaBlock.initialize(to: ByteArena())
        parser = EventParser(map.eventTables)
        settledNodes = SettledNodes(nodeCount: map.tables.nodes.count)
        sourceCount = map.datasetCount
        sources = .allocate(capacity: max(1, sourceCount))
        sources.initialize(repeating: -2, count: max(1, sourceCount))
        serviceCount = map.tables.services.count
        services = .allocate(capacity: max(1, serviceCount))
        services.initialize(repeating: -1, count: max(1, serviceCount))
        cache = .allocate(capacity: max(1, map.fieldCount))
        cache.initialize(repeating: CachedField(), count: max(1, map.fieldCount))
        rawSlot = map.layout.existingSlot(for: "_raw") ?? 0
        domainList = .allocate(capacity: max(1, sourceCount))
        eventCounts = .allocate(capacity: max(1, sourceCount))
        eventCounts.initialize(repeating: 0, count: max(1, sourceCount))
        fieldCounts = .allocate(capacity: max(1, map.fieldCount))
        fieldCounts.initialize(repeating: 0, count: max(1, map.fieldCount))
        keyCounts = .allocate(capacity: max(1, map.fieldCount))
        keyCounts.initialize(repeating: 0, count: max(1, map.fieldCount))
    }

    deinit {
        arenaBlock.deinitialize(count: 1)
        arenaBlock.deallocate()
        cache.deallocate()
        sources.deallocate()
        services.deallocate()
        domainList.deallocate()
        eventCounts.deallocate()
        fieldCounts.deallocate()
        keyCounts.deallocate()
    }

    /// Takes up the next event; `nil` when the line is one, else why it is none.
    @inline(__always)
    public func read(_ line: UnsafeRawBufferPointer) -> MalformedReason? {
        if let reason = parser.parse(line) { return reason }
        beginEvent()
        return nil
    }

    /// How long the line is that a text begins with, where it can be told while the line's structure is found:
    /// ``readIndexed(_:)`` must be the next call then.
    public func index(lineFrom text: UnsafeRawBufferPointer) -> Int? { parser.index(lineFrom: text) }

    /// Like ``read(_:)``, for the line that ``index(lineFrom:)`` was called for.
    @inline(__always)
    public func readIndexed(_ line: UnsafeRawBufferPointer) -> MalformedReason? {
        if let reason = parser.parseIndexed(line) { return reason }
        beginEvent()
        return nil
    }

    @inline(__always)
    private func beginEvent() {
        event &+= 1
        if event == 0 {
            for field in 0..<max(1, map.fieldCount) { cache[field].event = 0 }
            event = 1
        }
        variant = -1
        form = parser.form()
        settledRow = form.map { settledNodes.row(for: $0) }
        hasTime = false
        hasServices = false
        hasEventNumber = false
        hasDomains = false
        hasScalars = false
        for index in 0..<sourceCount { sources[index] = -2 }
        arena.reset()
    }

    /// Whether nothing was asked of the event at hand: all that is asked begins with what its shape is.
    var isUntouched: Bool { variant < 0 && !hasTime && !hasScalars }

    // MARK: Recognition

    /// The name of the event's shape.
    public var shapeText: Text { map.variants[currentVariant()].name }

    @inline(__always)
    func currentVariant() -> Int {
        if variant < 0 { recognise() }
        return variant
    }

    private func recognise() {
        let isSplunk = parser.isPresent(rawSlot) || parser.wrapper == .result || parser.isEnclosed
        let half = tables.variants.count / 2
        let first = isSplunk ? half : 0
        for index in first..<first + half where holds(anyOf: tables.variants[index].alternatives) {
            variant = index
            return
        }
        variant = first + half - 1
    }

    /// Which source of the dataset the event belongs to; -1 when to none.
    @inline(__always)
    public func source(in dataset: FieldMap.DatasetIndex) -> Int {
        if sources[dataset] == -2 { sources[dataset] = findSource(in: dataset) }
        return sources[dataset]
    }

    private func findSource(in dataset: FieldMap.DatasetIndex) -> Int {
        let found = findSource(in: tables.datasets[dataset])
        let conjunct = Int(tables.conjuncts[dataset])
        return found >= 0 && conjunct >= 0 && source(in: conjunct) < 0 ? -1 : found
    }

    private func findSource(in dataset: ReaderTables.Span) -> Int {
        let variant = currentVariant()
        for index in dataset.indices {
            let source = tables.sources[index]
            let gate = tables.gates[Int(source.gates) + variant]
            guard headerAllows(source, gate, variant) else { continue }
            if gate.alternatives.count > 0, !mayHold(gate) || !holds(anyOf: gate.alternatives) { continue }
            if gate.constraints.count > 0, !holds(gate.constraints) { continue }
            return index - Int(dataset.start)
        }
        return -1
    }

    /// Whether the event has one of the keys that the alternatives of a gate begin with.
    @inline(__always)
    private func mayHold(_ gate: ReaderTables.Gate) -> Bool {
        if gate.telling.count == 0 { return true }
        for index in gate.telling.indices where parser.has(Int(tables.numbers[index])) { return true }
        return false
    }

    /// Whether an event of this shape, identifier, channel and provider may be of a source.
    @inline(__always)
    func headerAllows(_ source: ReaderTables.Source, _ gate: ReaderTables.Gate, _ variant: Int) -> Bool {
        guard gate.isPossible else { return false }
        if source.service >= 0, !isOf(source.service, variant) { return false }
        return source.numbers.count + source.texts.count == 0 || hasEvent(of: source, variant)
    }

    /// Notes which source of a dataset the event belongs to.
    @inline(__always)
    func note(source: Int, in dataset: FieldMap.DatasetIndex) { sources[dataset] = source }

    private func isOf(_ service: Int32, _ variant: Int) -> Bool {
        if !hasServices {
            for index in 0..<serviceCount { services[index] = -1 }
            hasServices = true
        }
        if services[Int(service)] < 0 { services[Int(service)] = isService(service, variant) ? 1 : 0 }
        return services[Int(service)] == 1
    }

    private func isService(_ service: Int32, _ variant: Int) -> Bool {
        let found = tables.services[Int(service)]
        if found.isLog {
            return text(of: tables.variants[variant].gateChannel).map { isAny(of: found.channels, $0) } ?? false
        }
        if let channel = text(of: tables.variants[variant].channel), isAny(of: found.channels, channel) { return true }
        guard let provider = text(of: tables.variants[variant].provider) else { return false }
        return isAny(of: found.providers, provider)
    }

    private func hasEvent(of source: ReaderTables.Source, _ variant: Int) -> Bool {
        if !hasEventNumber {
            hasEventNumber = true
            eventNumber = text(of: tables.variants[variant].eventID).flatMap { EventNumber($0)?.value } ?? -1
        }
        if eventNumber >= 0 {
            for index in source.numbers.indices where tables.numbers[index] == eventNumber { return true }
            return false
        }
        guard source.texts.count > 0, let identifier = text(of: tables.variants[variant].eventID) else { return false }
        return isAny(of: source.texts, identifier)
    }

    /// Whether a text is one of those of a table, without regard to case.
    private func isAny(of texts: ReaderTables.Span, _ text: UnsafeRawBufferPointer) -> Bool {
        for index in texts.indices where tables.isEqual(text, tables.texts[index]) { return true }
        return false
    }

    /// The event's identifier, channel and provider as text, where it has them.
    public var header:
        (eventID: UnsafeRawBufferPointer?, channel: UnsafeRawBufferPointer?, provider: UnsafeRawBufferPointer?)
    {
        let found = tables.variants[currentVariant()]
        return (text(of: found.eventID), text(of: found.channel), text(of: found.provider))
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

    /// Whether the values of a field were asked for before.
    @inline(__always)
    func isKnown(_ field: FieldMap.Field) -> Bool { cache[field].event == event }

    private func find(_ field: FieldMap.Field) -> FieldValues {
        let table = tables.fields[field]
        let variant = currentVariant()
        guard table.dataset >= 0 else { return evaluate(tables.root(of: table, source: 0, variant: variant)) }
        if table.own >= 0 {
            let values = evaluate(tables.roots[Int(table.own) + variant])
            if !values.isMissing { return values }
        }
        let source = source(in: Int(table.dataset))
        return source < 0 ? FieldValues() : evaluate(tables.root(of: table, source: source, variant: variant))
    }

    // MARK: Raw text

    /// The value of the field `_raw`: the event's own text, without what a shipper has written around it.
    public func rawField(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        parser.noteWhole()
        return text(ofSlot: rawSlot) ?? parser.wrappedText(in: &arena) ?? parser.enclosedObject ?? line
    }

    /// The text that search terms are looked for in: the event's `_raw`, or what its envelope holds, else the line with all that
    /// a shipper has written around the event, as somebody who looks for a word may mean that, too.
    public func rawText(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        parser.noteWhole()
        return text(ofSlot: rawSlot) ?? parser.enclosedObject ?? line
    }

    /// Whether escapes may stand in the raw text for bytes that have no other one. What `_raw` holds is taken to have some.
    public var mayHoldUnicodeEscapes: Bool {
        parser.noteWhole()
        return parser.hasUnicodeEscapes || parser.isPresent(rawSlot)
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
        let found = tables.variants[currentVariant()]
        let isMonthFirst = found.readsMonthFirst || parser.rawContent == .text
        time = (enclosedText(of: found.time) ?? text(of: found.time)).flatMap { text in
            Timestamp.parse(text, zone: zone(of: text))
                ?? (isMonthFirst ? Timestamp.parse(windowsText: text, zone: zone) : nil)
        }
        return time
    }

    /// The first value of a node that follows from the event which the line is only an envelope of: when that came in is
    /// another time.
    private func enclosedText(of place: Int32) -> UnsafeRawBufferPointer? {
        guard !parser.keepsOuter, place >= 0 else { return nil }
        let node = tables.nodes[Int(place)]
        if node.operation == .text {
            guard let value = parser.value(of: Int(node.slot)), value.hasText, parser.isInside(value) else {
                return nil
            }
            return parser.text(of: value, in: &arena)
        }
        for index in node.children.indices {
            guard let text = enclosedText(of: tables.numbers[index]) else { continue }
            return node.operation == .first ? text : self.text(of: place)
        }
        return nil
    }

    /// The zone of a time that says none. Sysmon's `UtcTime` is what its name says, wherever the other clocks stood.
    private func zone(of text: UnsafeRawBufferPointer) -> TimeZone {
        guard !isUTC, let utcTime = self.text(of: tables.variants[currentVariant()].utcTime),
            utcTime.elementsEqual(text)
        else { return zone }
        return .utc
    }
}
