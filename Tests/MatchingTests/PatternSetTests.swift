import TestRandom
import Testing

@testable import Matching

@Suite("Sets of patterns")
struct PatternSetTests {
    @Test("find the patterns that each alone would match, in their order", arguments: [1, 2, 3])
    func agrees(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("abcAB*.\\é".utf8)
        func text(_ longest: Int) -> [UInt8] {
            (0..<Int.random(in: 0...longest, using: &generator)).map { _ in alphabet.randomElement(using: &generator)! }
        }
        for _ in 0..<200 {
            let patterns = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                WildcardPattern(text(8), isCaseSensitive: Bool.random(using: &generator))
            }
            let set = PatternSet(patterns)
            for _ in 0..<20 {
                let value = text(24)
                let expected =
                    value.isEmpty ? [] : patterns.indices.filter { matches(patterns[$0], value) }
                #expect(set.matches(value) == expected)
            }
        }
    }

    @Test("match nothing by no pattern and by an empty one")
    func empty() {
        #expect(PatternSet([]).matches(Array("a".utf8)) == [])
        #expect(PatternSet([WildcardPattern("")]).matches(Array("a".utf8)) == [])
        #expect(PatternSet([WildcardPattern("*")]).matches([]) == [])
    }
}
