public import Values

/// How much memory the rows of one search may still take.
public struct RowBudget: Sendable {
    private var left: Int

    init(_ bytes: Int) { left = bytes }

    /// Takes so many bytes; false, from then on too, where so many are not left.
    mutating func take(_ bytes: Int) -> Bool {
        left -= bytes
        return left >= 0
    }

    /// About how many bytes a row takes, with its values.
    public static func bytes(of row: [Value]) -> Int {
        row.reduce(overhead) { $0 + bytes(of: $1) }
    }

    /// What a row takes whose values it shares with others.
    static func frame(columns: Int) -> Int { overhead + columns * MemoryLayout<Value>.stride }

    static func bytes(of value: Value) -> Int {
        switch value {
        case .missing, .number: 16
        case .text(let text): 16 + overhead + text.bytes.count
        case .multivalue(let texts): texts.reduce(16 + overhead) { $0 + 8 + overhead + $1.bytes.count }
        }
    }

    /// Of an array, and of what the allocator adds to it.
    private static let overhead = 64
}

extension PipelineEnvironment {
    /// What the rows that a command makes may take.
    var budget: RowBudget { RowBudget(rowMemory) }

    /// Says that a command's rows behind the first ones are left out.
    func noteCut(_ command: String, behind count: Int) {
        note("\(command) kept only the first \(count) rows: more do not fit in \(rowMemory >> 20) MiB")
    }

    /// Drops the last rows where all of them, once they have so many columns, do not fit in memory.
    func fit(_ rows: inout RowSet, columns: Int, for command: String) {
        let room = rowMemory / RowBudget.frame(columns: columns)
        guard rows.rows.count > room else { return }
        rows.rows.removeSubrange(room...)
        noteCut(command, behind: room)
    }

    /// Adds the rows of another search, or as many of them as memory has room for.
    func append(_ other: RowSet, to rows: inout RowSet, for command: String) {
        let columns = Set(rows.columns).union(other.columns).count
        var other = other
        let room = max(0, rowMemory / RowBudget.frame(columns: columns) - rows.rows.count)
        if other.rows.count > room {
            other.rows.removeSubrange(room...)
            noteCut(command, behind: rows.rows.count + room)
        }
        rows.append(other)
    }
}
