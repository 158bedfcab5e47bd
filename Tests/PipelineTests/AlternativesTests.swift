import Matching
import Pipeline
import TestRandom
import Testing
import Values

@Suite("Searches with many alternatives")
struct AlternativesTests {
    private static let columns = ["a", "b", "c"]

    private func kept(_ predicate: Predicate<String>, _ rows: [[Value]]) throws -> [[Value]] {
        try run([.search(predicate)], Self.columns, rows).rows
    }

    private func test(_ field: String, _ pattern: String) -> Predicate<String> {
        .field(field, .equals(WildcardPattern(pattern)))
    }

    private func alternative(_ generator: inout SeededGenerator) -> Predicate<String> {
        let fields = Self.columns + ["none"]
        let patterns = (0..<30).map { "Value\($0)" } + ["", "*", "value1*", "*9", "Ä", "ä"]
        func single(_ generator: inout SeededGenerator) -> Predicate<String> {
            test(generator.pick(fields), generator.pick(patterns))
        }
        switch generator.below(8) {
        case 0: return .all([single(&generator), single(&generator)])
        case 1: return .all([single(&generator), .any([single(&generator), single(&generator)])])
        case 2: return .any([single(&generator), single(&generator)])
        case 3: return .all([single(&generator), .not(single(&generator))])
        case 4: return .all([single(&generator), .rawText(WildcardPattern("value3"))])
        default: return single(&generator)
        }
    }

    @Test("A row that meets one of many conditions is kept, as by that condition alone", arguments: 0..<40)
    func alternatives(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let values: [Value] =
            (0..<30).map { .text(Text("vAlue\($0)")) } + [
                .missing, .text(""), .multivalue(["value1", "VALUE2"]), .multivalue(["x"]), .number(9), "Ä", "ä",
            ]
        let rows = (0..<60).map { _ in Self.columns.map { _ in generator.pick(values) } }
        let parts = (0..<generator.pick([3, 10, 40])).map { _ in alternative(&generator) }
        let any = Predicate.any(parts)
        let expected = try rows.filter { row in try parts.contains { try !kept($0, [row]).isEmpty } }
        #expect(try kept(any, rows) == expected)
        #expect(try kept(.not(any), rows) == rows.filter { !expected.contains($0) })
        let first = test("a", "value*")
        #expect(try kept(.all([first, any]), rows) == expected.filter { try !kept(first, [$0]).isEmpty })
    }

    @Test(
        "What ten thousand rows of a subsearch ask for is no more work than the rows are many", .timeLimit(.minutes(5)))
    func manyAlternatives() throws {
        let predicate = Predicate.any((0..<10_000).map { .all([test("a", "same"), test("b", "value\($0)")]) })
        let rows = (0..<20_000).map { [Value.text("same"), .text(Text("Value\($0)")), .missing] }
        #expect(try kept(predicate, rows).count == 10_000)
    }
}
