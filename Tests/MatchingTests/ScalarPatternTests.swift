import TestRandom
import Testing

@testable import Matching

@Suite("Patterns over scalars")
struct ScalarPatternTests {
    private func matches(_ pattern: String, _ text: String, isCaseSensitive: Bool = false) -> Bool {
        let tokens = pattern.unicodeScalars.map { scalar -> ScalarPattern.Token in
            switch scalar {
            case "*": .anyRun
            case "?": .oneScalar
            case "+": .text([0x2A])
            default: .text(Array(String(scalar).utf8))
            }
        }
        return Array(text.utf8).withUnsafeBytes {
            ScalarPattern(tokens, isCaseSensitive: isCaseSensitive).matches($0)
        }
    }

    @Test(
        "match whole texts",
        arguments: [
            ("a?c", "abc", true), ("a?c", "ac", false), ("a?c", "aÄc", true), ("a?c", "a👩c", true), ("??", "äö", true),
            ("a+c", "a*c", true), ("a+c", "abc", false), ("*?", "", false), ("*?", "x", true), ("*a?", "aab", true),
            ("A?C", "abc", true), ("Ä*", "äx", true), ("*b?d*", "xxabcd", true), ("", "", true), ("", "a", false),
            ("?*?", "ä", false), ("*?*?*", "ab", true),
        ])
    func wholeTexts(pattern: String, text: String, expected: Bool) {
        #expect(matches(pattern, text) == expected)
    }

    @Test("heed case where they are told to")
    func caseSensitivity() {
        #expect(!matches("A?c", "abc", isCaseSensitive: true))
        #expect(matches("A?c", "Abc", isCaseSensitive: true))
    }

    @Test("match as trying every way does")
    func random() {
        /// The plain way: every run takes every number of scalars.
        func plain(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
            guard let first = pattern.first else { return text.isEmpty }
            switch first {
            case "*":
                return text.indices.contains { plain(pattern.dropFirst(), text[$0...]) }
                    || plain(pattern.dropFirst(), [])
            case "?": return !text.isEmpty && plain(pattern.dropFirst(), text.dropFirst())
            case "+": return text.first == "*" && plain(pattern.dropFirst(), text.dropFirst())
            default: return text.first == first && plain(pattern.dropFirst(), text.dropFirst())
            }
        }
        var random = SeededGenerator(seed: 5)
        var held = 0
        for _ in 0..<5_000 {
            let pattern = (0..<Int.random(in: 0...6, using: &random)).map { _ in random.pick(Array("*?+aäb")) }
            let text = (0..<Int.random(in: 0...7, using: &random)).map { _ in random.pick(Array("aäb*")) }
            let expected = plain(pattern[...], text[...])
            if expected { held += 1 }
            #expect(matches(String(pattern), String(text)) == expected, "\(String(pattern)) on \(String(text))")
        }
        #expect(held > 200)
    }
}

@Suite("Parts of times")
struct TimePartTests {
    private func value(_ part: TimePart, _ text: String) -> Int? {
        Array(text.utf8).withUnsafeBytes { part.value(of: $0) }
    }

    @Test("are read as they are written")
    func parts() {
        let text = "2024-02-29T23:07:59.5+02:00"
        #expect(TimePart.allCases.map { value($0, text) } == [7, 23, 29, 9, 2, 2024])
        #expect(value(.hour, "2024-02-29") == nil)
        #expect(value(.day, "2024-02-29") == 29)
        #expect(value(.day, "29.02.2024") == nil)
        #expect(value(.month, "2024-13-01") == nil)
    }

    @Test(
        "weeks are those of ISO 8601",
        arguments: [
            ("2021-01-03", 53), ("2021-01-04", 1), ("2020-12-31", 53), ("2019-12-30", 1), ("2016-01-03", 53),
            ("2015-12-31", 53), ("2010-01-03", 53), ("2008-12-29", 1), ("2023-01-01", 52), ("2024-12-31", 1),
        ])
    func weeks(text: String, week: Int) {
        #expect(value(.week, text) == week)
    }
}
