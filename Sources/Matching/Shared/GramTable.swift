/// Which tests look for which few bytes, for finding all of them in a value in one walk over it.
///
/// A bit table of hashes, which lies in the first-level cache, turns away nearly every place; what is left is looked up in
/// an open hash table.
struct GramTable: Sendable {
    struct Entry {
        var gram: UInt32 = 0
        var isUsed = false
        /// The tests that look for it, as a range of the list of tests.
        var start: Int32 = 0
        var count: Int32 = 0
    }

    let width: Int
    // SAFETY: allocated and filled in `init`, only read after, and freed by `deallocate`, which the owner calls once.
    // `bits` holds 2^(64 - shift) bits in words, `entries` 2^n entries of which at least half are unused, `tests` as many
    // as all entries count.
    nonisolated(unsafe) private let bits: UnsafeMutablePointer<UInt64>
    nonisolated(unsafe) private let entries: UnsafeMutablePointer<Entry>
    nonisolated(unsafe) let tests: UnsafeMutablePointer<Int32>
    private let shift: UInt64
    private let mask: Int

    /// - Parameter grams: for each run of `width` bytes (2 or 4) the tests that look for it.
    init(width: Int, grams: [(gram: [UInt8], tests: [Int32])]) {
        self.width = width
        var logarithm: UInt64 = 6
        while logarithm < 16, 1 << logarithm < grams.count * 32 { logarithm += 1 }
        shift = 64 - logarithm
        let wordCount = 1 << (Int(logarithm) - 6)
        bits = .allocate(capacity: wordCount)
        bits.initialize(repeating: 0, count: wordCount)
        var capacity = 2
        while capacity < grams.count * 2 + 1 { capacity *= 2 }
        mask = capacity - 1
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: Entry(), count: capacity)
        let all = grams.flatMap(\.tests)
        tests = .allocate(capacity: max(1, all.count))
        tests.initialize(from: all, count: all.count)
        var start = 0
        for (gram, tests) in grams {
            let word = gram.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let hash = GramTable.hash(word)
            let bit = hash >> shift
            bits[Int(bit >> 6)] |= 1 << (bit & 63)
            var place = Int(truncatingIfNeeded: hash >> 20) & mask
            while entries[place].isUsed { place = (place + 1) & mask }
            entries[place] = Entry(gram: word, isUsed: true, start: Int32(start), count: Int32(tests.count))
            start += tests.count
        }
    }

    func deallocate() {
        bits.deallocate()
        entries.deallocate()
        tests.deallocate()
    }

    @inline(__always)
    private static func hash(_ gram: UInt32) -> UInt64 { UInt64(gram) &* 0x9E37_79B9_7F4A_7C15 }

    /// The tests that look for bytes that stand in the text at `place` or behind it; `place` moves on behind them. An
    /// empty range when there are no more.
    ///
    /// SAFETY: bytes are loaded only where `width` of them are left.
    @inline(__always)
    func next(in text: UnsafeRawPointer, count: Int, from place: inout Int) -> Range<Int> {
        let last = count - width
        while place <= last {
            let gram =
                width == 4
                ? UInt32(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt32.self))
                : UInt32(UInt16(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt16.self)))
            place += 1
            let hash = GramTable.hash(gram)
            let bit = hash >> shift
            guard bits[Int(truncatingIfNeeded: bit >> 6)] >> (bit & 63) & 1 == 1 else { continue }
            var index = Int(truncatingIfNeeded: hash >> 20) & mask
            while entries[index].isUsed {
                if entries[index].gram == gram {
                    let start = Int(entries[index].start)
                    return start..<start + Int(entries[index].count)
                }
                index = (index + 1) & mask
            }
        }
        return 0..<0
    }
}
