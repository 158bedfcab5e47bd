/// `bin`: the values of a field are put into ranges, times into spans.
public struct Binning: Hashable, Sendable {
    /// The column whose values are put into ranges.
    public var field: String
    /// Where the range goes: the field itself, or its alias.
    public var column: String
    /// How wide a range is, or how many there may be.
    public var width: Width
    /// `aligntime=`: epoch seconds or a relative time that spans of a fixed length are counted from.
    public var alignment: String?
    /// A column that tells which of ``BinSpan/automatic`` was chosen; `timechart` reads it.
    public var choiceColumn: String?

    /// Given outright, or found from the values.
    public enum Width: Hashable, Sendable {
        case span(BinSpan)
        /// The narrowest of the usual widths that makes at most `count` ranges, and is at least `minimum`. `start` and
        /// `end` widen the range of numbers.
        case count(Int, minimum: BinSpan? = nil, start: Double? = nil, end: Double? = nil)
    }

    /// - Parameter column: `nil` for the field itself.
    public init(
        field: String, column: String? = nil, width: Width, alignment: String? = nil, choiceColumn: String? = nil
    ) {
        self.field = field
        self.column = column ?? field
        self.width = width
        self.alignment = alignment
        self.choiceColumn = choiceColumn
    }

    /// Whether each row can be put into its range without knowing the others.
    public var isStreaming: Bool {
        if case .span = width { true } else { false }
    }

    /// Whether a span of this field is one of times: `_time` has no other.
    func isOfTimes(_ span: BinSpan) -> Bool {
        switch span {
        case .number, .logarithm: field == Self.timeField
        case .time, .calendar, .snapped: true
        }
    }

    /// The field that holds times unless told otherwise.
    public static let timeField = "_time"
    /// How many ranges there are at most when nothing is said.
    public static let defaultCount = 100
}

/// How wide a range is.
public enum BinSpan: Hashable, Sendable {
    case number(Double)
    /// `2log5`: from 2 to 10 to 50 to 250.
    case logarithm(coefficient: Double, base: Double)
    /// A fixed length in nanoseconds, counted from the epoch.
    case time(Int64)
    /// So many days, weeks, ... as the calendar of the search's zone has them.
    case calendar(Int, Unit)
    /// `12h@d+3h`: a length in nanoseconds, counted from where the time snaps to, moved by an offset.
    case snapped(Int64, to: String, offset: Int64)

    /// Units of the calendar; the raw values are those of relative times.
    public enum Unit: String, Hashable, Sendable, CaseIterable {
        case day = "d"
        case week = "w"
        case month = "mon"
        case quarter = "q"
        case year = "y"
    }

    /// The spans of time that are chosen from where none is given.
    ///
    /// The thresholds that Splunk documents for `minspan`, with months and years for what is longer.
    public static let automatic: [BinSpan] =
        [1, 5, 10, 30, 60, 300, 600, 1800, 3600].map { .time($0 * 1_000_000_000) } + [
            .calendar(1, .day), .calendar(1, .month), .calendar(1, .year), .calendar(10, .year), .calendar(100, .year),
        ]
}
