/// One step of decoding bytes that are UTF-8 as a rule.
struct DecodedScalar {
    /// U+FFFD where the bytes are no UTF-8.
    var scalar: UInt32
    /// Bytes used, at least 1.
    var length: Int
    var isValid: Bool

    /// Decodes the scalar at `index`. Bytes that are no UTF-8 are taken as one U+FFFD for each maximal subpart (Unicode 16,
    /// section 3.9, "U+FFFD Substitution of Maximal Subparts"), as Swift's `String(decoding:as:)` does.
    init(_ bytes: [UInt8], at index: Int) {
        let first = bytes[index]
        if first < 0x80 {
            self.init(scalar: UInt32(first), length: 1, isValid: true)
            return
        }
        // The second byte's bounds shut out overlong forms, surrogates and what is above U+10FFFF (table 3-7).
        let (count, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default:
            self.init(scalar: 0xFFFD, length: 1, isValid: false)
            return
        }
        var scalar = UInt32(first) & (0xFF >> UInt32(count + 1))
        for step in 1..<count {
            guard index + step < bytes.count, (step == 1 ? second : 0x80...0xBF).contains(bytes[index + step]) else {
                self.init(scalar: 0xFFFD, length: step, isValid: false)
                return
            }
            scalar = scalar << 6 | UInt32(bytes[index + step] & 0x3F)
        }
        self.init(scalar: scalar, length: count, isValid: true)
    }

    private init(scalar: UInt32, length: Int, isValid: Bool) {
        self.scalar = scalar
        self.length = length
        self.isValid = isValid
    }
}

/// U+FFFD in UTF-8.
let replacementCharacter: [UInt8] = [0xEF, 0xBF, 0xBD]

extension [UInt8] {
    /// The bytes from `index` on that satisfy a condition, up to the first one that does not.
    ///
    /// Nearly all bytes of log content are printable ASCII: what is copied in runs costs a fraction of what single bytes do.
    @inline(__always)
    func plainRun(from index: Int, where isPlain: (UInt8) -> Bool) -> Range<Int> {
        var end = index
        withUnsafeBufferPointer { bytes in
            while end < bytes.count, isPlain(bytes[end]) { end += 1 }
        }
        return index..<end
    }
}
