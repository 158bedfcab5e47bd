import Values

/// Commands that make columns out of what the rows hold, over all rows.
struct ColumnDiscovery {
    /// How many columns one command may add: what an archive holds must not decide how wide every row becomes.
    static let columnLimit = 2_000

    private var rows: RowSet
    private var index: ColumnIndex
    private var budget: RowBudget
    private let environment: PipelineEnvironment
    private let limit: Int

    private init(_ rows: RowSet, in environment: PipelineEnvironment) {
        self.rows = rows
        self.environment = environment
        index = ColumnIndex(rows.columns)
        budget = environment.budget
        limit = rows.columns.count + Self.columnLimit
    }

    /// The rows with the columns that the command finds, in the order in which they are found.
    ///
    /// - Throws: `PipelineError` where there are more than ``columnLimit``, or the expression is none.
    static func run(
        _ extraction: Extraction, on rows: RowSet, in environment: PipelineEnvironment
    ) throws(PipelineError) -> RowSet {
        var discovery = ColumnDiscovery(rows, in: environment)
        switch extraction {
        case .pairs(let pairs):
            guard let source = discovery.index[pairs.field] else { return rows }
            discovery.add(pairs, of: source)
        case .computedName(let assignment): try discovery.add(assignment)
        default: break
        }
        try discovery.finish()
        return discovery.rows
    }

    private mutating func add(_ pairs: PairExtraction, of source: Int) {
        let reader = PairReader(pairs.form)
        for row in rows.rows.indices {
            var width = rows.rows[row].count
            for (column, value) in reader.values(in: rows.rows[row][source], column: { number(of: $0) }) {
                _ = budget.take(RowBudget.bytes(of: value))
                width = max(width, column + 1)
                set(column, to: environment.context.limits.bounded(value), inRow: row)
            }
            if !budget.take(width * MemoryLayout<Value>.stride) { return cut(at: row, for: "extract") }
        }
    }

    private mutating func add(_ assignment: ComputedAssignment) throws(PipelineError) {
        let context = environment.context
        let computed = try ComputedName(assignment, columns: index, context: context)
        for row in rows.rows.indices {
            guard let (name, value) = computed.assignment(for: rows.rows[row], context: context),
                let column = number(of: name)
            else { continue }
            set(column, to: value, inRow: row)
            let grown = RowBudget.bytes(of: value) + (column + 1) * MemoryLayout<Value>.stride
            if !budget.take(grown) { return cut(at: row, for: "eval") }
        }
    }

    /// The number of a column; `nil` for a new one once there are too many, which ``finish()`` tells.
    private mutating func number(of name: String) -> Int? {
        index[name] ?? (index.names.count > limit ? nil : index.number(of: name))
    }

    private mutating func set(_ column: Int, to value: Value, inRow row: Int) {
        rows.rows[row].pad(to: column + 1)
        rows.rows[row][column] = value
    }

    private mutating func cut(at row: Int, for command: String) {
        rows.rows.removeSubrange(row...)
        environment.noteCut(command, behind: row)
    }

    private mutating func finish() throws(PipelineError) {
        guard index.names.count <= limit else {
            throw .unsupported(word: "columns", reason: "the data would make more than \(Self.columnLimit) columns")
        }
        environment.fit(&rows, columns: index.names.count, for: "extract")
        rows.columns = index.names
        for row in rows.rows.indices { rows.rows[row].pad(to: index.names.count) }
    }
}
