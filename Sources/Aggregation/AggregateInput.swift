public import Values

/// What a by-field or an argument of an aggregate reads from one event or row.
public enum AggregateInput {
    /// Null or absent, or empty in an event.
    case missing
    /// The value's bytes, decoded; they need to hold only until the next call into the reader. Empty is missing: it is
    /// how an event says so.
    case bytes(UnsafeRawBufferPointer)
    /// A computed number.
    case number(Double)
    /// A time in nanoseconds from the epoch: `_time`.
    case time(Int64)
    /// Each text counts for itself, also an empty one, which a search has made.
    case several([Text])
}

/// Reads what a grouping needs from one event or row.
public protocol AggregateReader {
    /// Where the event is in input and time.
    var moment: EventMoment { get }
    /// The value of a by-field, by its position in ``Grouping/keys``.
    mutating func key(_ index: Int) -> AggregateInput
    /// The argument of an aggregate, by its position in ``Grouping/functions``; not asked for one without a field.
    mutating func argument(_ index: Int) -> AggregateInput
}
