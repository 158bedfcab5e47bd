import Matching
import TestRandom
import Testing

private func replace(_ pattern: String, _ text: String, _ template: String) throws -> String {
    let template = RegularExpression.Template(Array(template.utf8))
    let expression = try RegularExpression(pattern)
    let result = Array(text.utf8).withUnsafeBytes { expression.replacingMatches(in: $0, with: template) }
    return String(decoding: result.text ?? [], as: UTF8.self)
}

@Suite("Regular expressions")
struct RegularExpressionTests {
    private func matches(_ pattern: String, _ text: [UInt8], _ options: RegularExpression.Options = []) throws -> Bool {
        try text.withUnsafeBytes { try RegularExpression(pattern, options: options).search($0) } == .matched
    }

    private func groups(_ pattern: String, _ text: String, from start: Int = 0) throws -> [String?]? {
        let expression = try RegularExpression(pattern)
        let bytes = Array(text.utf8)
        var ranges: [Range<Int>?] = []
        let outcome = bytes.withUnsafeBytes { expression.firstMatch(in: $0, from: start, groups: &ranges) }
        guard outcome == .matched else { return nil }
        return ranges.map { range in range.map { String(decoding: bytes[$0], as: UTF8.self) } }
    }

    @Test(
        "match anywhere, by scalars, with ASCII classes",
        arguments: [
            ("b+", "abbc", true), ("^b", "ab", false), ("(?i)ABC", "xabc", true), ("ABC", "abc", false),
            ("^.$", "é", true),
            ("^\\w$", "é", false), ("^\\d$", "٣", false), ("a.c", "a\nc", false), ("(?s)a.c", "a\nc", true),
            ("", "", true), ("", "x", true),
            ("(?<=C:\\\\)x", "C:\\x", true), ("^(a|b)*+c$", "ababc", true), ("\\bfoo\\b", "a foo b", true),
            ("[^a]", "é", true),
            ("[[:alpha:]]", "é", false), ("\\x{e9}", "é", true), ("a$", "a\n", true), ("(?<n>a)\\k<n>", "aa", true),
        ])
    func matching(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try matches(pattern, Array(text.utf8)) == expected)
    }

    @Test("heed their options")
    func options() throws {
        #expect(try matches("ABC", Array("abc".utf8), .ignoresCase))
        #expect(try matches("^b$", Array("a\nb\nc".utf8), .matchesLines))
        #expect(try matches("a.b", Array("a\nb".utf8), .dotMatchesLineEnds))
        #expect(try RegularExpression("a") != RegularExpression("a", options: .ignoresCase))
    }

    @Test("let nothing match bytes that are not UTF-8, and find what stands around them")
    func invalidBytes() throws {
        #expect(try matches("^a", [0x61, 0xFF]))
        #expect(try matches("b", [0xFF, 0xC3, 0x62]))
        #expect(try !matches("^.b", [0xFF, 0x62]))
        #expect(try matches("a\\x{0}b", [0x61, 0, 0x62]))
    }

    @Test("give their groups by number and name, unset ones as such")
    func capturing() throws {
        #expect(try groups("(a)|(b)", "xb") == ["b", nil, "b"])
        #expect(try groups("(?<user>\\w+)@(?<host>\\w+)", "to bob@example now") == ["bob@example", "bob", "example"])
        let names = try RegularExpression("(?<user>\\w+)@(x)(?<host>\\w+)").groupNames
        #expect(names.map(\.name) == ["user", "host"])
        #expect(names.map(\.number) == [1, 3])
        #expect(try groups("a", "b") == nil)
        #expect(try groups("a", "aab", from: 2) == nil)
        #expect(try groups("(?<=a)b", "ab", from: 1) == ["b"])
        #expect(try groups("x", "x", from: 9) == nil)
        let many = String(repeating: "(a)", count: 40)
        #expect(try groups(many, String(repeating: "a", count: 40))?.count == 41)
    }

    @Test(
        "replace every match, with groups where asked",
        arguments: [
            ("b", "abcb", "X", "aXcX"), ("(\\d)(\\d)", "12 34", "\\2\\1", "21 43"), ("", "aé", "-", "-a-é-"),
            ("x*", "axb", "-", "-a--b-"),
            ("a|(b)", "ab", "<\\1>", "<><b>"), ("b", "b", "\\0\\0\\x\\", "bb\\x\\"), ("z", "abc", "-", "abc"),
            ("$", "a", "!", "a!"),
            ("b", "b", "\\5", ""), ("([a-z])([0-9])", "a1 b2", "\\2\\1", "1a 2b"), ("x", "axbx", "", "ab"),
        ])
    func replacing(_ pattern: String, _ text: String, _ template: String, _ expected: String) throws {
        #expect(try replace(pattern, text, template) == expected)
    }

    @Test(
        "go on behind an empty match, and find the same in texts that are ASCII, valid and not",
        arguments: [
            ("\\s*", "a b", "-a--b-"), ("x*", "axxb", "-a--b-"), ("", "ab", "-a-b-"), ("a*?", "aa", "-----"),
            ("\\G", "ab", "-a-b-"), ("\\Ga", "aab", "--b"), ("(?<=b)|b", "abc", "a--c"), ("\\b", "a b", "-a- -b-"),
            ("\\W", "a é!", "a---"), ("\\S+", "é a", "- -"), ("\\D*", "1é2", "-1--2-"), ("[^a]*", "éaé", "--a--"),
        ])
    func emptyMatches(_ pattern: String, _ text: String, _ expected: String) throws {
        #expect(try replace(pattern, text, "-") == expected)
        // What is no UTF-8 parts texts that are, and nothing matches it.
        let expression = try RegularExpression(pattern)
        let broken = Array(text.utf8) + [0xFF]
        let replaced = broken.withUnsafeBytes {
            expression.replacingMatches(in: $0, with: RegularExpression.Template(Array("-".utf8)))
        }
        #expect(replaced.text?.starts(with: expected.utf8) == true, "\(replaced)")
        #expect(replaced.text?.contains(0xFF) == true)
    }

    @Test("give no more matches than asked for")
    func limit() throws {
        let expression = try RegularExpression("a")
        var count = 0
        let outcome = Array("aaaa".utf8).withUnsafeBytes {
            expression.forEachMatch(in: $0, limit: 3) { _ in count += 1 }
        }
        #expect(outcome == .matched)
        #expect(count == 3)
    }

    @Test("give up on a text that would take for ever, and say so")
    func steps() throws {
        let expression = try RegularExpression("^(a|aa)+$")
        let text = [UInt8](repeating: 0x61, count: 64) + [0x62]
        #expect(text.withUnsafeBytes { expression.search($0) } == .limitReached)
        let result = text.withUnsafeBytes {
            expression.replacingMatches(in: $0, with: RegularExpression.Template(Array("x".utf8)))
        }
        #expect(result.outcome == .limitReached)
        #expect(result.text == text)
        #expect(Array("aaa".utf8).withUnsafeBytes { expression.search($0) } == .matched)
    }

    @Test(
        "say where they are invalid",
        arguments: [("a(b", 3), ("a[", 2), ("*a", 0), ("(?<n>a)(?<n>b)", 12), ("a\\C", 3), ("(*UCP)a", 6)])
    func errors(_ pattern: String, _ offset: Int) {
        do {
            _ = try RegularExpression(pattern)
            Issue.record("\(pattern) was accepted")
        } catch {
            #expect(error.offset == offset, "\(error)")
            #expect(error.description.contains("offset \(offset)"))
        }
        #expect(throws: RegularExpression.PatternError.self) { try RegularExpression([0x61, 0xFF]) }
        #expect(throws: RegularExpression.PatternError.self) {
            try RegularExpression([UInt8](repeating: 0x61, count: RegularExpression.patternLimit + 1))
        }
    }

    @Test("are shared by threads")
    func threads() async throws {
        let expression = try RegularExpression("(\\w+)-(\\d+)")
        await withTaskGroup(of: Int.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    var found = 0
                    for number in 0..<500 {
                        let text = Array("some host\(worker)-\(number) text".utf8)
                        var ranges: [Range<Int>?] = []
                        let outcome = text.withUnsafeBytes { expression.firstMatch(in: $0, groups: &ranges) }
                        if outcome == .matched, let range = ranges[2], Array(String(number).utf8) == Array(text[range])
                        {
                            found += 1
                        }
                    }
                    return found
                }
            }
            for await found in group { #expect(found == 500) }
        }
    }
}

@Suite("Regular expressions at their edges")
struct RegularExpressionEdgeTests {
    private func search(_ pattern: String, _ text: String) throws -> RegularExpression.Outcome {
        let expression = try RegularExpression(pattern)
        return Array(text.utf8).withUnsafeBytes { expression.search($0) }
    }

    @Test("fold ASCII letters to ASCII only")
    func folding() throws {
        #expect(try search("(?i)k", "\u{212A}") == .unmatched)
        #expect(try search("(?i)k", "K") == .matched)
        #expect(try search("(?i:s)", "\u{17F}") == .unmatched)
        #expect(try search("(?-i)k", "K") == .unmatched)
        #expect(try search("(?i)über", "ÜBER") == .matched)
        #expect(try search("(?i)[a-z]", "\u{212A}\u{17F}") == .unmatched)
        #expect(try search("(?i)^[^ks]{2}$", "\u{212A}\u{17F}") == .matched)
    }

    @Test("ignoring case take a dot and a class for a character, in every text")
    func foldingCharacters() throws {
        for (pattern, text) in [
            ("(?i)^.$", "é"), ("(?i)^a.B$", "Aéb"), ("(?i)^\\W{3}$", "日本語"), ("(?i)(?<=é)x", "éX"),
            ("(?i)^[^a]$", "😀"), ("(?i)\\xe9", "é"), ("(?i)^.$", "\u{17F}"),
            ("^\\S+$", "naïve"), ("^\\D\\W\\S$", "éàü"), ("(?i)^x\\S*$", "Xé日"), ("[^\\s]é\\W", "aéà"),
        ] {
            #expect(try search(pattern, text) == .matched, "\(pattern) \(text)")
        }
        #expect(try replace("(?i)a(.)", "\u{212A}aéAé", "<\\1>") == "\u{212A}<é><é>")
    }

    @Test("give ASCII texts the same matches whether or not the pattern knows more")
    func bothWays() throws {
        var generator = SeededGenerator(seed: 3)
        var matched = 0
        func place(of expression: RegularExpression, in text: UnsafeRawBufferPointer) -> Range<Int>? {
            var groups: [Range<Int>?] = []
            return expression.firstMatch(in: text, groups: &groups) == .matched ? groups[0] : nil
        }
        for pattern in ["(?i)a.c", "(?i)[^x]\\b", "(?i)(a|B)*c", "(?i:s)k\\s?"] {
            let folding = try RegularExpression(pattern)
            // A group that can't match keeps the pattern from being ASCII only.
            let plain = try RegularExpression("(?:" + pattern + ")|é")
            for _ in 0..<200 {
                let text = (0..<12).map { _ in "abcABCxskSK ".utf8.randomElement(using: &generator) ?? 0x20 }
                let (found, expected) = text.withUnsafeBytes { (place(of: folding, in: $0), place(of: plain, in: $0)) }
                #expect(found == expected, "\(pattern) in \(String(decoding: text, as: UTF8.self))")
                if found != nil { matched += 1 }
            }
        }
        #expect(matched > 100 && matched < 800)
    }

    @Test("find their match in long texts")
    func longTexts() throws {
        #expect(try search("^(a|b)*c$", String(repeating: "ab", count: 1500) + "c") == .matched)
    }

    @Test(
        "find the same in texts that are searched in slices",
        arguments: ["x\\d", "(?<=é)x.", "x\\d|$", "(?i)X\\d\\b", "é*x1"])
    func slices(_ pattern: String) throws {
        var random = SeededGenerator(seed: 5)
        let expression = try RegularExpression(pattern)
        func places(in text: [UInt8], from start: Int) -> [Range<Int>] {
            var found: [Range<Int>] = []
            _ = text.withUnsafeBytes { bytes in
                expression.forEachMatch(in: bytes) {
                    if let whole = $0[0], whole.upperBound > start { found.append(whole) }
                }
            }
            return found
        }
        for _ in 0..<8 {
            // Too short to be sliced, and the same behind letters of which none begins a match.
            let part = (0..<300).flatMap { _ in Array(random.pick(["é", "b", "x", "1 ", "€"]).utf8) }
            let before = Array(
                String(repeating: random.pick(["ab", "bö", "a€"]), count: 40_000 + random.below(9)).utf8)
            let expected = places(in: Array("b ".utf8) + part, from: 2).map {
                $0.lowerBound + before.count..<$0.upperBound + before.count
            }
            #expect(places(in: before + Array("b ".utf8) + part, from: before.count + 2) == expected)
            #expect(!expected.isEmpty)
        }
    }

    @Test("are given up where each place of a long text takes a look at the rest of it")
    func rests() throws {
        #expect(try search("a(?=.*c)", String(repeating: "a", count: 2_000_000) + "\nc") == .limitReached)
        #expect(try search("a(?=.*c)", String(repeating: "a", count: 2_000)) == .unmatched)
    }
}
