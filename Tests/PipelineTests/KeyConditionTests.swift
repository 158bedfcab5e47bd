import Aggregation
import Matching
import Pipeline
import TestRandom
import Testing
import Values

@Suite("Conditions on by-fields behind a grouping")
struct KeyConditionTests {
    private static let grouping = Grouping(
        keys: [GroupKey(field: "host", column: "Data.host"), GroupKey(field: "value", column: "Data.value")],
        functions: [AggregateCall(.count, column: "count"), AggregateCall(.maximum, field: "size", column: "most")])
    private static let renaming = Command.rename([Renaming(from: "Data.*", to: "*")])

    private func condition(_ commands: [Command]) -> KeyCondition? {
        KeyCondition(commands, behind: Self.grouping, context: sampleContext)
    }

    private func isLong(_ field: String) -> Command {
        .filter(.binary(.greater, .call(.len, [.field(field)]), number(3)))
    }

    private func isMuch(_ field: String) -> Command { .filter(.binary(.greater, .field(field), number(2))) }

    @Test("are found behind renamings and evaluations")
    func found() throws {
        let renamed = try #require(condition([Self.renaming, isLong("value")]))
        #expect(renamed.holds(["h", "long"]))
        #expect(!renamed.holds(["host", "no"]))
        let size = Command.evaluate([Assignment(column: "size", expression: .call(.len, [.field("value")]))])
        let evaluated = try #require(condition([Self.renaming, size, .fields(keep: true, ["size"]), isMuch("size")]))
        #expect(evaluated.holds(["h", "abc"]))
        #expect(!evaluated.holds(["h", "ab"]))
    }

    @Test("are told from those that read what was aggregated")
    func aggregates() throws {
        #expect(condition([isMuch("count")]) == nil)
        #expect(condition([.rename([Renaming(from: "m*", to: "n*")]), isMuch("nost")]) == nil)
        let mixed = Command.evaluate([
            Assignment(column: "x", expression: .binary(.concatenate, .field("Data.host"), .field("count")))
        ])
        #expect(condition([mixed, isLong("x")]) == nil)
        // One that reads them does not hide the next.
        let both = try #require(condition([isMuch("count"), isLong("Data.host")]))
        #expect(both.holds(["long", "x"]))
        #expect(!both.holds(["no", "x"]))
    }

    @Test("count up to the first command that looks at several rows")
    func several() {
        #expect(condition([.head(1), isLong("Data.host")]) == nil)
        #expect(condition([.search(.constant(true))]) == nil)
        #expect(condition([]) == nil)
    }

    @Test("keep whatever the commands keep of the rows", arguments: [1, 2, 3, 4, 5, 6, 7, 8])
    func sameRows(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var kept = 0
        var conditions = 0
        for _ in 0..<60 {
            let commands = (0..<Int.random(in: 1...5, using: &random)).map { _ in command(&random) }
            let rows: [[Value]] = (0..<40).map { _ in
                [
                    word(&random), random.once(in: 6) ? .multivalue(["a", "abcd"]) : word(&random),
                    .number(Double(random.pick([1, 2, 9]))),
                ]
            }
            let found = condition(commands)
            if found != nil { conditions += 1 }
            let all = try run(commands, on: table(rows, nil))
            let some = try run(commands, on: table(rows, found))
            #expect(all == some, "\(commands)")
            kept += all.rows.count
        }
        #expect(kept > 100)
        #expect(conditions > 10)
    }

    private func table(_ rows: [[Value]], _ condition: KeyCondition?) -> RowSet {
        var table = GroupTable(Self.grouping)
        if let condition { table.admission = { condition.holds($0) } }
        var reader = RowAggregateReader(Self.grouping, columns: ["host", "value", "size"])
        var key = GroupKeyBuffer()
        for (number, row) in rows.enumerated() {
            reader.read(row, order: EventOrder(offset: UInt64(number)))
            table.update(from: &reader, key: &key)
        }
        return table.finish()
    }

    private func run(_ commands: [Command], on rows: RowSet) throws -> RowSet {
        try RowPipeline.run(
            commands, on: rows, keys: Self.grouping.keys.map { $0.column }, context: sampleContext)
    }

    private func word(_ random: inout SeededGenerator) -> Value {
        .text(Text(random.pick(["a", "ab", "abcd", "long one", "7", "12", "HOST"])))
    }

    private func command(_ random: inout SeededGenerator) -> Command {
        let names = ["Data.host", "Data.value", "host", "value", "count", "most", "x"]
        let name = random.pick(names)
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return Self.renaming
        case 1: return .rename([Renaming(from: name, to: random.pick(names))])
        case 2:
            let joined = Expression.binary(.concatenate, .field(name), .field(random.pick(names)))
            return .evaluate([Assignment(column: random.pick(names), expression: joined)])
        case 3: return .evaluate([Assignment(column: "x", expression: .call(.len, [.field(name)]))])
        case 4: return isLong(name)
        case 5: return isMuch(name)
        case 6: return .search(.field(name, .equals(WildcardPattern("*a*"))))
        case 7: return .fields(keep: random.once(in: 2), [name, "count"])
        default: return .filter(.call(.isnotnull, [.field(name)]))
        }
    }
}
