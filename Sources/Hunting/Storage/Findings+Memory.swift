public import Values

extension Findings {
    /// The first rows, as many as take about so many bytes in memory, and whether these are all.
    public func rowSet(within bytes: Int) throws(StorageError) -> (set: RowSet, isWhole: Bool) {
        var set = RowSet(columns: columns)
        var taken = 0
        var reader = reader()
        while let row = try reader.next() {
            taken += Self.estimatedBytes(of: row)
            if taken > bytes { return (set, false) }
            set.rows.append(row)
        }
        return (set, true)
    }

    /// About how many bytes a row takes in memory.
    static func estimatedBytes(of row: [Value]) -> Int {
        row.reduce(rowOverhead) { $0 + estimatedBytes($1) }
    }

    /// Of an array, and of what the allocator adds to it.
    private static let rowOverhead = 64

    private static func estimatedBytes(_ value: Value) -> Int {
        switch value {
        case .missing, .number: 16
        case .text(let text): 16 + rowOverhead + text.bytes.count
        case .multivalue(let texts): texts.reduce(16 + rowOverhead) { $0 + 8 + rowOverhead + $1.bytes.count }
        }
    }
}
