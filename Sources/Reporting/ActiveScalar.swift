/// Scalars that act instead of being seen: they move a cursor, start an escape sequence, end a line for some reader, or
/// change the order or the visibility of the text around them. None of them leaves the program raw.
enum ActiveScalar {
    static func contains(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0..<0x20, 0x7F..<0xA0: true  // C0, DEL, C1
        case 0x061C, 0x200E, 0x200F: true  // direction marks
        case 0x2028...0x202E: true  // line and paragraph separator, embeddings and overrides
        case 0x2066...0x206F: true  // isolates, deprecated formatting
        case 0xFEFF: true  // byte order mark, which readers drop
        case 0xFFF9...0xFFFB: true  // interlinear annotation
        case 0xE0000...0xE007F: true  // tags: text that nobody sees
        default: false
        }
    }

    /// Appends what people see instead: `\n`, `\x1b`, `\u{202e}`.
    static func appendEscape(of scalar: UInt32, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch scalar {
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0..<0x80:
            bytes.append(UInt8(ascii: "x"))
            bytes.append(hexadecimalCharacter(scalar >> 4))
            bytes.append(hexadecimalCharacter(scalar & 15))
        default: bytes += Array("u{\(String(scalar, radix: 16))}".utf8)
        }
    }
}

/// The lower-case digit for a value below 16.
func hexadecimalCharacter(_ value: UInt32) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + UInt8(value) : UInt8(ascii: "a") + UInt8(value & 15) - 10
}
