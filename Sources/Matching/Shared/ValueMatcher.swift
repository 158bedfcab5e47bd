import Glibc

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
    /// The tests that ask for addresses of a network, which are read once.
    private let networks: NetworkSet
    // SAFETY: as above.
    nonisolated(unsafe) private let networkTests: UnsafeMutablePointer<Int32>
    private let networkCount: Int
    /// Whether what a long value holds may be found line by line, and there is enough to look for that it pays.
    let maySearchLines: Bool

    /// How a test is made without a look at what it is.
    private struct QuickTest {
        /// The pattern of a test for one; it lives as long as the test.
        var form: Unmanaged<PatternForm>?
        /// Whether what a table finds by its text is found for good: the test ignores case.
        var isExact = false
        /// Whether a text passes if one of its lines does, and only then.
        var isOfLines = false

        init(_ test: ValueTest) {
            guard case .equals(let pattern) = test else { return }
            isExact = !pattern.isCaseSensitive
            guard !pattern.form.foldsUnicode else { return }
            form = .passUnretained(pattern.form)
            let isOpen = !pattern.form.beginsWithPiece && !pattern.form.endsWithPiece
            isOfLines = isOpen && pattern.form.pieceCount == 1 && !pattern.source.contains(ValueMatcher.lineEnd)
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
        var networks: [(network: AddressNetwork, test: Int32)] = []
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
                if case .network(let network) = test {
                    networks.append((network, Int32(index)))
                    continue
                }
                if test.needsForeignBytes { foreign.append(Int32(index)) } else { tried.append(Int32(index)) }
            }
        }
        texts = TextTable(byText.map { ($0.key, $0.value) })
        long = GramTable(width: 4, stride: 4, runs: runs[0], maySearchEach: maySearch[0])
        middling = GramTable(width: 4, stride: 2, runs: runs[1], maySearchEach: maySearch[1])
        short = GramTable(width: 4, stride: 1, runs: runs[2], maySearchEach: maySearch[2])
        pairs = GramTable(width: 2, stride: 1, runs: runs[3], maySearchEach: maySearch[3])
        let all = runs.joined()
        maySearchLines = all.count >= Self.fewRuns && !all.contains { $0.run.bytes.contains(Self.lineEnd) }
        self.tried = .allocate(capacity: max(1, tried.count + foreign.count))
        self.tried.initialize(from: tried + foreign, count: tried.count + foreign.count)
        self.networks = NetworkSet(networks.map(\.network))
        networkCount = networks.count
        networkTests = .allocate(capacity: max(1, networks.count))
        networkTests.initialize(from: networks.map(\.test), count: networks.count)
        triedCount = tried.count
        foreignCount = foreign.count
    }

    deinit {
        tests.deinitialize(count: testCount)
        tests.deallocate()
        quick.deallocate()
        tried.deallocate()
        networkTests.deallocate()
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
        matchWhole(value, scratch)
        search(long, start, folded.count, value, scratch)
        search(middling, start, folded.count, value, scratch)
        search(short, start, folded.count, value, scratch)
        search(pairs, start, folded.count, value, scratch)
    }

    /// The tests for one text, and those that no table can look for.
    @inline(__always)
    private func matchWhole(_ value: UnsafeRawBufferPointer, _ scratch: MatchScratch) {
        for index in texts.tests(of: scratch.folded) {
            let test = Int(texts.tests[index])
            if quick[test].isExact || passes(test, value) { scratch.hit(test) }
        }
        if networkCount > 0, let address = InternetAddress(value) {
            networks.forEachNumber(holding: address) { scratch.hit(Int(networkTests[$0])) }
        }
        var count = triedCount
        if foreignCount > 0, scratch.holdsForeignBytes { count += foreignCount }
        for index in 0..<count where passes(Int(tried[index]), value) { scratch.hit(Int(tried[index])) }
    }

    /// Whether a value is so long, and the tests are so few, that searching it for one after the other takes less time: a
    /// vector loop needs a tenth of a nanosecond for a byte, and looking at a place some more than one.
    @inline(__always)
    private func isLong(_ count: Int, for grams: GramTable) -> Bool {
        grams.maySearchEach && grams.candidateCount / grams.stride * (160 + count) < 16 * count / grams.stride
    }

    @inline(__always)
    private func passes(_ test: Int, _ value: UnsafeRawBufferPointer) -> Bool {
        if let form = quick[test].form { return form._withUnsafeGuaranteedRef { $0.matches(value) } }
        return tests[test].matches(value)
    }

    @inline(__always)
    private func search(
        _ grams: GramTable, _ text: UnsafeRawPointer, _ count: Int, _ value: UnsafeRawBufferPointer,
        _ scratch: MatchScratch
    ) {
        if grams.isEmpty { return }
        if isLong(count, for: grams) {
            for index in 0..<grams.candidateCount {
                let test = Int(grams.candidates[index].test)
                if scratch.isFirst(test), passes(test, value) { scratch.hit(test) }
            }
            return
        }
        grams.forEachFound(in: text, count) { test in
            if scratch.isFirst(test), passes(test, value) { scratch.hit(test) }
        }
    }

    // MARK: Lines

    private static let lineEnd: UInt8 = 0x0A
    /// Looking for so many runs takes about as long as recalling what lines hold.
    private static let fewRuns = 8
    /// Shorter lines are searched sooner than recalled.
    private static let shortLine = 24

    /// The same as ``match(_:_:)`` for a value of many lines, where ``maySearchLines``: what is known of a line is not looked for.
    ///
    /// A console's context, a script or a message repeats most of its lines from event to event, and is as a whole the same as no
    /// other.
    func matchLines(of value: UnsafeRawBufferPointer, _ scratch: MatchScratch, _ lines: LineMemo) {
        scratch.begin(testCount: testCount, value: value)
        matchWhole(value, scratch)
        var start = 0
        while start < value.count {
            let rest = UnsafeRawBufferPointer(rebasing: value[start...])
            let line = start..<start + (rest.firstLineEnd ?? rest.count)
            start = line.upperBound + 1
            guard line.count >= Self.shortLine else {
                find(in: line, of: value, scratch, lines)
                take(lines.found, value, scratch)
                continue
            }
            let key = lines.key(UnsafeRawBufferPointer(rebasing: value[line]))
            if let known = lines.find(key) {
                take(known, value, scratch)
                continue
            }
            find(in: line, of: value, scratch, lines)
            lines.remember(key)
            take(lines.found, value, scratch)
        }
    }

    /// Hits in lines: a test that the value passes for the line's sake, or the complement of one that the value is to be asked
    /// about.
    private func take(
        _ hits: UnsafeBufferPointer<Int32>, _ value: UnsafeRawBufferPointer, _ scratch: MatchScratch
    ) {
        for hit in hits {
            let test = Int(hit < 0 ? ~hit : hit)
            if scratch.isFirst(test), hit >= 0 || passes(test, value) { scratch.hit(test) }
        }
    }

    private func find(
        in line: Range<Int>, of value: UnsafeRawBufferPointer, _ scratch: MatchScratch, _ lines: LineMemo
    ) {
        guard let folded = scratch.folded.baseAddress else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: value[line])
        lines.begin()
        scratch.beginLine()
        func find(_ grams: GramTable) {
            if grams.isEmpty { return }
            grams.forEachFound(in: folded + line.lowerBound, line.count) { test in
                guard scratch.isFirstOnLine(test) else { return }
                if !quick[test].isOfLines {
                    lines.add(~Int32(truncatingIfNeeded: test))
                } else if passes(test, bytes) {
                    lines.add(Int32(truncatingIfNeeded: test))
                }
            }
        }
        find(long)
        find(middling)
        find(short)
        find(pairs)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var firstLineEnd: Int? {
        guard let baseAddress, let found = memchr(baseAddress, 0x0A, count) else { return nil }
        return UnsafeRawPointer(found) - baseAddress
    }
}
