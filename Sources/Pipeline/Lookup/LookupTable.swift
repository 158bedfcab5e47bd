import Synchronization
public import Values

/// A table that searches look values up in.
///
/// One table is shared by all searches that name it; two are equal when they are the same table.
public final class LookupTable: Sendable {
    /// As searches name it.
    public let name: String
    /// In the order of the cells of ``rows``.
    public let columns: [String]
    /// Each with one text per column; an empty text is no value.
    public let rows: [[Text]]
    /// How values are looked up; those of `transforms.conf` where a definition gave them.
    public let options: Options
    /// What values are made by, where they are not found in rows.
    public let computed: ComputedLookup?
    /// Whether the table is not here and stands for one without rows: it has whatever columns a search names.
    public let isAbsent: Bool
    /// What searches have made of it for looking values up, by the columns that they compare.
    private let indexes = Mutex<[[Int]: LookupIndex]>([:])

    /// How values are matched, as Splunk's `transforms.conf` has it.
    public struct Options: Hashable, Sendable {
        /// By column; exact where none is given.
        public var kinds: [String: MatchKind] = [:]
        /// For exact matches and wildcards alike.
        public var isCaseSensitive = true
        /// Where fewer rows than this match, `defaultMatch` fills up.
        public var minimumMatches = 0
        /// More rows than these are passed over; Splunk's default is 1,000 for tables without times.
        public var maximumMatches = 1000
        /// What outputs hold for a match that is missing; `nil` for nothing.
        public var defaultMatch: Text?

        /// Exact, with regard to case, up to 1,000 matches.
        public init() {}
    }

    /// How a table's value is compared with the row's; the raw values are those of `transforms.conf`.
    public enum MatchKind: String, Hashable, Sendable {
        case exact = "EXACT"
        /// The table's value is a pattern, with `*` for any run.
        case wildcard = "WILDCARD"
        /// The table's value is a block of addresses.
        case cidr = "CIDR"
    }

    /// - Parameter rows: each with one text per column.
    public init(name: String, columns: [String], rows: [[Text]], options: Options = Options(), isAbsent: Bool = false) {
        self.name = name
        self.isAbsent = isAbsent
        self.columns = columns
        self.rows = rows
        self.options = options
        computed = nil
    }

    /// A table that is not here, with the columns that a search names.
    public convenience init(absent table: LookupTable, columns: [String]) {
        self.init(
            name: table.name, columns: columns.unique, rows: [], options: table.options, isAbsent: true)
    }

    init(_ computed: ComputedLookup) {
        name = computed.rawValue
        columns = [computed.columns.input, computed.columns.output]
        rows = []
        options = Options()
        isAbsent = false
        self.computed = computed
    }

    /// The table made ready for lookups by these columns; made once.
    func index(by columns: [Int]) -> LookupIndex {
        indexes.withLock { indexes in
            if let known = indexes[columns] { return known }
            let index = LookupIndex(self, columns: columns)
            indexes[columns] = index
            return index
        }
    }

    /// The table's rows as a search has them.
    public var rowSet: RowSet {
        RowSet(
            columns: columns,
            rows: rows.map { row in row.map(Value.read) })
    }
}

extension LookupTable: Hashable {
    /// The same object: contents are not compared.
    public static func == (left: LookupTable, right: LookupTable) -> Bool { left === right }

    /// By identity, as equality goes.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// `lookup table field AS column ... OUTPUT field AS column ...`.
public struct Lookup: Hashable, Sendable {
    /// Shared with other searches.
    public var table: LookupTable
    /// What is compared: the table's column with the row's.
    public var inputs: [Pair]
    /// What the row gets: the table's column under the row's name.
    public var outputs: [Pair]
    /// Whether a value that the row has already stays (`OUTPUTNEW`).
    public var keepsValues: Bool

    /// A column of the table and the row's that it goes with.
    public struct Pair: Hashable, Sendable {
        /// In the table.
        public var field: String
        /// In the row.
        public var column: String

        /// - Parameter field: in the table; `column` is the row's.
        public init(field: String, column: String) {
            self.field = field
            self.column = column
        }
    }

    /// - Parameter keepsValues: as `OUTPUTNEW`.
    public init(table: LookupTable, inputs: [Pair], outputs: [Pair], keepsValues: Bool) {
        self.table = table
        self.inputs = inputs
        self.outputs = outputs
        self.keepsValues = keepsValues
    }
}
