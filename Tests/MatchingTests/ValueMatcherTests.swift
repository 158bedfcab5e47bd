import TestRandom
import Testing

@testable import Matching

@Suite("Matchers of many tests")
struct ValueMatcherTests {
    @Test("find the tests that each by itself finds")
    func equality() {
        var random = SeededGenerator(seed: 3)
        let alphabet = Array("ab.\\-E e*Äß1")
        func text(_ length: Int, star: Bool) -> String {
            String((0..<length).map { _ in random.pick(star ? alphabet : alphabet.filter { $0 != "*" }) })
        }
        let scratch = MatchScratch()
        for _ in 0..<60 {
            let tests = (0..<Int.random(in: 1...120, using: &random)).map { _ -> ValueTest in
                let pattern = WildcardPattern(
                    text(Int.random(in: 0...9, using: &random), star: true), isCaseSensitive: random.once(in: 4))
                return random.once(in: 10)
                    ? .ordered(.lessOrEqual, bound: pattern.source)
                    : random.once(in: 8) ? .differs(pattern) : .equals(pattern)
            }
            let matcher = ValueMatcher(tests, statistics: .telemetry)
            for _ in 0..<40 {
                let value = Array(text(Int.random(in: 1...24, using: &random), star: false).utf8)
                value.withUnsafeBytes { bytes in
                    matcher.match(bytes, scratch)
                    let found = (0..<scratch.hitCount).map { Int(scratch.hits[$0]) }.sorted()
                    let expected = tests.indices.filter { tests[$0].matches(bytes) }
                    #expect(found == expected, "\(String(decoding: value, as: UTF8.self))")
                }
            }
        }
    }

    @Test("look for symbols, ideographs and letters with a case, beside bytes that are no UTF-8")
    func others() {
        var random = SeededGenerator(seed: 21)
        let alphabet =
            [
                "a", "B", "-", "\u{1F98A}", "\u{1F4A9}", "\u{4E2D}", "\u{2013}", "\u{212A}", "\u{17F}", "\u{178}",
                "\u{FF}", "\u{414}", "\u{434}",
            ]
            .map { Array($0.utf8) } + [[0xC3], [0xE2, 0x80], [0x93]]
        func text(_ longest: Int) -> [UInt8] {
            (0..<Int.random(in: 1...longest, using: &random)).flatMap { _ in random.pick(alphabet) }
        }
        let scratch = MatchScratch()
        for _ in 0..<60 {
            let tests = (0..<Int.random(in: 1...80, using: &random)).map { _ -> ValueTest in
                let star = [UInt8(ascii: "*")]
                let pieces = random.pick([
                    [star, text(4), star], [text(3), star], [star, text(3)], [star, text(2), star, text(2)],
                ])
                let isCaseSensitive = random.once(in: 3)
                return random.once(in: 4)
                    ? .wildcards(ScalarPattern([.anyRun, .text(text(3)), .anyRun], isCaseSensitive: isCaseSensitive))
                    : .equals(WildcardPattern(Array(pieces.joined()), isCaseSensitive: isCaseSensitive))
            }
            let matcher = ValueMatcher(tests, statistics: .telemetry)
            for _ in 0..<40 {
                let value = text(9)
                value.withUnsafeBytes { bytes in
                    matcher.match(bytes, scratch)
                    let found = (0..<scratch.hitCount).map { Int(scratch.hits[$0]) }.sorted()
                    #expect(found == tests.indices.filter { tests[$0].matches(bytes) }, "\(value)")
                }
            }
        }
    }

    @Test("find the networks that an address is in, whatever stands beside it")
    func networks() {
        var random = SeededGenerator(seed: 22)
        let scratch = MatchScratch()
        let tests = (0..<200).map { _ -> ValueTest in
            let text = random.pick([
                "10.\(Int.random(in: 0...3, using: &random)).0.0/\(Int.random(in: 8...32, using: &random))",
                "fe80::\(Int.random(in: 0...3, using: &random))/\(Int.random(in: 10...128, using: &random))",
            ])
            return AddressNetwork(Array(text.utf8)).map { .network($0) } ?? .equals(WildcardPattern(text))
        }
        let matcher = ValueMatcher(tests, statistics: .telemetry)
        let values = [
            "10.1.0.0", "10.3.0.7", "11.0.0.1", "fe80::1", "fe80::2", "::1", "10.0.0.0/8", "none", "10.1.0.0 ",
        ]
        for value in values {
            Array(value.utf8).withUnsafeBytes { bytes in
                matcher.match(bytes, scratch)
                let found = (0..<scratch.hitCount).map { Int(scratch.hits[$0]) }.sorted()
                #expect(found == tests.indices.filter { tests[$0].matches(bytes) }, "\(value)")
            }
        }
    }

    @Test("find runs of every length in values of every length, wherever they stand")
    func runs() {
        var random = SeededGenerator(seed: 8)
        let alphabet = Array("abcdefghij .\\ß".utf8)
        let scratch = MatchScratch()
        for _ in 0..<40 {
            let values = (0..<12).map { _ in
                (0..<random.pick([3, 9, 40, 300, 6000])).map { _ in random.pick(alphabet) }
            }
            let tests = (0..<Int.random(in: 1...60, using: &random)).map { _ -> ValueTest in
                let value = random.pick(values)
                let length = min(value.count, random.pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 15]))
                let start = random.pick([
                    0, value.count - length, Int.random(in: 0...value.count - length, using: &random),
                ])
                let piece = value[start..<start + length].map { random.once(in: 3) ? $0 & ~0x20 : $0 }
                return .equals(WildcardPattern([0x2A] + piece + [0x2A], isCaseSensitive: random.once(in: 6)))
            }
            let matcher = ValueMatcher(tests, statistics: .telemetry)
            for value in values {
                value.withUnsafeBytes { bytes in
                    matcher.match(bytes, scratch)
                    let found = (0..<scratch.hitCount).map { Int(scratch.hits[$0]) }.sorted()
                    let expected = tests.indices.filter { tests[$0].matches(bytes) }
                    #expect(found == expected, "\(value.count) bytes")
                }
            }
        }
    }

    @Test("find in known lines and in new ones what they find in the whole", arguments: 1...6 as ClosedRange<UInt64>)
    func lines(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("abcdefgh -.\\=ß".utf8)
        func text(_ length: Int) -> [UInt8] { (0..<length).map { _ in random.pick(alphabet) } }
        let scratch = MatchScratch()
        let memo = ValueMemo()
        let lines = LineMemo(in: memo)
        var known = 0
        for column in 0..<8 {
            let pool = (0..<25).map { _ in text(random.pick([0, 1, 5, 23, 24, 25, 60, 200])) }
            let ends: [[UInt8]] = [[0x0A], [0x0D, 0x0A], [0x0A, 0x0A]]
            let values = (0..<30).map { _ -> [UInt8] in
                (0..<Int.random(in: 1...30, using: &random)).reduce(into: [0x61]) { value, _ in
                    value += random.pick(pool).map { random.once(in: 40) ? $0 & ~0x20 : $0 } + random.pick(ends)
                }
            }
            func piece() -> [UInt8] {
                let value = random.pick(values)
                let length = min(value.count, random.pick([2, 3, 4, 5, 7, 8, 12, 30]))
                let start = Int.random(in: 0...value.count - length, using: &random)
                return Array(value[start..<start + length])
            }
            let holdsLineEnds = column.isMultiple(of: 4)
            let tests = (0..<60).map { _ -> ValueTest in
                var parts = (0..<random.pick([1, 1, 1, 2, 3])).map { _ in piece() }
                if !holdsLineEnds { parts = parts.map { part in part.filter { $0 != 0x0A } } }
                let stars: [[UInt8]] = [[0x2A], [0x2A], [0x2A], []]
                let source = random.pick(stars) + Array(parts.joined(separator: [0x2A])) + random.pick(stars)
                let pattern = WildcardPattern(source, isCaseSensitive: random.once(in: 5))
                return random.once(in: 8) ? .differs(pattern) : .equals(pattern)
            }
            let matcher = ValueMatcher(tests, statistics: .telemetry)
            if !holdsLineEnds { #expect(matcher.maySearchLines) }
            for value in values where matcher.maySearchLines {
                value.withUnsafeBytes { bytes in
                    lines.begin(column: column)
                    matcher.matchLines(of: bytes, scratch, lines)
                    known += lines.known
                    let found = (0..<scratch.hitCount).map { Int(scratch.hits[$0]) }.sorted()
                    #expect(found == tests.indices.filter { tests[$0].matches(bytes) })
                }
            }
        }
        #expect(known > 0)
    }
}
