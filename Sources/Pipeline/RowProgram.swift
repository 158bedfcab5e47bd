import Matching
public import Values

/// Streaming commands compiled for rows with known columns: each row goes through on its own.
///
/// It keeps nothing between rows, so it runs where the events are, in any number of copies.
public struct RowProgram: Sendable {
    /// The columns of the rows that come out, in order.
    public let columns: [String]
    /// Those of the columns that are by-fields of the grouping that made the rows; they win when a renaming collides.
    public let keys: Set<String>
    private let steps: [Step]
    private let context: EvaluationContext
    /// The only columns whose values change, where these keep their places.
    private let changedColumns: [Int]?

    private enum Step: Sendable {
        case search(SearchStep)
        case condition(ConditionNode)
        case assign(Int, ValueNode)
        /// The row becomes these columns of it; -1 is a missing value.
        case pick([Int])
        /// A column takes the value of another where it has none.
        case fill(Int, from: Int)
        case convert(ConversionStep)
        case bin(BinStep)
        case extract(ExtractionStep)
        case lookup(LookupStep)
    }

    /// How many commands at the start of a search are streaming: they look at one row at a time.
    public static func streamingPrefix(of commands: some Collection<Command>) -> Int {
        commands.prefix { $0.isStreaming }.count
    }

    /// `commands` must all be streaming (``Command/isStreaming``); `columns` are those of the rows that come in.
    public init(
        _ commands: some Sequence<Command>, columns: [String], keys: Set<String> = [], context: EvaluationContext
    ) throws(PipelineError) {
        var layout = ColumnLayout(columns, keys: keys)
        var steps: [Step] = []
        try Self.append(commands, to: &steps, &layout, context)
        self.steps = steps
        changedColumns = Self.changedColumns(of: steps)
        self.columns = layout.index.names
        self.keys = layout.keys
        self.context = context
    }

    /// The steps of commands; those of a `foreach` once for each field that is there by then.
    private static func append(
        _ commands: some Sequence<Command>, to steps: inout [Step], _ layout: inout ColumnLayout,
        _ context: EvaluationContext
    ) throws(PipelineError) {
        for command in commands {
            switch command {
            case .search(let predicate): steps.append(.search(SearchStep(predicate, columns: layout.index)))
            case .filter(let expression):
                steps.append(.condition(try Self.compiler(layout, context).condition(expression)))
            case .evaluate(let assignments):
                for assignment in assignments {
                    let node = try Self.compiler(layout, context).value(assignment.expression)
                    steps.append(.assign(layout.index.number(of: assignment.column), node))
                }
            case .rename(let renamings):
                for renaming in renamings {
                    guard let renamed = try layout.rename(renaming) else { continue }
                    for (column, other) in renamed.filled { steps.append(.fill(column, from: other)) }
                    steps.append(.pick(renamed.picked))
                }
            case .fields(let keep, let names): steps.append(.pick(layout.fields(names, keep: keep)))
            case .table(let names): steps.append(.pick(layout.table(names)))
            case .convert(let conversion):
                steps.append(.convert(ConversionStep(conversion, layout: &layout)))
            case .bin(let binning) where binning.isStreaming:
                guard case .span(let span) = binning.width else { continue }
                steps.append(.bin(BinStep(binning, span: span, layout: &layout, context: context)))
            case .extract(.iteration(let iteration)) where iteration.isOverFields:
                try iteration.checkSize(over: layout.index.names)
                let inner = iteration.commands(for: layout.index.names)
                try Self.append(inner, to: &steps, &layout, context)
            case .extract(let extraction):
                steps.append(.extract(try ExtractionStep(extraction, layout: &layout, context: context)))
            case .lookup(let lookup): steps.append(.lookup(LookupStep(lookup, layout: &layout)))
            default:
                preconditionFailure("a command that is not streaming was given as one")
            }
        }
    }

    /// Whether all that it does is to keep, leave out and rename columns: it takes no row's measure, and finds nothing to tell.
    public var onlyMovesColumns: Bool {
        steps.allSatisfy { step in
            switch step {
            case .pick, .fill: true
            default: false
            }
        }
    }

    /// Whether a command may drop a row.
    public var mayDropRows: Bool {
        steps.contains { step in
            switch step {
            case .search, .condition: true
            case .extract(let extraction): extraction.isCondition
            default: false
            }
        }
    }

    private static func changedColumns(of steps: [Step]) -> [Int]? {
        var columns: [Int] = []
        for step in steps {
            switch step {
            case .search, .condition: continue
            case .assign(let column, _), .fill(let column, _): columns.append(column)
            default: return nil
            }
        }
        return columns.unique
    }

    private static func compiler(_ layout: ColumnLayout, _ context: EvaluationContext) -> ExpressionCompiler {
        ExpressionCompiler(columns: layout.index, context: context)
    }

    /// Takes rows through all commands, in place: only those that no command drops are left, in their order.
    ///
    /// - Returns: false where what they grew by does not fit in the budget; the rows from there on are left out.
    func apply(toAll rows: inout [[Value]], within budget: RowBudget) -> Bool {
        var budget = budget
        var kept = 0
        var isWhole = true
        for number in rows.indices {
            let before = bytes(of: rows[number])
            guard apply(to: &rows[number]) else {
                // It has grown before it was dropped.
                rows[number] = []
                continue
            }
            isWhole = budget.take(max(0, bytes(of: rows[number]) - before))
            guard isWhole else { break }
            if kept < number { rows.swapAt(kept, number) }
            kept += 1
        }
        rows.removeSubrange(kept...)
        return isWhole
    }

    /// About how many bytes take what a row holds that the commands may change: rows may share large values, and all that is
    /// the same before and behind them need not be weighed.
    private func bytes(of row: [Value]) -> Int {
        guard let changedColumns else { return RowBudget.bytes(of: row) }
        return changedColumns.reduce(RowBudget.frame(columns: row.count)) {
            $1 < row.count ? $0 + RowBudget.bytes(of: row[$1]) : $0
        }
    }

    /// Takes a row with the incoming columns through all commands; false where one of them drops it.
    public func apply(to row: inout [Value]) -> Bool {
        for step in steps {
            switch step {
            case .search(let search):
                if !search.holds(for: row) { return false }
            case .condition(let condition):
                if condition.truth(in: EvaluationScope(RowView(row), context: context)) != true { return false }
            case .assign(let column, let node):
                let value = node.value(in: EvaluationScope(RowView(row), context: context)).normalised
                if column < row.count {
                    row[column] = value
                } else {
                    row.makeRoom(for: column + 1)
                    row.append(value)
                }
            case .pick(let columns):
                row = columns.map { $0 < 0 ? .missing : row[$0] }
            case .fill(let column, let other):
                if row[column].isMissing { row[column] = row[other] }
            case .convert(let conversion): conversion.apply(to: &row, context: context)
            case .bin(let bin): bin.apply(to: &row)
            case .extract(let extraction):
                if !extraction.apply(to: &row, context: context) { return false }
            case .lookup(let lookup): lookup.apply(to: &row, context.limits)
            }
        }
        return true
    }
}

extension Command {
    /// Whether the command looks at one row at a time, and so may run before rows are brought together.
    public var isStreaming: Bool {
        switch self {
        case .bin(let binning): binning.isStreaming
        case .extract(let extraction): !extraction.makesUnknownColumns
        case .search, .filter, .evaluate, .rename, .convert, .fields, .table, .lookup: !isDeferred
        default: false
        }
    }

    /// Whether the command makes new rows of all rows, which hold nothing but what it names.
    public var isTransforming: Bool {
        switch self {
        case .stats, .rowStatistics, .chart, .topValues: true
        default: false
        }
    }
}

extension ValueTest {
    /// Whether any text of a cell passes, one that is empty among them.
    func holds(for value: Value) -> Bool {
        value.anyText { $0.isEmpty ? takesEmptyText : matches($0) }
    }
}

extension Value {
    /// Whether any of its texts passes a test.
    func anyText(_ test: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        switch self {
        case .missing: false
        case .text(let text): text.bytes.withUnsafeBytes(test)
        case .number, .multivalue: texts.contains { $0.bytes.withUnsafeBytes(test) }
        }
    }
}
