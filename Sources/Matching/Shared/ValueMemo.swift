import Glibc

/// Remembers which tests values passed: telemetry repeats itself, and a value seen before costs a hash and a comparison.
///
/// Bounded: when its room is used up it forgets everything and begins anew. A value is compared byte by byte, so what it
/// says is right whatever the hash does.
final class ValueMemo {
    private struct Entry {
        /// Which matcher was asked.
        var column: Int32 = -1
        /// How the bytes became what was matched.
        var way: Int32 = 0
        var length: Int32 = 0
        /// How many values that was.
        var values: Int32 = 0
        var offset: Int32 = 0
        var hitStart: Int32 = 0
        var hitCount: Int32 = 0
    }

    // Four times as many entries, and bytes for them, won nothing that could be told from noise, and took 25 MB.

    /// Longer values are matched each time; hardly any is the same as another.
    static let longestValue = 2048
    /// Longer lines are searched each time.
    static let longestLine = 1 << 14
    private static let entryCount = 1 << 14
    private static let waySize = 4
    private static let byteLimit = 1 << 21
    private static let hitLimit = 1 << 17

    // SAFETY: allocated in init with the limits above and freed in deinit; `store` writes only where it has checked that
    // there is room, and entries name only what was written since the last time that all was forgotten.
    private let entries: UnsafeMutablePointer<Entry>
    /// Of each entry half of its hash, 0 where it is unused: those of a bucket stand in one line of the cache, the entries in four.
    private let tags: UnsafeMutablePointer<UInt32>
    private let bytes: UnsafeMutablePointer<UInt8>
    private let hits: UnsafeMutablePointer<Int32>
    private var byteCount = 0
    private var hitCount = 0
    private var turn = 0

    init() {
        entries = .allocate(capacity: Self.entryCount)
        entries.initialize(repeating: Entry(), count: Self.entryCount)
        tags = .allocate(capacity: Self.entryCount)
        tags.initialize(repeating: 0, count: Self.entryCount)
        bytes = .allocate(capacity: Self.byteLimit)
        hits = .allocate(capacity: Self.hitLimit)
    }

    deinit {
        entries.deallocate()
        tags.deallocate()
        bytes.deallocate()
        hits.deallocate()
    }

    /// A value, and who is asked about it.
    struct Key {
        let value: UnsafeRawBufferPointer
        fileprivate let column: Int32
        fileprivate let way: Int32
        fileprivate let hash: UInt64
        fileprivate var tag: UInt32 { UInt32(truncatingIfNeeded: hash >> 32) | 1 }

        /// The bytes are the value that is matched.
        static let asIs: Int32 = -1
        /// They are decoded to it.
        static let decoded: Int32 = -2
        /// They are one line of it.
        static let line: Int32 = -3

        /// - Parameters:
        ///   - value: of one to `longestValue` bytes.
        ///   - way: how the bytes become what is matched: `asIs`, `decoded`, or a number from 0 for another way.
        @inline(__always)
        init(_ value: UnsafeRawBufferPointer, column: Int, way: Int32) {
            self.value = value
            self.column = Int32(truncatingIfNeeded: column)
            self.way = way
            let number = UInt64(truncatingIfNeeded: column) << 32 | UInt64(UInt32(bitPattern: way))
            hash = ValueHash.hash(value, seed: ValueHash.seed &+ number &* 0xA076_1D64_78BD_642F)
        }
    }

    /// What is known of a key: how many values the bytes stand for, and the tests that these passed, once for each value.
    struct Outcome {
        var values: UInt32
        var hits: UnsafeBufferPointer<Int32>
    }

    /// What the values passed; `nil` where it is not remembered. The hits stay where they are until something is stored.
    @inline(__always)
    func find(_ key: Key) -> Outcome? {
        let bucket = Int(truncatingIfNeeded: key.hash) & (Self.entryCount - Self.waySize)
        for index in bucket..<bucket + Self.waySize where tags[index] == key.tag {
            let entry = entries[index]
            guard entry.column == key.column, entry.way == key.way, Int(entry.length) == key.value.count,
                let start = key.value.baseAddress, memcmp(start, bytes + Int(entry.offset), key.value.count) == 0
            else { continue }
            return Outcome(
                values: UInt32(bitPattern: entry.values),
                hits: UnsafeBufferPointer(start: hits + Int(entry.hitStart), count: Int(entry.hitCount)))
        }
        return nil
    }

    /// Remembers what the values of a key have passed.
    func store(_ key: Key, _ outcome: Outcome) {
        let count = key.value.count
        let found = outcome.hits
        guard found.count <= Self.hitLimit / 16, let start = key.value.baseAddress else { return }
        if byteCount + count > Self.byteLimit || hitCount + found.count > Self.hitLimit { forget() }
        let bucket = Int(truncatingIfNeeded: key.hash) & (Self.entryCount - Self.waySize)
        turn &+= 1
        let free = (bucket..<bucket + Self.waySize).first { tags[$0] == 0 }
        let index = free ?? bucket + turn & (Self.waySize - 1)
        tags[index] = key.tag
        entries[index] = Entry(
            column: key.column, way: key.way, length: Int32(count), values: Int32(bitPattern: outcome.values),
            offset: Int32(byteCount), hitStart: Int32(hitCount), hitCount: Int32(found.count))
        memcpy(bytes + byteCount, start, count)
        byteCount += count
        for (index, test) in found.enumerated() { hits[hitCount + index] = test }
        hitCount += found.count
    }

    private func forget() {
        tags.update(repeating: 0, count: Self.entryCount)
        byteCount = 0
        hitCount = 0
    }
}
