import Pipeline
public import Values

extension Findings {
    /// The first rows, as many as take about so many bytes in memory, and whether these are all.
    public func rowSet(within bytes: Int) throws(StorageError) -> (set: RowSet, isWhole: Bool) {
        var set = RowSet(columns: columns)
        var taken = 0
        var reader = reader()
        while let row = try reader.next() {
            taken += RowBudget.bytes(of: row)
            if taken > bytes { return (set, false) }
            set.rows.append(row)
        }
        return (set, true)
    }
}
