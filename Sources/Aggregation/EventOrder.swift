/// Where an event stands in the whole input, so that what depends on input order never depends on threads.
///
/// Archives count as given (folders by path), segments are the parts an archive is read in, offsets the events' places
/// within one. Rows of a result use their number as the offset.
public struct EventOrder: Hashable, Comparable, Sendable {
    public var archive: UInt32
    public var segment: UInt32
    public var offset: UInt64

    @inlinable
    public init(archive: UInt32 = 0, segment: UInt32 = 0, offset: UInt64) {
        self.archive = archive
        self.segment = segment
        self.offset = offset
    }

    @inlinable
    public static func < (left: EventOrder, right: EventOrder) -> Bool {
        if left.archive != right.archive { return left.archive < right.archive }
        if left.segment != right.segment { return left.segment < right.segment }
        return left.offset < right.offset
    }
}

/// When and where an event is: what `first`, `last`, `earliest`, `latest` and `list` go by.
public struct EventMoment: Hashable, Sendable {
    public var order: EventOrder
    /// `_time` in nanoseconds from the epoch; `nil` where the event has none, and then it is neither earliest nor latest.
    public var time: Int64?

    @inlinable
    public init(order: EventOrder, time: Int64?) {
        self.order = order
        self.time = time
    }
}
