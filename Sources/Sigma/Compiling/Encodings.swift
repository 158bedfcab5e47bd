/// UTF-16 as bytes.
enum UTF16Bytes {
    static func encode(_ text: [UInt8], isBigEndian: Bool) -> [UInt8] {
        String(decoding: text, as: UTF8.self).utf16.flatMap { unit in
            let low = UInt8(truncatingIfNeeded: unit)
            let high = UInt8(truncatingIfNeeded: unit >> 8)
            return isBigEndian ? [high, low] : [low, high]
        }
    }
}

/// Base64 with padding (RFC 4648, section 4).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let rest = bytes.count - index
            let first = UInt32(bytes[index]) << 16
            let second = rest > 1 ? UInt32(bytes[index + 1]) << 8 : 0
            let group = first | second | (rest > 2 ? UInt32(bytes[index + 2]) : 0)
            result.append(alphabet[Int(group >> 18)])
            result.append(alphabet[Int(group >> 12 & 63)])
            result.append(rest > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            result.append(rest > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
            index += 3
        }
        return result
    }

    /// What bytes look like somewhere inside a text in Base64, for each of the three ways in which they may stand to its
    /// groups of three: the characters that depend on nothing but them.
    static func insideEncodings(_ bytes: [UInt8]) -> [[UInt8]] {
        (0..<3).map { offset in
            let encoded = encode([UInt8](repeating: 0, count: offset) + bytes)
            // Characters that hold bits of what stands before, and of what follows.
            let before = [0, 2, 3][offset]
            let behind = [0, 3, 2][(offset + bytes.count) % 3]
            return encoded.count - behind > before ? Array(encoded[before..<encoded.count - behind]) : []
        }
    }
}
