import Aggregation
import Archives
import Detections
import Events
import Matching
import Pipeline
import Schemas
import Values

/// What one worker finds: the partial results of every hunt over the events it has seen.
///
/// The worker itself is what predicates and groupings read the event at hand from: nothing is made for an event, and no
/// reference count that other workers share is touched.
final class HuntWorker: SweepConsumer {
    struct Finds: Sendable {
        var partials: [HuntPartial]
        var runs: [ResultStream: [ResultRun]]
        var matchedEvents: Int
        /// Whether some event was of a dataset or logsource that a rule reads.
        var isFed: Bool
        var withoutTime: Int
        /// Events that match and are in no time range that is asked for.
        var outOfRange: Int
        var presence: FieldPresence
        var feeds: FeedCounts?
        var costs: ConditionCosts
        /// For each anticipation of the program where there is something for it.
        var chunks: [ChunkSelection]
    }

    private let program: HuntProgram
    private let countsFields: Bool
    private var feeds: FeedCounter?
    private let profiler: PredicateProfiler?
    /// Whether events are looked at beside what is found in them.
    private let observes: Bool
    private let range: ClosedTimeRange
    let reader: EventReader
    private let conditions: PredicateSetEvaluator
    /// Whether every hunt takes every event.
    private let takesAll: Bool
    // SAFETY: one for each hunt, allocated and initialised in init, released in deinit.
    private let partials: UnsafeMutablePointer<HuntPartial>
    private let hunts: UnsafeMutablePointer<HuntAccess>
    private let huntCount: Int
    // SAFETY: allocated in init, released in deinit; room for any time as text.
    let timeText = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)
    private(set) var matchedEvents = 0
    private var withoutTime = 0
    private var outOfRange = 0
    // SAFETY: one buffer, allocated in init and released in deinit. It is no stored property because a change of one that lasts
    // while the event is read is checked for exclusivity, by way of a list for each thread.
    private let key: UnsafeMutablePointer<GroupKeyBuffer>
    private var spool: ResultSpool
    private let interruption: Interruption
    private let rowMemory: Int
    private let groupMemory: Int
    private var anticipated: [ChunkSelection]
    /// Whether the end was asked for in the midst of a chunk, whose other lines are left.
    private(set) var isStopped = false
    /// Counts events between two looks at whether it was.
    private var looks: UInt32 = 0
    private var chunks = 0
    private var numbering = LineNumbering()

    /// Hunts that have taken events since their groups were bounded: of thousands, hardly any.
    private var grown: [Int] = []
    /// Those that have ever taken any.
    private var grouped: [Int] = []
    /// Hunts that hold rows of which only some are wanted.
    private var selecting: [Int] = []
    private var chunk: Chunk?
    var archive: UInt32 = 0
    var segment: UInt32 = 0
    var chunkOffset = 0
    /// The event at hand.
    var line = UnsafeRawBufferPointer(start: nil, count: 0)
    var offset = 0
    /// Where search terms of the event at hand are looked for; empty until one is.
    var searchable: [UnsafeRawBufferPointer] = []
    /// The raw text of the event at hand, once somebody has asked for it.
    var raw: UnsafeRawBufferPointer?

    init(program: HuntProgram, options: HuntOptions, file: TemporaryFile, interruption: Interruption) {
        self.program = program
        self.interruption = interruption
        rowMemory = options.rowMemory
        groupMemory = options.groupMemory
        anticipated = program.anticipations.map { _ in ChunkSelection() }
        countsFields = options.countsFields
        feeds = program.feeds.map { FeedCounter($0, countsAll: true) }
        profiler = options.profilesRules ? PredicateProfiler(program.conditions) : nil
        observes = options.countsFields || options.profilesRules
        range = ClosedTimeRange(earliest: options.earliest, latest: options.latest)
        spool = ResultSpool(file: file, budget: options.resultMemory / max(1, options.threads))
        reader = EventReader(map: program.map, zone: options.zone)
        conditions = PredicateSetEvaluator(program.conditions)
        takesAll = program.takesAll
        huntCount = program.hunts.count
        partials = .allocate(capacity: max(1, huntCount))
        hunts = .allocate(capacity: max(1, huntCount))
        key = .allocate(capacity: 1)
        key.initialize(to: GroupKeyBuffer())
        let fields = program.eventFields
        for (index, hunt) in program.hunts.enumerated() {
            (partials + index).initialize(to: HuntPartial(hunt, memory: options.rowMemory))
            (hunts + index).initialize(
                to: HuntAccess(hunt, fields: fields, memory: Self.heldMemory / max(1, options.threads)))
            if hunts[index].rows?.holdsRows == true { selecting.append(index) }
            if hunt.schedule == nil, let limit = hunt.rowLimit { spool.bound(ResultStream(.row, of: index), to: limit) }
            // One more than is told, so that it is known when there are more.
            if hunt.keepsMatches, !hunt.isCorrelated, options.matchLimit < .max {
                spool.bound(ResultStream(.match, of: index), to: options.matchLimit + 1)
            }
        }
    }

    deinit {
        partials.deinitialize(count: huntCount)
        partials.deallocate()
        hunts.deinitialize(count: huntCount)
        hunts.deallocate()
        timeText.deallocate()
        key.deinitialize(count: 1)
        key.deallocate()
    }

    func begin(_ chunk: Chunk) {
        self.chunk = chunk
        numbering.begin()
        archive = UInt32(truncatingIfNeeded: chunk.archive)
        segment = UInt32(truncatingIfNeeded: chunk.segment)
        chunkOffset = chunk.offset
        // Rows look at it one by one; what events alone fill grows no faster than the archives are read.
        chunks += 1
        if chunks.isMultiple(of: Self.chunksBetweenBounds) {
            for index in grown {
                partials[index].bound()
                hunts[index].hasGrown = false
                if !hunts[index].hasGroups {
                    hunts[index].hasGroups = true
                    grouped.append(index)
                }
            }
            grown.removeAll(keepingCapacity: true)
            GroupMemory.bound(partials, at: grouped, within: groupMemory, isLast: false)
        }
        for index in selecting where hunts[index].rows?.cutToMemory() == true { storeHeldRows(of: index) }
    }

    private static let chunksBetweenBounds = 32
    /// Of all workers together, for the rows of one search.
    private static let heldMemory = 128 << 20
    /// Less one; a power of two.
    private static let eventsBetweenLooks: UInt32 = 15

    func result() -> Finds {
        for index in selecting { storeHeldRows(of: index) }
        spool.finish()
        return Finds(
            partials: Array(UnsafeBufferPointer(start: partials, count: huntCount)), runs: spool.runs,
            matchedEvents: matchedEvents, isFed: conditions.hasEnteredDomain, withoutTime: withoutTime,
            outOfRange: outOfRange,
            presence: countsFields ? FieldPresence(reader, map: program.map) : FieldPresence(), feeds: feeds?.counts,
            costs: profiler.map { ConditionCosts($0) } ?? ConditionCosts(), chunks: anticipated)
    }

    /// Whether the event at hand satisfies a condition, evaluated as it is written.
    private func holds(_ predicate: Predicate<Int>) -> Bool {
        func passes(_ slot: Int, _ test: ValueTest) -> Bool {
            switch test {
            case .exists: exists(slot)
            case .given: isGiven(slot)
            case .emptyText: hasEmptyText(slot)
            default: (0..<valueCount(of: slot)).contains { test.matches(value($0, of: slot)) }
            }
        }
        return predicate.evaluate(
            test: passes, rawText: { rawText(holds: SearchTerm($0)) },
            compare: { left, relation, right in holds(relation, left, right) },
            anyValue: { test in
                let slot = PredicateSet.everyValueSlot
                if case .given = test { return valueCount(of: slot) > 0 }
                return (0..<valueCount(of: slot)).contains { test.matches(value($0, of: slot)) }
            })
    }

    func consume(_ line: UnsafeRawBufferPointer, at offset: Int) -> MalformedReason? {
        if let reason = reader.read(line) { return reason }
        take(line, at: offset)
        return nil
    }

    func index(lineFrom text: UnsafeRawBufferPointer) -> Int? { reader.index(lineFrom: text) }

    func consumeIndexed(_ line: UnsafeRawBufferPointer, at offset: Int) -> MalformedReason? {
        if let reason = reader.readIndexed(line) { return reason }
        take(line, at: offset)
        return nil
    }

    /// Takes the event that was read.
    @inline(__always)
    private func take(_ line: UnsafeRawBufferPointer, at offset: Int) {
        self.line = line
        self.offset = offset
        if !searchable.isEmpty { searchable = [] }
        raw = nil
        looks &+= 1
        if looks & Self.eventsBetweenLooks == 0, interruption.isRequested {
            isStopped = true
            return
        }
        var isMatched = false
        var lacksTime = false
        var isOutside = false
        // First of all: an event that was asked for something already is evaluated, and not remembered.
        if !takesAll { conditions.evaluate(self) }
        if observes { observe() }
        for place in 0..<(takesAll ? huntCount : conditions.matchCount) {
            let index = takesAll ? place : conditions.match(place)
            if index >= huntCount {
                if let chunk { anticipated[index - huntCount].insert(chunk) }
                continue
            }
            if !hunts[index].range.isOpen {
                guard let time = reader.timestamp else {
                    lacksTime = true
                    continue
                }
                guard hunts[index].range.contains(time) else {
                    if hunts[index].isCounted { isOutside = true }
                    continue
                }
            }
            if hunts[index].isCounted { isMatched = true }
            if !hunts[index].hasGrown {
                hunts[index].hasGrown = true
                grown.append(index)
            }
            if hunts[index].isPlain {
                var event = GroupedEvent(worker: self, hunt: hunts + index)
                partials[index].update(from: &event, key: &key.pointee, window: nil)
            } else {
                add(to: index)
                if hunts[index].schedule != nil, reader.timestamp == nil { lacksTime = true }
                if isStopped { break }
            }
        }
        if isMatched { matchedEvents += 1 } else if isOutside { outOfRange += 1 }
        if lacksTime { withoutTime += 1 }
    }

    /// Adds an event where there is more to do than to count it into a group.
    private func add(to index: Int) {
        if hunts[index].keepsMatches, let chunk {
            let number = numbering.number(of: offset, in: chunk.bytes)
            let selections = program.hunts[index].selections
            let satisfied = selections.indices.filter { holds(selections[$0]) }
            spool.append(ResultStream(.match, of: index), at: moment.order) { record in
                record.write(match: LineShape.trimmed(line), at: offset, line: number, selections: satisfied)
            }
        }
        guard let schedule = hunts[index].schedule else {
            add(to: index, window: nil)
            return
        }
        guard let time = reader.timestamp else { return }
        for window in schedule.windows(covering: time) { add(to: index, window: window) }
    }

    /// Counts the event for the rules that could see it, and what they cost, unless its time leaves it out.
    private func observe() {
        if !range.isOpen {
            guard let time = reader.timestamp, range.contains(time) else { return }
        }
        if countsFields { reader.countPresence() }
        feeds?.count(reader)
        profiler?.evaluate(self)
    }

    private func add(to index: Int, window: ScheduledWindow?) {
        guard let rows = hunts[index].rows else {
            var event = GroupedEvent(worker: self, hunt: hunts + index)
            partials[index].update(from: &event, key: &key.pointee, window: window)
            return
        }
        var row = rows.slots.map { value(of: $0) }
        let isKept = rows.program(in: window).apply(to: &row)
        // A row may take long, and become many.
        if interruption.isRequested {
            isStopped = true
            // It may have been left half made.
            if interruption.endsStages { return }
        }
        guard isKept else { return }
        if rows.read(row, order: moment.order) {
            partials[index].update(from: &rows.reader, key: &key.pointee, window: window)
            partials[index].bound(window)
            return
        }
        let order = moment.order
        guard rows.isReady(row, of: line, at: order), rows.wants(row, at: order, memory: rowMemory) else { return }
        if let window { partials[index].note(window) }
        store(row, of: rows, at: order, in: ResultStream(.row, of: index, run: window?.runTime.nanoseconds ?? 0))
    }

    /// Stores a row of the event at hand, with its other fields where these are wanted.
    private func store(_ row: [Value], of rows: RowHunt, at order: EventOrder, in stream: ResultStream) {
        spool.append(stream, at: order) { record in
            if let open = rows.open { open.write(row, of: reader, to: &record) } else { record.write(row: row) }
        }
    }

    /// Stores the rows that were held; the event at hand is another one then.
    private func storeHeldRows(of index: Int) {
        guard let rows = hunts[index].rows else { return }
        let stream = ResultStream(.row, of: index)
        for (order, held) in rows.release() {
            switch held {
            case .row(let row): store(row, of: rows, at: order, in: stream)
            case .line(let bytes):
                bytes.withUnsafeBytes { line in
                    // It was read before, and what it has passed needs no second look.
                    guard reader.read(line) == nil else { return }
                    self.line = line
                    (raw, searchable) = (nil, [])
                    store(rows.slots.map { value(of: $0) }, of: rows, at: order, in: stream)
                }
            }
        }
        line = UnsafeRawBufferPointer(start: nil, count: 0)
    }
}

/// The event as one grouping reads it.
private struct GroupedEvent: AggregateReader {
    // SAFETY: both outlive the one update that this is made for. Reading through `Unmanaged` counts no reference.
    private let worker: Unmanaged<HuntWorker>
    private let hunt: UnsafeMutablePointer<HuntAccess>

    @inline(__always)
    init(worker: HuntWorker, hunt: UnsafeMutablePointer<HuntAccess>) {
        self.worker = .passUnretained(worker)
        self.hunt = hunt
    }

    var moment: EventMoment { worker._withUnsafeGuaranteedRef { $0.moment } }

    @inline(__always)
    mutating func key(_ index: Int) -> AggregateInput { input(hunt.pointee.keys[index]) }

    mutating func argument(_ index: Int) -> AggregateInput {
        let slot = hunt.pointee.arguments[index]
        return slot < 0 ? .missing : input(slot)
    }

    @inline(__always)
    private func input(_ slot: Int) -> AggregateInput { worker._withUnsafeGuaranteedRef { $0.input(slot) } }
}
