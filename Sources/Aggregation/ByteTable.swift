import Glibc
import Values

/// Distinct byte strings, numbered in the order in which they first came.
///
/// The strings lie end to end in one array. A small table is searched from start to end; a larger one has an index with
/// open addressing, in which each slot holds half of the hash beside the number, so that strings are compared only
/// where they are almost surely equal.
struct ByteTable: Sendable {
    private var storage: [UInt8] = []
    /// Where each string ends in `storage`.
    private var ends: [Int] = []
    /// High half: the high half of the hash. Low half: the number plus one; 0 is a free slot. A power of two long.
    private var slots: [UInt64] = []

    private static let largestWithoutIndex = 6

    init() {}

    var count: Int { ends.count }

    /// Heap memory in bytes.
    var estimatedBytes: Int { storage.capacity + ends.capacity * 8 + slots.capacity * 8 }

    /// What all strings take, in bytes.
    var contentBytes: Int { storage.count }

    /// The string of a number, copied.
    subscript(number: Int) -> [UInt8] { Array(storage[range(number)]) }

    func text(_ number: Int) -> Text { Text(bytes: self[number]) }

    /// Calls with the string of a number; the pointer holds only during the call.
    @inline(__always)
    func withBytes<Result>(_ number: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let range = range(number)
        return storage.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    @inline(__always)
    private func range(_ number: Int) -> Range<Int> {
        (number == 0 ? 0 : ends[number - 1])..<ends[number]
    }

    /// The number of a string, which is entered if it is new. Allocates only then, and rarely.
    @inline(__always)
    mutating func insert(_ bytes: UnsafeRawBufferPointer) -> (number: Int, isNew: Bool) {
        if slots.isEmpty { return insertWithoutIndex(bytes) }
        let hash = ByteHash.hash(bytes)
        let (slot, number) = find(bytes, hash)
        if number >= 0 { return (number, false) }
        slots[slot] = (hash >> 32) << 32 | UInt64(ends.count + 1)
        append(bytes)
        if ends.count * 2 > slots.count { reindex(slots.count * 2) }
        return (ends.count - 1, true)
    }

    /// The slot of a string, or the one where it would be entered, and its number, -1 where it is new.
    @inline(__always)
    private func find(_ bytes: UnsafeRawBufferPointer, _ hash: UInt64) -> (slot: Int, number: Int) {
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let held = slots[slot]
            if held == 0 { return (slot, -1) }
            if held >> 32 == hash >> 32 {
                let number = Int(truncatingIfNeeded: held & 0xFFFF_FFFF) &- 1
                if isEqual(number, bytes) { return (slot, number) }
            }
            slot = (slot &+ 1) & mask
        }
    }

    /// Whether a string was entered.
    func contains(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if slots.isEmpty { return (0..<ends.count).contains { isEqual($0, bytes) } }
        return find(bytes, ByteHash.hash(bytes)).number >= 0
    }

    private mutating func insertWithoutIndex(_ bytes: UnsafeRawBufferPointer) -> (number: Int, isNew: Bool) {
        for number in 0..<ends.count where isEqual(number, bytes) { return (number, false) }
        append(bytes)
        if ends.count > Self.largestWithoutIndex { reindex(16) }
        return (ends.count - 1, true)
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        storage.append(contentsOf: bytes)
        ends.append(storage.count)
    }

    private mutating func reindex(_ size: Int) {
        slots = [UInt64](repeating: 0, count: size)
        let mask = size - 1
        for number in 0..<ends.count {
            let hash = withBytes(number) { ByteHash.hash($0) }
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot] != 0 { slot = (slot &+ 1) & mask }
            slots[slot] = (hash >> 32) << 32 | UInt64(number + 1)
        }
    }

    @inline(__always)
    private func isEqual(_ number: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let range = range(number)
        guard range.count == bytes.count else { return false }
        return storage.withUnsafeBytes { stored in
            guard let left = stored.baseAddress, let right = bytes.baseAddress else { return true }
            // SAFETY: `range` lies within `storage` by construction, and both sides hold `bytes.count` bytes.
            return memcmp(left + range.lowerBound, right, bytes.count) == 0
        }
    }

    /// The numbers in bytewise order of their strings.
    func sortedNumbers() -> [Int] { numbers { $0.precedes($1) } }

    /// The numbers in an order of their strings.
    func numbers(sortedBy precedes: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool) -> [Int] {
        storage.withUnsafeBytes { stored in
            (0..<count).sorted { left, right in
                precedes(
                    UnsafeRawBufferPointer(rebasing: stored[range(left)]),
                    UnsafeRawBufferPointer(rebasing: stored[range(right)]))
            }
        }
    }
}
