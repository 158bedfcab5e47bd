import Glibc

/// Remembers which tests values passed: telemetry repeats itself, and a value seen before costs a hash and a comparison.
///
/// Bounded: when its room is used up it forgets everything and begins anew. A value is compared byte by byte, so what it
/// says is right whatever the hash does.
final class ValueMemo {
    private struct Entry {
        var hash: UInt64 = 0
        /// Which matcher was asked, and whether of a value that is encoded; -1 where the entry is unused.
        var column: Int32 = -1
        var length: Int32 = 0
        var offset: Int32 = 0
        var hitStart: Int32 = 0
        var hitCount: Int32 = 0
    }

    /// Longer values are matched each time; hardly any is the same as another.
    static let longestValue = 2048
    private static let entryCount = 1 << 14
    private static let waySize = 4
    private static let byteLimit = 1 << 21
    private static let hitLimit = 1 << 17

    // SAFETY: allocated in init with the limits above and freed in deinit; `store` writes only where it has checked that
    // there is room, and entries name only what was written since the last time that all was forgotten.
    private let entries: UnsafeMutablePointer<Entry>
    private let bytes: UnsafeMutablePointer<UInt8>
    private let hits: UnsafeMutablePointer<Int32>
    private var byteCount = 0
    private var hitCount = 0
    private var turn = 0

    init() {
        entries = .allocate(capacity: Self.entryCount)
        entries.initialize(repeating: Entry(), count: Self.entryCount)
        bytes = .allocate(capacity: Self.byteLimit)
        hits = .allocate(capacity: Self.hitLimit)
    }

    deinit {
        entries.deallocate()
        bytes.deallocate()
        hits.deallocate()
    }

    /// A value, and who is asked about it.
    struct Key {
        let value: UnsafeRawBufferPointer
        fileprivate let column: Int32
        fileprivate let hash: UInt64

        /// - Parameters:
        ///   - value: of one to `longestValue` bytes.
        ///   - isEncoded: whether these are not the bytes that were matched but those that they were decoded from.
        @inline(__always)
        init(_ value: UnsafeRawBufferPointer, column: Int, isEncoded: Bool) {
            let number = column << 1 | (isEncoded ? 1 : 0)
            self.value = value
            self.column = Int32(truncatingIfNeeded: number)
            hash = ValueHash.hash(
                value, seed: ValueHash.seed &+ UInt64(truncatingIfNeeded: number) &* 0xA076_1D64_78BD_642F)
        }
    }

    /// The tests that the value passed; `nil` where it is not remembered. They stay where they are until something is stored.
    @inline(__always)
    func find(_ key: Key) -> UnsafeBufferPointer<Int32>? {
        let bucket = Int(truncatingIfNeeded: key.hash) & (Self.entryCount - Self.waySize)
        for index in bucket..<bucket + Self.waySize where entries[index].hash == key.hash {
            let entry = entries[index]
            guard entry.column == key.column, Int(entry.length) == key.value.count, let start = key.value.baseAddress,
                memcmp(start, bytes + Int(entry.offset), key.value.count) == 0
            else { continue }
            return UnsafeBufferPointer(start: hits + Int(entry.hitStart), count: Int(entry.hitCount))
        }
        return nil
    }

    /// Remembers what a value has passed.
    func store(_ key: Key, hits found: UnsafeBufferPointer<Int32>) {
        let count = key.value.count
        guard found.count <= Self.hitLimit / 16, let start = key.value.baseAddress else { return }
        if byteCount + count > Self.byteLimit || hitCount + found.count > Self.hitLimit { forget() }
        let bucket = Int(truncatingIfNeeded: key.hash) & (Self.entryCount - Self.waySize)
        turn &+= 1
        let free = (bucket..<bucket + Self.waySize).first { entries[$0].column < 0 }
        entries[free ?? bucket + turn & (Self.waySize - 1)] = Entry(
            hash: key.hash, column: key.column, length: Int32(count), offset: Int32(byteCount),
            hitStart: Int32(hitCount), hitCount: Int32(found.count))
        memcpy(bytes + byteCount, start, count)
        byteCount += count
        for (index, test) in found.enumerated() { hits[hitCount + index] = test }
        hitCount += found.count
    }

    private func forget() {
        entries.initialize(repeating: Entry(), count: Self.entryCount)
        byteCount = 0
        hitCount = 0
    }
}
