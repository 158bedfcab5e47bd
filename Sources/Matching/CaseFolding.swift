/// How comparisons ignore case: ASCII folds to ASCII only, and another scalar folds by its simple lower-case mapping only
/// to another non-ASCII scalar. So the Kelvin sign is not a `k`, and a search for ASCII bytes in raw text can be sound.
public enum CaseFolding {
    /// The text with every scalar folded. Bytes that are not UTF-8 stay as they are.
    public static func folded(_ text: [UInt8]) -> [UInt8] {
        text.withUnsafeBytes { source in
            // SAFETY: there is room for `maximumCount` bytes, which folding does not exceed: a scalar of two bytes becomes
            // three at most, and none becomes longer by more than half. All bytes that are counted were written.
            Array(unsafeUninitializedCapacity: maximumCount(source.count)) { buffer, count in
                count = fold(source, into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
    }

    /// The lower-case form of an ASCII letter; any other byte stays.
    @inlinable
    public static func folded(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// The bit that folds this byte: `0x20` for an ASCII letter, 0 for any other. `(b | mask) == folded(byte)` then holds
    /// for exactly the bytes that equal it without case.
    static func mask(_ byte: UInt8) -> UInt8 {
        folded(byte) &- 0x61 < 26 ? 0x20 : 0
    }

    /// The most bytes that folding so many bytes gives: a two-byte scalar may fold to a three-byte one.
    static func maximumCount(_ count: Int) -> Int { count + count / 2 + 1 }

    /// Writes the folded text and returns its length.
    ///
    /// - Precondition: `target` holds `maximumCount(source.count)` bytes.
    static func fold(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
        var read = 0
        var written = 0
        // Looked up once: a lazy global is asked for whether it is there each time.
        var known: Table?
        while read < source.count {
            let byte = source[read]
            if byte < 0x80 {
                target[written] = folded(byte)
                read += 1
                written += 1
                continue
            }
            guard let (scalar, length) = scalar(in: source, at: read) else {
                target[written] = byte
                read += 1
                written += 1
                continue
            }
            let table = known ?? self.table
            known = table
            let lower = table.folded(scalar)
            if lower == scalar {
                for offset in 0..<length { target[written + offset] = source[read + offset] }
                written += length
            } else {
                written += encode(lower, into: target, at: written)
            }
            read += length
        }
        return written
    }

    /// Whether a scalar that is not ASCII stays as it is, and no other one becomes it: a text has it wherever the folded text does.
    static func isAlone(_ scalar: UInt32) -> Bool { table.isAlone(scalar) }

    /// Which scalars beyond ASCII become which.
    private struct Table {
        /// For every 256 scalars the row of `mappings` that holds them; row 0 is unused and means that all stay.
        private var pages: [UInt8]
        private var mappings = [UInt32](repeating: 0, count: 256)
        /// What some scalar becomes.
        private var targets: Set<UInt32> = []

        init() {
            // No scalar beyond this plane has a case.
            let end: UInt32 = 0x20000
            pages = [UInt8](repeating: 0, count: Int(end >> 8))
            for value in UInt32(0x80)..<end {
                guard let scalar = Unicode.Scalar(value), scalar.properties.changesWhenLowercased else { continue }
                let mapping = scalar.properties.lowercaseMapping.unicodeScalars
                guard mapping.count == 1, let lower = mapping.first, lower.value >= 0x80 else { continue }
                let page = Int(value >> 8)
                if pages[page] == 0 {
                    pages[page] = UInt8(mappings.count >> 8)
                    mappings.append(contentsOf: (0..<256).map { value & ~0xFF | $0 })
                }
                mappings[Int(pages[page]) << 8 | Int(value & 0xFF)] = lower.value
                targets.insert(lower.value)
            }
        }

        @inline(__always)
        func folded(_ scalar: UInt32) -> UInt32 {
            let page = Int(scalar >> 8)
            guard page < pages.count, pages[page] != 0 else { return scalar }
            return mappings[Int(pages[page]) << 8 | Int(scalar & 0xFF)]
        }

        func isAlone(_ scalar: UInt32) -> Bool { folded(scalar) == scalar && !targets.contains(scalar) }
    }

    /// Built from the standard library's Unicode data when a non-ASCII pattern is first met.
    private static let table = Table()
}

extension CaseFolding {
    /// The scalar that begins at a non-ASCII byte and its length, or `nil` where the bytes are not well-formed UTF-8
    /// (Unicode 16, table 3-7).
    static func scalar(in text: UnsafeRawBufferPointer, at index: Int) -> (scalar: UInt32, length: Int)? {
        let lead = text[index]
        let length: Int
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if lead == 0xE0 { lowest = 0xA0 }
            if lead == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            length = 4
            if lead == 0xF0 { lowest = 0x90 }
            if lead == 0xF4 { highest = 0x8F }
        default: return nil
        }
        guard text.count - index >= length else { return nil }
        var scalar = UInt32(lead) & (0xFF >> UInt32(length + 1))
        for offset in 1..<length {
            let byte = text[index + offset]
            if byte < lowest || byte > highest { return nil }
            scalar = scalar << 6 | UInt32(byte & 0x3F)
            lowest = 0x80
            highest = 0xBF
        }
        return (scalar, length)
    }

    private static func encode(_ scalar: UInt32, into target: UnsafeMutableRawBufferPointer, at index: Int) -> Int {
        switch scalar {
        case ..<0x800:
            target[index] = UInt8(0xC0 | scalar >> 6)
            target[index + 1] = UInt8(0x80 | scalar & 0x3F)
            return 2
        case ..<0x10000:
            target[index] = UInt8(0xE0 | scalar >> 12)
            target[index + 1] = UInt8(0x80 | scalar >> 6 & 0x3F)
            target[index + 2] = UInt8(0x80 | scalar & 0x3F)
            return 3
        default:
            target[index] = UInt8(0xF0 | scalar >> 18)
            target[index + 1] = UInt8(0x80 | scalar >> 12 & 0x3F)
            target[index + 2] = UInt8(0x80 | scalar >> 6 & 0x3F)
            target[index + 3] = UInt8(0x80 | scalar & 0x3F)
            return 4
        }
    }
}
