/// How many columns of a terminal a scalar takes, and which scalars are shown as escapes because nobody would see them or
/// would take them for another.
enum DisplayWidth {
    /// 0 for marks that sit on the scalar before, 2 for wide and full-width ones, else 1.
    static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        // Vowels and final consonants that join the syllable before.
        if 0x1160...0x11FF ~= value || 0xD7B0...0xD7FF ~= value { return 0 }
        return isWide(value) || scalar.properties.isEmojiPresentation || isRegionalIndicator(value) ? 2 : 1
    }

    /// Whether a table shows the scalar as an escape: what acts, what is invisible or unassigned, and spaces that only
    /// look like the space. Joiners and variation selectors are judged by what they stand on, not here.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        if value < 0x7F { return value < 0x20 }
        if ActiveScalar.contains(value) { return true }
        switch value {
        case zeroWidthNonJoiner, zeroWidthJoiner, 0x3000: return false
        case 0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800: return true  // fillers and blanks of other categories
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .unassigned, .surrogate:
            return true
        default: return false
        }
    }

    static let zeroWidthNonJoiner: UInt32 = 0x200C
    static let zeroWidthJoiner: UInt32 = 0x200D
    static let emojiVariation: UInt32 = 0xFE0F

    static func isVariationSelector(_ value: UInt32) -> Bool {
        0xFE00...0xFE0F ~= value || 0xE0100...0xE01EF ~= value
    }

    static func isRegionalIndicator(_ value: UInt32) -> Bool {
        0x1F1E6...0x1F1FF ~= value
    }

    private static func isWide(_ value: UInt32) -> Bool {
        if value < 0x1100 { return false }
        var low = 0
        var high = wideRanges.count
        while low < high {
            let middle = (low + high) / 2
            if wideRanges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < wideRanges.count && wideRanges[low].contains(value)
    }

    /// East Asian Width W and F (Unicode 16, EastAsianWidth.txt) but for what has emoji presentation; gaps that are
    /// unassigned are closed, since those are shown as escapes.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0x3247,
        0x3250...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B,
        0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x16FF1, 0x17000...0x18D08, 0x1AFF0...0x1B2FB,
        0x1D300...0x1D376, 0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
    ]
}
