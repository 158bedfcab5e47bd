/// The keys of one node, laid out for the parser: open addressing, the first eight bytes beside each key so that most
/// keys of an event are told from the wanted ones by a single comparison.
struct KeyTable {
    /// 32 bytes, two to a cache line.
    struct Entry {
        /// The key's first eight bytes, zero-filled.
        let prefix: UInt64
        /// The key's length above the marks; 0 for a free place.
        private let lengthAndMarks: UInt32
        /// Where the key's bytes begin in the pool.
        let offset: UInt32
        let slot: Int32
        let node: Int32
        let memberSlot: Int32
        let memberNode: Int32

        private static let markBits: UInt32 = 4

        /// A free place.
        init() {
            (prefix, lengthAndMarks, offset) = (0, 0, 0)
            (slot, node, memberSlot, memberNode) = (-1, -1, -1, -1)
        }

        init(_ entry: EventLayout.Entry, prefix: UInt64, offset: Int) {
            self.prefix = prefix
            self.offset = UInt32(offset)
            lengthAndMarks =
                UInt32(entry.key.count) << Self.markBits | 1 | (entry.isWrapper ? 2 : 0)
                | (entry.keepsSpaces ? 4 : 0) | (entry.refusesLabels ? 8 : 0)
            (slot, node) = (entry.slot, entry.node)
            (memberSlot, memberNode) = (entry.memberSlot, entry.memberNode)
        }

        @inline(__always) var length: Int { Int(lengthAndMarks >> Self.markBits) }
        @inline(__always) var isUsed: Bool { lengthAndMarks & 1 != 0 }
        @inline(__always) var isWrapper: Bool { lengthAndMarks & 2 != 0 }
        @inline(__always) var keepsSpaces: Bool { lengthAndMarks & 4 != 0 }
        @inline(__always) var refusesLabels: Bool { lengthAndMarks & 8 != 0 }
    }

    /// How many places a table for some keys has: a power of two, at most half of them used.
    static func size(forKeys count: Int) -> Int {
        var size = 4
        while size < count * 2 { size *= 2 }
        return size
    }

    /// Where the table begins in the pool of all tables, and its size less one.
    var start: Int
    var mask: Int
    var anyNode: Int32
    var ignoresSpaces: Bool

    @inline(__always)
    static func hash(prefix: UInt64, length: Int) -> Int {
        let mixed = (prefix ^ UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: mixed >> 40)
    }

    /// The first eight bytes of a key, zero-filled.
    ///
    /// `available` counts the bytes that may be read from `key` on; it is at least `length`.
    @inline(__always)
    static func prefix(_ key: UnsafePointer<UInt8>, length: Int, available: Int) -> UInt64 {
        if available >= 8 {
            // SAFETY: at least eight bytes may be read from `key`.
            let word = UInt64(littleEndian: UnsafeRawPointer(key).loadUnaligned(as: UInt64.self))
            return length >= 8 ? word : word & ((1 << UInt64(length &* 8)) &- 1)
        }
        var word: UInt64 = 0
        for index in 0..<min(length, 8) { word |= UInt64(key[index]) << UInt64(index &* 8) }
        return word
    }
}
