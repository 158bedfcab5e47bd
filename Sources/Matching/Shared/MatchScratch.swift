/// What one worker needs to match values: a folded copy of the value, and what was found.
final class MatchScratch {
    // SAFETY: allocated here with the counts beside them, grown in `begin` before anything is written, freed in deinit.
    // `bytes` has `GramTable.margin` bytes more at both ends.
    private var bytes: UnsafeMutableRawPointer
    private var byteCapacity = 4096
    private var tried: UnsafeMutablePointer<UInt32>
    private var triedOnLine: UnsafeMutablePointer<UInt32>
    private(set) var hits: UnsafeMutablePointer<Int32>
    private(set) var hitCount = 0
    private var testCapacity = 64
    private var stamp: UInt32 = 0
    private var lineStamp: UInt32 = 0
    private var count = 0
    /// Whether the value holds a byte beyond ASCII.
    private(set) var holdsForeignBytes = false

    init() {
        bytes = Self.allocate(byteCapacity)
        tried = .allocate(capacity: testCapacity)
        tried.initialize(repeating: 0, count: testCapacity)
        triedOnLine = .allocate(capacity: testCapacity)
        triedOnLine.initialize(repeating: 0, count: testCapacity)
        hits = .allocate(capacity: testCapacity)
    }

    deinit {
        bytes.deallocate()
        tried.deallocate()
        triedOnLine.deallocate()
        hits.deallocate()
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: capacity + 2 * GramTable.margin, alignment: 16)
        bytes.initializeMemory(as: UInt8.self, repeating: 0, count: capacity + 2 * GramTable.margin)
        return bytes
    }

    /// The value with ASCII letters in lower case; there is a margin to read around it.
    var folded: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: bytes + GramTable.margin, count: count) }

    func begin(testCount: Int, value: UnsafeRawBufferPointer) {
        if testCount > testCapacity {
            tried.deallocate()
            triedOnLine.deallocate()
            hits.deallocate()
            testCapacity = testCount * 2
            tried = .allocate(capacity: testCapacity)
            tried.initialize(repeating: 0, count: testCapacity)
            triedOnLine = .allocate(capacity: testCapacity)
            triedOnLine.initialize(repeating: 0, count: testCapacity)
            hits = .allocate(capacity: testCapacity)
            (stamp, lineStamp) = (0, 0)
        }
        if value.count > byteCapacity {
            bytes.deallocate()
            byteCapacity = value.count + value.count / 2
            bytes = Self.allocate(byteCapacity)
        }
        hitCount = 0
        stamp &+= 1
        if stamp == 0 {
            tried.initialize(repeating: 0, count: testCapacity)
            stamp = 1
        }
        count = value.count
        let target = (bytes + GramTable.margin).assumingMemoryBound(to: UInt8.self)
        guard let source = value.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        var union: UInt8 = 0
        for index in 0..<count {
            let byte = source[index]
            union |= byte
            target[index] = byte &- 0x41 < 26 ? byte | 0x20 : byte
        }
        holdsForeignBytes = union >= 0x80
    }

    /// Whether the test was not asked about before for this value.
    @inline(__always)
    func isFirst(_ test: Int) -> Bool {
        if tried[test] == stamp { return false }
        tried[test] = stamp
        return true
    }

    /// Another line of the value follows.
    @inline(__always)
    func beginLine() {
        lineStamp &+= 1
        if lineStamp == 0 {
            triedOnLine.initialize(repeating: 0, count: testCapacity)
            lineStamp = 1
        }
    }

    /// Whether the test was not asked about before for this line.
    @inline(__always)
    func isFirstOnLine(_ test: Int) -> Bool {
        if triedOnLine[test] == lineStamp { return false }
        triedOnLine[test] = lineStamp
        return true
    }

    @inline(__always)
    func hit(_ test: Int) {
        hits[hitCount] = Int32(truncatingIfNeeded: test)
        hitCount += 1
    }
}

/// The tests that some values have passed, one for each value and test.
final class HitList {
    // SAFETY: allocated here with the capacity beside it, grown before anything is written, freed in deinit.
    private var list: UnsafeMutablePointer<Int32>
    private var capacity = 256
    private(set) var count = 0

    init() { list = .allocate(capacity: capacity) }

    deinit { list.deallocate() }

    @inline(__always)
    func removeAll() { count = 0 }

    /// Valid until something is appended.
    @inline(__always)
    func hits(from first: Int) -> UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(start: UnsafePointer(list) + first, count: count - first)
    }

    @inline(__always)
    func append(_ more: UnsafeBufferPointer<Int32>) {
        if count + more.count > capacity { grow(to: count + more.count) }
        for hit in more {
            list[count] = hit
            count += 1
        }
    }

    @inline(__always)
    func append(_ hit: Int32) {
        if count == capacity { grow(to: count + 1) }
        list[count] = hit
        count += 1
    }

    private func grow(to needed: Int) {
        let grown = UnsafeMutablePointer<Int32>.allocate(capacity: 2 * needed)
        grown.initialize(from: list, count: count)
        list.deallocate()
        list = grown
        capacity = 2 * needed
    }
}
