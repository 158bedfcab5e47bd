import Values

/// Builds JSON in memory, with the commas where they belong. Keys come in the order of the calls.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// - Parameter goesOn: whether it goes on behind a value.
    init(goesOn: Bool = false) { needsComma = goesOn }

    mutating func beginObject() { open(UInt8(ascii: "{")) }
    mutating func endObject() { close(UInt8(ascii: "}")) }
    mutating func beginArray() { open(UInt8(ascii: "[")) }
    mutating func endArray() { close(UInt8(ascii: "]")) }

    mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A key as it is written, for those who write it into one object after the other.
    struct Key {
        let name: String
        fileprivate let bytes: [UInt8]

        init(_ name: String) {
            self.name = name
            var writer = JSONWriter()
            writer.key(name)
            bytes = writer.bytes
        }
    }

    mutating func key(_ key: Key) {
        beginValue()
        bytes += key.bytes
        needsComma = false
    }

    mutating func string(_ text: String) { string(Array(text.utf8)) }

    mutating func string(_ text: [UInt8]) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        append(text, asJSON: false)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func integer(_ value: Int) { token(Array(String(value).utf8)) }
    mutating func boolean(_ value: Bool) { token(Array((value ? "true" : "false").utf8)) }

    /// A number that JSON cannot hold (infinite, not a number) becomes text.
    mutating func number(_ value: Double) {
        let text = NumberText.text(value)
        if value.isFinite { token(text.bytes) } else { string(text.bytes) }
    }

    mutating func value(_ value: Value) {
        switch value {
        case .missing: token(Array("null".utf8))
        case .text(let text): string(text.bytes)
        case .number(let value): number(value)
        case .multivalue(let texts):
            beginArray()
            for text in texts { string(text.bytes) }
            endArray()
        }
    }

    /// Splices an object that is JSON already and stands on one line. What is no UTF-8 becomes U+FFFD; what acts on a
    /// terminal becomes an escape, which inside a string means the same, and outside one can only be white space.
    mutating func raw(_ json: [UInt8]) {
        beginValue()
        append(json, asJSON: true)
    }

    /// An object that is JSON already as `raw` splices it.
    static func harmless(_ json: [UInt8]) -> [UInt8] {
        var writer = JSONWriter()
        writer.raw(json)
        return writer.bytes
    }

    /// Begins a new line before the next key or value.
    mutating func lineBreak() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// Ends a record of JSON Lines, or a document; what follows starts anew.
    mutating func endLine() {
        endObject()
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// Writes what is there; the text goes on afterwards.
    mutating func writePart(to output: Output) throws(OutputError) {
        // Not handed on as a copy, for which each record would take memory of its own.
        defer { bytes.removeAll(keepingCapacity: true) }
        try output.write(bytes)
    }

    /// Begins with what another one has written.
    mutating func begin(as other: JSONWriter) {
        bytes += other.bytes
        needsComma = other.needsComma
    }

    private mutating func token(_ text: [UInt8]) {
        beginValue()
        bytes += text
    }

    private mutating func open(_ bracket: UInt8) {
        beginValue()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func beginValue() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Appends text with escapes, or JSON with those escapes only that it should have had.
    private mutating func append(_ text: [UInt8], asJSON: Bool) {
        var index = 0
        while index < text.count {
            index = PrintableText.append(text, from: index, escaping: !asJSON, to: &bytes)
            guard index < text.count else { return }
            let byte = text[index]
            switch byte {
            case 0x09, 0x0A, 0x0D:
                if asJSON { bytes.append(UInt8(ascii: " ")) } else { appendEscape(of: UInt32(byte)) }
                index += 1
            default:
                let decoded = DecodedScalar(text, at: index)
                if !decoded.isValid {
                    bytes += replacementCharacter
                } else if ActiveScalar.contains(decoded.scalar) {
                    appendEscape(of: decoded.scalar)
                } else {
                    bytes += text[index..<index + decoded.length]
                }
                index += decoded.length
            }
        }
    }

    private mutating func appendEscape(of scalar: UInt32) {
        switch scalar {
        case 0x08: bytes += Array("\\b".utf8)
        case 0x09: bytes += Array("\\t".utf8)
        case 0x0A: bytes += Array("\\n".utf8)
        case 0x0C: bytes += Array("\\f".utf8)
        case 0x0D: bytes += Array("\\r".utf8)
        case 0x10000...:
            let above = scalar - 0x10000
            appendUnit(0xD800 + above >> 10)
            appendUnit(0xDC00 + above & 0x3FF)
        default: appendUnit(scalar)
        }
    }

    private mutating func appendUnit(_ unit: UInt32) {
        bytes += Array("\\u".utf8)
        for shift in [12, 8, 4, 0] as [UInt32] { bytes.append(hexadecimalCharacter(unit >> shift & 15)) }
    }
}
