public import Values

/// The groups of one grouping as far as one worker has seen them: a partial result that merges with others.
///
/// A group's number is the order in which it first came; the states of all groups lie in one array for each kind of
/// state. An event of a group that exists allocates nothing, unless it brings a new distinct value.
public struct GroupTable: Sendable {
    /// Tables merge only where these are the same.
    public let grouping: Grouping
    let layout: StateLayout
    /// The by-fields' spans, and which aggregates read a field: copied out, as an event would pay for the names' counts.
    @usableFromInline let spans: [Int64?]
    @usableFromInline let functionsWithField: [Int]
    @usableFromInline let keyCount: Int
    /// Whether some by-field has a span.
    @usableFromInline let hasSpans: Bool
    /// Whether ``countOccurrence(_:)`` is all there is to do for an event.
    public let isCountOnly: Bool
    var index = ByteTable()
    var counts: [UInt64] = []
    var sets: [SetState] = []
    var extremes: [ExtremeState] = []
    var ranges: [RangeState] = []
    var sums: [SumState] = []
    var deviations: [DeviationState] = []
    var ends: [EndState] = []
    var lists: [ListState] = []
    /// Roughly what the values take that states hold, in bytes.
    var heldBytes = 0
    /// Tells of the by-fields of a new group whether it may be wanted in the end; events of others are left out. `nil` where
    /// all are.
    public var admission: (@Sendable ([Text]) -> Bool)?
    /// Groups whose ``rank(of:)`` is lower are left out; 0 for none. See ``thin(to:isLast:)``.
    public internal(set) var thinning = 0
    /// How large the groups must have become until it is worth looking again whether they are too many for this limit.
    var thinnedAt = 0
    var thinnedTo = 0
    var scratch: [UInt8] = []

    /// Events left out because their multivalue by-fields combine to more groups than ``Combinations`` tells.
    public internal(set) var excessiveEvents: UInt64 = 0

    /// A table without any group.
    public init(_ grouping: Grouping) {
        self.grouping = grouping
        layout = StateLayout(grouping.functions)
        isCountOnly = layout.isCountOnly
        spans = grouping.keys.map(\.span)
        keyCount = spans.count
        hasSpans = spans.contains { $0 != nil }
        functionsWithField = grouping.functions.indices.filter { grouping.functions[$0].field != nil }
        scratch.reserveCapacity(64)
    }

    /// How many groups there are.
    public var count: Int { index.count }

    /// Roughly the memory held, in bytes. O(1).
    public var estimatedBytes: Int {
        index.estimatedBytes + heldBytes + counts.capacity * 8 + sets.capacity * MemoryLayout<SetState>.stride
            + extremes.capacity * MemoryLayout<ExtremeState>.stride + ranges.capacity * MemoryLayout<RangeState>.stride
            + sums.capacity * MemoryLayout<SumState>.stride
            + deviations.capacity * MemoryLayout<DeviationState>.stride + ends.capacity * MemoryLayout<EndState>.stride
            + lists.capacity * MemoryLayout<ListState>.stride
    }

    /// The number of the group with this key, which is made if it is new.
    ///
    /// The key's parts are the by-fields in their order; with no by-fields it is the empty key.
    @inline(__always)
    public mutating func group(_ key: borrowing GroupKeyBuffer) -> Int {
        let (number, isNew) = index.insert(key.bytes)
        if isNew { appendStates() }
        return number
    }

    /// Whether the group with this key exists or may be made.
    @inline(__always)
    public func admits(_ key: borrowing GroupKeyBuffer) -> Bool {
        guard let admission else { return true }
        if index.contains(key.bytes) { return true }
        return GroupKeyBuffer.parts(of: key.bytes, count: keyCount).map(admission) ?? true
    }

    /// Counts one event in the group of a key: all there is to do where the grouping computes nothing but `count`.
    public mutating func countOccurrence(_ key: borrowing GroupKeyBuffer) {
        let first = group(key) &* layout.counts
        for position in first..<first &+ layout.counts { counts[position] &+= 1 }
    }

    mutating func appendStates() {
        for _ in 0..<layout.counts { counts.append(0) }
        for _ in 0..<layout.sets { sets.append(SetState()) }
        for _ in 0..<layout.extremes { extremes.append(ExtremeState()) }
        for _ in 0..<layout.ranges { ranges.append(RangeState()) }
        for _ in 0..<layout.sums { sums.append(SumState()) }
        for _ in 0..<layout.deviations { deviations.append(DeviationState()) }
        for _ in 0..<layout.ends { ends.append(EndState()) }
        for _ in 0..<layout.lists { lists.append(ListState()) }
    }

    /// Counts an event in a group, for the `count`s without a field.
    @inline(__always)
    public mutating func addOccurrence(to group: Int) {
        for position in layout.occurrences { counts[group &* layout.counts &+ position] &+= 1 }
    }

    /// Adds what the argument of one aggregate (by its position in the grouping) is in one event of a group.
    public mutating func add(_ input: AggregateInput, to function: Int, of group: Int, at moment: EventMoment) {
        switch input {
        case .missing: break
        case .bytes(let bytes):
            if !bytes.isEmpty { add(bytes, isNumber: false, to: layout.slots[function], of: group, at: moment) }
        case .several(let texts):
            for text in texts {
                text.bytes.withUnsafeBytes {
                    add($0, isNumber: false, to: layout.slots[function], of: group, at: moment)
                }
            }
        case .number(let number):
            guard number.isFinite, !addNumber(number, to: layout.slots[function], of: group) else { return }
            scratch.removeAll(keepingCapacity: true)
            NumberText.append(number, to: &scratch)
            addScratch(isNumber: true, to: layout.slots[function], of: group, at: moment)
        case .time(let time):
            if !addTime(time, to: layout.slots[function], of: group) {
                scratch.removeAll(keepingCapacity: true)
                EpochText.append(nanoseconds: time, to: &scratch)
                // A time that is passed on stays text: a number has too few digits for it.
                addScratch(isNumber: false, to: layout.slots[function], of: group, at: moment)
            }
        }
    }

    /// A computed number, as it is, for the aggregates that read nothing but numbers; false for the others.
    @inline(__always)
    private mutating func addNumber(_ number: Double, to slot: StateLayout.Slot, of group: Int) -> Bool {
        switch slot {
        case .sum(let position), .average(let position): sums[group &* layout.sums &+ position].add(number)
        case .deviation(let position, _), .sumOfSquares(let position):
            deviations[group &* layout.deviations &+ position].add(number)
        case .range(let position): ranges[group &* layout.ranges &+ position].add(number)
        case .percentile(let position, _), .median(let position):
            if sets[group &* layout.sets &+ position].add(number) { heldBytes &+= 40 }
        case .minimum(let position):
            extremes[group &* layout.extremes &+ position].add(number: number, isMaximum: false)
            return false
        case .maximum(let position):
            extremes[group &* layout.extremes &+ position].add(number: number, isMaximum: true)
            return false
        default: return false
        }
        return true
    }

    /// A time's number, for the aggregates that need nothing else; false for the others.
    @inline(__always)
    private mutating func addTime(_ time: Int64, to slot: StateLayout.Slot, of group: Int) -> Bool {
        switch slot {
        case .minimum(let position):
            extremes[group &* layout.extremes &+ position].add(number: EpochText.seconds(time), isMaximum: false)
        case .maximum(let position):
            extremes[group &* layout.extremes &+ position].add(number: EpochText.seconds(time), isMaximum: true)
        case .range(let position): ranges[group &* layout.ranges &+ position].add(EpochText.seconds(time))
        default: return false
        }
        return true
    }

    private mutating func addScratch(
        isNumber: Bool, to slot: StateLayout.Slot, of group: Int, at moment: EventMoment
    ) {
        var text: [UInt8] = []
        swap(&text, &scratch)
        text.withUnsafeBytes { add($0, isNumber: isNumber, to: slot, of: group, at: moment) }
        swap(&text, &scratch)
    }

    private mutating func add(
        _ bytes: UnsafeRawBufferPointer, isNumber: Bool, to slot: StateLayout.Slot, of group: Int,
        at moment: EventMoment
    ) {
        switch slot {
        case .occurrences, .zero: break
        case .count(let position): counts[group &* layout.counts &+ position] &+= 1
        case .distinctCount(let position), .values(let position):
            if sets[group &* layout.sets &+ position].add(bytes) { heldBytes &+= bytes.count &+ 24 }
        case .mode(let position):
            if sets[group &* layout.sets &+ position].add(bytes, times: 1) { heldBytes &+= bytes.count &+ 32 }
        case .percentile(let position, _), .median(let position):
            guard let number = NumberText.parse(bytes) else { return }
            if sets[group &* layout.sets &+ position].add(number) { heldBytes &+= 40 }
        case .minimum(let position):
            add(bytes, isNumber: isNumber, toExtreme: group &* layout.extremes &+ position, isMaximum: false)
        case .maximum(let position):
            add(bytes, isNumber: isNumber, toExtreme: group &* layout.extremes &+ position, isMaximum: true)
        case .range(let position):
            if let number = NumberText.parse(bytes) { ranges[group &* layout.ranges &+ position].add(number) }
        case .sum(let position), .average(let position):
            if let number = NumberText.parse(bytes) { sums[group &* layout.sums &+ position].add(number) }
        case .deviation(let position, _), .sumOfSquares(let position):
            if let number = NumberText.parse(bytes) { deviations[group &* layout.deviations &+ position].add(number) }
        case .end(let position, let end), .endTime(let position, let end):
            add(bytes, isNumber: isNumber, at: moment, toEnd: group &* layout.ends &+ position, end)
        case .rate(let earliest, let latest):
            add(bytes, isNumber: isNumber, at: moment, toEnd: group &* layout.ends &+ earliest, .earliest)
            add(bytes, isNumber: isNumber, at: moment, toEnd: group &* layout.ends &+ latest, .latest)
        case .list(let position):
            if lists[group &* layout.lists &+ position].add(bytes, at: moment.order) {
                heldBytes &+= bytes.count &+ 64
            }
        }
    }
    private mutating func add(
        _ bytes: UnsafeRawBufferPointer, isNumber: Bool, at moment: EventMoment, toEnd place: Int, _ end: EndState.End
    ) {
        let before = ends[place].value.count
        ends[place].add(bytes, isNumber: isNumber, at: moment, end: end)
        heldBytes &+= ends[place].value.count &- before
    }

    private mutating func add(
        _ bytes: UnsafeRawBufferPointer, isNumber: Bool, toExtreme place: Int, isMaximum: Bool
    ) {
        let before = extremes[place].text.count
        extremes[place].add(text: bytes, isNumber: isNumber, isMaximum: isMaximum)
        heldBytes &+= extremes[place].text.count &- before
    }
}
