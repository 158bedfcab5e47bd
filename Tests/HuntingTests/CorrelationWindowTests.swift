import Aggregation
import TestRandom
import TestSupport
import Testing
import Values

@testable import Hunting
@testable import Sigma

@Suite("Windows of correlations")
struct CorrelationWindowTests {
    private let second: Int64 = 1_000_000_000

    private func match(_ time: Int64, _ key: String = "", rule: Int = 0, _ values: String...) -> CorrelatedMatches.Match
    {
        CorrelatedMatches.Match(
            rule: rule, time: time * second, order: EventOrder(offset: 0), group: key.isEmpty ? [] : [Text(key)],
            values: values.map { Text($0) })
    }

    /// The groups with a window that holds, and the last matches of these windows by their places in the input.
    private func found(
        _ kind: CorrelationKind, _ condition: CorrelationCondition, _ matches: [CorrelatedMatches.Match], rules: Int,
        timespan: Int64?, budget: Int
    ) throws -> (rows: [String], windows: [UInt64]) {
        var sorted = CorrelatedMatches(kind: kind, file: TemporaryFile(), budget: budget)
        for (index, match) in matches.enumerated() {
            var match = match
            match.order = EventOrder(offset: UInt64(index))
            try sorted.append(match)
        }
        try sorted.finish()
        var windows = CorrelationWindows(
            kind: kind, ruleCount: rules, timespan: timespan.map { $0 * second }, condition: condition)
        var rows: [String] = []
        var last: [UInt64] = []
        try windows.run(sorted) { match, _ in
            last.append(match.order.offset)
        } eachGroup: { group in
            let key = group.values.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: ",")
            rows.append("\(key) \(group.count) \(group.firstTime / second) \(group.lastTime / second)")
        }
        return (rows, last)
    }

    private func rows(
        _ kind: CorrelationKind, _ bounds: [CorrelationCondition.Bound], _ matches: [CorrelatedMatches.Match],
        rules: Int = 1, timespan: Int64? = 60, percentile: Double = 50
    ) throws -> [String] {
        let condition = CorrelationCondition(bounds: bounds, percentile: percentile)
        let all = try [1, 200, 1 << 20].map { budget in
            try found(kind, condition, matches, rules: rules, timespan: timespan, budget: budget).rows
        }
        #expect(all[0] == all[2] && all[1] == all[2], "the budget changes what is found")
        return all[2]
    }

    @Test("a window goes back exactly the timespan, from each match")
    func timespan() throws {
        let matches = [match(0, "a"), match(60, "a"), match(121, "a"), match(125, "b")]
        #expect(try rows(.eventCount, [.init(.greaterOrEqual, 2)], matches) == ["a 1 0 60"])
        #expect(try rows(.eventCount, [.init(.greaterOrEqual, 3)], matches, timespan: nil) == ["a 1 0 121"])
    }

    @Test("groups are apart, and each has one row, in order of their bytes")
    func groups() throws {
        let matches = [match(0, "b"), match(1, "a"), match(2, "b"), match(3, "a"), match(4, "b"), match(4, "a\u{0}")]
        #expect(try rows(.eventCount, [.init(.greater, 1)], matches) == ["a 1 1 3", "b 2 0 4"])
        #expect(
            try rows(.eventCount, [.init(.greaterOrEqual, 1)], matches)
                == ["a 2 1 3", "a\u{0} 1 4 4", "b 3 0 4"])
    }

    @Test("the order in which matches come does not count, but for equal times")
    func order() throws {
        let matches = [match(60, "a"), match(121, "a"), match(0, "a")]
        #expect(try rows(.eventCount, [.init(.greaterOrEqual, 2)], matches) == ["a 1 0 60"])
        let wrong = [match(5, rule: 1), match(5, rule: 0)]
        #expect(try rows(.temporalOrdered, [], wrong, rules: 2) == [])
        #expect(try rows(.temporalOrdered, [], wrong.reversed(), rules: 2) == [" 1 5 5"])
    }

    @Test("several bounds hold together")
    func bounds() throws {
        let matches = (0..<5).map { match($0, "a") }
        #expect(
            try rows(.eventCount, [.init(.greaterOrEqual, 2), .init(.less, 4), .init(.notEqual, 3)], matches)
                == ["a 1 0 1"])
    }

    @Test("distinct values are counted as they are written, several fields as tuples")
    func distinctValues() throws {
        let matches = [
            match(0, "a", "x"), match(1, "a", "X"), match(2, "a", "x"), match(3, "a"), match(70, "a", "z"),
        ]
        #expect(try rows(.valueCount, [.init(.equal, 2)], matches) == ["a 3 0 3"])
        let pairs = [match(0, "a", "x", "1"), match(1, "a", "x", "2"), match(2, "a", "x", "1")]
        #expect(try rows(.valueCount, [.init(.equal, 2)], pairs) == ["a 2 0 2"])
        // Neither joined texts nor zero bytes make tuples equal.
        let alike = [match(0, "a", "xy", ""), match(1, "a", "x", "y"), match(2, "a", "x\u{0}", "y")]
        #expect(try rows(.valueCount, [.init(.equal, 3)], alike) == ["a 1 0 2"])
    }

    @Test("all rules have to match within the timespan, in any order")
    func temporal() throws {
        let matches = [match(0, rule: 1), match(30, rule: 0), match(85, rule: 1), match(200, rule: 0)]
        #expect(try rows(.temporal, [], matches, rules: 2) == [" 2 0 85"])
    }

    @Test("ordered rules have to match in their order")
    func ordered() throws {
        let wrong = [match(0, rule: 1), match(10, rule: 0)]
        #expect(try rows(.temporalOrdered, [], wrong, rules: 2) == [])
        let right = wrong + [match(20, rule: 1), match(21, rule: 0), match(71, rule: 0)]
        #expect(try rows(.temporalOrdered, [], right, rules: 2) == [" 2 0 21"])
    }

    @Test("fewer than all ordered rules may be any of them, in their order", arguments: [(0, 1), (0, 2), (1, 2)])
    func someOrdered(first: Int, second: Int) throws {
        let two = [CorrelationCondition.Bound(.greaterOrEqual, 2)]
        let right = [match(0, rule: first), match(10, rule: second)]
        #expect(try rows(.temporalOrdered, two, right, rules: 3) == [" 1 0 10"])
        let wrong = [match(0, rule: second), match(10, rule: first)]
        #expect(try rows(.temporalOrdered, two, wrong, rules: 3) == [])
        let late = [match(0, rule: first), match(61, rule: second)]
        #expect(try rows(.temporalOrdered, two, late, rules: 3) == [])
    }

    @Test("sums, means, ranks and extremes look at decimal numbers only")
    func numbers() throws {
        let matches = [
            match(0, "a", "10"), match(1, "a", "-2.5"), match(2, "a", "0x10"), match(3, "a"), match(4, "a", "1e1"),
        ]
        #expect(try rows(.valueSum, [.init(.equal, 17.5)], matches) == ["a 1 0 4"])
        #expect(try rows(.valueAverage, [.init(.equal, 3.75)], matches) == ["a 3 0 3"])
        #expect(try rows(.valueMinimum, [.init(.less, 0)], matches) == ["a 4 0 4"])
        #expect(try rows(.valuePercentile, [.init(.equal, -2.5)], matches) == ["a 3 0 3"])
        #expect(try rows(.valuePercentile, [.init(.equal, 10)], matches, percentile: 100) == ["a 5 0 4"])
        #expect(try rows(.valueSum, [.init(.lessOrEqual, 0)], [match(0, "a", "none")]) == [])
    }

    @Test("the nearest rank is not a rank too high where percent do not divide")
    func percentiles() throws {
        let matches = (1...100).map { match(0, "a", "\($0)") }
        for percent in [1, 7, 14, 28, 29, 55, 57, 58, 99] {
            #expect(
                try rows(
                    .valuePercentile, [.init(.equal, Double(percent))], matches, timespan: 0,
                    percentile: Double(percent)
                ).count == 1, "\(percent)")
        }
    }

    @Test("times at the ends of what can be told are in windows as others are")
    func extremes() throws {
        var early = match(0, "a")
        early.time = .min
        var late = early
        late.time = .max
        #expect(try rows(.eventCount, [.init(.greaterOrEqual, 2)], [late, early, early]).count == 1)
        #expect(try rows(.eventCount, [.init(.greaterOrEqual, 3)], [late, early, early]) == [])
        #expect(try rows(.eventCount, [.init(.greaterOrEqual, 3)], [late, early, early], timespan: nil).count == 1)
    }

    @Test("agree with looking at every window anew", arguments: CorrelationKind.allCases)
    func naive(kind: CorrelationKind) throws {
        var random = SeededGenerator(seed: UInt64(kind.rawValue.utf8.count) * 31)
        var holding = 0
        for _ in 0..<250 {
            let rules = Int.random(in: 1...3, using: &random)
            let span = Int64.random(in: 0...6, using: &random)
            let percentile = Double(random.pick([0, 7, 10, 50, 90, 100]))
            let matches = (0..<Int.random(in: 0...40, using: &random)).map { _ -> CorrelatedMatches.Match in
                let time = Int64.random(in: 0...30, using: &random)
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
            let sorted = matches.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            var expected: [UInt64] = []
            for (place, (offset, match)) in sorted.enumerated() {
                let window = sorted[...place].map(\.element).filter {
                    $0.group == match.group && $0.time >= match.time - span * second
                }
                let value = NaiveCorrelation.value(kind, window, rules, percentile)
                if value.map({ bounds.isEmpty ? $0 >= Double(rules) : condition.holds($0) }) ?? false {
                    expected.append(UInt64(offset))
                }
            }
            holding += expected.count
            for budget in [300, 1 << 20] {
                let windows = try found(
                    kind, condition, matches, rules: rules, timespan: span, budget: budget
                ).windows
                #expect(windows.sorted() == expected.sorted(), "\(kind) \(bounds) in \(matches)")
            }
        }
        #expect(holding > 200)
    }

    @Test("a window of many matches and many groups take no memory of their own")
    func many() throws {
        for (key, count) in [({ (_: Int) in "one" }, 1), ({ (index: Int) in "\(index / 2)" }, 10_000)] {
            let file = TemporaryFile()
            var sorted = CorrelatedMatches(kind: .valueCount, file: file, budget: 1 << 16)
            for index in 0..<20_000 {
                var next = match(Int64(index % 100), key(index), "\(index)")
                next.order = EventOrder(offset: UInt64(index))
                try sorted.append(next)
            }
            try sorted.finish()
            #expect(try file.reserve(0) > 1 << 18)
            var windows = CorrelationWindows(
                kind: .valueCount, ruleCount: 1, timespan: nil,
                condition: CorrelationCondition(bounds: [.init(.greaterOrEqual, 2)]))
            var groups = 0
            var holding = 0
            try windows.run(sorted) { _, _ in
                holding += 1
            } eachGroup: { _ in
                groups += 1
            }
            #expect(groups == count)
            #expect(holding == 20_000 - count)
            #expect(windows.leftOut == 0)
        }
    }

    @Test("numbers in order are found by rank as they come and go")
    func rankedNumbers() {
        var random = SeededGenerator(seed: 5)
        var ranked = RankedNumbers()
        var plain: [Double] = []
        for _ in 0..<12_000 {
            if plain.count > 20, random.once(in: 3) {
                let place = Int.random(in: 0..<plain.count, using: &random)
                ranked.remove(plain.remove(at: place))
            } else {
                let number = Double(Int.random(in: 0...5_000, using: &random))
                ranked.insert(number)
                plain.insert(number, at: plain.firstIndex { $0 >= number } ?? plain.count)
            }
        }
        #expect(ranked.count == plain.count)
        #expect((0..<plain.count).map { ranked[$0] } == plain)
        #expect(ranked.first == plain.first && ranked.last == plain.last && ranked[plain.count] == nil)
    }

    @Test("numbers beyond those that are ranked are told")
    func rankLimit() {
        var window = CorrelationWindow(
            kind: .valueMaximum, ruleCount: 1, condition: CorrelationCondition(bounds: [.init(.equal, 3)]), rankLimit: 3
        )
        for number in 1...5 { window.enter(.init(rule: 0, time: 0, number: Double(number))) }
        #expect(window.leftOut == 2)
        #expect(window.holds)
    }
}

@Suite("Sorting records")
struct RecordSorterTests {
    @Test(
        "records come by their keys' bytes, equal ones as they came, whatever the budget",
        arguments: [1, 64, 1_000, 1 << 20])
    func sorted(budget: Int) throws {
        var random = SeededGenerator(seed: 9)
        var sorter = RecordSorter(file: TemporaryFile(), budget: budget)
        var expected: [(key: [UInt8], payload: [UInt8])] = []
        for index in 0..<400 {
            let key = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                random.pick([0, 1, 0x7F, 0x80, 0xFF]) as UInt8
            }
            let payload = Array("\(index)".utf8)
            try sorter.append(key: key, payload: payload)
            expected.append((key, payload))
        }
        sorter.finish()
        expected.sort { $0.key.lexicographicallyPrecedes($1.key) }
        for _ in 0..<2 {
            var reader = sorter.reader()
            var found: [[UInt8]] = []
            while let record = try reader.next() {
                found.append(Array(record.key) + [9] + record.bytes[record.key.endIndex...])
            }
            #expect(found == expected.map { $0.key + [9] + $0.payload })
        }
    }
}

/// What a window's matches come to, looked at one by one.
private enum NaiveCorrelation {
    static func value(
        _ kind: CorrelationKind, _ window: [CorrelatedMatches.Match], _ rules: Int, _ percentile: Double
    ) -> Double? {
        let numbers = window.compactMap {
            $0.values.first.flatMap { Double(String(decoding: $0.bytes, as: UTF8.self)) }
        }
        switch kind {
        case .eventCount: return Double(window.count)
        case .valueCount: return Double(Set(window.map(\.values).filter { !$0.isEmpty }).count)
        case .temporal: return Double(Set(window.map(\.rule)).count)
        case .temporalOrdered:
            // For each rule, the most rules in order that end with it.
            var longest = Array(repeating: 0, count: rules)
            for match in window {
                longest[match.rule] = max(longest[match.rule], 1 + (longest[..<match.rule].max() ?? 0))
            }
            return longest.max().map(Double.init)
        case .valueSum: return numbers.isEmpty ? nil : numbers.reduce(0, +)
        case .valueAverage: return numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
        case .valueMinimum: return numbers.min()
        case .valueMaximum: return numbers.max()
        case .valuePercentile:
            guard !numbers.isEmpty else { return nil }
            return numbers.sorted().first { number in
                Double(numbers.count { $0 <= number }) * 100 >= percentile * Double(numbers.count)
            }
        }
    }
}
