import Glibc

/// Remembers which tests values passed: telemetry repeats itself, and a value seen before costs a hash and a comparison.
///
/// Bounded: when its room is used up it forgets everything and begins anew. A value is compared byte by byte, so what it
/// says is right whatever the hash does.
final class ValueMemo {
    private struct Entry {
        var hash: UInt64 = 0
        /// Which matcher was asked; -1 where the entry is unused.
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

    static func hash(_ value: UnsafeRawBufferPointer, column: Int) -> UInt64 {
        ValueHash.hash(value, seed: ValueHash.seed &+ UInt64(truncatingIfNeeded: column) &* 0xA076_1D64_78BD_642F)
    }

    /// The tests that the value passed; `nil` where it is not remembered. They stay where they are until something is stored.
    @inline(__always)
    func find(_ value: UnsafeRawBufferPointer, column: Int, hash: UInt64) -> UnsafeBufferPointer<Int32>? {
        let bucket = Int(truncatingIfNeeded: hash) & (Self.entryCount - Self.waySize)
        for index in bucket..<bucket + Self.waySize where entries[index].hash == hash {
            let entry = entries[index]
            guard Int(entry.column) == column, Int(entry.length) == value.count, let start = value.baseAddress,
                memcmp(start, bytes + Int(entry.offset), value.count) == 0
            else { continue }
            return UnsafeBufferPointer(start: hits + Int(entry.hitStart), count: Int(entry.hitCount))
        }
        return nil
    }

    /// Remembers a value of at most `longestValue` bytes.
    func store(
        _ value: UnsafeRawBufferPointer, column: Int, hash: UInt64, hits found: UnsafeBufferPointer<Int32>
    ) {
        guard found.count <= Self.hitLimit / 16, let start = value.baseAddress else { return }
        if byteCount + value.count > Self.byteLimit || hitCount + found.count > Self.hitLimit { forget() }
        let bucket = Int(truncatingIfNeeded: hash) & (Self.entryCount - Self.waySize)
        turn &+= 1
        let free = (bucket..<bucket + Self.waySize).first { entries[$0].column < 0 }
        entries[free ?? bucket + turn & (Self.waySize - 1)] = Entry(
            hash: hash, column: Int32(column), length: Int32(value.count), offset: Int32(byteCount),
            hitStart: Int32(hitCount), hitCount: Int32(found.count))
        memcpy(bytes + byteCount, start, value.count)
        byteCount += value.count
        for (index, test) in found.enumerated() { hits[hitCount + index] = test }
        hitCount += found.count
    }

    private func forget() {
        entries.initialize(repeating: Entry(), count: Self.entryCount)
        byteCount = 0
        hitCount = 0
    }
}
