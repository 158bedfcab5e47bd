public import Aggregation
public import Matching

/// A search as data: where its events come from, which of them it wants, and what happens to them.
///
/// Both languages compile to this; nothing in it knows of syntax, archives or threads.
public struct SearchPlan: Hashable, Sendable {
    /// What the filter's and the first commands' field names refer to.
    public var source: Source
    /// Which events enter. Field names are the source's own (`process`, not `Processes.process`).
    public var filter: Predicate<String>
    /// What happens to them, in order. The first transforming command ends the streaming part.
    public var commands: [Command]
    /// The searches that conditions of the filter and of `search` wait for (`Predicate.deferred`), by number.
    public var subsearches: [Subsearch]
    /// The fields that a search around this one reads of its rows, sorted, where this one may show any field.
    public var namedOutside: [String] = []

    /// Where events come from, and so what a field name means.
    public enum Source: Hashable, Sendable {
        /// Every event, with its own field names.
        case events
        /// The events that belong to a data model's dataset, `Endpoint.Processes`, with its field names.
        case dataset(model: String, name: String)
        /// The events that a Sigma rule is for, by the name of its logsource's view, with the names that rules give fields.
        case logsource(String)
        /// The rows of a table.
        case table(LookupTable)
        /// One row without any column (`makeresults`), or several.
        case rows(count: Int)
    }

    /// - Parameter subsearches: by the numbers that deferred conditions have.
    public init(source: Source, filter: Predicate<String>, commands: [Command], subsearches: [Subsearch] = []) {
        self.source = source
        self.filter = filter
        self.commands = commands
        self.subsearches = subsearches
    }
}

/// One command of a search after its generating one.
public enum Command: Hashable, Sendable {
    case search(Predicate<String>)
    case filter(Expression)  // `where`
    case evaluate([Assignment])
    case rename([Renaming])
    case convert(Conversion)
    /// `fields`, `fields -`; names may hold `*`. `fields a b` keeps `_time`.
    case fields(keep: Bool, [String])
    case table([String])
    case sort(Sorting)
    case head(Int)
    case deduplicate(Deduplication)
    case stats(Grouping)
    case bin(Binning)
    case eventStatistics(RowStatistics)
    case runningStatistics(RunningStatistics)
    /// `stats` over fields named by wildcards, or with `allnum`.
    case rowStatistics(RowStatistics)
    case chart(Chart)
    case topValues(TopValues)
    case makeContinuous(Continuity)
    case headWhile(HeadCondition)
    /// The last rows, the last one first.
    case tail(Int)
    case reverse
    case transaction(TransactionRule)
    /// A command that changes fields of single rows.
    case extract(Extraction)
    /// A command that changes rows and columns.
    case reshape(Reshaping)

    // What brings in other searches and tables.
    case lookup(Lookup)
    case join(Join)
    case append(Append)
    case appendColumns(AppendColumns)
    case appendPipe([Command])
    case map(MapSearch)
    case returnValues(ReturnedValues)
}

/// `eval column = expression`.
public struct Assignment: Hashable, Sendable {
    /// Where the value goes, in place of one that the row has.
    public var column: String
    /// Sees the values that earlier assignments of the same command have given.
    public var expression: Expression

    /// One assignment; a command holds several, which are made in order.
    public init(column: String, expression: Expression) {
        self.column = column
        self.expression = expression
    }
}

/// `rename from AS to`; both may hold `*`, in the same number.
public struct Renaming: Hashable, Sendable {
    /// The name that columns have now.
    public var from: String
    /// The name that they get.
    public var to: String

    /// Both with the same number of `*`; what those of `from` stand for goes where those of `to` are.
    public init(from: String, to: String) {
        self.from = from
        self.to = to
    }
}

/// `convert timeformat=... function(field) AS column, ...`.
public struct Conversion: Hashable, Sendable {
    /// A `strftime` format, for `ctime` and `mktime`.
    public var timeFormat: String
    /// In order: a later one sees what an earlier one has made.
    public var calls: [Call]

    /// One function, and the columns that it is applied to.
    public struct Call: Hashable, Sendable {
        /// What is made of each value.
        public var function: Function
        /// May hold `*`.
        public var field: String
        /// `nil` where the value is changed in place.
        public var column: String?

        /// - Parameter column: `nil` to change the value in place.
        public init(function: Function, field: String, column: String? = nil) {
            self.function = function
            self.field = field
            self.column = column
        }
    }

    /// The raw values are the names in SPL.
    public enum Function: String, Hashable, Sendable, CaseIterable {
        case auto, ctime, dur2sec, memk, mktime, mstime, none, num, rmcomma, rmunit
    }

    /// The format `convert` uses when none is given.
    public static let defaultTimeFormat = "%m/%d/%Y %H:%M:%S"

    /// - Parameter timeFormat: for `ctime` and `mktime`.
    public init(timeFormat: String = Conversion.defaultTimeFormat, calls: [Call]) {
        self.timeFormat = timeFormat
        self.calls = calls
    }
}

/// `sort`: rows in the order of some fields.
public struct Sorting: Hashable, Sendable {
    /// How many rows are kept; `nil` for all (`sort 0`). Splunk's default is 10,000.
    public var limit: Int?
    /// The first decides; further ones where those before are the same.
    public var keys: [Key]

    /// One field that rows are sorted by.
    public struct Key: Hashable, Sendable {
        /// A row without a value in it comes last, in either direction.
        public var field: String
        /// The greatest first (`-field`).
        public var descending: Bool
        /// How two values are compared: `auto()`, `str()`, `num()`, `ip()`.
        public var comparison: Comparison

        /// - Parameter descending: the greatest first.
        public init(field: String, descending: Bool, comparison: Comparison = .automatic) {
            self.field = field
            self.descending = descending
            self.comparison = comparison
        }
    }

    /// What values are taken for.
    public enum Comparison: Hashable, Sendable {
        /// As numbers when both are, as addresses when both are, else as text.
        case automatic
        case text, number, address
    }

    /// - Parameter limit: `nil` for all rows.
    public init(limit: Int?, keys: [Key]) {
        self.limit = limit
        self.keys = keys
    }
}

/// `dedup`: rows of which others have the same values are dropped.
public struct Deduplication: Hashable, Sendable {
    /// How many rows of each combination stay.
    public var count: Int
    /// All of them together are the combination; a row that lacks one has none.
    public var fields: [String]
    /// Whether rows that would be dropped stay, without their values of ``fields`` (`keepevents`).
    public var keepsEvents: Bool
    /// Whether rows that lack one of the fields stay (`keepempty`).
    public var keepsEmpty: Bool
    /// Whether only rows in direct succession count as the same (`consecutive`).
    public var consecutive: Bool
    /// The order in which rows are looked at, and so which of them stay; none for the order in which they come.
    public var sortedBy: [Sorting.Key]

    /// - Parameter count: how many rows of each combination stay.
    public init(
        count: Int = 1, fields: [String], keepsEvents: Bool = false, keepsEmpty: Bool = false,
        consecutive: Bool = false, sortedBy: [Sorting.Key] = []
    ) {
        self.count = count
        self.fields = fields
        self.keepsEvents = keepsEvents
        self.keepsEmpty = keepsEmpty
        self.consecutive = consecutive
        self.sortedBy = sortedBy
    }
}
