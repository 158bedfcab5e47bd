import TestRandom
import Testing

@testable import Matching

@Suite("Wildcard patterns")
struct WildcardPatternTests {
    @Test(
        "match the whole text, a star standing for any run",
        arguments: [
            ("", "", true), ("", "a", false), ("*", "", true), ("*", "anything", true), ("**", "", true),
            ("abc", "abc", true), ("abc", "ABC", true), ("abc", "abcd", false), ("abc", "ab", false),
            ("abc*", "ABCdef", true), ("abc*", "abc", true), ("abc*", "xabc", false),
            ("*abc", "xxABC", true), ("*abc", "abcx", false), ("*abc*", "xxabcxx", true), ("*abc*", "abxc", false),
            ("a*b", "ab", true), ("a*b", "a--b", true), ("a*b", "a--bc", false),
            ("ab*ba", "aba", false), ("ab*ba", "abba", true), ("a*a", "a", false),
            ("*a*b*c*", "--c--a--b--c", true), ("*a*b*c*", "--c--b--a", false),
            ("*ab*ab", "abab", true), ("*ab*ab", "ab", false), ("a*bc*bc", "abcbc", true), ("a*bc*bc", "abc", false),
            ("*\n*", "a\nb", true), ("a.c", "abc", false), ("a?c", "abc", false), ("[ab]", "a", false),
        ])
    func matching(_ pattern: String, _ text: String, _ expected: Bool) {
        #expect(matches(pattern, text) == expected)
    }

    @Test("heed case where asked to")
    func caseSensitive() {
        #expect(matches("*PowerShell*", "a PowerShell b", caseSensitive: true))
        #expect(!matches("*PowerShell*", "a powershell b", caseSensitive: true))
        #expect(matches("É", "É", caseSensitive: true))
        #expect(!matches("É", "é", caseSensitive: true))
    }

    @Test(
        "fold ASCII to ASCII only, and other scalars by their simple mapping to other non-ASCII scalars",
        arguments: [
            ("ÉCOLE", "école", true), ("*Ärger*", "x äRGER y", true), ("ΣΊΣΥΦΟΣ", "σίσυφοσ", true),
            ("Σ", "ς", false), ("kelvin", "\u{212A}elvin", false), ("\u{212A}", "k", false),
            ("\u{212A}", "\u{212A}", true), ("\u{130}", "i", false), ("\u{130}", "\u{130}", true), ("ß", "ss", false),
            ("\u{1E9E}", "ß", true), ("\u{23A}*", "\u{2C65}x", true), ("*\u{23A}", "x\u{2C65}", true),
            ("\u{E9}", "e\u{301}", false), ("\u{212B}", "å", true), ("\u{10400}", "\u{10428}", true),
            ("é*É", "É", false), ("é*É", "Éé", true), ("日本*", "日本語", true), ("*é*", "plain", false),
        ])
    func unicode(_ pattern: String, _ text: String, _ expected: Bool) {
        #expect(matches(pattern, text) == expected)
    }

    @Test("compare bytes that are not UTF-8 as they are")
    func invalidBytes() {
        let pattern = WildcardPattern([0x2A, 0xFF, 0x61, 0xC3])
        #expect(matches(pattern, [0x78, 0xFF, 0x41, 0xC3]))
        #expect(!matches(pattern, [0x78, 0xFE, 0x41, 0xC3]))
        #expect(matches(WildcardPattern("a*z"), [0x41, 0xFF, 0xC3, 0x5A]))
    }

    @Test("know their pieces")
    func pieces() {
        #expect(WildcardPattern("*ab**c*").pieces == [Array("ab".utf8), Array("c".utf8)])
        #expect(WildcardPattern("**").matchesEverything)
        #expect(!WildcardPattern("").matchesEverything)
        #expect(WildcardPattern("ab").isLiteral)
        #expect(!WildcardPattern("a*").isLiteral)
        #expect(WildcardPattern("a") != WildcardPattern("a", isCaseSensitive: true))
        #expect(WildcardPattern("a") != WildcardPattern("A"))
    }

    @Test("agree with a search that tries everything")
    func againstOracle() {
        var random = SeededGenerator(seed: 11)
        let alphabets: [[String]] = [
            ["a", "b", "A", "*"], ["a", "B", "é", "É", "*", "k", "\u{212A}", "\u{23A}", "\u{2C65}"],
            ["ab", "ba", "*", "-", "B"],
        ]
        for round in 0..<6000 {
            let alphabet = random.pick(alphabets)
            let isCaseSensitive = random.once(in: 4)
            let pattern = (0..<Int.random(in: 0...7, using: &random)).map { _ in random.pick(alphabet) }.joined()
            let length = round % 10 == 0 ? 60 : 8
            var text = (0..<Int.random(in: 0...length, using: &random))
                .map { _ in random.pick(alphabet.filter { $0 != "*" }) }.joined()
            if random.once(in: 3) {
                // A text made from the pattern matches more often than chance would have it.
                text = pattern.split(separator: "*", omittingEmptySubsequences: false).joined(separator: text)
            }
            let expected = oracle(Array(pattern.utf8), Array(text.utf8), isCaseSensitive)
            #expect(
                matches(pattern, text, caseSensitive: isCaseSensitive) == expected,
                "\(pattern) on \(text), case \(isCaseSensitive)")
        }
    }

    /// Folds with the standard library, then fills a table of which prefix of the pattern matches which prefix of the text.
    private func oracle(_ pattern: [UInt8], _ text: [UInt8], _ isCaseSensitive: Bool) -> Bool {
        let pattern = isCaseSensitive ? pattern : fold(pattern)
        let text = isCaseSensitive ? text : fold(text)
        var row = [Bool](repeating: false, count: text.count + 1)
        row[0] = true
        for byte in pattern {
            var next = [Bool](repeating: false, count: text.count + 1)
            for index in 0...text.count {
                if byte == 0x2A {
                    next[index] = row[index] || (index > 0 && next[index - 1])
                } else if index > 0 {
                    next[index] = row[index - 1] && text[index - 1] == byte
                }
            }
            row = next
        }
        return row[text.count]
    }

    private func fold(_ text: [UInt8]) -> [UInt8] {
        String(decoding: text, as: UTF8.self).unicodeScalars.flatMap { scalar -> [UInt8] in
            let lower = scalar.properties.lowercaseMapping.unicodeScalars
            if lower.count == 1, let folded = lower.first, folded.isASCII == scalar.isASCII {
                return Array(String(folded).utf8)
            }
            return Array(String(scalar).utf8)
        }
    }

    @Test("find a piece at every place of texts of every length up to some blocks")
    func everyPlace() {
        let needle = "-Name create"
        let pattern = WildcardPattern("*" + needle + "*")
        for length in 0..<70 {
            let filler = [UInt8](repeating: 0x6E, count: length)
            #expect(!matches(pattern, filler))
            for place in 0...length {
                let text = filler[..<place] + Array("-nAME cREATE".utf8) + filler[place...]
                #expect(matches(pattern, Array(text)))
            }
        }
    }
}
