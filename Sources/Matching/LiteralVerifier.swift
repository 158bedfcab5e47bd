/// Tells whether a literal, or an escape that may hide one, stands at a place that the scan kernel reported.
struct LiteralVerifier: Sendable {
    /// The bytes of all literals, then as many masks: `(b | mask) == byte` compares without case where that is asked for.
    private let bytes: [UInt8]
    private let entries: [Entry]
    private let count: Int
    /// ASCII bytes which, written as `\u00XX`, may be part of a literal or of another escape: one bit each.
    private let lowEscapes: UInt64
    private let highEscapes: UInt64

    private struct Entry: Sendable {
        /// Where its bytes begin.
        var start: Int
        var count: Int
        /// Where in the literal the pair begins.
        var offset: Int
        var pair: BytePair
    }

    init(_ finders: [LiteralFinder]) {
        var bytes: [UInt8] = []
        var masks: [UInt8] = []
        var entries: [Entry] = []
        // Digits, `a` to `f`, `u` and `x` may make up an escape themselves, a backslash, `#` and `!` begin one: nested
        // text such as `\u005cu0041` reads as `\u0041` once the outer text is decoded.
        var escapes = Set("0123456789abcdefABCDEFuxX\\#!".utf8)
        for finder in finders {
            let literal = finder.literal
            entries.append(
                Entry(start: bytes.count, count: literal.bytes.count, offset: finder.offset, pair: finder.pair))
            bytes += literal.bytes
            for byte in literal.bytes {
                let mask = literal.isCaseSensitive ? 0 : CaseFolding.mask(byte)
                masks.append(mask)
                escapes.insert(byte)
                escapes.insert(byte & ~mask)
            }
        }
        self.bytes = bytes + masks
        self.count = bytes.count
        self.entries = entries
        var low: UInt64 = 0
        var high: UInt64 = 0
        for byte in escapes {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
        lowEscapes = low
        highEscapes = high
    }

    func verify(_ place: Int, in text: UnsafeRawBufferPointer) -> Bool {
        guard place >= 0, place < text.count else { return false }
        for entry in entries where entry.pair.matches(text, at: place) {
            let start = place - entry.offset
            if start >= 0, text.count - start >= entry.count, isEqual(entry, text, at: start) { return true }
        }
        switch text[place] {
        case 0x75: return isUnicodeEscape(place, in: text)
        case 0x26: return byte(place + 1, in: text) == 0x23
        case 0x3C: return byte(place + 1, in: text) == 0x21
        default: return false
        }
    }

    private func isEqual(_ entry: Entry, _ text: UnsafeRawBufferPointer, at start: Int) -> Bool {
        for offset in 0..<entry.count {
            let own = entry.start + offset
            if text[start + offset] | bytes[count + own] != bytes[own] { return false }
        }
        return true
    }

    /// Whether the `u` is that of `\u00XX` with an XX that may matter.
    private func isUnicodeEscape(_ place: Int, in text: UnsafeRawBufferPointer) -> Bool {
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
        case 0..<64: return lowEscapes >> UInt64(value) & 1 == 1
        case 64..<128: return highEscapes >> UInt64(value - 64) & 1 == 1
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
