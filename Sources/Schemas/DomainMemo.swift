import Glibc

/// What a header says about the datasets and logsources that its event is in, for the headers that were seen before.
///
/// A header is the event's shape, its identifier, its channel and its provider. It decides most of what gates ask; for the
/// rest a candidate is left to be looked at. Bounded: when it is full, it forgets everything.
final class DomainMemo {
    struct Candidate {
        var dataset: Int32
        /// The source, where the header alone decides; -1 where the event has to be asked.
        var source: Int32
    }

    /// Candidates that were handed out: good for as long as nothing was forgotten since.
    struct Found {
        fileprivate var start: Int32 = 0
        fileprivate var count: Int32 = 0
        fileprivate var epoch: UInt32 = 0
    }

    private struct Entry {
        var hash: UInt64 = 0
        var keyStart: UInt32 = 0
        /// 0 marks a free place.
        var keyCount: UInt32 = 0
        var start: UInt32 = 0
        var count: UInt32 = 0
    }

    private static let entryCapacity = 2048
    private static let keyCapacity = 256 << 10
    private static let candidateCapacity = 64 << 10
    /// Longer headers are not remembered.
    static let longestKey = 1024

    // SAFETY: allocated in init with the capacities above, freed in deinit; whatever is written was checked to have room.
    private let entries: UnsafeMutablePointer<Entry>
    private let keys: UnsafeMutableRawPointer
    private let candidates: UnsafeMutablePointer<Candidate>
    private let key: UnsafeMutableRawPointer
    private var keyCount = 0
    private var usedEntries = 0
    private var usedKeys = 0
    private var usedCandidates = 0
    /// How often everything was forgotten.
    private var epoch: UInt32 = 0

    init() {
        entries = .allocate(capacity: Self.entryCapacity)
        entries.initialize(repeating: Entry(), count: Self.entryCapacity)
        keys = .allocate(byteCount: Self.keyCapacity, alignment: 8)
        candidates = .allocate(capacity: Self.candidateCapacity)
        key = .allocate(byteCount: Self.longestKey + 8, alignment: 8)
    }

    deinit {
        entries.deallocate()
        keys.deallocate()
        candidates.deallocate()
        key.deallocate()
    }

    // MARK: The header at hand

    /// Begins a header with its shape.
    func begin(variant: Int) {
        key.storeBytes(of: UInt32(truncatingIfNeeded: variant), as: UInt32.self)
        keyCount = 4
    }

    /// Adds a part; false where the header is too long to be remembered.
    func add(_ text: UnsafeRawBufferPointer?) -> Bool {
        let count = text?.count ?? 0
        guard keyCount + count + 2 <= Self.longestKey else { return false }
        (key + keyCount).storeBytes(of: UInt16(truncatingIfNeeded: text == nil ? 0xFFFF : count), as: UInt16.self)
        keyCount += 2
        if let start = text?.baseAddress, count > 0 {
            (key + keyCount).copyMemory(from: start, byteCount: count)
            keyCount += count
        }
        return true
    }

    /// The candidates that were found; `nil` where they have been forgotten.
    @inline(__always)
    func candidates(_ found: Found) -> UnsafeBufferPointer<Candidate>? {
        guard found.epoch == epoch else { return nil }
        return UnsafeBufferPointer(start: candidates + Int(found.start), count: Int(found.count))
    }

    /// What is known of the header at hand.
    func find() -> Found? {
        let hash = hash()
        var place = Int(truncatingIfNeeded: hash) & (Self.entryCapacity - 1)
        while entries[place].keyCount > 0 {
            let entry = entries[place]
            if entry.hash == hash, Int(entry.keyCount) == keyCount,
                memcmp(keys + Int(entry.keyStart), key, keyCount) == 0
            {
                return Found(
                    start: Int32(truncatingIfNeeded: entry.start), count: Int32(truncatingIfNeeded: entry.count),
                    epoch: epoch)
            }
            place = (place + 1) & (Self.entryCapacity - 1)
        }
        return nil
    }

    /// Remembers what there is to know of the header at hand, and hands it out; `nil` where there is too much of it.
    func store(_ found: [Candidate]) -> Found? {
        guard found.count <= Self.candidateCapacity else { return nil }
        if usedEntries >= Self.entryCapacity / 2 || usedKeys + keyCount > Self.keyCapacity
            || usedCandidates + found.count > Self.candidateCapacity
        {
            entries.update(repeating: Entry(), count: Self.entryCapacity)
            usedEntries = 0
            usedKeys = 0
            usedCandidates = 0
            epoch &+= 1
        }
        let hash = hash()
        var place = Int(truncatingIfNeeded: hash) & (Self.entryCapacity - 1)
        while entries[place].keyCount > 0 { place = (place + 1) & (Self.entryCapacity - 1) }
        entries[place] = Entry(
            hash: hash, keyStart: UInt32(usedKeys), keyCount: UInt32(keyCount), start: UInt32(usedCandidates),
            count: UInt32(found.count))
        (keys + usedKeys).copyMemory(from: key, byteCount: keyCount)
        let start = usedCandidates
        found.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { (candidates + start).initialize(from: base, count: source.count) }
        }
        usedEntries += 1
        usedKeys += keyCount
        usedCandidates += found.count
        return Found(start: Int32(start), count: Int32(found.count), epoch: epoch)
    }

    private func hash() -> UInt64 {
        // Zeros behind the key, so that whole words can be taken; the key's room has eight bytes to spare.
        (key + keyCount).storeBytes(of: 0, as: UInt64.self)
        var hash = UInt64(truncatingIfNeeded: keyCount)
        var offset = 0
        while offset < keyCount {
            hash = (hash ^ (key + offset).loadUnaligned(as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
            offset += 8
        }
        return hash
    }
}
