import Aggregation
public import Values

/// Runs commands over whole row sets: the stages of a search behind its first grouping.
public enum RowPipeline {
    /// The rows that come out of the commands, which run one after the other.
    ///
    /// `rows` are in input order. `keys` are the by-fields among its columns, where a grouping made it: they win when a
    /// renaming collides. Rows that lack a column hold a missing value under it.
    public static func run(
        _ commands: some Sequence<Command>, on rows: RowSet, keys: [String] = [], context: EvaluationContext
    ) throws(PipelineError) -> RowSet {
        try run(commands, on: rows, keys: keys, subsearches: [], in: PipelineEnvironment(context: context))
    }

    /// The same where commands may bring in other searches: `subsearches` are those that conditions wait for.
    /// - Throws: ``PipelineError/awaits`` where the environment does not know one of them yet.
    public static func run(
        _ commands: some Sequence<Command>, on rows: consuming RowSet, keys: [String] = [], subsearches: [Subsearch],
        in environment: PipelineEnvironment
    ) throws(PipelineError) -> RowSet {
        let context = environment.context
        // Changed in place from here on: there may be hundreds of thousands of rows.
        var result = consume rows
        var keys = Set(keys)
        // Commands that look at one row at a time run together, once a row.
        var streaming: [Command] = []
        for command in commands {
            var command = command
            if case .search(let predicate) = command {
                command = .search(try predicate.resolved(with: subsearches, in: environment))
            }
            if command.isStreaming {
                streaming.append(command)
                continue
            }
            try apply(&streaming, to: &result, &keys, environment)
            switch command {
            case .sort(let sorting):
                result.rows = RowOrder(sorting.keys, columns: result.columns).sorted(result.rows)
                if let limit = sorting.limit, limit >= 0, result.rows.count > limit {
                    result.rows.removeSubrange(limit...)
                }
            case .head(let count):
                if result.rows.count > max(0, count) { result.rows.removeSubrange(max(0, count)...) }
            case .deduplicate(let deduplication): result = deduplicate(result, deduplication)
            case .stats(let grouping):
                result = group(result, grouping, in: environment)
                keys = Set(grouping.keys.map(\.column))
            case .bin(let binning) where !binning.isStreaming:
                result = BinStage.run(binning, on: result, context: context)
            case .eventStatistics(let statistics):
                StatisticsStage.addEventStatistics(statistics, to: &result, in: environment)
            case .runningStatistics(let statistics):
                result = try StreamStatisticsStage.run(statistics, on: result, in: environment)
            case .rowStatistics(let statistics):
                result = StatisticsStage.stats(statistics, on: result, in: environment)
                keys = Set(statistics.keys)
            case .chart(let chart):
                result = try ChartStage.run(chart, on: result, in: environment)
                keys = [chart.rows]
            case .topValues(let top):
                result = TopStage.run(top, on: result)
                keys = Set(top.keys + top.fields)
            case .makeContinuous(let continuity):
                result = try ContinuityStage.run(continuity, on: result, context: context)
            case .headWhile(let head): result = try HeadStage.run(head, on: result, context: context)
            case .tail(let count): result.rows = result.rows.suffix(max(0, count)).reversed()
            case .reverse: result.rows.reverse()
            case .transaction(let rule): result = try TransactionStage.run(rule, on: result, context: context)
            case .reshape(let reshaping):
                result = reshaping.applied(to: result, in: environment)
                keys.formIntersection(result.columns)
            case .extract(let extraction) where extraction.makesUnknownColumns:
                result = try ColumnDiscovery.run(extraction, on: result, in: environment)
            case .join(let join):
                let partners = try environment.rows(of: join.subsearch, limit: environment.limits.join, for: "join")
                result = join.joined(result, with: partners, in: environment)
            case .append(let append):
                let limit = append.limit ?? environment.limits.append
                let rows = try environment.rows(of: append.subsearch, limit: limit, for: "append")
                environment.append(rows, to: &result, for: "append")
            case .appendColumns(let append):
                var rows = try environment.rows(
                    of: append.subsearch, limit: environment.limits.append, for: "appendcols")
                let columns = Set(result.columns).union(rows.columns).count
                environment.fit(&result, columns: columns, for: "appendcols")
                environment.fit(&rows, columns: columns, for: "appendcols")
                result.appendColumns(rows, overrides: append.overrides)
            case .appendPipe(let inner):
                let rows = try run(inner, on: result, keys: Array(keys), subsearches: subsearches, in: environment)
                environment.append(rows, to: &result, for: "appendpipe")
            case .map(let map):
                result = try map.mapped(result, in: environment)
                keys = []
            case .returnValues(let values):
                result = values.returned(result)
                keys = []
            case .bin, .search, .filter, .evaluate, .rename, .convert, .fields, .table, .lookup, .extract:
                streaming = [command]
            }
        }
        try apply(&streaming, to: &result, &keys, environment)
        return result
    }

    /// Runs streaming commands over all rows, and takes them out of the list.
    private static func apply(
        _ commands: inout [Command], to rows: inout RowSet, _ keys: inout Set<String>,
        _ environment: PipelineEnvironment
    ) throws(PipelineError) {
        guard !commands.isEmpty else { return }
        let program = try RowProgram(commands, columns: rows.columns, keys: keys, context: environment.context)
        commands = []
        rows.columns = program.columns
        keys = program.keys
        if !program.apply(toAll: &rows.rows, within: environment.budget) {
            environment.noteCut("eval or its like", behind: rows.rows.count)
        }
    }

    /// Finds what is wrong with commands before any row is there: what ``run(_:on:keys:context:)`` would throw.
    public static func check(
        _ commands: some Sequence<Command>, context: EvaluationContext
    ) throws(PipelineError) {
        _ = try run(commands, on: RowSet(), context: context)
    }

    /// `stats` over rows, with the rows' numbers as input order.
    static func group(_ rows: RowSet, _ grouping: Grouping, in environment: PipelineEnvironment) -> RowSet {
        var table = GroupTable(grouping)
        var reader = RowAggregateReader(grouping, columns: rows.columns)
        var key = GroupKeyBuffer()
        for (number, row) in rows.rows.enumerated() {
            reader.read(row, order: EventOrder(offset: UInt64(number)))
            table.update(from: &reader, key: &key)
            guard table.finishedBytes <= environment.rowMemory else {
                environment.note(
                    "only the first \(number + 1) rows were put into groups: the groups of more do not fit in "
                        + "\(environment.rowMemory >> 20) MiB")
                break
            }
        }
        return table.finish()
    }

    private static func deduplicate(_ rows: RowSet, _ options: Deduplication) -> RowSet {
        var result = rows
        // Sorting comes first: it decides which rows are kept.
        let sorted = RowOrder(options.sortedBy, columns: rows.columns).sorted(rows.rows)
        let index = ColumnIndex(rows.columns)
        let columns = options.fields.map { index[$0] }
        var counts: [[Value]: Int] = [:]
        var previous: [Value]?
        result.rows = []
        for var row in sorted {
            let combination = columns.map { $0.map { row[$0].comparable } ?? .missing }
            if combination.contains(.missing) {
                if options.keepsEmpty || options.keepsEvents { result.rows.append(row) }
                continue
            }
            if options.consecutive, combination != previous { counts = [:] }
            previous = combination
            counts[combination, default: 0] += 1
            if counts[combination, default: 0] > options.count {
                guard options.keepsEvents else { continue }
                for case let column? in columns { row[column] = .missing }
            }
            result.rows.append(row)
        }
        return result
    }
}

extension Value {
    /// The value as text, so that a number and its text are the same.
    fileprivate var comparable: Value {
        if case .number(let number) = self { return .text(NumberText.text(number)) }
        return self
    }
}
