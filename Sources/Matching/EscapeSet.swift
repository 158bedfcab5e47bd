/// Tells which `\u00XX` escapes may hide a byte that is searched.
struct EscapeSet: Sendable {
    /// ASCII bytes that matter when they are escaped: one bit each.
    private let low: UInt64
    private let high: UInt64

    /// - Parameter bytes: what is searched, in every case that counts.
    init(_ bytes: some Sequence<UInt8>) {
        // Digits, `a` to `f`, `u` and `x` may make up an escape themselves, a backslash, `#` and `!` begin one: nested
        // text such as `\u005cu0041` reads as `\u0041` once the outer text is decoded.
        var low: UInt64 = 0
        var high: UInt64 = 0
        for byte in Set("0123456789abcdefABCDEFuxX\\#!".utf8).union(bytes) where byte < 128 {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
        self.low = low
        self.high = high
    }

    /// Whether the `u` at `place` is that of `\u00XX` with an XX that may matter.
    func isEscape(_ place: Int, in text: UnsafeRawBufferPointer) -> Bool {
        guard place > 0, text[place - 1] == 0x5C, byte(place + 1, in: text) == 0x30 else { return false }
        var value: UInt8 = 0
        for offset in 2...4 {
            guard let digit = byte(place + offset, in: text) else { return false }
            // A digit that is itself escaped, in text nested once more.
            if digit == 0x5C { return true }
            guard let nibble = hexadecimal(digit) else { return false }
            if offset == 2, nibble != 0 { return false }
            value = value << 4 | nibble
        }
        switch value {
        // `&` and `<` matter where they begin a reference, a comment or a CDATA section; else they are text that
        // literals are cut at, and common in some producers' JSON.
        case 0x26: return byte(place + 5, in: text) == 0x23
        case 0x3C: return byte(place + 5, in: text) == 0x21
        case 0..<64: return low >> UInt64(value) & 1 == 1
        case 64..<128: return high >> UInt64(value - 64) & 1 == 1
        default: return false
        }
    }

    private func byte(_ index: Int, in text: UnsafeRawBufferPointer) -> UInt8? {
        index < text.count ? text[index] : nil
    }

    private func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: return byte - 0x30
        case 0x41...0x46: return byte - 0x41 + 10
        case 0x61...0x66: return byte - 0x61 + 10
        default: return nil
        }
    }
}
