import Events
import Values

/// Risk events, to be asked again and again for those of a stretch of time: each run of a schedule sees others.
struct RiskRows: Sendable {
    /// All of them, also those without a time.
    let rows: RowSet
    /// The times that rows have, ascending, each with the number of its row.
    private let times: [(time: Timestamp, row: Int)]

    /// - Complexity: O(n log n) in the rows.
    init(_ rows: RowSet) {
        self.rows = rows
        let column = rows.columns.firstIndex(of: "_time")
        let found = rows.rows.enumerated().compactMap { number, row in
            column.flatMap { Self.timestamp(row[$0]) }.map { (time: $0, row: number) }
        }
        times = found.sorted { $0.time < $1.time }
    }

    /// The times of rows, each once, ascending.
    var distinctTimes: [Timestamp] {
        times.indices.lazy.filter { $0 == 0 || times[$0 - 1].time != times[$0].time }.map { times[$0].time }
    }

    /// The rows whose time is in a range, in their order; all where that is open.
    ///
    /// - Complexity: O(log n) in the rows, and O(k log k) in those that are found.
    func within(_ range: ClosedTimeRange) -> RowSet {
        if range.isOpen { return rows }
        let first = range.earliest.map { place(of: $0) } ?? 0
        let last = range.latest.map { place(of: $0) } ?? times.count
        let seen = times[first..<max(first, last)].map(\.row).sorted()
        return RowSet(columns: rows.columns, rows: seen.map { rows.rows[$0] })
    }

    /// Where the first row stands that is not before a time.
    private func place(of time: Timestamp) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func timestamp(_ value: Value) -> Timestamp? {
        value.texts.first.flatMap { text in text.bytes.withUnsafeBytes { Timestamp.parse($0, zone: .utc) } }
    }
}
