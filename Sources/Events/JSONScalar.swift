/// What a token that is no string is.
enum JSONScalar {
    /// Its kind, or `nil` where it is no valid JSON (RFC 8259, sections 3 and 6).
    @inline(__always)
    static func kind(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> EventValue.Kind? {
        switch bytes[0] {
        case UInt8(ascii: "t"): return equals(bytes, length, "true") ? .trueLiteral : nil
        case UInt8(ascii: "f"): return equals(bytes, length, "false") ? .falseLiteral : nil
        case UInt8(ascii: "n"): return equals(bytes, length, "null") ? .null : nil
        default: return isNumber(bytes, length) ? .number : nil
        }
    }

    static func looksNumeric(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || isDigit(byte)
    }

    private static func equals(_ bytes: UnsafePointer<UInt8>, _ length: Int, _ literal: StaticString) -> Bool {
        guard length == literal.utf8CodeUnitCount else { return false }
        for index in 0..<length where bytes[index] != literal.utf8Start[index] { return false }
        return true
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private static func isNumber(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        var index = bytes[0] == UInt8(ascii: "-") ? 1 : 0
        guard index < length, isDigit(bytes[index]) else { return false }
        if bytes[index] == UInt8(ascii: "0") {
            index += 1
        } else {
            while index < length, isDigit(bytes[index]) { index += 1 }
        }
        if index < length, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard index < length, isDigit(bytes[index]) else { return false }
            while index < length, isDigit(bytes[index]) { index += 1 }
        }
        if index < length, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < length, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
            guard index < length, isDigit(bytes[index]) else { return false }
            while index < length, isDigit(bytes[index]) { index += 1 }
        }
        return index == length
    }
}
