import Values

/// `first`, `last`, `earliest` and `latest`: the value at one end of input or time.
struct EndState: Sendable {
    enum End: UInt8, Sendable {
        case first, last, earliest, latest
    }

    var hasValue = false
    /// The value was computed, not read.
    var isNumber = false
    var time: Int64 = 0
    var order = EventOrder(offset: 0)
    var value: [UInt8] = []

    /// Whether a value at this place takes the held one's place. Values of one event count in their order.
    @inline(__always)
    func yields(to order: EventOrder, time: Int64?, end: End) -> Bool {
        switch end {
        case .first: return !hasValue || order < self.order
        case .last: return !hasValue || !(order < self.order)
        case .earliest:
            guard let time else { return false }
            return !hasValue || time < self.time || time == self.time && order < self.order
        case .latest:
            guard let time else { return false }
            return !hasValue || time > self.time || time == self.time && !(order < self.order)
        }
    }

    @inline(__always)
    mutating func add(_ bytes: UnsafeRawBufferPointer, isNumber: Bool, at moment: EventMoment, end: End) {
        guard yields(to: moment.order, time: moment.time, end: end) else { return }
        hasValue = true
        self.isNumber = isNumber
        order = moment.order
        time = moment.time ?? 0
        value.removeAll(keepingCapacity: true)
        value.append(contentsOf: bytes)
    }

    mutating func merge(_ other: EndState, end: End) {
        if other.hasValue, yields(to: other.order, time: other.time, end: end) { self = other }
    }

    var result: Value {
        guard hasValue else { return .missing }
        if isNumber, let number = NumberText.parse(value) { return .number(number) }
        return .text(Text(bytes: value))
    }

    /// When the value came, in seconds from the epoch.
    var timeResult: Value { hasValue ? .number(EpochText.seconds(time)) : .missing }

    /// `rate`: missing unless both values are numbers and their times differ.
    static func rate(from earliest: EndState, to latest: EndState) -> Value {
        guard earliest.hasValue, latest.hasValue, latest.time > earliest.time,
            let first = NumberText.parse(earliest.value), let last = NumberText.parse(latest.value)
        else { return .missing }
        let (nanoseconds, overflows) = latest.time.subtractingReportingOverflow(earliest.time)
        let seconds = overflows ? Double(latest.time) / 1e9 - Double(earliest.time) / 1e9 : Double(nanoseconds) / 1e9
        return Value.number((last - first) / seconds).normalised
    }
}

/// `list`: the first hundred values in input order.
struct ListState: Sendable {
    static let limit = 100

    struct Entry: Sendable {
        var order: EventOrder
        var value: Text
    }

    /// In input order; values of one event in their own order.
    private(set) var entries: [Entry] = []

    /// Returns whether the value was taken.
    mutating func add(_ bytes: UnsafeRawBufferPointer, at order: EventOrder) -> Bool {
        if entries.count == Self.limit, let last = entries.last, !(order < last.order) { return false }
        insert(Entry(order: order, value: Text(copying: bytes)))
        return true
    }

    private mutating func insert(_ entry: Entry) {
        // Nearly always the end: a worker reads in order.
        var place = entries.count
        while place > 0, entry.order < entries[place - 1].order { place -= 1 }
        entries.insert(entry, at: place)
        if entries.count > Self.limit { entries.removeLast() }
    }

    mutating func merge(_ other: ListState) {
        for entry in other.entries {
            if entries.count == Self.limit, let last = entries.last, !(entry.order < last.order) { return }
            insert(entry)
        }
    }

    var values: Value { .list(entries.map(\.value)) }

    /// What the values take, in bytes.
    var heldBytes: Int { entries.reduce(0) { $0 + $1.value.bytes.count + 64 } }
}
