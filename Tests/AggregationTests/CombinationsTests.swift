import Aggregation
import Testing
import Values

@Suite("Combinations of values")
struct CombinationsTests {
    private func texts(_ choices: [[Text]]) -> [String] {
        Combinations(choices).map { $0.map(\.string).joined(separator: " ") }
    }

    @Test("Every choice is told once, the last field's changing fastest")
    func order() {
        #expect(texts([["a", "b"], ["c"], ["1", "2"]]) == ["a c 1", "a c 2", "b c 1", "b c 2"])
        #expect(texts([["a", "a"]]) == ["a", "a"])
    }

    @Test("Of no fields there is one combination, with a field without value none")
    func none() {
        #expect(texts([]) == [""])
        #expect(texts([["a"], [], ["b"]]).isEmpty)
        #expect(!Combinations([["a"], []]).isExcessive)
    }

    @Test("More than may be are none, and it says so")
    func excess() {
        let thousand = (0..<1000).map { Text("\($0)") }
        #expect(Combinations([thousand, thousand]).count == 1_000_000)
        for choices in [[thousand, thousand, ["a", "b"]], Array(repeating: thousand, count: 30)] {
            let combinations = Combinations(choices)
            #expect(combinations.isExcessive)
            #expect(Array(combinations).isEmpty)
        }
        let long = Text(bytes: [UInt8](repeating: 0x61, count: 1 << 20))
        #expect(Combinations([Array(repeating: long, count: 300)]).isExcessive)
        #expect(!Combinations([Array(repeating: long, count: 300), []]).isExcessive)
    }
}
