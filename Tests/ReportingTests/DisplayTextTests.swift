import TestRandom
import Testing

@testable import Reporting

@Suite("Text for tables")
struct DisplayTextTests {
    @Test(
        "what acts or hides is shown as an escape",
        arguments: [
            ("a\u{1b}[31mb", "a\\x1b[31mb"), ("a\nb\tc\r\n", "a\\nb\\tc\\r\\n"),
            ("\u{0}\u{7}\u{7f}", "\\x00\\x07\\x7f"),
            ("\u{9b}31m", "\\u{9b}31m"), ("x\u{202e}exe.txt", "x\\u{202e}exe.txt"), ("a\u{200b}b", "a\\u{200b}b"),
            ("power\u{200d}shell", "power\\u{200d}shell"), ("a\u{a0}b", "a\\u{a0}b"), ("\u{301}a", "\\u{301}a"),
            ("a\u{fe0f}", "a\\u{fe0f}"), ("\u{e0041}", "\\u{e0041}"), ("日\u{3000}本", "日\u{3000}本"),
            ("\u{1160}", "\\u{1160}"), ("\u{378}", "\\u{378}"), ("👩‍👩‍👧 1️⃣", "👩‍👩‍👧 1️⃣"), ("ନ୍‍ତ", "ନ୍‍ତ"),
        ])
    func escapes(text: String, shown: String) {
        #expect(Array(DisplayText(text).string.unicodeScalars) == Array(shown.unicodeScalars))
    }

    @Test("ASCII beside other characters is shown as character after character would be", arguments: 0..<200)
    func runs(seed: UInt64) {
        var generator = HostileContent(seed: seed)
        let parts: [Unicode.Scalar] = [
            "a", "b", " ", "1", "\n", "\r", "\t", "\u{1b}", "\u{7f}", "\u{301}", "\u{600}", "\u{200d}", "\u{fe0f}", "é",
            "日",
            "👩", "🇩", "\u{1112}", "\u{1161}", "\u{20e3}", "\u{9b}",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 1...40, using: &generator) {
            text.unicodeScalars.append(parts.randomElement(using: &generator) ?? "a")
        }
        var expected = DisplayText()
        for character in text { expected.append(DisplayText(String(character))) }
        let shown = DisplayText(text)
        #expect(shown.string == expected.string)
        #expect(shown.width == expected.width)
        for limit in 1..<20 { #expect(shown.cut(to: limit).string == expected.cut(to: limit).string) }
    }

    @Test("bytes that are no UTF-8 are replaced")
    func invalid() {
        #expect(DisplayText([0x61, 0xFF, 0x62]).string == "a\u{FFFD}b")
    }

    @Test(
        "width is counted in columns of a terminal",
        arguments: [
            ("", 0), ("abc", 3), ("日本語", 6), ("ﾊﾝ", 2), ("Ｆ", 2), ("e\u{301}\u{302}", 1), ("한국", 4),
            ("\u{1112}\u{1161}\u{11ab}", 2),
            ("😀", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("☠️", 2), ("☠", 1), ("👍🏽", 2), ("—…", 2), ("Жé", 2), ("\u{1b}", 4),
        ])
    func width(text: String, columns: Int) {
        #expect(DisplayText(text).width == columns)
    }

    @Test("a pile of marks goes on as escapes")
    func pile() {
        let text = DisplayText("a" + String(repeating: "\u{301}", count: 1000))
        #expect(text.string.unicodeScalars.prefix(12).count { $0 == "\u{301}" } == 11)
        #expect(text.width == 1 + 989 * 7)
    }

    @Test(
        "a long text is cut in the middle",
        arguments: [
            ("powershell.exe -enc AAAA", 11, "power… AAAA"), ("powershell.exe", 14, "powershell.exe"),
            ("abcdef", 5, "ab…ef"),
            ("abcdef", 1, "…"), ("abcdef", 0, ""), ("日本語日本語", 6, "日…語"), ("ab\u{202e}cd", 7, "ab…cd"),
            ("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 5, "👩‍👩‍👧…👩‍👩‍👧"),
        ])
    func cut(text: String, columns: Int, expected: String) {
        // Half of the columns go to the head, what is left beside the ellipsis to the tail.
        let cut = DisplayText(text).cut(to: columns)
        #expect(cut.width <= columns)
        #expect(cut.string == expected)
    }

    @Test("cutting and wrapping never split a character, and keep to the width", arguments: 0..<150)
    func characters(seed: UInt64) {
        var random = HostileContent(seed: seed)
        let text = DisplayText(random.bytes(upTo: 20))
        let whole = Array(text.string)
        let limit = Int.random(in: 1...30, using: &random)
        let cut = text.cut(to: limit)
        #expect(cut.width <= limit)
        #expect(DisplayText(cut.string).width == cut.width)
        if text.width > limit {
            let parts = cut.string.split(separator: "…", maxSplits: 1, omittingEmptySubsequences: false)
            #expect(parts.count == 2)
            #expect(whole.starts(with: Array(parts[0]), by: sameScalars))
            #expect(whole.reversed().starts(with: parts[1].reversed(), by: sameScalars))
        }
        let lines = text.wrapped(to: limit + 9, lines: 100)
        #expect(lines.allSatisfy { $0.width <= limit + 9 })
        // Only spaces at line ends may go.
        let joined = lines.map(\.string).joined().unicodeScalars.filter { $0 != " " }
        #expect(Array(joined) == text.string.unicodeScalars.filter { $0 != " " })
        #expect(text.wrapped(to: limit + 9, lines: 2).count <= 2)
    }

    private func sameScalars(_ left: Character, _ right: Character) -> Bool {
        left.unicodeScalars.elementsEqual(right.unicodeScalars)
    }

    @Test("lines break at a space that is near their end")
    func words() {
        let lines = DisplayText("A shell on ws-014 started a service").wrapped(to: 14, lines: 5).map(\.string)
        #expect(lines == ["A shell on", "ws-014 started", "a service"])
        #expect(DisplayText("0123456789abcdef").wrapped(to: 10, lines: 3).map(\.string) == ["0123456789", "abcdef"])
        #expect(DisplayText("").wrapped(to: 10, lines: 3).isEmpty)
    }

    @Test("of a very long text only the ends are looked at")
    func veryLong() {
        var bytes = Array("head ".utf8) + [UInt8](repeating: 0x61, count: 1 << 20)
        bytes += Array(repeatElement(Array("日".utf8), count: 20_000).joined()) + Array(" tail".utf8)
        let text = DisplayText(bytes)
        #expect(text.bytes.count < 1 << 17)
        let cut = text.cut(to: 30).string
        #expect(cut.hasPrefix("head aaa") && cut.hasSuffix("日 tail"))
        #expect(!cut.contains("\u{FFFD}"))
    }
}

extension DisplayText {
    fileprivate var string: String { String(decoding: bytes, as: UTF8.self) }
}
