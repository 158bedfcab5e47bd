import CKernels

/// As many bytes in a row as a scan by words looks at.
struct ShortWord: Hashable, Sendable {
    static let length = Int(TRAWL_WORD_LENGTH)

    /// The first one lowest.
    let bits: UInt32
    /// Whether the case of its letters, which are small, does not count.
    let isFolded: Bool

    /// The word that begins at a place of a longer one; `nil` where that is too short, or not all ASCII.
    ///
    /// - Parameter isFolded: whether case does not count; the word is in lower case then.
    init?(_ word: [UInt8], at offset: Int = 0, isFolded: Bool = false) {
        self.isFolded = isFolded
        guard offset + Self.length <= word.count else { return nil }
        var bits: UInt32 = 0
        for place in (0..<Self.length).reversed() {
            guard word[offset + place] < 0x80 else { return nil }
            bits = bits << 8 | UInt32(word[offset + place])
        }
        self.bits = bits
    }

    subscript(place: Int) -> UInt8 { UInt8(truncatingIfNeeded: bits >> UInt32(8 * place)) }

    /// The bit that a byte may have or not.
    func fold(_ place: Int) -> UInt8 { isFolded ? CaseFolding.mask(self[place]) : 0 }

    /// The bits of all ways in which it may be written.
    var spellings: [UInt32] {
        (0..<Self.length).reduce([bits]) { known, place in
            let fold = UInt32(fold(place)) << UInt32(8 * place)
            return fold == 0 ? known : known + known.map { $0 & ~fold }
        }
    }

    /// The bits of the word that stands at this place; `nil` where the text ends before.
    @inline(__always)
    static func bits(_ text: UnsafeRawBufferPointer, at place: Int) -> UInt32? {
        place + length <= text.count ? bits(text, standingAt: place) : nil
    }

    /// The bits of the word that stands at this place, where it is known to end within the text.
    @inline(__always)
    static func bits(_ text: UnsafeRawBufferPointer, standingAt place: Int) -> UInt32 {
        UInt32(text[place]) | UInt32(text[place + 1]) << 8 | UInt32(text[place + 2]) << 16
    }
}
