import Aggregation
import Pipeline
import TestRandom
import Testing
import Values

@Suite("Aggregates of the rows up to each")
struct RunningStatisticsTests {
    private static let columns = ["_time", "g", "h", "x", "restart"]

    /// Every aggregate, of a field in which numbers, texts and several values stand beside each other.
    private static let calls: [AggregateCall] = {
        let functions: [AggregateFunction] = [
            .count, .distinctCount, .minimum, .maximum, .range, .sum, .sumOfSquares, .average, .standardDeviation,
            .populationDeviation, .variance, .populationVariance, .values, .list, .first, .last, .earliest, .latest,
            .mode,
            .earliestTime, .latestTime, .rate, .median, .percentile(0), .percentile(33), .percentile(95),
            .percentile(100),
            .distinctCountError,
        ]
        return [AggregateCall(.count, column: "rows")]
            + functions.enumerated().map { AggregateCall($1, field: "x", column: "column \($0)") }
    }()

    private static let values: [Value] = [
        "1", "2", "10", "1.0", "-3", "-0", "1e200", "0.1", "a", "b", "", .text(""), .number(2), .number(-0.0),
        .number(1 / 3), .number(.infinity), .missing, .missing, .multivalue(["1", "b", "1"]), .multivalue(["5", ""]),
        .multivalue(["7"]),
    ]
    private static let keys: [Value] = [
        "a", "b", "c", .number(1), "1", .missing, .multivalue(["a", "b"]), .multivalue(["b", "a", "b"]),
    ]

    private static func rows(_ count: Int, _ generator: inout SeededGenerator) -> [[Value]] {
        var time = 1000
        // Mostly numbers alone in some samples, so that the lowest is one.
        let values = generator.once(in: 2) ? values : Array(values.prefix(8))
        return (0..<count).map { _ in
            time += generator.below(8)
            let moment: Value = generator.once(in: 15) ? .missing : .text(Text("\(time - generator.below(3))"))
            return [
                moment, generator.pick(keys), generator.pick(keys.prefix(3)), generator.pick(values),
                generator.once(in: 12) ? "yes" : "no",
            ]
        }
    }

    /// What a look back over all rows finds: the windows as plain lists, the aggregates as `stats` computes them.
    private struct PlainLook {
        let options: RunningStatistics
        let rows: [[Value]]
        var all: [Int] = []
        var ofGroup: [[Text]: [Int]] = [:]

        func combinations(_ row: [Value]) -> [[Text]] {
            options.statistics.keys.reduce([[]]) { known, key in
                let texts = row[RunningStatisticsTests.columns.firstIndex(of: key) ?? 0].texts
                return known.flatMap { start in texts.map { start + [$0] } }
            }
        }

        private func isNear(_ number: Int, _ current: Int) -> Bool {
            guard let length = options.timeWindow else { return true }
            guard let first = rows[number][0].singleNumber, let second = rows[current][0].singleNumber else {
                return number == current
            }
            return abs(first - second) < Double(length / EpochText.second)
        }

        private func trimmed(_ list: [Int], at current: Int) -> [Int] {
            guard options.window > 0 || options.timeWindow != nil else { return list }
            let limit = options.window > 0 ? options.window : RunningStatistics.largestWindow
            return Array(list.suffix(limit).drop { !isNear($0, current) })
        }

        private func aggregates(of group: [Text], over list: [Int]) throws -> [Value] {
            let members = list.flatMap { number in
                combinations(rows[number]).filter { $0 == group }.map { _ in rows[number] }
            }
            let grouping = Grouping(keys: [], functions: RunningStatisticsTests.calls)
            return try run([.stats(grouping)], RunningStatisticsTests.columns, members).rows[0]
        }

        mutating func found() throws -> [[Value]] {
            var found: [[Value]] = []
            var previous: [[Text]]?
            let sharesWindow = options.isGlobal && options.window > 0
            for (number, row) in rows.enumerated() {
                let groups = combinations(row)
                guard let group = groups.first else {
                    found.append(RunningStatisticsTests.calls.map { _ in .missing })
                    continue
                }
                let restarts = options.resetBefore != nil && row[4] == "yes"
                if restarts || options.resetsOnChange && previous != nil && previous != groups {
                    (all, ofGroup) = ([], [:])
                }
                previous = groups
                func add(_ look: inout PlainLook) {
                    look.all.append(number)
                    for group in Set(groups) { look.ofGroup[group, default: []].append(number) }
                }
                if options.includesCurrent { add(&self) }
                let list = trimmed(sharesWindow ? all : ofGroup[group] ?? [], at: number)
                if sharesWindow { all = list } else { ofGroup[group] = list }
                found.append(try aggregates(of: group, over: list))
                if !options.includesCurrent { add(&self) }
                if options.resetAfter != nil, row[4] == "yes" { (all, ofGroup) = ([], [:]) }
            }
            return found
        }
    }

    @Test("streamstats tells of each row what stats tells of the rows in its window", arguments: 0..<40)
    func window(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let keys = generator.pick([[], ["g"], ["h"], ["g", "h"]])
        var options = RunningStatistics(statistics: RowStatistics(functions: Self.calls, keys: keys))
        options.includesCurrent = !generator.once(in: 3)
        options.window = generator.pick([0, 0, 1, 3, 10])
        options.isGlobal = !generator.once(in: 2)
        if generator.once(in: 2) { options.timeWindow = Int64(generator.pick([1, 10, 40])) * EpochText.second }
        options.resetsOnChange = !keys.isEmpty && generator.once(in: 3)
        let isRestart = Expression.binary(.equal, .field("restart"), text("yes"))
        if generator.once(in: 3) { options.resetBefore = isRestart }
        if generator.once(in: 3) { options.resetAfter = isRestart }
        let rows = Self.rows(40, &generator)

        let found = try run([.runningStatistics(options)], Self.columns, rows).rows
        var look = PlainLook(options: options, rows: rows)
        for (number, expected) in try look.found().enumerated() {
            #expect(Array(found[number].dropFirst(Self.columns.count)) == expected, "row \(number) of \(options)")
        }
    }

    @Test("reset_after looks at what streamstats has just computed")
    func resetAfterCount() throws {
        var options = RunningStatistics(
            statistics: RowStatistics(functions: [AggregateCall(.count, column: "count")]))
        options.resetAfter = .binary(.greaterOrEqual, .field("count"), number(3))
        let found = try run([.runningStatistics(options)], ["x"], Array(repeating: ["1"], count: 7)).rows
        #expect(found.map(\.[1]) == [1, 2, 3, 1, 2, 3, 1])
        let plan = SearchPlan(
            source: .events, filter: .constant(true), commands: [.runningStatistics(options), .table(["count"])])
        #expect(plan.requiredFields == .named([]))
    }

    @Test(
        "twenty thousand different values are no more work than their number and its logarithm",
        .timeLimit(.minutes(5)),
        arguments: [(0, false), (10_000, false), (0, true)])
    func manyRows(window: Int, hasTimeWindow: Bool) throws {
        let functions: [AggregateFunction] = [
            .median, .percentile(95), .mode, .distinctCount, .list, .minimum, .maximum, .average, .earliest,
        ]
        var options = RunningStatistics(
            statistics: RowStatistics(
                functions: functions.enumerated().map { AggregateCall($1, field: "x", column: "\($0)") }))
        options.window = window
        options.timeWindow = hasTimeWindow ? 10_000 * EpochText.second : nil
        let rows = (0..<20_000).map { [Value.text(Text("\($0)")), .text(Text("\($0 * 7919 % 20_011)"))] }
        let found = try run([.runningStatistics(options)], ["_time", "x"], rows).rows
        #expect(found.count == 20_000)
    }
}
