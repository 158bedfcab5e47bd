/// Finds all tests that a value passes, of hundreds or thousands, in about the time that reading it takes.
///
/// A test that only one text passes is found in a hash table by the folded value; a pattern by a run of bytes that it
/// can't do without, which is looked for side by side with those of all other patterns, and then verified; the few
/// tests for which there is nothing to look for are tried one by one.
final class ValueMatcher: Sendable {
    // SAFETY: allocated and filled in `init`, only read after, and freed in `deinit`; one entry for each test. They are no
    // arrays because reading an enumeration out of one counts references.
    nonisolated(unsafe) private let tests: UnsafeMutablePointer<ValueTest>
    nonisolated(unsafe) private let quick: UnsafeMutablePointer<QuickTest>
    private let testCount: Int
    private let texts: TextTable
    /// By how far apart the places are that are looked at: four, two, one; and one for runs of two or three bytes.
    private let long: GramTable
    private let middling: GramTable
    private let short: GramTable
    private let pairs: GramTable
    // SAFETY: as above. Tests that are tried on every value, and behind them those that only a value with bytes beyond ASCII
    // can pass.
    nonisolated(unsafe) private let tried: UnsafeMutablePointer<Int32>
    private let triedCount: Int
    private let foreignCount: Int

    /// How a test is made without a look at what it is.
    private struct QuickTest {
        /// The pattern of a test for one; it lives as long as the test.
        var form: Unmanaged<PatternForm>?
        /// Whether what a table finds by its text is found for good: the test ignores case.
        var isExact = false

        init(_ test: ValueTest) {
            guard case .equals(let pattern) = test else { return }
            isExact = !pattern.isCaseSensitive
            if !pattern.form.foldsUnicode { form = .passUnretained(pattern.form) }
        }
    }

    /// - Complexity: linear in the lengths of all patterns.
    init(_ tests: [ValueTest], statistics: ByteStatistics) {
        testCount = tests.count
        self.tests = .allocate(capacity: max(1, tests.count))
        self.tests.initialize(from: tests, count: tests.count)
        quick = .allocate(capacity: max(1, tests.count))
        var byText: [[UInt8]: [Int32]] = [:]
        var runs: [[(run: AnchorRun, test: Int32)]] = Array(repeating: [], count: 4)
        // Whether all tests of each table are searches for pieces.
        var maySearch = Array(repeating: true, count: 4)
        var tried: [Int32] = []
        var foreign: [Int32] = []
        for (index, test) in tests.enumerated() {
            (quick + index).initialize(to: QuickTest(test))
            switch test.anchor(statistics) {
            case .text(let text): byText[text, default: []].append(Int32(index))
            case .runs(let own):
                for run in own {
                    let kind = run.width == 2 ? 3 : run.stride == 4 ? 0 : run.stride == 2 ? 1 : 2
                    runs[kind].append((run, Int32(index)))
                    if quick[index].form == nil { maySearch[kind] = false }
                }
            case .none:
                if test.needsForeignBytes { foreign.append(Int32(index)) } else { tried.append(Int32(index)) }
            }
        }
        texts = TextTable(byText.map { ($0.key, $0.value) })
        long = GramTable(width: 4, stride: 4, runs: runs[0], maySearchEach: maySearch[0])
        middling = GramTable(width: 4, stride: 2, runs: runs[1], maySearchEach: maySearch[1])
        short = GramTable(width: 4, stride: 1, runs: runs[2], maySearchEach: maySearch[2])
        pairs = GramTable(width: 2, stride: 1, runs: runs[3], maySearchEach: maySearch[3])
        self.tried = .allocate(capacity: max(1, tried.count + foreign.count))
        self.tried.initialize(from: tried + foreign, count: tried.count + foreign.count)
        triedCount = tried.count
        foreignCount = foreign.count
    }

    deinit {
        tests.deinitialize(count: testCount)
        tests.deallocate()
        quick.deallocate()
        tried.deallocate()
        texts.deallocate()
        long.deallocate()
        middling.deallocate()
        short.deallocate()
        pairs.deallocate()
    }

    /// Whether there is no test that a value could pass.
    var isEmpty: Bool { testCount == 0 }

    /// One of the tests.
    func test(_ index: Int) -> ValueTest { tests[index] }

    /// Leaves the tests that the value passes, in no particular order, in `scratch.hits`.
    ///
    /// - Parameter value: not empty.
    func match(_ value: UnsafeRawBufferPointer, _ scratch: MatchScratch) {
        scratch.begin(testCount: testCount, value: value)
        let folded = scratch.folded
        guard let start = folded.baseAddress else { return }
        for index in texts.tests(of: folded) {
            let test = Int(texts.tests[index])
            if quick[test].isExact || passes(test, value) { scratch.hit(test) }
        }
        if !long.isEmpty { search(long, start, folded.count, value, scratch) }
        if !middling.isEmpty { search(middling, start, folded.count, value, scratch) }
        if !short.isEmpty { search(short, start, folded.count, value, scratch) }
        if !pairs.isEmpty { search(pairs, start, folded.count, value, scratch) }
        var count = triedCount
        if foreignCount > 0, scratch.holdsForeignBytes { count += foreignCount }
        for index in 0..<count where passes(Int(tried[index]), value) { scratch.hit(Int(tried[index])) }
    }

    /// Whether a value is so long, and the tests are so few, that searching it for one after the other takes less time: a
    /// vector loop needs a tenth of a nanosecond for a byte, and looking at a place some more than one.
    @inline(__always)
    private func isLong(_ count: Int, for grams: GramTable) -> Bool {
        grams.maySearchEach && grams.candidateCount * (160 + count) < 16 * count / grams.stride
    }

    @inline(__always)
    private func passes(_ test: Int, _ value: UnsafeRawBufferPointer) -> Bool {
        if let form = quick[test].form { return form._withUnsafeGuaranteedRef { $0.matches(value) } }
        return tests[test].matches(value)
    }

    private func search(
        _ grams: GramTable, _ text: UnsafeRawPointer, _ count: Int, _ value: UnsafeRawBufferPointer,
        _ scratch: MatchScratch
    ) {
        if isLong(count, for: grams) {
            for index in 0..<grams.candidateCount {
                let test = Int(grams.candidates[index].test)
                if scratch.isFirst(test), passes(test, value) { scratch.hit(test) }
            }
            return
        }
        let last = count - grams.width
        var place = 0
        while true {
            place = grams.nextPlace(in: text, from: place, through: last)
            if place > last { return }
            for index in grams.candidates(at: place, of: text) where grams.holds(index, at: place, of: text) {
                let test = Int(grams.candidates[index].test)
                if scratch.isFirst(test), passes(test, value) { scratch.hit(test) }
            }
            place += grams.stride
        }
    }
}
