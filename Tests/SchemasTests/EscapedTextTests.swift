import Events
import Testing

@testable import Schemas

@Suite("Texts that are escaped once more")
struct EscapedTextTests {
    private func decoded(_ text: String) -> String {
        var arena = ByteArena()
        return Array(text.utf8).withUnsafeBytes { String(decoding: EscapedText.decode($0, in: &arena), as: UTF8.self) }
    }

    @Test("lose their escapes where all backslashes are those of escapes")
    func escaped() {
        for (written, text) in [
            (#"C:\\Windows\\System32\\cmd.exe"#, #"C:\Windows\System32\cmd.exe"#),
            (#"\"C:\\a b\\c.exe\" /d"#, #""C:\a b\c.exe" /d"#), (#"\\\\server\\share"#, #"\\server\share"#),
            (#"C:\\a\r\nb\tc\/d\u0041"#, "C:\\a\r\nb\tc/dA"), (#"\\"#, #"\"#), (#"\""#, "\""),
        ] {
            #expect(decoded(written) == text, "\(written)")
        }
    }

    @Test("stay as they are where they are none")
    func plain() {
        for text in [
            "", "cmd /c dir", #"C:\Windows\explorer.exe"#, #"C:\temp\new"#, #"\\server\share"#, #"C:\\a "b""#,
            #"C:\\a\"#,
            #"\"#, #"a\\b\u00"#, #"a\\b\u00xz"#, #""C:\\a""#, #"a\nb"#,
        ] {
            #expect(decoded(text) == text, "\(text)")
        }
    }

    @Test("come back whatever they hold, if a backslash or a quotation mark is among it")
    func roundTrip() {
        var generator = SystemRandomNumberGenerator()
        let pieces = ["\\", "\"", "/", "a", "n", "u00", "é", " ", "\n", "\t", "C:"]
        for _ in 0..<2_000 {
            let text = (0..<8).map { _ in pieces.randomElement(using: &generator)! }.joined() + "\\"
            var escaped = ""
            for character in text.unicodeScalars {
                switch character {
                case "\\", "\"": escaped += "\\" + String(character)
                case "\n": escaped += "\\n"
                case "\t": escaped += "\\t"
                default: escaped.unicodeScalars.append(character)
                }
            }
            #expect(decoded(escaped) == text)
        }
    }
}
