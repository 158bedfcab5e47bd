import Events
import Values

/// Rows of risk events, by their times.
extension RowSet {
    private static let time = "_time"

    /// The times that rows have, each once.
    var times: Set<Timestamp> {
        guard let column = columns.firstIndex(of: Self.time) else { return [] }
        return Set(rows.compactMap { Self.timestamp($0[column]) })
    }

    /// The rows whose time is in a range; all where that is open.
    func within(_ range: ClosedTimeRange) -> RowSet {
        if range.isOpen { return self }
        guard let column = columns.firstIndex(of: Self.time) else { return RowSet(columns: columns) }
        let seen = rows.filter { row in Self.timestamp(row[column]).map(range.contains) ?? false }
        return RowSet(columns: columns, rows: seen)
    }

    private static func timestamp(_ value: Value) -> Timestamp? {
        value.texts.first.flatMap { text in text.bytes.withUnsafeBytes { Timestamp.parse($0, zone: .utc) } }
    }
}
