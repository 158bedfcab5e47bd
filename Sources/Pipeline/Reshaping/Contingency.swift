import Values

/// `contingency`: a table of how many rows have one field's value and another's.
public struct Contingency: Hashable, Sendable {
    /// The field whose values are the rows.
    public var rows: String
    /// The field whose values are the columns.
    public var columns: String
    /// How many values of ``rows`` have a place, the most frequent ones; 0 for all.
    public var maximumRows = 1_000
    /// The same of ``columns``.
    public var maximumColumns = 1_000
    /// Which part of all rows the values of ``rows`` must stand for before less frequent ones are left out.
    public var rowCover = 1.0
    /// The same of ``columns``.
    public var columnCover = 1.0
    /// What sums are called; `nil` for none.
    public var total: String? = "TOTAL"

    /// A table of up to 1,000 values of each field, with sums.
    public init(rows: String, columns: String) {
        self.rows = rows
        self.columns = columns
    }

    /// Values in the order of their counts, equal counts bytewise; each value of a multivalue counts.
    func applied(to set: RowSet, in environment: PipelineEnvironment) -> RowSet {
        let index = ColumnIndex(set.columns)
        guard let left = index[rows], let right = index[columns] else { return RowSet(columns: [rows]) }
        var counts: [Text: [Text: Int]] = [:]
        var rowCounts: [Text: Int] = [:]
        var columnCounts: [Text: Int] = [:]
        var budget = environment.budget
        counting: for (number, row) in set.rows.enumerated() {
            // Equal values are counted together: of two arrays there are as many pairs as one times the other.
            let others = Self.counted(row[right].texts)
            for (first, times) in Self.counted(row[left].texts) {
                for (second, otherTimes) in others {
                    let pairs = times * otherTimes
                    if counts[first]?[second] == nil, !budget.take(Self.pairBytes) {
                        environment.note(
                            "contingency counted only the first \(number) rows: the pairs of more do not fit in "
                                + "\(environment.rowMemory >> 20) MiB")
                        break counting
                    }
                    counts[first, default: [:]][second, default: 0] += pairs
                    rowCounts[first, default: 0] += pairs
                    columnCounts[second, default: 0] += pairs
                }
            }
        }
        var shownRows = Self.mostFrequent(rowCounts, maximumRows, rowCover)
        let shownColumns = Self.mostFrequent(columnCounts, maximumColumns, columnCover)
        var names = ColumnIndex([rows])
        let places = shownColumns.map { names.number(of: Self.shown($0).string) }
        let totalPlace = total.map { names.number(of: $0) }
        let room = environment.rowMemory / RowBudget.frame(columns: names.names.count)
        if shownRows.count > room {
            shownRows.removeSubrange(room...)
            environment.noteCut("contingency", behind: room)
        }
        var result = RowSet(columns: names.names)
        var sums = [Double](repeating: 0, count: names.names.count)
        for value in shownRows {
            var cells = [Double](repeating: 0, count: names.names.count)
            for (place, other) in zip(places, shownColumns) {
                let count = Double(counts[value]?[other] ?? 0)
                cells[place] += count
                if let totalPlace { cells[totalPlace] += count }
            }
            for place in cells.indices { sums[place] += cells[place] }
            result.rows.append([.text(Self.shown(value))] + cells.dropFirst().map { .number($0) })
        }
        if let total { result.rows.append([.text(Text(total))] + sums.dropFirst().map { .number($0) }) }
        return result
    }

    /// The different texts in the order in which they come first, and how often each is there.
    private static func counted(_ texts: [Text]) -> [(text: Text, times: Int)] {
        if texts.count < 2 { return texts.map { ($0, 1) } }
        let counts = texts.reduce(into: [Text: Int]()) { $0[$1, default: 0] += 1 }
        return texts.unique.map { ($0, counts[$0] ?? 0) }
    }

    /// An empty text has a name of its own in the table.
    private static func shown(_ text: Text) -> Text { text.isEmpty ? "EMPTY_STR" : text }

    /// About what the count of one pair of values takes in memory.
    private static let pairBytes = 128

    private static func mostFrequent(_ counts: [Text: Int], _ limit: Int, _ cover: Double) -> [Text] {
        let sorted = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        let all = Double(counts.values.reduce(0, +))
        var result: [Text] = []
        var covered = 0
        for (text, count) in sorted {
            if limit > 0, result.count == limit { break }
            if !result.isEmpty, Double(covered) >= cover * all { break }
            result.append(text)
            covered += count
        }
        return result
    }
}
