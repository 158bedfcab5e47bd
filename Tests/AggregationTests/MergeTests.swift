import TestRandom
import Testing
import Values

@testable import Aggregation

/// Every aggregate, over numbers, texts and both.
private let everything = Grouping(
    keys: [GroupKey(field: "u", column: "u")],
    functions: [AggregateCall(.count, column: "count")]
        + ["n", "t", "m"].flatMap { (field: String) in
            [
                .count, .distinctCount, .minimum, .maximum, .sum, .average, .standardDeviation, .range, .values, .list,
                .first, .last, .earliest, .latest, .mode, .percentile(90), .percentile(0), .sumOfSquares,
                .populationDeviation, .variance, .populationVariance, .earliestTime, .latestTime, .rate, .median,
                .distinctCountError,
            ].map { (function: AggregateFunction) in
                AggregateCall(function, field: field, column: "\(function) of \(field)")
            }
        } + [AggregateCall(.minimum, field: "_time", column: "firstTime")])

private func sample(_ count: Int, _ generator: inout SeededGenerator) -> [SampleEvent] {
    (0..<count).map { offset in
        let number = Double.random(in: -1e6...1e6, using: &generator)
        let text = Text("value \(Int.random(in: 0..<40, using: &generator))")
        return SampleEvent(
            fields: [
                "u": .text(Text("user \(Int.random(in: 0..<5, using: &generator))")),
                "n": Bool.random(using: &generator) ? .number(number) : .text(NumberText.text(number.rounded())),
                "t": Int.random(in: 0..<4, using: &generator) == 0 ? .missing : .text(text),
                "m": Bool.random(using: &generator)
                    ? .multivalue([text, NumberText.text(number)]) : .text(NumberText.text(number)),
            ],
            time: Int.random(in: 0..<9, using: &generator) == 0 ? nil : Int64.random(in: 0..<50, using: &generator),
            offset: offset)
    }
}

@Suite("Merging partials")
struct MergeTests {
    @Test("Any split, in any order, gives the same result")
    func anySplit() {
        var generator = SeededGenerator(seed: 4)
        for round in 1...8 {
            let events = sample(250, &generator)
            let expected = partial(everything, events).finish()
            var parts = (0..<round).map { _ in [SampleEvent]() }
            for event in events { parts[Int.random(in: 0..<round, using: &generator)].append(event) }
            var tables = parts.map { partial(everything, $0) }
            tables.shuffle(using: &generator)
            while tables.count > 1 {
                let other = tables.removeLast()
                tables[Int.random(in: tables.indices, using: &generator)].merge(other)
            }
            #expect(tables[0].finish() == expected)
        }
    }

    @Test("Events within a part may come in any order")
    func anyOrder() {
        var generator = SeededGenerator(seed: 5)
        // No multivalue field: the values of one event have an order, which shuffling events does not touch.
        let events = sample(500, &generator)
        #expect(
            partial(everything, events.shuffled(using: &generator)).finish() == partial(everything, events).finish())
    }

    @Test("Merging with nothing changes nothing")
    func empty() {
        var generator = SeededGenerator(seed: 6)
        let table = partial(everything, sample(50, &generator))
        var left = GroupTable(everything)
        left.merge(table)
        var right = table
        right.merge(GroupTable(everything))
        #expect(left.finish() == table.finish())
        #expect(right.finish() == table.finish())
    }
}

@Suite("Partials as bytes")
struct PartialCodecTests {
    @Test("What is written reads back, and goes on merging")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 7)
        let events = sample(600, &generator)
        var first = try GroupTable(decoding: partial(everything, events[..<300]).encoded(), grouping: everything)
        let second = try GroupTable(decoding: partial(everything, events[300...]).encoded(), grouping: everything)
        #expect(second.finish() == partial(everything, events[300...]).finish())
        first.merge(second)
        #expect(first.finish() == partial(everything, events).finish())
        let empty = GroupTable(everything)
        #expect(try GroupTable(decoding: empty.encoded(), grouping: everything).count == 0)
    }

    @Test("Bytes of another version or grouping are refused")
    func otherBytes() {
        var bytes = GroupTable(everything).encoded()
        let plain = Grouping(keys: [], functions: [AggregateCall(.count, column: "count")])
        #expect(throws: PartialCodecError.otherGrouping) { try GroupTable(decoding: bytes, grouping: plain) }
        let changed = Grouping(keys: plain.keys, functions: [AggregateCall(.count, field: "x", column: "count")])
        #expect(throws: PartialCodecError.otherGrouping) {
            try GroupTable(decoding: GroupTable(plain).encoded(), grouping: changed)
        }
        bytes[0] = 9
        #expect(throws: PartialCodecError.unknownVersion(9)) { try GroupTable(decoding: bytes, grouping: everything) }
        #expect(throws: PartialCodecError.damaged(offset: 0)) { try GroupTable(decoding: [], grouping: everything) }
    }

    @Test("Cut bytes are refused, changed ones do no harm")
    func damage() {
        var generator = SeededGenerator(seed: 8)
        let bytes = partial(everything, sample(12, &generator)).encoded()
        for end in bytes.indices where end % 61 == 0 {
            #expect(throws: PartialCodecError.self) {
                try GroupTable(decoding: Array(bytes[..<end]), grouping: everything)
            }
        }
        #expect(throws: PartialCodecError.damaged(offset: bytes.count)) {
            try GroupTable(decoding: bytes + [0], grouping: everything)
        }
        var accepted = 0
        for _ in 0..<200 {
            var changed = bytes
            for _ in 0..<3 {
                changed[Int.random(in: changed.indices, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            guard var table = try? GroupTable(decoding: changed, grouping: everything) else { continue }
            accepted += 1
            table.merge(table)
            #expect(table.finish().columns.count == everything.functions.count + 1)
        }
        // Else nothing was merged, or nothing was damaged.
        #expect(accepted > 0 && accepted < 200, "\(accepted)")
    }
}
