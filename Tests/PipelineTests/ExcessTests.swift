import Aggregation
import Pipeline
import Testing
import Values

@Suite("Rows with too many values together")
struct ExcessTests {
    private static let fields = ["a", "b", "c"]

    /// A row in a million groups and more, and one in eight.
    private static let rows: [[Value]] = [101, 2].map { count in
        let values = Value.multivalue((0..<count).map { Text("\($0)") })
        return [values, values, values]
    }

    private static let count = AggregateCall(.count, column: "count")

    private static let commands: [(String, Command)] = [
        ("eventstats", .eventStatistics(RowStatistics(functions: [count], keys: fields))),
        (
            "streamstats",
            .runningStatistics(RunningStatistics(statistics: RowStatistics(functions: [count], keys: fields)))
        ),
        (
            "a grouping of rows",
            .stats(Grouping(keys: fields.map { GroupKey(field: $0, column: $0) }, functions: [count]))
        ),
        (
            "join",
            .join(
                Join(
                    subsearch: Subsearch(plan: SearchPlan(source: .events, filter: .constant(true), commands: [])),
                    fields: fields))
        ),
    ]

    @Test("They are passed over, which is told, and others count", arguments: commands)
    func told(name: String, command: Command) throws {
        let partners = RowSet(columns: Self.fields + ["count"], rows: [["1", "0", "1", 1]])
        let environment = PipelineEnvironment(
            context: sampleContext, rowsOf: { (_: Subsearch) throws(PipelineError) in partners })
        let found = try RowPipeline.run(
            [command], on: RowSet(columns: Self.fields, rows: Self.rows), subsearches: [], in: environment)
        let sentence =
            "\(name) passed over 1 rows: their multivalue by-fields combine to more than 1000000 groups each, "
        #expect(environment.notes.count == 1 && environment.notes[0].hasPrefix(sentence))
        #expect(found.rows.count { $0[3] == 1 } == (name == "a grouping of rows" ? 8 : 1))
        #expect(found.rows.count { $0[3].isMissing } == (name.hasSuffix("stats") ? 1 : 0))
    }

    @Test("A lookup counts the rows that it passes over, and looks up thousands of values")
    func lookups() throws {
        let table = LookupTable(name: "t", columns: ["a", "b", "c", "d"], rows: [["0", "1", "0", "found"]])
        let pairs = Self.fields.map { Lookup.Pair(field: $0, column: $0) }
        let output = [Lookup.Pair(field: "d", column: "d")]
        let lookup = Command.lookup(Lookup(table: table, inputs: pairs, outputs: output, keepsValues: false))
        var context = sampleContext
        context.limits = EvaluationLimits()
        let found = try RowPipeline.run(
            [lookup], on: RowSet(columns: Self.fields, rows: Self.rows), context: context)
        #expect(found.rows.map(\.[3]) == [.missing, "found"])
        #expect(context.limits.excessiveLookups == 1)

        let many = Value.multivalue((0..<5000).map { Text("\(4999 - $0)") })
        let one = Command.lookup(Lookup(table: table, inputs: [pairs[0]], outputs: output, keepsValues: false))
        let all = try RowPipeline.run([one], on: RowSet(columns: ["a"], rows: [[many]]), context: context)
        #expect(all.rows == [[many, "found"]])
        #expect(context.limits.excessiveLookups == 1)
    }
}
