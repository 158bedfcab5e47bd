import TestRandom
import Testing

@testable import Matching

@Suite("Words and phrases")
struct PhraseTests {
    private func occurs(_ pattern: String, in text: String) -> Bool {
        Array(text.utf8).withUnsafeBytes { WildcardPattern(pattern).occursAsPhrase(in: $0) }
    }

    @Test("are found between breaks, not inside words")
    func breaks() {
        #expect(occurs("error", in: "an Error: denied"))
        #expect(!occurs("error", in: "errors"))
        #expect(!occurs("error", in: "terror"))
        #expect(occurs("error", in: "C:\\error"))
        #expect(occurs("access denied", in: "(access denied)"))
        #expect(!occurs("access denied", in: "access  denied"))
        #expect(occurs("-x", in: "a-x b"))
        #expect(occurs("beta", in: "alpha_beta_gamma"))
        #expect(occurs("alpha_beta", in: "x=alpha_beta_gamma"))
        #expect(!occurs("x", in: ""))
    }

    @Test("need no break where they begin or end with a star")
    func stars() {
        #expect(occurs("err*", in: "errors"))
        #expect(occurs("*ror", in: "an error"))
        #expect(occurs("*rr*", in: "errors"))
        #expect(occurs("ac*ed", in: "access denied"))
        #expect(!occurs("ac*ed", in: "access deniedly"))
        #expect(occurs("*", in: "x"))
    }

    @Test("fold letters beyond ASCII, too")
    func folding() {
        #expect(occurs("ÜBER", in: "die über x"))
        #expect(!occurs("über", in: "überall"))
    }

    @Test("beyond ASCII are found alike by the fast way and the plain one", arguments: [false, true])
    func foreignOracle(isCaseSensitive: Bool) {
        var random = SeededGenerator(seed: 5)
        // The Kelvin sign, a letter whose lower case is longer, and bytes that are no UTF-8 by themselves.
        let letters = ["a", "B", "é", "É", "ß", "Ⱥ", " ", "-", "\u{212A}", "k"]
        let scalars = letters.map { Array($0.utf8) } + [[0xC3], [0xA9]]
        func text(_ count: Int, stars: Bool) -> [UInt8] {
            (0..<count).flatMap { _ in stars && random.once(in: 5) ? [0x2A] : random.pick(scalars) }
        }
        for round in 0..<20_000 {
            let pattern = WildcardPattern(text(1 + round % 4, stars: true), isCaseSensitive: isCaseSensitive)
            let value = text(round % 12, stars: false)
            value.withUnsafeBytes { bytes in
                let plain = pattern.occursBetweenBreaks(of: bytes)
                #expect(pattern.occursAsPhrase(in: bytes) == plain, "\(pattern.source) in \(value)")
            }
        }
    }

    @Test("are found alike by the fast way and the plain one")
    func oracle() {
        var state: UInt64 = 3
        let alphabet = Array("ab*A -_1".utf8)
        func random(_ count: Int, stars: Bool) -> [UInt8] {
            (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let byte = alphabet[Int(state >> 33) % alphabet.count]
                return byte == UInt8(ascii: "*") && !stars ? UInt8(ascii: "b") : byte
            }
        }
        for round in 0..<20_000 {
            let pattern = WildcardPattern(random(1 + round % 5, stars: true))
            let text = random(round % 14, stars: false)
            text.withUnsafeBytes { bytes in
                let fast = pattern.occursAsPhrase(in: bytes)
                let plain = pattern.occursBetweenBreaks(of: bytes)
                #expect(fast == plain, "\(pattern.source) in \(text)")
            }
        }
    }

    @Test("are given up early only where decoding could not bring them forth")
    func decoding() {
        func mayOccur(_ pattern: String, _ text: String) -> Bool {
            Array(text.utf8).withUnsafeBytes {
                SearchTerm(WildcardPattern(pattern)).mayOccur(in: $0, hasUnicodeEscapes: text.contains("\\u"))
            }
        }
        #expect(!mayOccur("mimikatz", #"{"a":"C:\x.exe"}"#))
        #expect(mayOccur("mimikatz", #"{"a":"m\u0069mikatz"}"#))
        #expect(mayOccur("a\\b", #"{"x":"a\\b"}"#))
        #expect(mayOccur("\\", "x"))
        #expect(mayOccur("Temp\\x", #"c:\\temp\\x"#))
        #expect(!mayOccur("Temp\\x", #"c:\\tem\\x"#))
    }
}

extension WildcardPattern {
    /// The plain way: every stretch from one break to another is matched as a whole.
    fileprivate func occursBetweenBreaks(of text: UnsafeRawBufferPointer) -> Bool {
        if source.allSatisfy({ $0 == UInt8(ascii: "*") }) { return true }
        let breaks = (0...text.count).filter { isBreak(text, at: $0) }
        let starts = source.first == UInt8(ascii: "*") ? [0] : breaks
        let ends = source.last == UInt8(ascii: "*") ? [text.count] : breaks
        return starts.contains { start in
            ends.contains { $0 > start && matches(UnsafeRawBufferPointer(rebasing: text[start..<$0])) }
        }
    }

    /// Whether no word goes across a place. Letters and digits of ASCII, and all that is not ASCII, are parts of words.
    private func isBreak(_ text: UnsafeRawBufferPointer, at place: Int) -> Bool {
        guard place > 0, place < text.count else { return true }
        return ![text[place - 1], text[place]].allSatisfy { byte in
            let scalar = Unicode.Scalar(byte)
            return !scalar.isASCII || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                || ("0"..."9").contains(scalar)
        }
    }
}
