public import Aggregation
public import Matching

/// Aggregates over rows whose columns are known only when they are there: `eventstats`, and the `stats` that names
/// fields by wildcards.
public struct RowStatistics: Hashable, Sendable {
    /// Fields and columns may hold `*`, in the same number.
    public var functions: [AggregateCall]
    /// The by-fields.
    public var keys: [String]
    /// Numeric functions have no value where the field holds anything but numbers.
    public var wantsNumbersOnly: Bool
    /// Columns that were computed for the aggregates and go when they are done.
    public var temporary: [String]

    /// - Parameter keys: the by-fields; none for one group of all rows.
    public init(
        functions: [AggregateCall], keys: [String] = [], wantsNumbersOnly: Bool = false, temporary: [String] = []
    ) {
        self.functions = functions
        self.keys = keys
        self.wantsNumbersOnly = wantsNumbersOnly
        self.temporary = temporary
    }
}

/// `streamstats`: the aggregates of a row are those of the rows up to it.
public struct RunningStatistics: Hashable, Sendable {
    /// What is computed for each row.
    public var statistics: RowStatistics
    /// Whether the row itself counts.
    public var includesCurrent: Bool
    /// How many rows count; 0 for all.
    public var window: Int
    /// Whether the window is over all rows, not over those of the row's group.
    public var isGlobal: Bool
    /// Whether all groups begin anew where the values of the by-fields differ from those of the row before.
    public var resetsOnChange: Bool
    /// Where this holds for a row, all groups begin anew before it; `nil` for never.
    public var resetBefore: Expression?
    /// Where this holds for a row, all groups begin anew behind it; `nil` for never.
    public var resetAfter: Expression?
    /// How far from the row's time others may be, in nanoseconds.
    public var timeWindow: Int64?

    /// Splunk's `max_stream_window`: the most rows that a window may hold.
    public static let largestWindow = 10_000

    /// Splunk's defaults: all rows so far count, the row itself among them.
    public init(
        statistics: RowStatistics, includesCurrent: Bool = true, window: Int = 0, isGlobal: Bool = true,
        resetsOnChange: Bool = false, resetBefore: Expression? = nil, resetAfter: Expression? = nil,
        timeWindow: Int64? = nil
    ) {
        self.statistics = statistics
        self.includesCurrent = includesCurrent
        self.window = window
        self.isGlobal = isGlobal
        self.resetsOnChange = resetsOnChange
        self.resetBefore = resetBefore
        self.resetAfter = resetAfter
        self.timeWindow = timeWindow
    }

    /// The fields of the rows that decide where all groups begin anew: behind a row its aggregates may, too.
    var fieldsOfConditions: [String] {
        let made = Set(statistics.functions.map(\.column))
        let after = resetAfter?.fields.filter { !made.contains($0) } ?? []
        return Array(resetBefore?.fields ?? []) + after
    }
}

/// `head (condition)`: rows as long as the condition holds.
public struct HeadCondition: Hashable, Sendable {
    /// Null is neither true nor false; see ``nullContinues``.
    public var condition: Expression
    /// At most so many rows; `nil` for no limit.
    public var limit: Int?
    /// Whether null counts as true.
    public var nullContinues: Bool
    /// Whether the first row that the condition does not hold for is kept.
    public var keepsLast: Bool

    /// - Parameter limit: `nil` for no limit.
    public init(condition: Expression, limit: Int? = nil, nullContinues: Bool = false, keepsLast: Bool = false) {
        self.condition = condition
        self.limit = limit
        self.nullContinues = nullContinues
        self.keepsLast = keepsLast
    }
}

/// What `top` and `rare` make of the counts of combinations.
public struct TopValues: Hashable, Sendable {
    /// The columns of the rows that come in: by-fields, fields, then the count.
    public var keys: [String]
    /// Whose combinations of values are ranked.
    public var fields: [String]
    /// Comes in under this name and is shown under it.
    public var countColumn: String
    /// `nil` where none is wanted.
    public var percentColumn: String?
    /// Whether the count is shown.
    public var showsCount: Bool
    /// 0 for all.
    public var limit: Int
    /// Whether the least frequent combinations come first (`rare`).
    public var isRare: Bool
    /// What the row of all others is called; `nil` for no such row.
    public var other: String?

    /// As the properties say; `percentColumn` and `other` are `nil` where none is wanted.
    public init(
        keys: [String], fields: [String], countColumn: String, percentColumn: String?, showsCount: Bool, limit: Int,
        isRare: Bool, other: String?
    ) {
        self.keys = keys
        self.fields = fields
        self.countColumn = countColumn
        self.percentColumn = percentColumn
        self.showsCount = showsCount
        self.limit = limit
        self.isRare = isRare
        self.other = other
    }
}

/// A table of one field's values against another's: what `chart` and `timechart` make of rows or groups.
public struct Chart: Hashable, Sendable {
    /// The field whose values are the rows.
    public var rows: String
    /// The column with the ranges that these values were put into, where those of times leave the times themselves as they are:
    /// `latest` and its like ask for them.
    public var ranges: String?
    /// The field whose values are the columns; `nil` where the aggregates are.
    public var series: String?
    /// The aggregates that fill the cells; several make several columns for each series.
    public var cells: [AggregateCall]
    /// Whether the rows that come in are the groups of ``rows`` and ``series`` with ``cells`` computed, which
    /// ``merging(_:)`` can bring together; else they are the events.
    public var isGrouped: Bool
    /// Which of many series are shown by themselves.
    public var selection = SeriesSelection()
    /// The column of what has no value for ``series``: already filled in, and not counted by the limit.
    public var nullSeries: String?
    /// What stands between an aggregate and a value in the name of a column where there are several aggregates.
    public var separator = ": "
    /// `format=`: `$AGG$` and `$VAL$` stand for the aggregate and the value.
    public var format: String?
    /// `timechart`: what the rows are to be completed with.
    public var timeline: Timeline?

    /// Which series have a column of their own.
    public struct SeriesSelection: Hashable, Sendable {
        /// What a series is ranked by: this of its cells.
        public var score: Score = .sum
        /// Which series pass: Splunk's default is the ten with the highest sums.
        public var test: Test = .ranked(10, isHighest: true, isInverted: false)
        /// What the column of all others is called; `nil` for no such column.
        public var other: String? = "OTHER"

        /// The raw values are the words of the option `where`.
        public enum Score: String, Hashable, Sendable, CaseIterable {
            case sum, count, avg, max, min
        }

        /// What the score of a series is asked.
        public enum Test: Hashable, Sendable {
            case all
            /// The so many highest or lowest; inverted: all but them.
            case ranked(Int, isHighest: Bool, isInverted: Bool)
            case above(Double)
            case below(Double)
        }

        /// The ten series with the highest sums, the others together as `OTHER`.
        public init() {}
    }

    /// Times without events between others.
    public struct Timeline: Hashable, Sendable {
        /// `nil` where ``choiceColumn`` tells.
        public var span: BinSpan?
        /// `aligntime=`: what spans of a fixed length are counted from; `nil` for the epoch.
        public var alignment: String?
        /// The column that tells which span was chosen, where ``span`` does not.
        public var choiceColumn: String?
        /// Whether times without events get rows.
        public var isContinuous: Bool
        /// The seconds that the sum in a cell is for, by its column: `per_hour` and its like.
        public var rates: [String: Double] = [:]
        /// The column of the exact time, where spans that events do not wholly cover are to go.
        public var exactColumn: String?

        /// - Parameter span: `nil` where `choiceColumn` tells.
        public init(
            span: BinSpan?, alignment: String? = nil, choiceColumn: String? = nil, isContinuous: Bool = true,
            exactColumn: String? = nil
        ) {
            self.span = span
            self.alignment = alignment
            self.choiceColumn = choiceColumn
            self.isContinuous = isContinuous
            self.exactColumn = exactColumn
        }

        /// The columns of the first and the last exact time in each group.
        var extentColumns: [String] { exactColumn.map { ["min(\($0))", "max(\($0))"] } ?? [] }

        /// The aggregates that the columns above come from.
        var helpers: [AggregateCall] {
            var calls: [AggregateCall] = []
            if let choiceColumn { calls.append(AggregateCall(.maximum, field: choiceColumn, column: choiceColumn)) }
            for (function, column) in zip([AggregateFunction.minimum, .maximum], extentColumns) {
                calls.append(AggregateCall(function, field: exactColumn, column: column))
            }
            return calls
        }
    }

    /// Without a timeline, as `chart` has it, and with Splunk's default for many series.
    public init(rows: String, series: String?, cells: [AggregateCall], isGrouped: Bool) {
        self.rows = rows
        self.series = series
        self.cells = cells
        self.isGrouped = isGrouped
    }

    /// What the rows of the table are made of: the groups, with the cells and what completes the times.
    public var grouping: Grouping {
        var keys = [GroupKey(field: ranges ?? rows, column: rows)]
        if let series { keys.append(GroupKey(field: series, column: series)) }
        return Grouping(keys: keys, functions: cells + (timeline?.helpers ?? []))
    }

    /// The function that brings the results of a function over parts together; `nil` where there is none.
    public static func merging(_ function: AggregateFunction) -> AggregateFunction? {
        switch function {
        case .count, .sum: .sum
        case .minimum: .minimum
        case .maximum: .maximum
        case .values: .values
        default: nil
        }
    }
}

/// `makecontinuous`: values are put into ranges, and ranges without rows get one.
public struct Continuity: Hashable, Sendable {
    /// Its values are put into ranges in place.
    public var field: String
    /// Of the ranges; the missing ones between the first and the last get rows.
    public var width: Binning.Width
    /// `aligntime=`; `nil` for the epoch.
    public var alignment: String?

    /// - Parameter alignment: counts for spans of time of a fixed length.
    public init(field: String, width: Binning.Width, alignment: String? = nil) {
        self.field = field
        self.width = width
        self.alignment = alignment
    }
}

/// `transaction`: events that belong together become one row.
public struct TransactionRule: Hashable, Sendable {
    /// Events of a transaction agree in these; none: all events are of one kind.
    public var fields: [String]
    /// The longest time between the first and last event, and between neighbours, in nanoseconds.
    public var maximumSpan: Int64?
    /// `maxpause`; `nil` for no limit.
    public var maximumPause: Int64?
    /// The most events; 0 for no limit.
    public var maximumEvents = 1000
    /// What the first event of a transaction has to meet; `nil` where any may be the first.
    public var start: Condition?
    /// What the last event of a transaction has to meet; `nil` where any may be the last.
    public var end: Condition?
    /// Whether an event that shares no value with a transaction, but contradicts none, begins its own.
    public var isConnected = true
    /// Whether an event that begins or ends a transaction must share a field with it, too; where nothing is said, as
    /// ``isConnected`` says.
    public var unifiesEnds: Bool?
    /// Whether transactions without the required beginning or end are kept.
    public var keepsEvicted = false
    /// Whether events that are in no transaction are kept.
    public var keepsOrphans = false
    /// By default no field holds more than its different values.
    public var lists: Lists = .none
    /// What parts the texts of events in `_raw`; `nil` for a line feed.
    public var delimiter: String?
    /// What a missing value is in a list.
    public var nullText = "NULL"
    /// Whether `_raw` is a list of the events' texts.
    public var keepsRawApart = false
    /// The most transactions open at once, and events in them: the one that was added to longest ago goes.
    public var maximumOpen: Int?
    /// Of all open transactions together; `nil` for no limit.
    public var maximumOpenEvents: Int?

    /// What an event that begins or ends a transaction is asked.
    public enum Condition: Hashable, Sendable {
        case search(Predicate<String>)
        case expression(Expression)
    }

    /// Which fields hold the values of all events in their order, not the different values in theirs.
    public enum Lists: Hashable, Sendable {
        case none, all
        case fields([String])
    }

    /// Splunk's defaults, but for the limits on what is open: none.
    public init(fields: [String]) {
        self.fields = fields
    }
}
