import Values

/// `format`: the rows as the text of a search, in one field.
public struct RowFormat: Hashable, Sendable {
    /// What stands before all rows.
    public var rowPrefix = "("
    /// What stands behind all rows.
    public var rowEnd = ")"
    /// What stands before each row.
    public var columnPrefix = "("
    /// What stands behind each row.
    public var columnEnd = ")"
    /// What stands between the fields of a row.
    public var columnSeparator = "AND"
    /// What stands between rows.
    public var rowSeparator = "OR"
    /// What stands between the values of a field.
    public var valueSeparator = "OR"
    /// The whole text where there are no rows.
    public var emptyText = RowFormat.nothing
    /// How many rows are written; 0 for all.
    public var limit = 0

    /// What Splunk writes where no row is there; as a condition no event meets it.
    public static let nothing = "NOT ()"
    /// The column of the text.
    static let column = "search"

    /// As Splunk does where it is not told.
    public init() {}

    /// Fields whose names begin with `_` are left out; one called `search` or `query` holds conditions, and stands as it is.
    func applied(to rows: RowSet, in environment: PipelineEnvironment) -> RowSet {
        let columns = rows.columns.indices.filter { !rows.columns[$0].hasPrefix("_") }
        let shown = limit > 0 ? rows.rows.prefix(limit) : rows.rows[...]
        var lines: [String] = []
        var budget = RowBudget(EvaluationLimits.valueBytes)
        for row in shown {
            let terms = columns.compactMap { term(rows.columns[$0], row[$0].texts) }
            if terms.isEmpty { continue }
            let line = ([columnPrefix] + [terms.joined(separator: " \(columnSeparator) ")] + [columnEnd])
                .joined(separator: " ")
            guard budget.take(line.utf8.count + rowSeparator.utf8.count + 2) else {
                environment.note("format wrote only the first \(lines.count) rows: a value has at most 16 MiB")
                break
            }
            lines.append(line)
        }
        let text =
            lines.isEmpty ? emptyText : "\(rowPrefix) " + lines.joined(separator: " \(rowSeparator) ") + " \(rowEnd)"
        return RowSet(columns: [Self.column], rows: [[Value.read(Text(text))]])
    }

    /// A name as it stands in a search, in quotation marks where it would be parted or taken for something else without them.
    private static func written(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte >= 0x80 || "_.-{}:@$#".utf8.contains(byte)
        }
        return isPlain ? name : Text(bytes: MapSearch.quoted(Array(name.utf8))).string
    }

    private func term(_ name: String, _ values: [Text]) -> String? {
        let isCondition = name == Self.column || name == "query"
        let terms = values.map { value in
            isCondition ? value.string : Self.written(name) + "=" + Text(bytes: MapSearch.quoted(value.bytes)).string
        }
        guard terms.count > 1 else { return terms.first }
        return "( " + terms.joined(separator: " \(valueSeparator) ") + " )"
    }
}
