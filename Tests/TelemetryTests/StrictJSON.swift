/// RFC 8259 as a check and nothing else: Foundation lets some texts pass that are not JSON.
struct StrictJSON {
    private var rest: ArraySlice<UInt8>

    /// Whether the bytes are one value.
    static func accepts(_ bytes: some Sequence<UInt8>) -> Bool {
        var reader = StrictJSON(rest: Array(bytes)[...])
        guard reader.value() else { return false }
        reader.skipSpace()
        return reader.rest.isEmpty
    }

    private mutating func skipSpace() { rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) } }

    private mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.utf8) else { return false }
        rest = rest.dropFirst(text.utf8.count)
        return true
    }

    private mutating func value() -> Bool {
        skipSpace()
        switch rest.first {
        case UInt8(ascii: "{"):
            return list("{", "}") { reader in
                reader.skipSpace()
                guard reader.string() else { return false }
                reader.skipSpace()
                return reader.take(":") && reader.value()
            }
        case UInt8(ascii: "["): return list("[", "]") { $0.value() }
        case UInt8(ascii: "\""): return string()
        default: return take("true") || take("false") || take("null") || number()
        }
    }

    private mutating func list(_ open: String, _ close: String, _ element: (inout StrictJSON) -> Bool) -> Bool {
        guard take(open) else { return false }
        skipSpace()
        if take(close) { return true }
        repeat {
            guard element(&self) else { return false }
            skipSpace()
        } while take(",")
        return take(close)
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return true
            case 0..<0x20: return false
            case UInt8(ascii: "\\"):
                guard let code = rest.popFirst() else { return false }
                if code == UInt8(ascii: "u") {
                    let digits = rest.prefix(4)
                    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
                        return false
                    }
                    rest = rest.dropFirst(4)
                } else if !Array("\"\\/bfnrt".utf8).contains(code) {
                    return false
                }
            default: break
            }
        }
        return false
    }

    private mutating func digits() -> Bool {
        let count = rest.prefix { (0x30...0x39).contains($0) }.count
        rest = rest.dropFirst(count)
        return count > 0
    }

    private mutating func number() -> Bool {
        _ = take("-")
        guard take("0") || digits() else { return false }
        if take("."), !digits() { return false }
        guard take("e") || take("E") else { return true }
        _ = take("+") || take("-")
        return digits()
    }
}
