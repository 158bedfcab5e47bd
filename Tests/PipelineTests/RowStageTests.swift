import Aggregation
import Pipeline
import TestRandom
import Testing
import Values

@Suite("Commands over several rows")
struct RowStageTests {

    private struct Sample {
        var time: Int
        var group: Int
        var size: Int
    }

    private func samples(_ count: Int, seed: UInt64) -> [Sample] {
        var generator = SeededGenerator(seed: seed)
        var time = 0
        return (0..<count).map { _ in
            time += Int.random(in: 0...40, using: &generator)
            return Sample(
                time: time, group: Int.random(in: 0..<4, using: &generator), size: .random(in: 0..<9, using: &generator)
            )
        }
    }

    private func rows(_ samples: [Sample]) -> [[Value]] {
        samples.map { [.text(Text("\($0.time)")), .text(Text("g\($0.group)")), .text(Text("\($0.size)"))] }
    }

    private static let columns = ["_time", "group", "size"]

    private func statistics() -> RowStatistics {
        RowStatistics(functions: [AggregateCall(.sum, field: "size", column: "total")], keys: ["group"])
    }

    @Test("streamstats sums what a plain look back over all rows sums", arguments: [0, 1, 3, 50], [true, false])
    func windows(window: Int, includesCurrent: Bool) throws {
        for isGlobal in [true, false] {
            let samples = samples(300, seed: 7)
            var options = RunningStatistics(statistics: statistics())
            options.window = window
            options.includesCurrent = includesCurrent
            options.isGlobal = isGlobal
            let found = try run([.runningStatistics(options)], Self.columns, rows(samples)).rows.map(\.[3])
            let expected: [Value] = samples.indices.map { current in
                var before = Array(samples[...current])
                if !includesCurrent { before.removeLast() }
                if !isGlobal { before.removeAll { $0.group != samples[current].group } }
                if window > 0 { before = before.suffix(window) }
                let mine = before.filter { $0.group == samples[current].group }
                return mine.isEmpty ? .missing : .number(Double(mine.reduce(0) { $0 + $1.size }))
            }
            #expect(found == expected, "global \(isGlobal)")
        }
    }

    @Test("a window of time holds what is nearer than its length", arguments: [1, 30, 1000])
    func timeWindows(seconds: Int) throws {
        let samples = samples(300, seed: 11)
        var options = RunningStatistics(statistics: statistics())
        options.timeWindow = Int64(seconds) * EpochText.second
        let found = try run([.runningStatistics(options)], Self.columns, rows(samples)).rows.map(\.[3])
        let expected: [Value] = samples.indices.map { current in
            let near = samples[...current].filter {
                $0.group == samples[current].group && samples[current].time - $0.time < seconds
            }
            return .number(Double(near.reduce(0) { $0 + $1.size }))
        }
        #expect(found == expected)
    }

    @Test("transactions hold each event once, within their limits", arguments: [1, 2, 3])
    func transactions(seed: UInt64) throws {
        let samples = samples(400, seed: seed)
        var rule = TransactionRule(fields: ["group"])
        rule.maximumSpan = 200 * EpochText.second
        rule.maximumPause = 60 * EpochText.second
        rule.maximumEvents = 5
        rule.lists = .all
        let found = try run([.transaction(rule)], Self.columns, rows(samples))
        let counts = found.rows.map { $0[4].singleNumber ?? 0 }
        #expect(counts.reduce(0, +) == 400)
        #expect(counts.allSatisfy { $0 >= 1 && $0 <= 5 })
        #expect(found.rows.allSatisfy { ($0[3].singleNumber ?? 999) <= 200 })
        #expect(found.rows.allSatisfy { Set($0[1].texts).count == 1 })
        let starts = found.rows.map { $0[0].singleNumber ?? 0 }
        #expect(starts == starts.sorted(by: >))
    }

    @Test("the order of rows does not matter to a transaction, but for events of one time")
    func transactionOrder() throws {
        let samples = (0..<100).map { Sample(time: $0 * 3, group: $0 % 5, size: $0) }
        var rule = TransactionRule(fields: ["group"])
        rule.maximumPause = 20 * EpochText.second
        rule.maximumEvents = 4
        var generator = SeededGenerator(seed: 3)
        let inOrder = try run([.transaction(rule)], Self.columns, rows(samples))
        let shuffled = try run([.transaction(rule)], Self.columns, rows(samples.shuffled(using: &generator)))
        #expect(inOrder == shuffled)
    }

    @Test("spans that would make too many rows are refused when they are met, not filled in")
    func endlessTimeline() throws {
        let command = Command.makeContinuous(Continuity(field: "_time", width: .span(.time(1_000_000))))
        #expect(throws: PipelineError.self) {
            _ = try run([command], ["_time"], [["0"], ["1600000000"]])
        }
    }

    @Test("numbers and times at the ends of their range make no span overflow")
    func extremes() throws {
        let far: [[Value]] = [["9223372036"], ["-9223372036"], ["1e308"], ["-1e308"], ["nan"], [.missing]]
        for span in [
            BinSpan.time(3600 * EpochText.second), .time(.max), .calendar(100_000, .day), .number(1e-300),
            .number(1e300), .logarithm(coefficient: 1, base: 1.0000001),
        ] {
            for field in ["_time", "size"] {
                let binning = Binning(field: field, width: .span(span))
                #expect(try run([.bin(binning)], [field], far).rows.count == far.count)
            }
        }
        for field in ["_time", "size"] {
            let binning = Binning(field: field, width: .count(100))
            #expect(try run([.bin(binning)], [field], far).rows.count == far.count)
        }
    }

    @Test("fields that commands read are asked of the events, and no others")
    func requiredFields() {
        func needed(_ commands: [Command]) -> FieldRequirement {
            SearchPlan(source: .events, filter: .constant(true), commands: commands).requiredFields
        }
        let stats = Command.stats(
            Grouping(
                keys: [GroupKey(field: "hour", column: "hour")], functions: [AggregateCall(.count, column: "count")]))
        let bin = Command.bin(Binning(field: "_time", column: "hour", width: .span(.time(1))))
        #expect(needed([bin, stats]) == .named(["_time"]))
        let running = Command.runningStatistics(RunningStatistics(statistics: statistics()))
        #expect(needed([running, bin, stats]) == .named(["_time", "group", "size"]))
        let chart = Chart(
            rows: "a", series: "b", cells: [AggregateCall(.average, field: "c", column: "m")], isGrouped: false)
        #expect(needed([.chart(chart)]) == .named(["a", "b", "c"]))
        var rule = TransactionRule(fields: ["user"])
        rule.start = .expression(.binary(.equal, .field("step"), .literal(1)))
        #expect(needed([.transaction(rule)]) == .all)
        #expect(needed([.transaction(rule), .table(["duration"])]) == .named(["_time", "step", "user"]))
        #expect(needed([.transaction(rule), stats]) == .named(["_time", "hour", "step", "user"]))
    }

    static let widening: [(String, Reshaping)] = [
        ("contingency", .contingency(Contingency(rows: "left", columns: "right"))),
        ("multikv", .tables(RawTable())),
        ("trendline", .trends([Trend(kind: .simple, period: 2, field: "left", column: "average")])),
    ]

    @Test("What does not fit in memory is left out, and a sentence says so", arguments: widening)
    func memory(command: String, reshaping: Reshaping) throws {
        let rows = (0..<100).map { number -> [Value] in
            [.text("A B\n1 2\n3 4"), .number(Double(number)), .number(Double(99 - number))]
        }
        let set = RowSet(columns: ["_raw", "left", "right"], rows: rows)
        let whole = PipelineEnvironment(context: sampleContext)
        let all = try RowPipeline.run([.reshape(reshaping)], on: set, subsearches: [], in: whole)
        let narrow = PipelineEnvironment(context: sampleContext, rowMemory: 4_000)
        let some = try RowPipeline.run([.reshape(reshaping)], on: set, subsearches: [], in: narrow)
        #expect(whole.notes.isEmpty)
        #expect(!narrow.notes.isEmpty)
        #expect(narrow.notes.allSatisfy { $0.hasPrefix("\(command) ") && $0.contains(" only the first ") })
        #expect(!some.rows.isEmpty && some.rows.count < all.rows.count)
    }
}
