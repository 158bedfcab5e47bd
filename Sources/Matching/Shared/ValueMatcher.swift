/// Finds all tests that a value passes, of hundreds or thousands, in about the time that reading it takes.
///
/// A test that only one text passes is found in a hash table by the folded value; a pattern by the rarest bytes that it
/// can't do without, which are looked for side by side with those of all other patterns, and then verified; the few
/// tests for which there is nothing to look for are tried one by one.
final class ValueMatcher: Sendable {
    let tests: [ValueTest]
    private let texts: TextTable
    private let quads: GramTable
    private let pairs: GramTable
    private let hasQuads: Bool
    private let hasPairs: Bool
    /// Tests that are tried on every value.
    private let tried: [Int32]
    /// Whether what a table finds by its text is found for good: the test ignores case.
    private let isExact: [Bool]

    /// - Complexity: linear in the lengths of all patterns.
    init(_ tests: [ValueTest], statistics: ByteStatistics) {
        self.tests = tests
        var byText: [[UInt8]: [Int32]] = [:]
        var byGram: [[UInt8]: [Int32]] = [:]
        var tried: [Int32] = []
        var isExact: [Bool] = []
        for (index, test) in tests.enumerated() {
            var ignoresCase = false
            if case .equals(let pattern) = test { ignoresCase = !pattern.isCaseSensitive }
            isExact.append(ignoresCase)
            switch test.anchor(statistics) {
            case .text(let text): byText[text, default: []].append(Int32(index))
            case .grams(let grams): for gram in grams { byGram[gram, default: []].append(Int32(index)) }
            case .none: tried.append(Int32(index))
            }
        }
        texts = TextTable(byText.map { ($0.key, $0.value) })
        let quadGrams = byGram.filter { $0.key.count == 4 }.map { (gram: $0.key, tests: $0.value) }
        let pairGrams = byGram.filter { $0.key.count == 2 }.map { (gram: $0.key, tests: $0.value) }
        quads = GramTable(width: 4, grams: quadGrams)
        pairs = GramTable(width: 2, grams: pairGrams)
        hasQuads = !quadGrams.isEmpty
        hasPairs = !pairGrams.isEmpty
        self.tried = tried
        self.isExact = isExact
    }

    deinit {
        texts.deallocate()
        quads.deallocate()
        pairs.deallocate()
    }

    /// Leaves the tests that the value passes, in no particular order, in `scratch.hits`.
    ///
    /// - Parameter value: not empty.
    func match(_ value: UnsafeRawBufferPointer, _ scratch: MatchScratch) {
        scratch.begin(testCount: tests.count, value: value)
        let folded = scratch.folded
        guard let start = folded.baseAddress else { return }
        let found = texts.tests(of: folded)
        for index in found {
            let test = Int(texts.tests[index])
            if isExact[test] || tests[test].matches(value) { scratch.hit(test) }
        }
        if hasQuads { search(quads, start, folded.count, value, scratch) }
        if hasPairs { search(pairs, start, folded.count, value, scratch) }
        for test in tried where tests[Int(test)].matches(value) { scratch.hit(Int(test)) }
    }

    @inline(__always)
    private func search(
        _ grams: GramTable, _ text: UnsafeRawPointer, _ count: Int, _ value: UnsafeRawBufferPointer,
        _ scratch: MatchScratch
    ) {
        var place = 0
        while true {
            let found = grams.next(in: text, count: count, from: &place)
            if found.isEmpty { return }
            for index in found {
                let test = Int(grams.tests[index])
                if scratch.isFirst(test), tests[test].matches(value) { scratch.hit(test) }
            }
        }
    }
}

/// What one worker needs to match values: a folded copy of the value, and what was found.
final class MatchScratch {
    // SAFETY: allocated here with the counts beside them, grown in `begin` before anything is written, freed in deinit.
    private var bytes: UnsafeMutableRawPointer
    private var byteCapacity = 4096
    private var tried: UnsafeMutablePointer<UInt32>
    private(set) var hits: UnsafeMutablePointer<Int32>
    private(set) var hitCount = 0
    private var testCapacity = 64
    private var stamp: UInt32 = 0
    private var count = 0

    init() {
        bytes = .allocate(byteCount: byteCapacity, alignment: 16)
        tried = .allocate(capacity: testCapacity)
        tried.initialize(repeating: 0, count: testCapacity)
        hits = .allocate(capacity: testCapacity)
    }

    deinit {
        bytes.deallocate()
        tried.deallocate()
        hits.deallocate()
    }

    /// The value with ASCII letters in lower case.
    var folded: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: bytes, count: count) }

    func begin(testCount: Int, value: UnsafeRawBufferPointer) {
        if testCount > testCapacity {
            tried.deallocate()
            hits.deallocate()
            testCapacity = testCount * 2
            tried = .allocate(capacity: testCapacity)
            tried.initialize(repeating: 0, count: testCapacity)
            hits = .allocate(capacity: testCapacity)
            stamp = 0
        }
        if value.count > byteCapacity {
            bytes.deallocate()
            byteCapacity = value.count + value.count / 2
            bytes = .allocate(byteCount: byteCapacity, alignment: 16)
        }
        hitCount = 0
        stamp &+= 1
        if stamp == 0 {
            tried.initialize(repeating: 0, count: testCapacity)
            stamp = 1
        }
        count = value.count
        let target = bytes.assumingMemoryBound(to: UInt8.self)
        guard let source = value.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        for index in 0..<count {
            let byte = source[index]
            target[index] = byte &- 0x41 < 26 ? byte | 0x20 : byte
        }
    }

    /// Whether the test was not asked about before for this value.
    @inline(__always)
    func isFirst(_ test: Int) -> Bool {
        if tried[test] == stamp { return false }
        tried[test] = stamp
        return true
    }

    @inline(__always)
    func hit(_ test: Int) {
        hits[hitCount] = Int32(truncatingIfNeeded: test)
        hitCount += 1
    }
}
