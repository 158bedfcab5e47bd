import Values

/// Text with `$field$` tokens that a finding's values take the place of.
struct MessageTemplate {
    private enum Part {
        case text([UInt8])
        /// The name between the dollar signs, and the token as written.
        case token(name: String, written: [UInt8])
    }

    private let parts: [Part]

    /// A token is a run without white space and dollar signs between two dollar signs; Splunk's `result.` before the name
    /// is allowed. Any other dollar sign is text.
    init(_ text: String) {
        var parts: [Part] = []
        var literal: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "$"), let end = Self.closing(index, in: bytes) else {
                literal.append(bytes[index])
                index += 1
                continue
            }
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = []
            var name = bytes[(index + 1)..<end]
            if name.starts(with: "result.".utf8), name.count > 7 { name = name.dropFirst(7) }
            parts.append(
                .token(name: String(decoding: name, as: UTF8.self), written: Array(bytes[index...end])))
            index = end + 1
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        self.parts = parts
    }

    /// - Parameter value: of a field; several values are joined with `, `. A token whose field is missing stays as written.
    func filled(_ value: (String) -> Value) -> Text {
        var bytes: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): bytes += text
            case .token(let name, let written):
                let texts = value(name).texts
                if texts.isEmpty { bytes += written }
                for (position, text) in texts.enumerated() {
                    if position > 0 { bytes += ", ".utf8 }
                    bytes += text.bytes
                }
            }
        }
        return Text(bytes: bytes)
    }

    private static func closing(_ start: Int, in bytes: [UInt8]) -> Int? {
        var index = start + 1
        while index < bytes.count, bytes[index] > 0x20 {
            if bytes[index] == UInt8(ascii: "$") { return index > start + 1 ? index : nil }
            index += 1
        }
        return nil
    }
}
