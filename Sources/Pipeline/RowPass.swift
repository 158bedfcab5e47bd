import Aggregation
import Values

/// One run of commands over rows, which come out of one command as the next one needs them.
struct RowPass {
    /// Changed in place: there may be hundreds of thousands of them.
    private(set) var rows: RowSet
    /// The by-fields among the columns.
    private var keys: Set<String>
    /// Commands that look at one row at a time wait here, to run together, once a row.
    private var streaming: [Command] = []
    private let subsearches: [Subsearch]
    private let environment: PipelineEnvironment

    init(
        on rows: consuming RowSet, keys: Set<String>, subsearches: [Subsearch], in environment: PipelineEnvironment
    ) {
        self.rows = rows
        self.keys = keys
        self.subsearches = subsearches
        self.environment = environment
    }

    /// `following` are the commands that run behind it.
    mutating func run(_ command: Command, before following: ArraySlice<Command>) throws(PipelineError) {
        let command = try command.resolved(with: subsearches, in: environment)
        if command.isStreaming {
            streaming.append(command)
        } else {
            try finishStreaming()
            try runOverAll(command, before: following)
        }
    }

    /// Runs the streaming commands that wait.
    mutating func finishStreaming() throws(PipelineError) {
        guard !streaming.isEmpty else { return }
        let program = try RowProgram(streaming, columns: rows.columns, keys: keys, context: environment.context)
        streaming = []
        rows.columns = program.columns
        keys = program.keys
        if !program.apply(toAll: &rows.rows, within: environment.budget) {
            environment.noteCut("eval or its like", behind: rows.rows.count)
        }
    }

    /// Runs a command that needs all rows at once.
    private mutating func runOverAll(
        _ command: Command, before following: ArraySlice<Command>
    ) throws(PipelineError) {
        let context = environment.context
        switch command {
        // Which rows there are, and in what order.
        case .sort(let sorting):
            rows.rows = RowOrder(sorting.keys, columns: rows.columns).sorted(rows.rows)
            if let limit = sorting.limit, limit >= 0 { keepFirst(limit) }
        case .head(let count): keepFirst(max(0, count))
        case .headWhile(let head): rows = try HeadStage.run(head, on: rows, context: context)
        case .tail(let count): rows.rows = rows.rows.suffix(max(0, count)).reversed()
        case .reverse: rows.rows.reverse()
        case .deduplicate(let deduplication): rows = deduplication.applied(to: rows)
        case .transaction(let rule): rows = try TransactionStage.run(rule, on: rows, context: context)

        // Groups of rows.
        case .stats(let grouping):
            rows = RowPipeline.group(rows, grouping, in: environment)
            keys = Set(grouping.keys.map(\.column))
        case .rowStatistics(let statistics):
            rows = StatisticsStage.stats(statistics, on: rows, in: environment)
            keys = Set(statistics.keys)
        case .eventStatistics(let statistics):
            StatisticsStage.addEventStatistics(statistics, to: &rows, in: environment)
        case .runningStatistics(let statistics):
            rows = try StreamStatisticsStage.run(statistics, on: rows, in: environment)
        case .chart(let chart):
            let limit = RowDemand.limit(of: nil, before: following)
            rows = try ChartStage.run(chart, on: rows, keeping: limit, in: environment)
            keys = [chart.rows]
        case .topValues(let top):
            rows = TopStage.run(top, on: rows)
            keys = Set(top.keys + top.fields)
        case .bin(let binning) where !binning.isStreaming:
            rows = BinStage.run(binning, on: rows, context: context)
        case .makeContinuous(let continuity):
            rows = try ContinuityStage.run(continuity, on: rows, context: context)

        // Another table.
        case .reshape(let reshaping):
            rows = reshaping.applied(to: rows, in: environment)
            keys.formIntersection(rows.columns)
        case .extract(let extraction) where extraction.makesUnknownColumns:
            rows = try ColumnDiscovery.run(extraction, on: rows, in: environment)
        case .returnValues(let values):
            rows = values.returned(rows, in: environment)
            keys = []

        // The rows of other searches.
        case .join(let join):
            let partners = try environment.rows(of: join.subsearch, limit: environment.limits.join, for: "join")
            rows = join.joined(rows, with: partners, in: environment)
        case .append(let append): try add(append)
        case .appendColumns(let append): try addColumns(append)
        case .appendPipe(let commands):
            let added = try RowPipeline.run(
                RowDemand.appended(commands, before: following), on: rows, keys: Array(keys), subsearches: subsearches,
                in: environment)
            environment.append(added, to: &rows, for: "appendpipe")
        case .map(let map):
            rows = try map.mapped(rows, in: environment)
            keys = []

        case .bin, .search, .filter, .evaluate, .rename, .convert, .fields, .table, .lookup, .extract:
            streaming = [command]
        }
    }

    private mutating func keepFirst(_ count: Int) {
        if rows.rows.count > count { rows.rows.removeSubrange(count...) }
    }

    private mutating func add(_ append: Append) throws(PipelineError) {
        let limit = append.limit ?? environment.limits.append
        let added = try environment.rows(of: append.subsearch, limit: limit, for: "append")
        environment.append(added, to: &rows, for: "append")
    }

    private mutating func addColumns(_ append: AppendColumns) throws(PipelineError) {
        let limit = append.limit ?? environment.limits.append
        var added = try environment.rows(of: append.subsearch, limit: limit, for: "appendcols")
        let columns = Set(rows.columns).union(added.columns).count
        environment.fit(&rows, columns: columns, for: "appendcols")
        environment.fit(&added, columns: columns, for: "appendcols")
        rows.appendColumns(added, overrides: append.overrides)
    }
}
