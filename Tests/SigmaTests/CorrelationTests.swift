import Testing
import Values

@testable import Sigma

@Suite("Correlations")
struct CorrelationTests {
    private typealias Match = CorrelationEvaluator.Match
    private let second: Int64 = 1_000_000_000

    private func match(_ time: Int64, _ key: String = "", rule: Int = 0, _ values: String...) -> Match {
        Match(
            rule: rule, time: time * second, key: key.isEmpty ? [] : [Text(key)], values: values.map { Text($0) })
    }

    private func rows(
        _ kind: CorrelationKind, _ bounds: [CorrelationCondition.Bound], _ matches: [Match], rules: Int = 1,
        timespan: Int64? = 60, percentile: Double = 50
    ) -> [String] {
        var evaluator = CorrelationEvaluator(
            kind: kind, ruleCount: rules, timespan: timespan.map { $0 * second },
            condition: CorrelationCondition(bounds: bounds, percentile: percentile))
        for match in matches { _ = evaluator.add(match) }
        return evaluator.finish().map { row in
            let key = row.key.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: ",")
            return "\(key) \(row.count) \(row.firstTime / second) \(row.lastTime / second)"
        }
    }

    @Test("a window goes back exactly the timespan, from each match")
    func timespan() {
        let matches = [match(0, "a"), match(60, "a"), match(121, "a"), match(125, "b")]
        #expect(rows(.eventCount, [.init(.greaterOrEqual, 2)], matches) == ["a 1 0 60"])
    }

    @Test("groups are apart, and each has one row")
    func groups() {
        let matches = [match(0, "a"), match(1, "b"), match(2, "a"), match(3, "b"), match(4, "a")]
        #expect(rows(.eventCount, [.init(.greater, 1)], matches) == ["a 2 0 4", "b 1 1 3"])
    }

    @Test("several bounds hold together")
    func bounds() {
        let matches = (0..<5).map { match($0, "a") }
        #expect(
            rows(.eventCount, [.init(.greaterOrEqual, 2), .init(.less, 4), .init(.notEqual, 3)], matches)
                == ["a 1 0 1"])
    }

    @Test("distinct values are counted as they are written, several fields as tuples")
    func distinctValues() {
        let matches = [
            match(0, "a", "x"), match(1, "a", "X"), match(2, "a", "x"), match(3, "a"), match(70, "a", "z"),
        ]
        #expect(rows(.valueCount, [.init(.equal, 2)], matches) == ["a 3 0 3"])
        let pairs = [match(0, "a", "x", "1"), match(1, "a", "x", "2"), match(2, "a", "x", "1")]
        #expect(rows(.valueCount, [.init(.equal, 2)], pairs) == ["a 2 0 2"])
    }

    @Test("all rules have to match within the timespan, in any order")
    func temporal() {
        let matches = [match(0, rule: 1), match(30, rule: 0), match(85, rule: 1), match(200, rule: 0)]
        #expect(rows(.temporal, [], matches, rules: 2) == [" 2 0 85"])
    }

    @Test("ordered rules have to match in their order")
    func ordered() {
        let wrong = [match(0, rule: 1), match(10, rule: 0)]
        #expect(rows(.temporalOrdered, [], wrong, rules: 2) == [])
        let right = wrong + [match(20, rule: 1), match(21, rule: 0), match(71, rule: 0)]
        #expect(rows(.temporalOrdered, [], right, rules: 2) == [" 2 0 21"])
    }

    @Test("sums, means, ranks and extremes look at decimal numbers only")
    func numbers() {
        let matches = [
            match(0, "a", "10"), match(1, "a", "-2.5"), match(2, "a", "0x10"), match(3, "a"), match(4, "a", "1e1"),
        ]
        #expect(rows(.valueSum, [.init(.equal, 17.5)], matches) == ["a 1 0 4"])
        #expect(rows(.valueAverage, [.init(.equal, 3.75)], matches) == ["a 3 0 3"])
        #expect(rows(.valueMinimum, [.init(.less, 0)], matches) == ["a 4 0 4"])
        #expect(rows(.valuePercentile, [.init(.equal, -2.5)], matches) == ["a 3 0 3"])
        #expect(rows(.valuePercentile, [.init(.equal, 10)], matches, percentile: 100) == ["a 5 0 4"])
        #expect(rows(.valueSum, [.init(.lessOrEqual, 0)], [match(0, "a", "none")]) == [])
    }

    @Test("agree with looking at every window anew", arguments: CorrelationKind.allCases)
    func naive(kind: CorrelationKind) {
        var random = SeededGenerator(seed: UInt64(kind.rawValue.utf8.count) * 31)
        var holding = 0
        for _ in 0..<300 {
            let rules = Int.random(in: 1...3, using: &random)
            let span = Int64.random(in: 0...6, using: &random)
            let percentile = Double(random.pick([0, 10, 50, 90, 100]))
            var time: Int64 = 0
            let matches = (0..<Int.random(in: 0...40, using: &random)).map { _ -> Match in
                time += random.pick([0, 0, 1, 1, 2, 5])
                var found = match(time, random.pick(["a", "b", "c"]), rule: Int.random(in: 0..<rules, using: &random))
                if !random.once(in: 6) { found.values = [Text(random.pick(["1", "2", "2.5", "-3", "x", "1"]))] }
                return found
            }
            let bounds =
                random.once(in: 4) && kind.isTemporal
                ? []
                : [
                    CorrelationCondition.Bound(
                        random.pick(CorrelationCondition.Comparison.allCases),
                        Double(Int.random(in: 0...4, using: &random)))
                ]
            let condition = CorrelationCondition(bounds: bounds, percentile: percentile)
            var evaluator = CorrelationEvaluator(
                kind: kind, ruleCount: rules, timespan: span * second, condition: condition)
            for (index, match) in matches.enumerated() {
                let window = matches[...index].filter { $0.key == match.key && $0.time >= match.time - span * second }
                let value = NaiveCorrelation.value(kind, window, rules, percentile)
                let expected = value.map { bounds.isEmpty ? $0 >= Double(rules) : condition.holds($0) } ?? false
                let holds = evaluator.add(match)
                if expected { holding += 1 }
                #expect(holds == expected, "\(kind) \(bounds) in \(window)")
            }
        }
        #expect(holding > 200)
    }

    @Test("windows beyond the memory they may take are told")
    func capacity() {
        var evaluator = CorrelationEvaluator(
            kind: .eventCount, ruleCount: 1, timespan: 10 * second,
            condition: CorrelationCondition(bounds: [.init(.greaterOrEqual, 5)]), capacity: 3)
        for _ in 0..<5 { _ = evaluator.add(match(0, "a")) }
        #expect(evaluator.leftOut == 2)
        // What is past makes room.
        for time in 100..<103 { _ = evaluator.add(match(Int64(time), "b")) }
        #expect(evaluator.leftOut == 2)
    }
}

/// What a window's matches come to, looked at one by one.
private enum NaiveCorrelation {
    static func value(
        _ kind: CorrelationKind, _ window: [CorrelationEvaluator.Match], _ rules: Int, _ percentile: Double
    ) -> Double? {
        let numbers = window.compactMap {
            $0.values.first.flatMap { Double(String(decoding: $0.bytes, as: UTF8.self)) }
        }
        switch kind {
        case .eventCount: return Double(window.count)
        case .valueCount: return Double(Set(window.map(\.values).filter { !$0.isEmpty }).count)
        case .temporal: return Double(Set(window.map(\.rule)).count)
        case .temporalOrdered:
            var longest = 0
            for match in window where match.rule == longest { longest += 1 }
            return Double(longest)
        case .valueSum: return numbers.isEmpty ? nil : numbers.reduce(0, +)
        case .valueAverage: return numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
        case .valueMinimum: return numbers.min()
        case .valueMaximum: return numbers.max()
        case .valuePercentile:
            guard !numbers.isEmpty else { return nil }
            return numbers.sorted().first { number in
                Double(numbers.count { $0 <= number }) >= percentile / 100 * Double(numbers.count)
            }
        }
    }
}
