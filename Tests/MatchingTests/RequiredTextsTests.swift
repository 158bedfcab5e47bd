import TestRandom
import Testing

@testable import Matching

@Suite("What a regular expression asks for")
struct RequiredTextsTests {
    private func texts(_ pattern: String) throws -> [String]? {
        let expression = try RegularExpression(Array(pattern.utf8))
        return RequiredTexts(expression).alternatives.map { $0.map { String(decoding: $0, as: UTF8.self) } }
    }

    @Test(
        "is the longest literal that it can't do without",
        arguments: [
            ("abc", ["abc"]), ("a.*longer\\.exe", ["longer.exe"]), ("(?:one|two)x", ["onex", "twox"]), ("ab+c", ["ab"]),
            ("abc?d", ["ab"]), ("abc{0,3}", ["ab"]), ("x{2}yz", ["yz"]), ("\\\\cmd\\.exe$", ["\\cmd.exe"]),
            ("(?i)PowerShell\\s+-e", ["PowerShell"]), ("foo(bar)?", ["foo"]), ("(?=look)ahead", ["ahead"]),
            ("(?<name>abcd)ef", ["abcdef"]), ("\\x41\\x42C", ["ABC"]), ("a{b", ["a"]), ("[]abc]def", ["def"]),
            ("(a|)bc", ["abc", "bc"]), ("x(ab|cd)+y", ["xab", "xcd"]),
            ("(Computer|User)Property", ["ComputerProperty", "UserProperty"]),
            ("(a.|bc)de", ["de"]), ("ab(cd|ef)?gh", ["ab"]), ("(abc|d.*efg)h", ["abc", "efg"]),
            ("[[:alpha:]]xyz", ["xyz"]), ("(a(b|cd)e)", ["abe", "acde"]), ("foo\\b-bar", ["foo-bar"]),
        ])
    func literals(pattern: String, expected: [String]) throws {
        if pattern == "a{b" {
            // PCRE takes the brace for a literal; reading on is given up there.
            #expect(try texts(pattern) == nil)
        } else {
            #expect(try texts(pattern) == expected)
        }
    }

    @Test(
        "is nothing where it is not understood",
        arguments: ["a|", "(?x) a b c", "ä", "\\Qabc\\E", "(a)?", "[abc]*", "(?(?=a)ab|cd)", "x*", "", "(?R)?abc|d*"])
    func nothing(pattern: String) throws {
        #expect(try texts(pattern) == nil)
    }

    @Test("stands in every text that matches")
    func soundness() {
        var random = SeededGenerator(seed: 21)
        func pattern(_ depth: Int) -> String {
            let pieces = (0..<Int.random(in: 1...4, using: &random)).map { _ -> String in
                var piece: String
                switch Int.random(in: 0..<14, using: &random) {
                case 0 where depth > 0: piece = "(" + pattern(depth - 1) + ")"
                case 1 where depth > 0: piece = "(?:" + pattern(depth - 1) + "|" + pattern(depth - 1) + ")"
                case 2 where depth > 0: piece = "(?i:" + pattern(depth - 1) + ")"
                case 3 where depth > 0: return "(?=" + pattern(depth - 1) + ")"
                case 4: piece = random.pick(["[ab]", "[^a]", ".", "\\w", "[]b]", "\\x62", "\\."])
                case 5: return random.pick(["\\b", "^", "$"])
                default: piece = random.pick(["a", "b", "c", "ab", "B"])
                }
                return piece + random.pick(["", "", "", "", "?", "*", "+", "{0,1}", "{1,2}", "{2}", "+?", "*+"])
            }
            return pieces.joined()
        }
        var matched = 0
        var known = 0
        for _ in 0..<4_000 {
            let source = pattern(2) + (random.once(in: 5) ? "|" + pattern(1) : "")
            guard let expression = try? RegularExpression(Array(source.utf8)) else { continue }
            guard let required = RequiredTexts(expression).alternatives else { continue }
            known += 1
            let folded = required.map { $0.map { CaseFolding.folded($0) } }
            for _ in 0..<20 {
                let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in random.pick(Array("abcABC.".utf8)) }
                guard text.withUnsafeBytes({ expression.search($0) }) == .matched else { continue }
                matched += 1
                let lower = text.map { CaseFolding.folded($0) }
                let holds = folded.contains { literal in
                    lower.indices.contains { lower[$0...].starts(with: literal) }
                }
                #expect(holds, "\(source) matches \(String(decoding: text, as: UTF8.self)) without \(required)")
            }
        }
        #expect(known > 1_000 && matched > 1_000)
    }
}
