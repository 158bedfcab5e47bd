import Values

extension JSONDocument {
    /// The document as text, without white space. What would make it longer than a value may be is left out: it is none then.
    var text: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    private func append(to bytes: inout [UInt8]) {
        if bytes.count > EvaluationLimits.valueBytes { return }
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let value): bytes += (value ? "true" : "false").utf8
        case .number(let digits): bytes += digits
        case .string(let text): Self.append(quoted: text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(quoted: member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func append(quoted text: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += "\\n".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0x09: bytes += "\\t".utf8
            case ..<0x20:
                bytes += "\\u00".utf8
                bytes += byte.hexadecimalDigits
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// What a field holds: a string without its quotes, a number, `true` and `false` as text, arrays and objects as JSON.
    var value: Value {
        switch self {
        case .null: .missing
        case .boolean(let value): .text(value ? "true" : "false")
        case .number(let digits):
            // Beyond 15 digits a number would come back as another one.
            digits.count <= 15 ? NumberText.parse(digits).map { .number($0) } ?? .missing : .text(Text(bytes: digits))
        case .string(let text): .text(Text(bytes: text))
        case .array, .object: .text(Text(bytes: self.text))
        }
    }

    /// One text of a multivalue field.
    var plainText: Text {
        if case .string(let text) = self { Text(bytes: text) } else { Text(bytes: text) }
    }

    /// The number as JSON.
    init(_ number: Double) {
        self = number.isFinite ? .number(NumberText.text(number).bytes) : .null
    }

    /// The text as what it looks like: a number, a truth value, null, an array or object, else a string.
    init(inferring text: Text) {
        self = JSONDocument(text.bytes) ?? .string(text.bytes)
    }
}
