public import Values

/// `join [options] fields [subsearch]`.
public struct Join: Hashable, Sendable {
    /// The right side: its rows are looked for as partners.
    public var subsearch: Subsearch
    /// The columns that must be equal; none for all that both sides have.
    public var fields: [String]
    /// The subsearch's columns that are compared with ``fields``, in their order, where they are not called the same.
    public var partnerFields: [String] = []
    /// What both sides are called, where the search names them: their columns are there under these names, too.
    public var aliases: Aliases?

    /// `left=L right=R`: `L.user` is the row's own column, `R.user` its partner's.
    public struct Aliases: Hashable, Sendable {
        /// Of the rows that are there.
        public var left: String
        /// Of the subsearch.
        public var right: String

        /// As they are written, without the dot.
        public init(left: String, right: String) {
            self.left = left
            self.right = right
        }
    }

    /// Whether rows without a partner stay (`type=left`, `type=outer`).
    public var keepsUnmatched = false
    /// Whether the subsearch's values replace those of the row under the same name.
    public var overwrites = true
    /// How many partners a row gets; each makes a row of its own. `nil` for all (`max=0`).
    public var limit: Int? = 1
    /// Only partners that are earlier (`true`) or later (`false`) than the row; `nil` where time does not count.
    public var earlier: Bool?

    /// An inner join with at most one partner, as where no option is given.
    public init(subsearch: Subsearch, fields: [String]) {
        self.subsearch = subsearch
        self.fields = fields
    }
}

/// `append [subsearch]`, and `inputlookup append=true`.
public struct Append: Hashable, Sendable {
    /// Its rows come behind those that are there.
    public var subsearch: Subsearch
    /// The most rows that are appended; `nil` for the environment's limit.
    public var limit: Int?

    /// - Parameter limit: `nil` for the environment's limit.
    public init(subsearch: Subsearch, limit: Int? = nil) {
        self.subsearch = subsearch
        self.limit = limit
    }
}

/// `appendcols [subsearch]`: the rows of both, side by side.
public struct AppendColumns: Hashable, Sendable {
    /// Its first row goes beside the first row that is there, and so on.
    public var subsearch: Subsearch
    /// Whether the subsearch's values replace those of the row under the same name.
    public var overrides: Bool
    /// The most rows that are taken; `nil` for the environment's limit.
    public var limit: Int?

    /// - Parameters:
    ///   - overrides: whether the subsearch's values win where both sides have a column.
    ///   - limit: `nil` for the environment's limit.
    public init(subsearch: Subsearch, overrides: Bool, limit: Int? = nil) {
        self.subsearch = subsearch
        self.overrides = overrides
        self.limit = limit
    }
}

extension Join {
    /// The joined rows, in the order of `rows`, partners in their own order.
    ///
    /// A row without a value in one of the fields has no partner. Of a multivalue field any value may be equal.
    ///
    /// - Complexity: linear in the rows of both sides and in what comes out, with a logarithm where time counts.
    func joined(_ rows: RowSet, with partners: RowSet, in environment: PipelineEnvironment) -> RowSet {
        let fields = fields.isEmpty ? rows.columns.filter(partners.columns.contains) : fields
        var index = PartnerIndex(partners, of: self, by: fields, columns: rows.columns, in: environment)
        var columns = ColumnIndex(rows.columns)
        // Where each of the partner's columns goes; the fields themselves stay as they are.
        var targets: [(source: Int, target: Int)] = []
        let shared = zip(fields, partnerFields.isEmpty ? fields : partnerFields).filter(==).map(\.0)
        for (source, name) in partners.columns.enumerated() where !shared.contains(name) {
            targets.append((source, columns.number(of: name)))
        }
        var named: [(source: Int, target: Int)] = []
        if let aliases {
            for (source, name) in rows.columns.enumerated() {
                named.append((source, columns.number(of: "\(aliases.left).\(name)")))
            }
            for (source, name) in partners.columns.enumerated() {
                targets.append((source, columns.number(of: "\(aliases.right).\(name)")))
            }
        }
        var result = RowSet(columns: columns.names)
        var budget = environment.budget
        let frame = RowBudget.frame(columns: columns.names.count)
        defer { environment.noteExcess(index.excessiveRows, for: "join") }
        for row in rows.rows {
            let found = index.partners(of: row)
            var padded = row + Array(repeating: Value.missing, count: columns.names.count - row.count)
            for (source, target) in named { padded[target] = row[source] }
            for partner in found.isEmpty && keepsUnmatched ? [nil] : found.map(Optional.some) {
                guard budget.take(frame) else {
                    environment.noteCut("join", behind: result.rows.count)
                    return result
                }
                result.rows.append(partner.map { joined(padded, with: partners.rows[$0], targets) } ?? padded)
            }
        }
        return result
    }

    private func joined(
        _ row: [Value], with partner: [Value], _ targets: [(source: Int, target: Int)]
    ) -> [Value] {
        var joined = row
        for (source, target) in targets {
            let value = partner[source]
            if !value.isMissing, overwrites || joined[target].isMissing { joined[target] = value }
        }
        return joined
    }
}

extension RowSet {
    /// These rows, then those of `other`, under the columns of both.
    public mutating func append(_ other: RowSet) {
        if other.columns == columns {
            rows += other.rows
            return
        }
        var index = ColumnIndex(columns)
        let targets = other.columns.map { index.number(of: $0) }
        widen(to: index.names)
        // No room is reserved: a set that grows by a few rows at a time would move all of them each time.
        for row in other.rows {
            var aligned: [Value] = []
            aligned.pad(to: columns.count)
            for (source, target) in targets.enumerated() { aligned[target] = row[source] }
            rows.append(aligned)
        }
    }

    /// The rows of both side by side, the first with the first; rows beyond the end of either stand alone. Internal fields of the
    /// others (`_time`, `_raw`) are left out.
    mutating func appendColumns(_ other: RowSet, overrides: Bool) {
        var index = ColumnIndex(columns)
        let sources = other.columns.indices.filter { !other.columns[$0].hasPrefix("_") }
        let targets = sources.map { index.number(of: other.columns[$0]) }
        widen(to: index.names)
        for (number, row) in other.rows.enumerated() {
            if number == rows.count { rows.append(Array(repeating: .missing, count: columns.count)) }
            for (source, target) in zip(sources, targets) where overrides || rows[number][target].isMissing {
                if !row[source].isMissing { rows[number][target] = row[source] }
            }
        }
    }
}
