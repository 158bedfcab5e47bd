/// The keys of one node, laid out for the parser: open addressing, the first eight bytes beside each key so that most
/// keys of an event are told from the wanted ones by a single comparison.
struct KeyTable {
    struct Entry {
        /// The key's first eight bytes, zero-filled; zero together with `length` 0 marks a free place.
        var prefix: UInt64 = 0
        var length: UInt32 = 0
        /// Where the key's bytes begin in the pool.
        var offset: UInt32 = 0
        var slot: Int32 = -1
        var node: Int32 = -1
        var memberSlot: Int32 = -1
        var memberNode: Int32 = -1
        var isWrapper = false
        var keepsSpaces = false
        var refusesLabels = false
        var isUsed = false
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
