import Pipeline
import TestRandom
import Testing
import Values

@Suite("Joins")
struct JoinTests {
    private static let own = ["_time", "a", "b", "row"]
    private static let others = ["_time", "a", "b", "partner"]

    private func rows(_ count: Int, _ generator: inout SeededGenerator) -> [[Value]] {
        let values: [Value] = [
            .missing, "1", "2", .number(1), .multivalue(["1", "2"]), .multivalue(["2", "1", "2"]), .multivalue(["3"]),
        ]
        return (0..<count).map { number in
            let time: Value = generator.once(in: 6) ? .missing : .text(Text("\(generator.below(30))"))
            return [time, generator.pick(values), generator.pick(values), .text(Text("\(number)"))]
        }
    }

    private func joined(_ rows: [[Value]], with partners: [[Value]], by join: Join) throws -> RowSet {
        let environment = PipelineEnvironment(
            context: sampleContext,
            rowsOf: { (_: Subsearch) throws(PipelineError) in RowSet(columns: Self.others, rows: partners) })
        return try RowPipeline.run(
            [.join(join)], on: RowSet(columns: Self.own, rows: rows), subsearches: [], in: environment)
    }

    private let subsearch = Subsearch(plan: SearchPlan(source: .events, filter: .constant(true), commands: []))

    @Test("A row gets the first partners that a look through all of them finds", arguments: 0..<60)
    func partners(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let fields = generator.pick([["a"], ["a", "b"]])
        var join = Join(subsearch: subsearch, fields: fields)
        join.limit = generator.pick([nil, 1, 2])
        join.earlier = generator.pick([nil, true, false])
        join.keepsUnmatched = generator.once(in: 2)
        let rows = rows(30, &generator)
        let partners = self.rows(50, &generator)
        let found = try joined(rows, with: partners, by: join).rows.map { [$0[3].texts, $0[4].texts] }

        var expected: [[[Text]]] = []
        for row in rows {
            let matching = partners.filter { partner in
                let shares = fields.indices.allSatisfy {
                    !Set(row[1 + $0].texts).isDisjoint(with: partner[1 + $0].texts)
                }
                guard shares, let earlier = join.earlier else { return shares }
                guard let first = partner[0].singleNumber, let second = row[0].singleNumber else { return false }
                return earlier ? first <= second : first >= second
            }
            for partner in matching.prefix(join.limit ?? .max) { expected.append([row[3].texts, partner[3].texts]) }
            if matching.isEmpty, join.keepsUnmatched { expected.append([row[3].texts, []]) }
        }
        #expect(found == expected, "\(join)")
    }

    @Test(
        "twenty thousand rows that all have the same partners are no more work than their number",
        .timeLimit(.minutes(5)), arguments: [nil, true, false])
    func manyPartners(earlier: Bool?) throws {
        var join = Join(subsearch: subsearch, fields: ["a"])
        join.earlier = earlier
        let rows = (0..<20_000).map { number -> [Value] in
            [.text(Text("\(number)")), "same", "1", .text(Text("\(number)"))]
        }
        #expect(try joined(rows, with: rows.reversed(), by: join).rows.count == 20_000)
    }
}
