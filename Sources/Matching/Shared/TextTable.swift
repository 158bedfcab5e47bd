/// Which tests ask for which whole text: a hash table over folded texts.
struct TextTable: Sendable {
    private struct Entry {
        var hash: UInt64 = 0
        /// Its bytes in the pool; -1 where the entry is unused.
        var offset: Int32 = -1
        var length: Int32 = 0
        var start: Int32 = 0
        var count: Int32 = 0
    }

    // SAFETY: allocated and filled in `init`, only read after, and freed by `deallocate`, which the owner calls once.
    // Every entry's bytes lie in `pool` and its tests in `tests`; at least half of the entries are unused.
    nonisolated(unsafe) private let entries: UnsafeMutablePointer<Entry>
    nonisolated(unsafe) private let pool: UnsafeMutablePointer<UInt8>
    nonisolated(unsafe) let tests: UnsafeMutablePointer<Int32>
    private let mask: Int
    /// Which lengths occur: one bit each, the last one for all from 63 on.
    private let lengths: UInt64

    init(_ texts: [(text: [UInt8], tests: [Int32])]) {
        var capacity = 2
        while capacity < texts.count * 2 + 1 { capacity *= 2 }
        mask = capacity - 1
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: Entry(), count: capacity)
        let bytes = texts.flatMap(\.text)
        let all = texts.flatMap(\.tests)
        pool = .allocate(capacity: max(1, bytes.count))
        pool.initialize(from: bytes, count: bytes.count)
        tests = .allocate(capacity: max(1, all.count))
        tests.initialize(from: all, count: all.count)
        var lengths: UInt64 = 0
        var offset = 0
        var start = 0
        for (text, tests) in texts {
            let hash = text.withUnsafeBytes { ValueHash.hash($0, seed: ValueHash.seed) }
            var place = Int(truncatingIfNeeded: hash) & mask
            while entries[place].offset >= 0 { place = (place + 1) & mask }
            entries[place] = Entry(
                hash: hash, offset: Int32(offset), length: Int32(text.count), start: Int32(start),
                count: Int32(tests.count))
            offset += text.count
            start += tests.count
            lengths |= 1 << UInt64(min(text.count, 63))
        }
        self.lengths = lengths
    }

    func deallocate() {
        entries.deallocate()
        pool.deallocate()
        tests.deallocate()
    }

    /// The tests that ask for this folded text, as a range of `tests`.
    @inline(__always)
    func tests(of text: UnsafeRawBufferPointer) -> Range<Int> {
        guard lengths >> UInt64(min(text.count, 63)) & 1 == 1 else { return 0..<0 }
        let hash = ValueHash.hash(text, seed: ValueHash.seed)
        var place = Int(truncatingIfNeeded: hash) & mask
        while entries[place].offset >= 0 {
            let entry = entries[place]
            if entry.hash == hash, Int(entry.length) == text.count,
                isEqual(text, pool + Int(entry.offset))
            {
                return Int(entry.start)..<Int(entry.start) + Int(entry.count)
            }
            place = (place + 1) & mask
        }
        return 0..<0
    }

    private func isEqual(_ text: UnsafeRawBufferPointer, _ other: UnsafePointer<UInt8>) -> Bool {
        for index in 0..<text.count where text[index] != other[index] { return false }
        return true
    }
}
