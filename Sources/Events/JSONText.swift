import CKernels

/// The text of a JSON string, unescaped.
public enum JSONText {
    /// How long the object or array is that a valid text begins with.
    static func lengthOfContainer(_ text: UnsafeRawBufferPointer) -> Int { container(text) ?? text.count }

    /// The same; `nil` where it does not end.
    static func container(_ text: UnsafeRawBufferPointer) -> Int? {
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
        return nil
    }

    /// The decoded text of a string's inside, in the arena.
    public static func decode(_ bytes: UnsafeRawBufferPointer, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        let room = arena.allocate(bytes.count + padding)
        let length = decode(bytes, into: room)
        arena.giveBack(of: room, behind: length)
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
        let decoded = [UInt8](unsafeUninitializedCapacity: bytes.count + padding) { room, count in
            count = decode(bytes, into: UnsafeMutableRawBufferPointer(room))
        }
        output.append(contentsOf: decoded)
    }

    /// Bytes that decoding may touch beyond as many as a text has.
    static let padding = Int(TRAWL_JSON_PADDING)

    /// Writes the decoded text of a string's inside (without its quotes) to `output`, and returns its length.
    ///
    /// Escapes were validated when the line was parsed; a lone surrogate becomes U+FFFD. Bytes that are not UTF-8 stay.
    /// `output` has room for as many bytes as there are and ``padding`` more: no escape decodes to more bytes than it is
    /// written with.
    /// - Complexity: linear.
    static func decode(_ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        guard let source = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let target = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return 0 }
        let unescape = trawl_kernels_get().pointee.json_unescape
        var index = 0
        var length = 0
        while true {
            // SAFETY: never is more written than was read, so what is left of `output` has room for the rest and the padding.
            var taken = 0
            length += unescape(source + index, bytes.count - index, target + length, &taken)
            index += taken
            if index == bytes.count { return length }
            index += 2
            for unit in unicodeScalar(bytes, &index).utf8 {
                output[length] = unit
                length += 1
            }
        }
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
