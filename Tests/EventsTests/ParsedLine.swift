@testable import Events

enum ParsedLine {
    /// What a parser makes of a line: why it is none, or the texts of all paths.
    static func outcome(_ parser: EventParser, _ line: [UInt8], paths: Int) -> String {
        line.withUnsafeBytes { bytes in
            if let reason = parser.parse(bytes) { return "\(reason)" }
            var arena = ByteArena()
            var told = "\(parser.wrapper)"
            for slot in 0..<paths {
                var next = parser.value(of: slot)
                while let value = next {
                    let text =
                        value.hasText ? String(decoding: parser.text(of: value, in: &arena), as: UTF8.self) : "-"
                    told += " \(slot):\(value.kind):\(text)"
                    next = parser.member(after: value)
                }
            }
            return told
        }
    }
}
