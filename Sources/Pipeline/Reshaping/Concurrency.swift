import Values

/// `concurrency`: how many events are under way at the moment when an event begins, itself among them.
public struct ConcurrencyRule: Hashable, Sendable {
    /// The field of how long an event lasts, in the unit of ``start``.
    public var duration: String
    /// The field of when it begins.
    public var start: String
    /// The field that gets the count.
    public var column: String

    /// - Parameters:
    ///   - duration: the field of how long an event lasts.
    ///   - start: the field of when it begins, in the same unit.
    ///   - column: the field that gets the count.
    public init(duration: String, start: String = "_time", column: String = "concurrency") {
        self.duration = duration
        self.start = start
        self.column = column
    }

    /// An event without a beginning or a length counts nowhere and has no count.
    ///
    /// - Complexity: O(*n* log *n*).
    func applied(to rows: RowSet) -> RowSet {
        var result = rows
        let column = Reshaping.addColumn(self.column, to: &result)
        let index = ColumnIndex(rows.columns)
        guard let start = index[start], let duration = index[duration] else { return result }
        let spans = rows.rows.map { row -> (start: Double, end: Double)? in
            guard let first = row[start].singleNumber, let length = row[duration].singleNumber, length >= 0 else {
                return nil
            }
            return (first, first + length)
        }
        let starts = spans.compactMap { $0?.start }.sorted()
        let ends = spans.compactMap { $0?.end }.sorted()
        for (row, span) in spans.enumerated() {
            guard let span else {
                result.rows[row][column] = .missing
                continue
            }
            let begun = Self.count(of: starts) { $0 <= span.start }
            let over = Self.count(of: ends) { $0 < span.start }
            result.rows[row][column] = .number(Double(begun - over))
        }
        return result
    }

    /// How many of sorted numbers pass a test that holds up to some of them.
    private static func count(of numbers: [Double], where test: (Double) -> Bool) -> Int {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if test(numbers[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
