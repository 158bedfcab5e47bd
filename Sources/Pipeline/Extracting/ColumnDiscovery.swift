import Values

/// Commands that make columns out of what the rows hold, over all rows.
enum ColumnDiscovery {
    /// How many columns one command may add: what an archive holds must not decide how wide every row becomes.
    static let columnLimit = 2_000

    /// The rows with the columns that the command finds, in the order in which they are found.
    ///
    /// - Throws: `PipelineError` where there are more than ``columnLimit``, or the expression is none.
    static func run(
        _ extraction: Extraction, on rows: RowSet, in environment: PipelineEnvironment
    ) throws(PipelineError) -> RowSet {
        let context = environment.context
        var budget = environment.budget
        var index = ColumnIndex(rows.columns)
        var result = rows
        let limit = rows.columns.count + columnLimit
        func number(of name: String) -> Int? {
            index[name] ?? (index.names.count > limit ? nil : index.number(of: name))
        }
        switch extraction {
        case .pairs(let pairs):
            let reader = PairReader(pairs.form)
            guard let source = index[pairs.field] else { return rows }
            for row in result.rows.indices {
                var width = result.rows[row].count
                for (column, value) in reader.values(in: result.rows[row][source], column: number) {
                    _ = budget.take(RowBudget.bytes(of: value))
                    width = max(width, column + 1)
                    set(column, to: context.limits.bounded(value), in: &result.rows[row])
                }
                if !budget.take(width * MemoryLayout<Value>.stride) {
                    result.rows.removeSubrange(row...)
                    environment.noteCut("extract", behind: row)
                    break
                }
            }
        case .computedName(let assignment):
            let computed = try ComputedName(assignment, columns: index, context: context)
            for row in result.rows.indices {
                if let (name, value) = computed.assignment(for: result.rows[row], context: context),
                    let column = number(of: name)
                {
                    set(column, to: value, in: &result.rows[row])
                    let grown = RowBudget.bytes(of: value) + (column + 1) * MemoryLayout<Value>.stride
                    if !budget.take(grown) {
                        result.rows.removeSubrange(row...)
                        environment.noteCut("eval", behind: row)
                        break
                    }
                }
            }
        default: break
        }
        guard index.names.count <= limit else {
            throw .unsupported(word: "columns", reason: "the data would make more than \(columnLimit) columns")
        }
        environment.fit(&result, columns: index.names.count, for: "extract")
        result.columns = index.names
        for row in result.rows.indices {
            result.rows[row].pad(to: index.names.count)
        }
        return result
    }

    private static func set(_ column: Int, to value: Value, in row: inout [Value]) {
        row.pad(to: column + 1)
        row[column] = value
    }
}
