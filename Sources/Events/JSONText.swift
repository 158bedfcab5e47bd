/// The text of a JSON string, unescaped.
public enum JSONText {
    /// How long the object or array is that a valid text begins with.
    static func lengthOfContainer(_ text: UnsafeRawBufferPointer) -> Int {
        var depth = 0
        var isInString = false
        var isEscaped = false
        for (place, byte) in text.enumerated() {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return place + 1 }
            default: break
            }
        }
        return text.count
    }

    /// The decoded text of a string's inside, in the arena.
    public static func decode(_ bytes: UnsafeRawBufferPointer, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        let room = arena.allocate(bytes.count)
        let length = decode(bytes, into: room)
        return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<length])
    }

    /// The decoded text of a string's inside.
    public static func decoded(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var output: [UInt8] = []
        decode(bytes, into: &output)
        return output
    }

    /// Appends the decoded text of a string's inside to an array.
    public static func decode(_ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]) {
        let decoded = [UInt8](unsafeUninitializedCapacity: bytes.count) { room, count in
            count = decode(bytes, into: UnsafeMutableRawBufferPointer(room))
        }
        output.append(contentsOf: decoded)
    }

    /// Writes the decoded text of a string's inside (without its quotes) to `output`, and returns its length.
    ///
    /// Escapes were validated when the line was parsed; a lone surrogate becomes U+FFFD. Bytes that are not UTF-8 stay.
    /// `output` has room for as many bytes as there are: no escape decodes to more bytes than it is written with.
    /// - Complexity: linear.
    static func decode(_ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        guard let source = bytes.baseAddress, let target = output.baseAddress else { return 0 }
        var index = 0
        var length = 0
        let count = bytes.count
        while index < count {
            // Eight bytes at a time up to a backslash: what is written behind it is written over.
            // SAFETY: `index` is never less than `length`, and eight bytes from there on lie within both.
            while index &+ 8 <= count {
                let word = UInt64(littleEndian: source.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                target.storeBytes(of: word.littleEndian, toByteOffset: length, as: UInt64.self)
                let marked = word ^ 0x5C5C_5C5C_5C5C_5C5C
                let found = (marked &- 0x0101_0101_0101_0101) & ~marked & 0x8080_8080_8080_8080
                let plain = found.trailingZeroBitCount / 8
                index &+= plain
                length &+= plain
                if plain < 8 { break }
            }
            guard index < count else { break }
            let byte = bytes[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < count else {
                output[length] = byte
                length += 1
                index += 1
                continue
            }
            let escape = bytes[index + 1]
            index += 2
            switch escape {
            case UInt8(ascii: "n"): output[length] = 0x0A
            case UInt8(ascii: "t"): output[length] = 0x09
            case UInt8(ascii: "r"): output[length] = 0x0D
            case UInt8(ascii: "b"): output[length] = 0x08
            case UInt8(ascii: "f"): output[length] = 0x0C
            case UInt8(ascii: "u"):
                for unit in unicodeScalar(bytes, &index).utf8 {
                    output[length] = unit
                    length += 1
                }
                continue
            default: output[length] = escape
            }
            length += 1
        }
        return length
    }

    /// The scalar of the digits at `index`, and of a low surrogate's escape where one must follow.
    private static func unicodeScalar(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Unicode.Scalar {
        guard let first = hexadecimal(bytes, at: index) else { return "\u{FFFD}" }
        index += 4
        guard first & 0xFC00 == 0xD800 else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        if index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u"),
            let second = hexadecimal(bytes, at: index + 2), second & 0xFC00 == 0xDC00
        {
            index += 6
            return Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)) ?? "\u{FFFD}"
        }
        return "\u{FFFD}"
    }

    private static func hexadecimal(_ bytes: UnsafeRawBufferPointer, at index: Int) -> UInt32? {
        guard index + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for offset in 0..<4 {
            guard let digit = hexadecimalDigit(bytes[index + offset]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}

/// The value of a hexadecimal digit.
@inline(__always)
public func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
}
