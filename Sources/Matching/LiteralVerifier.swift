/// Tells whether a literal, or an escape that may hide one, stands at a place that the scan kernel reported.
struct LiteralVerifier: Sendable {
    /// The bytes of all literals, then as many masks: `(b | mask) == byte` compares without case where that is asked for.
    private let bytes: [UInt8]
    private let entries: [Entry]
    private let count: Int
    private let escapes: EscapeSet

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
        var escaped: Set<UInt8> = []
        for finder in finders {
            let literal = finder.literal
            entries.append(
                Entry(start: bytes.count, count: literal.bytes.count, offset: finder.offset, pair: finder.pair))
            bytes += literal.bytes
            for byte in literal.bytes {
                let mask = literal.isCaseSensitive ? 0 : CaseFolding.mask(byte)
                masks.append(mask)
                escaped.insert(byte)
                escaped.insert(byte & ~mask)
            }
        }
        self.bytes = bytes + masks
        self.count = bytes.count
        self.entries = entries
        escapes = EscapeSet(escaped)
    }

    func verify(_ place: Int, in text: UnsafeRawBufferPointer) -> Bool {
        guard place >= 0, place < text.count else { return false }
        for entry in entries where entry.pair.matches(text, at: place) {
            let start = place - entry.offset
            if start >= 0, text.count - start >= entry.count, isEqual(entry, text, at: start) { return true }
        }
        switch text[place] {
        case 0x75: return escapes.isEscape(place, in: text)
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

    private func byte(_ index: Int, in text: UnsafeRawBufferPointer) -> UInt8? {
        index < text.count ? text[index] : nil
    }
}
