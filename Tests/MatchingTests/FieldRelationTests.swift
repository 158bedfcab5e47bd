import TestRandom
import Testing

@testable import Matching

@Suite("Relations of fields")
struct FieldRelationTests {
    @Test("join fields of many values as some pair of them")
    func pairs() {
        var random = SeededGenerator(seed: 11)
        var outcomes: [Bool: Int] = [:]
        for _ in 0..<4_000 {
            let kind = random.pick([FieldRelation.Kind.equals, .startsWith, .endsWith, .contains])
            let relation = FieldRelation(
                kind, isCaseSensitive: random.once(in: 2))
            func values() -> [[UInt8]] {
                // One letter now and then, so that all pairs may be alike.
                let letters = random.pick([Array("a".utf8), Array("abA".utf8), Array("aé".utf8)])
                return (0..<random.below(4)).map { _ in (0...random.below(3)).map { _ in random.pick(letters) } }
            }
            let (left, right) = (values(), values())
            let expected = left.contains { first in
                right.contains { second in
                    first.withUnsafeBytes { first in second.withUnsafeBytes { relation.relates(first, to: $0) } }
                }
            }
            #expect(relation.relates(anyOf: left, to: right) == expected, "\(left) \(relation.text) \(right)")
            outcomes[expected, default: 0] += 1
        }
        #expect(outcomes[true, default: 0] > 400 && outcomes[false, default: 0] > 400)
    }
}
