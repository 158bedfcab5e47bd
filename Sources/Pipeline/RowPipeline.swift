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
        var pass = RowPass(on: rows, keys: Set(keys), subsearches: subsearches, in: environment)
        let commands = Array(commands)
        for (index, command) in commands.enumerated() { try pass.run(command, before: commands[(index + 1)...]) }
        try pass.finishStreaming()
        return pass.rows
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
        environment.noteExcess(Int(clamping: table.excessiveEvents), for: "a grouping of rows")
        return table.finish()
    }
}
