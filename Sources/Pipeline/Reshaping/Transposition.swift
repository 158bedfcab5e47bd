import Values

/// `transpose`: a row for each column, a column for each row.
public struct Transposition: Hashable, Sendable {
    /// How many rows become columns; 0 for all.
    public var limit = 5
    /// The column of what were the columns' names.
    public var nameColumn = "column"
    /// The field whose values name the new columns; it becomes no row.
    public var headerField: String?
    /// Whether columns without any value become rows.
    public var includesEmpty = true

    /// Five rows, under `column`, as the command does where nothing else is said.
    public init() {}

    func applied(to rows: RowSet) -> RowSet {
        let taken = limit > 0 ? rows.rows.prefix(limit) : rows.rows[...]
        let header = headerField.flatMap { rows.columns.firstIndex(of: $0) }
        var columns = ColumnIndex([nameColumn])
        let places = taken.enumerated().map { number, row in
            // Of a name that comes again the last row's values stay.
            columns.number(of: header.flatMap { row[$0].singleText?.string } ?? "row \(number + 1)")
        }
        var result = RowSet(columns: columns.names)
        for column in rows.columns.indices where column != header {
            if !includesEmpty, taken.allSatisfy({ $0[column].isMissing }) { continue }
            var cells = [Value](repeating: .missing, count: columns.names.count)
            for (place, row) in zip(places, taken) { cells[place] = row[column] }
            cells[0] = .text(Text(rows.columns[column]))
            result.rows.append(cells)
        }
        return result
    }
}
