import Aggregation
import Pipeline
import TestRandom
import Testing
import Values

@Suite("Rows that later commands drop need not be made")
struct RowDemandTests {
    private static let count = AggregateCall(.count, column: "count")

    /// `timechart span=10s count`
    private static func timechart() -> Command {
        var chart = Chart(rows: "_time", series: nil, cells: [count], isGrouped: false)
        chart.timeline = Chart.Timeline(span: .time(10 * EpochText.second))
        return .chart(chart)
    }

    private static func sort(_ field: String, limit: Int?) -> Command {
        .sort(Sorting(limit: limit, keys: [Sorting.Key(field: field, descending: true)]))
    }

    /// Commands that may stand between the added rows and what keeps some of them.
    private static let between: [Command] = [
        .extract(.filling(value: "0", fields: ["size"])),
        .extract(.filling(value: "0", fields: ["group"])),
        .evaluate([Assignment(column: "size", expression: number(3))]),
        .evaluate([Assignment(column: "size", expression: .field("_time"))]),
        .evaluate([Assignment(column: "later", expression: .field("_time"))]),
        .rename([Renaming(from: "_time", to: "size")]),
        .filter(.binary(.greater, .field("_time"), number(60))),
        .filter(.call(.isnull, [.field("size")])),
        .filter(.call(.isnull, [.field("count")])),
        .deduplicate(Deduplication(fields: ["_time"])),
        .tail(9), .reverse, sort("size", limit: nil), sort("_time", limit: nil), sort("group", limit: 40),
        .table(["_time", "size"]), .fields(keep: false, ["size"]),
    ]

    @Test("and those that are left are the same as if all were made", arguments: 1...20 as ClosedRange<UInt64>)
    func equal(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (columns, tables) = (["_time", "group", "size"], [["_time"], ["_time", "count"], ["size", "_time"]])
        for _ in 0..<50 {
            let rows = (0..<Int.random(in: 0...6, using: &generator)).map { _ -> [Value] in
                let time = Int.random(in: 0...900, using: &generator)
                let size: Value = Bool.random(using: &generator) ? .missing : .number(Double(time % 7))
                return [.text(Text("\(time)")), .text(Text("g\(time % 3)")), size]
            }
            var inner = [Self.timechart()]
            if Int.random(in: 0..<4, using: &generator) > 0 {
                inner.append(.table(tables.randomElement(using: &generator)!))
            }
            var commands = Bool.random(using: &generator) ? inner : [.appendPipe(inner)]
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                commands.append(Self.between.randomElement(using: &generator)!)
            }
            let limit = Int.random(in: 0...30, using: &generator)
            commands.append(
                [.head(limit), Self.sort("size", limit: limit), Self.sort("_time", limit: limit)]
                    .randomElement(using: &generator)!)
            // One command at a time can't know what follows.
            var expected = RowSet(columns: columns, rows: rows)
            for command in commands { expected = try run([command], expected.columns, expected.rows) }
            let found = try run(commands, columns, rows)
            #expect(found == expected, "\(commands) on \(rows)")
        }
    }

    @Test("so that spans without number are no hindrance where only the first are kept")
    func manySpans() throws {
        let rows = [0, 20_000_000].map { [Value.text(Text("\($0)")), .number(1)] }
        let fill = Command.appendPipe([Self.timechart(), .table(["_time"])])
        #expect(throws: PipelineError.self) { try run([fill], ["_time", "total"], rows) }
        let sorted = [fill, Self.sort("_time", limit: 5)]
        #expect(throws: PipelineError.self) { try run(sorted, ["_time", "total"], rows) }
        let found = try run([fill, Self.sort("total", limit: 5)], ["_time", "total"], rows)
        #expect(found.rows.map { $0[0].singleNumber } == [0, 20_000_000, 0, 10, 20])
    }

    @Test("Whether a search makes very many rows hangs on what it keeps of them")
    func gaps() {
        let fill = Command.appendPipe([Self.timechart(), .table(["_time"])])
        #expect(Command.fillGaps([fill]))
        #expect(Command.fillGaps([fill, Self.sort("_time", limit: 10)]))
        #expect(!Command.fillGaps([fill, Self.sort("total", limit: 10)]))
        #expect(!Command.fillGaps([Self.timechart(), .head(3)]))
        #expect(!Command.fillGaps([Self.sort("total", limit: nil)]))
    }
}
