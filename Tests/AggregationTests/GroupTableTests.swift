import Testing
import Values

@testable import Aggregation

/// One event as tests write it.
struct SampleEvent {
    var fields: [String: Value] = [:]
    var time: Int64?
    var offset = 0
}

/// Reads a sample event for a grouping.
struct SampleReader: AggregateReader {
    let grouping: Grouping
    var event: SampleEvent
    var held: UnsafeMutableRawBufferPointer

    init(_ grouping: Grouping, _ event: SampleEvent) {
        self.grouping = grouping
        self.event = event
        held = .allocate(byteCount: 4_096, alignment: 1)
    }

    var moment: EventMoment {
        EventMoment(
            order: EventOrder(archive: UInt32(event.offset / 1_000), offset: UInt64(event.offset % 1_000)),
            time: event.time)
    }

    mutating func key(_ index: Int) -> AggregateInput { input(grouping.keys[index].field) }

    mutating func argument(_ index: Int) -> AggregateInput { input(grouping.functions[index].field ?? "") }

    private func input(_ field: String) -> AggregateInput {
        if field == "_time" { return event.time.map { .time($0) } ?? .missing }
        switch event.fields[field] ?? .missing {
        case .missing: return .missing
        case .number(let number): return .number(number)
        case .multivalue(let texts): return .several(texts)
        case .text(let text):
            held.copyBytes(from: text.bytes)
            return .bytes(UnsafeRawBufferPointer(rebasing: held[..<text.bytes.count]))
        }
    }
}

func partial(_ grouping: Grouping, _ events: some Sequence<SampleEvent>) -> GroupTable {
    var table = GroupTable(grouping)
    var key = GroupKeyBuffer()
    for event in events {
        var reader = SampleReader(grouping, event)
        table.update(from: &reader, key: &key)
        reader.held.deallocate()
    }
    return table
}

/// Events that hold the given values of a field `x`, in order, a second apart.
func events(_ values: [Value]) -> [SampleEvent] {
    values.enumerated().map {
        SampleEvent(fields: ["x": $1], time: Int64($0) * EpochText.second, offset: $0)
    }
}

func result(of function: AggregateFunction, _ values: [Value]) -> Value? {
    let grouping = Grouping(keys: [], functions: [AggregateCall(function, field: "x", column: "out")])
    return partial(grouping, events(values)).finish().rows.first?[0]
}

@Suite("Aggregates")
struct AggregateTests {
    @Test("count counts events; count of a field its values; dc the distinct ones")
    func counting() {
        #expect(result(of: .count, ["a", .missing, "a", .multivalue(["b", "c"])]) == 4)
        #expect(result(of: .distinctCount, ["a", .missing, "a", .multivalue(["b", "a"]), "A"]) == 3)
        let grouping = Grouping(keys: [], functions: [AggregateCall(.count, column: "count")])
        #expect(partial(grouping, events(["a", .missing])).finish() == RowSet(columns: ["count"], rows: [[2]]))
    }

    @Test("min and max are numeric when every value is a number, else bytewise")
    func extremes() {
        #expect(result(of: .minimum, ["10", "9", "9.5"]) == 9)
        #expect(result(of: .maximum, ["10", "9", .multivalue(["11", "2"])]) == 11)
        #expect(result(of: .minimum, ["10", "9", "x"]) == "10")
        #expect(result(of: .maximum, ["x", "10", "9"]) == "x")
        #expect(result(of: .maximum, ["10", "9", "0x"]) == "9")
        #expect(result(of: .minimum, [.missing]) == nil)
        #expect(result(of: .minimum, [.number(5), "7", .number(-1.5)]) == .number(-1.5))
    }

    @Test("sum, avg, range and stdev read numbers and skip the rest")
    func sums() {
        #expect(result(of: .sum, ["1", "x", "2.5", .number(0.5)]) == 4)
        #expect(result(of: .average, ["1", "x", "2"]) == 1.5)
        #expect(result(of: .range, ["-1", "x", "2.5"]) == 3.5)
        #expect(result(of: .sum, ["x"]) == nil)
        #expect(result(of: .standardDeviation, ["5"]) == 0)
        #expect(
            result(of: .standardDeviation, ["2", "4", "4", "4", "5", "5", "7", "9"]).map {
                NumberText.text($0.singleNumber ?? 0)
            } == "2.1380899352994")
        #expect(result(of: .standardDeviation, ["1e9", "1000000000", "1000000000.0"]) == 0)
        #expect(
            result(of: .standardDeviation, ["1000000000.5", "1000000001.5"]).map {
                NumberText.text($0.singleNumber ?? 0)
            } == "0.707106781186548")
        #expect(result(of: .standardDeviation, ["1e200", "-1e200"]) == nil)
    }

    @Test("values are distinct and sorted, list keeps order and repeats")
    func collecting() {
        #expect(
            result(of: .values, ["b", "B", "a", "b", .multivalue(["é", "a"])]) == .multivalue(["B", "a", "b", "é"]))
        #expect(result(of: .values, ["a"]) == .multivalue(["a"]))
        #expect(result(of: .list, ["b", "a", .missing, "b"]) == .multivalue(["b", "a", "b"]))
        let many = (0..<250).map { Value.text(Text("\($0)")) }
        #expect(result(of: .list, many) == .multivalue((0..<100).map { Text("\($0)") }))
    }

    @Test("mode is the most frequent value, percentiles stand between two numbers where their rank does")
    func frequencies() {
        #expect(result(of: .mode, ["b", "a", "c", "b", "a"]) == "a")
        #expect(result(of: .mode, ["b", "a", "b"]) == "b")
        let numbers = (1...100).map { Value.text(Text("\($0)")) }.reversed()
        #expect(result(of: .percentile(7), Array(numbers)) == 7.93)
        #expect(result(of: .percentile(95), Array(numbers)) == 95.05)
        // The examples of Splunk's documentation.
        let ten = (1...10).map { Value.text(Text("\($0)")) }
        #expect(result(of: .percentile(50), ten) == 5.5)
        #expect(result(of: .percentile(95), ten) == 9.55)
        #expect(result(of: .percentile(0), Array(numbers)) == 1)
        #expect(result(of: .percentile(100), Array(numbers)) == 100)
        #expect(result(of: .percentile(50), ["10", "20", "x", "30", "40"]) == 25)
        #expect(result(of: .percentile(50), ["7"]) == 7)
        #expect(result(of: .percentile(50), ["x"]) == nil)
    }

    @Test("Variances and squares are of the numbers; a single one has no spread")
    func spread() {
        let values: [Value] = ["2", "4", "4", "x", "4", "5", "5", "7", .number(9)]
        #expect(result(of: .populationDeviation, values) == 2)
        #expect(result(of: .populationVariance, values) == 4)
        #expect(result(of: .variance, ["1", "2", "3"]) == 1)
        #expect(result(of: .sumOfSquares, ["3", "4", "x"]) == 25)
        for function in [AggregateFunction.variance, .populationVariance, .populationDeviation] {
            #expect(result(of: function, ["7"]) == 0)
            #expect(result(of: function, ["x"]) == nil)
            #expect(result(of: function, ["1e200", "2"]) == nil)
        }
        #expect(result(of: .sumOfSquares, ["x"]) == nil)
        #expect(result(of: .sumOfSquares, ["1e200"]) == nil)
    }

    @Test("The median of an even number of values lies between the two in the middle, a half rounded up")
    func median() {
        #expect(result(of: .median, ["1", "2", "3"]) == 2)
        #expect(result(of: .median, ["10", "20", "x", "30", "40"]) == 25)
        #expect(result(of: .median, ["1", "2", "3", "4"]) == 3)
        #expect(result(of: .median, ["1.25", "2"]) == 1.625)
        #expect(result(of: .median, ["1.25", "1.75"]) == 1.5)
        #expect(result(of: .median, ["-2", "-1"]) == -1)
        #expect(result(of: .median, ["1e308", "-1e308"]) == 0)
        #expect(result(of: .median, ["5", "5", "1"]) == 5)
        #expect(result(of: .median, ["x"]) == nil)
    }

    @Test("rate is the change a second between the times of the earliest and the latest value")
    func rates() {
        // A value a second.
        #expect(result(of: .rate, ["10", .missing, "30"]) == 10)
        #expect(result(of: .rate, [.number(9), .number(3)]) == -6)
        #expect(result(of: .rate, ["10"]) == nil)
        #expect(result(of: .rate, ["a", "30"]) == nil)
        #expect(result(of: .earliestTime, [.missing, "a", "b"]) == 1)
        #expect(result(of: .latestTime, [.missing, "a", "b", .missing]) == 2)
        #expect(result(of: .earliestTime, [.missing]) == nil)
        let far = [
            SampleEvent(fields: ["x": "0"], time: .min, offset: 0),
            SampleEvent(fields: ["x": "1"], time: .max, offset: 1),
        ]
        let grouping = Grouping(keys: [], functions: [AggregateCall(.rate, field: "x", column: "out")])
        #expect(partial(grouping, far).finish().rows[0][0].singleNumber.map { $0 > 0 && $0 < 1e-9 } == true)
    }

    @Test("Nothing is estimated, so the estimate has no error")
    func noEstimate() {
        #expect(result(of: .distinctCountError, ["a", "b"]) == 0)
    }

    @Test("first and last go by input, earliest and latest by time and then input")
    func ends() {
        let sample = [
            SampleEvent(fields: ["x": "late"], time: 30, offset: 5),
            SampleEvent(fields: ["x": "early"], time: 10, offset: 7),
            SampleEvent(fields: ["x": "also early"], time: 10, offset: 9),
            SampleEvent(fields: ["x": "no time"], offset: 1),
            SampleEvent(fields: ["x": "also late"], time: 30, offset: 1_002), SampleEvent(time: 99, offset: 2_000),
        ]
        let functions: [(AggregateFunction, Value)] = [
            (.first, "no time"), (.last, "also late"), (.earliest, "early"), (.latest, "also late"),
        ]
        for (function, expected) in functions {
            let grouping = Grouping(keys: [], functions: [AggregateCall(function, field: "x", column: "out")])
            #expect(partial(grouping, sample).finish().rows == [[expected]])
            #expect(partial(grouping, sample.reversed()).finish().rows == [[expected]])
        }
        #expect(result(of: .first, [.multivalue(["a", "b"]), "c"]) == "a")
        #expect(result(of: .last, ["c", .multivalue(["a", "b"])]) == "b")
        #expect(result(of: .last, [.number(2.5)]) == 2.5)
    }

    @Test("Times are numbers to min, max and range")
    func times() {
        let grouping = Grouping(
            keys: [],
            functions: [
                AggregateCall(.minimum, field: "_time", column: "first"),
                AggregateCall(.maximum, field: "_time", column: "last"),
                AggregateCall(.values, field: "_time", column: "all"),
                AggregateCall(.average, field: "_time", column: "mean"),
                AggregateCall(.latest, field: "_time", column: "latest"),
            ])
        let sample = [1_500_000_000, 4_000_000_000].map { SampleEvent(time: $0) }
        #expect(partial(grouping, sample).finish().rows == [[1.5, 4, .multivalue(["1.5", "4"]), 2.75, "4"]])
    }
}

@Suite("Groups")
struct GroupTests {
    private func grouping(_ fields: [String], fill: Text? = nil, span: Int64? = nil) -> Grouping {
        Grouping(
            keys: fields.map { GroupKey(field: $0, column: $0, span: $0 == "_time" ? span : nil) },
            functions: [AggregateCall(.count, column: "count")], fill: fill)
    }

    @Test("Rows are sorted bytewise by their by-fields, whose parts do not run together")
    func keys() {
        let sample = [["a", "bc"], ["ab", "c"], ["a", "b"], ["B", "é"], ["a", "bc"]].map {
            SampleEvent(fields: ["u": .text(Text($0[0])), "v": .text(Text($0[1]))])
        }
        let rows = partial(grouping(["u", "v"]), sample).finish()
        #expect(rows.columns == ["u", "v", "count"])
        #expect(rows.rows == [["B", "é", 1], ["a", "b", 1], ["a", "bc", 2], ["ab", "c", 1]])
    }

    @Test("A missing by-field drops the row, or is filled")
    func filling() {
        let sample = [SampleEvent(fields: ["u": "a"]), SampleEvent(fields: ["v": "b"]), SampleEvent(fields: ["u": ""])]
        #expect(partial(grouping(["u"]), sample).finish().rows == [["a", 1]])
        #expect(partial(grouping(["u"], fill: "none"), sample).finish().rows == [["a", 1], ["none", 2]])
        #expect(
            partial(grouping(["u", "v"], fill: "-"), sample).finish().rows == [
                ["-", "-", 1], ["-", "b", 1], ["a", "-", 1],
            ])
    }

    @Test("A multivalue by-field counts in each value's group")
    func severalValues() {
        let sample = [
            SampleEvent(fields: ["u": .multivalue(["a", "b"]), "v": .multivalue(["x", "y"])]),
            SampleEvent(fields: ["u": "a", "v": "x"]),
        ]
        #expect(partial(grouping(["u"]), sample).finish().rows == [["a", 2], ["b", 1]])
        #expect(
            partial(grouping(["u", "v"]), sample).finish().rows
                == [["a", "x", 2], ["a", "y", 1], ["b", "x", 1], ["b", "y", 1]])
    }

    @Test("An event whose values combine to too many groups is left out and counted")
    func fanOut() {
        let texts = (0..<1_001).map { Text("\($0)") }
        let table = partial(
            grouping(["u", "v"]), [SampleEvent(fields: ["u": .multivalue(texts), "v": .multivalue(texts)])])
        #expect(table.count == 0)
        #expect(table.excessiveEvents == 1)
    }

    @Test("Times fall into buckets counted from the epoch")
    func buckets() {
        let sample = [-1, 0, 59, 60, 3_600].map {
            SampleEvent(fields: ["_time": .missing], time: $0 * EpochText.second)
        }
        let rows = partial(grouping(["_time"], span: 60 * EpochText.second), sample).finish().rows
        #expect(rows == [["-60", 1], ["0", 2], ["3600", 1], ["60", 1]])
        #expect(partial(grouping(["_time"]), sample).finish().rows.count == 5)
    }

    @Test("Without by-fields there is one row, also of nothing, if it says anything")
    func nothing() {
        #expect(partial(grouping([]), []).finish().rows == [[0]])
        #expect(partial(grouping(["u"]), []).finish() == RowSet(columns: ["u", "count"]))
        let values = Grouping(keys: [], functions: [AggregateCall(.values, field: "x", column: "x")])
        #expect(partial(values, []).finish().rows.isEmpty)
    }

    @Test("A by-field's column wins over an aggregate's of the same name")
    func collisions() {
        let grouping = Grouping(
            keys: [GroupKey(field: "x", column: "x")],
            functions: [
                AggregateCall(.count, column: "x"), AggregateCall(.count, column: "n"),
                AggregateCall(.values, field: "x", column: "n"),
            ])
        #expect(partial(grouping, events(["a"])).finish() == RowSet(columns: ["x", "n"], rows: [["a", 1]]))
    }

    @Test("Counting by key alone is the same as updating")
    func countOnly() {
        var table = GroupTable(grouping(["u"]))
        var key = GroupKeyBuffer()
        for name in ["a", "b", "a"] {
            key.removeAll()
            key.append(Text(name))
            table.countOccurrence(key)
        }
        #expect(table.isCountOnly)
        #expect(table.finish().rows == [["a", 2], ["b", 1]])
    }

    @Test("Many groups are all there, and memory is told roughly")
    func many() {
        let sample = (0..<20_000).map { SampleEvent(fields: ["u": .text(Text("user \($0 % 5_000)"))]) }
        let table = partial(grouping(["u"]), sample)
        #expect(table.count == 5_000)
        #expect(table.finish().rows.allSatisfy { $0[1] == 4 })
        #expect((100_000...2_000_000).contains(table.estimatedBytes))
    }
}
