public import Values

/// `stats` or `tstats`: what is computed over which groups.
public struct Grouping: Hashable, Sendable {
    /// The by-fields, in order. None: one group holds everything.
    public var keys: [GroupKey]
    /// The aggregates, in order. Output columns are the by-fields, then these.
    public var functions: [AggregateCall]
    /// `fillnull_value`: what a missing by-field is grouped under; `nil` drops the row.
    public var fill: Text?

    /// - Parameter fill: `nil` where rows without a by-field are dropped.
    public init(keys: [GroupKey], functions: [AggregateCall], fill: Text? = nil) {
        self.keys = keys
        self.functions = functions
        self.fill = fill
    }
}

/// One by-field.
public struct GroupKey: Hashable, Sendable {
    /// The field of the event or row, without a data model's prefix.
    public var field: String
    /// The output column: the field as written, `Processes.dest`.
    public var column: String
    /// `span=` for `_time`, in nanoseconds; buckets are counted from the epoch.
    public var span: Int64?

    /// - Parameter span: in nanoseconds; `nil` where values are taken as they are.
    public init(field: String, column: String, span: Int64? = nil) {
        self.field = field
        self.column = column
        self.span = span
    }
}

/// One aggregate of a grouping.
public struct AggregateCall: Hashable, Sendable {
    /// What is computed of the field's values.
    public var function: AggregateFunction
    /// The field it reads; `nil` for `count` without an argument. `count(eval(...))` reads a field that an `eval`
    /// placed before the grouping computes.
    public var field: String?
    /// The output column: the alias, else the call as written, `values(Processes.process)`.
    public var column: String

    /// - Parameter field: `nil` only for `count`.
    public init(_ function: AggregateFunction, field: String? = nil, column: String) {
        self.function = function
        self.field = field
        self.column = column
    }
}

/// What an aggregate makes of the values of a group. Texts that are no numbers are left out of sums and their like.
public enum AggregateFunction: Hashable, Sendable {
    case count, distinctCount, minimum, maximum, range, sum, sumOfSquares, average
    /// Of a sample and of a whole population.
    case standardDeviation, populationDeviation, variance, populationVariance
    case values, list, first, last, earliest, latest, mode
    /// When the earliest and the latest value came, in seconds from the epoch.
    case earliestTime, latestTime
    /// The change from the earliest to the latest value, a second.
    case rate
    /// The middle value; of two in the middle the greater one.
    case median
    case percentile(Double)
    /// How far ``distinctCount`` may be off, as a share of it: 0, as nothing is estimated.
    case distinctCountError

    /// Whether the result depends on the times of events.
    public var readsTime: Bool {
        switch self {
        case .earliest, .latest, .earliestTime, .latestTime, .rate: true
        case .count, .distinctCount, .minimum, .maximum, .range, .sum, .sumOfSquares, .average, .standardDeviation,
            .populationDeviation, .variance, .populationVariance, .values, .list, .first, .last, .mode, .median,
            .percentile, .distinctCountError:
            false
        }
    }
}
