/// Where an event stands in the whole input, so that what depends on input order never depends on threads.
///
/// Archives count as given (folders by path), segments are the parts an archive is read in, offsets the events' places
/// within one. Rows of a result use their number as the offset.
public struct EventOrder: Hashable, Comparable, Sendable {
    /// The archive's place among those given, from 0.
    public var archive: UInt32
    /// The segment's place in the archive, from 0.
    public var segment: UInt32
    /// Counts up within a segment; what it counts (bytes, rows) is the caller's choice, the same for all that are compared.
    public var offset: UInt64

    /// Archive and segment stay 0 where there is one input only, as for rows of a result.
    @inlinable
    public init(archive: UInt32 = 0, segment: UInt32 = 0, offset: UInt64) {
        self.archive = archive
        self.segment = segment
        self.offset = offset
    }

    /// By archive, then segment, then offset.
    @inlinable
    public static func < (left: EventOrder, right: EventOrder) -> Bool {
        if left.archive != right.archive { return left.archive < right.archive }
        if left.segment != right.segment { return left.segment < right.segment }
        return left.offset < right.offset
    }
}

/// When and where an event is: what `first`, `last`, `earliest`, `latest` and `list` go by.
public struct EventMoment: Hashable, Sendable {
    /// Decides between events of the same time.
    public var order: EventOrder
    /// `_time` in nanoseconds from the epoch; `nil` where the event has none, and then it is neither earliest nor latest.
    public var time: Int64?

    /// - Parameter time: in nanoseconds from the epoch.
    @inlinable
    public init(order: EventOrder, time: Int64?) {
        self.order = order
        self.time = time
    }
}
