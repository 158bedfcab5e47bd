import Values

/// `outlier`: which numbers are far from the others of their field, and what happens to them.
public struct OutlierRule: Hashable, Sendable {
    /// Names, perhaps with `*`; empty for all.
    public var fields: [String]
    /// How many times the distance between the quartiles a number may be beyond them.
    public var factor = 2.5
    /// Whether rows with such a number go; else the number becomes the bound that it passes.
    public var removesRows = false
    /// Whether a number that became a bound has `000` before it.
    public var marks = false
    /// Whether numbers may be too low, too.
    public var looksBelow = false

    /// - Parameter fields: empty for all.
    public init(fields: [String] = []) {
        self.fields = fields
    }

    /// - Complexity: O(*n* log *n*) for each column.
    func applied(to rows: RowSet) -> RowSet {
        let patterns = fields.isEmpty ? [FieldPattern("*")] : fields.map(FieldPattern.init)
        var result = rows
        var removed: Set<Int> = []
        for column in rows.columns.indices where patterns.contains(where: { $0.matches(rows.columns[column]) }) {
            guard let bounds = bounds(of: rows.rows.compactMap { $0[column].singleNumber }) else { continue }
            for row in rows.rows.indices {
                guard let number = rows.rows[row][column].singleNumber else { continue }
                let bound = min(max(number, looksBelow ? bounds.lowerBound : number), bounds.upperBound)
                guard bound != number else { continue }
                removed.insert(row)
                let text = NumberText.text(bound)
                result.rows[row][column] = marks ? .text(Text(bytes: Array("000".utf8) + text.bytes)) : .number(bound)
            }
        }
        guard removesRows else { return result }
        return RowSet(
            columns: rows.columns, rows: rows.rows.indices.filter { !removed.contains($0) }.map { rows.rows[$0] })
    }

    /// The lowest and the highest number that is near enough, by quartiles of nearest rank.
    private func bounds(of numbers: [Double]) -> ClosedRange<Double>? {
        guard !numbers.isEmpty else { return nil }
        let sorted = numbers.sorted()
        let rank = { (percent: Int) in sorted[max(1, (percent * sorted.count + 99) / 100) - 1] }
        let (low, high) = (rank(25), rank(75))
        let distance = factor * (high - low)
        return distance.isFinite ? (low - distance)...(high + distance) : nil
    }
}
