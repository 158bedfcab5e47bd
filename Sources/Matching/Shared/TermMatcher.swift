/// Tells of many search terms which ones may occur in a text, by one walk over it.
///
/// A search for one of ten thousand indicators is ten thousand terms. To look for one after the other takes a tenth of a
/// microsecond for each, in every event; what all of them can't do without is looked for side by side, as in values of fields.
final class TermMatcher: Sendable {
    private let matcher: ValueMatcher
    /// By the matcher's tests, the terms that they are of.
    private let terms: [Int32]
    /// By term, whether there is something to look for.
    private let isFound: [Bool]

    /// So many terms are looked for one after the other sooner.
    static let fewest = 24

    /// - Returns: `nil` for a few terms.
    init?(_ searchTerms: [SearchTerm], statistics: ByteStatistics) {
        guard searchTerms.count >= Self.fewest else { return nil }
        var tests: [ValueTest] = []
        var terms: [Int32] = []
        var isFound = Array(repeating: false, count: searchTerms.count)
        for (number, term) in searchTerms.enumerated() {
            guard let run = term.plainRun, run.count > 1 else { continue }
            let star = [UInt8(ascii: "*")]
            tests.append(
                .equals(WildcardPattern(star + run + star, isCaseSensitive: term.pattern.isCaseSensitive)))
            terms.append(Int32(truncatingIfNeeded: number))
            isFound[number] = true
        }
        matcher = ValueMatcher(tests, statistics: statistics)
        self.terms = terms
        self.isFound = isFound
    }

    /// What one worker needs to ask for the terms of one event after the other.
    final class Search {
        private let matcher: TermMatcher
        private let scratch = MatchScratch()
        // SAFETY: allocated in init with one entry for each term, and freed in deinit.
        /// By term, the last event of which it may occur in the text.
        private let events: UnsafeMutablePointer<UInt32>
        private var event: UInt32 = 0
        private var asked = 0
        private var isDone = false

        init(_ matcher: TermMatcher) {
            self.matcher = matcher
            events = .allocate(capacity: matcher.isFound.count)
            events.initialize(repeating: 0, count: matcher.isFound.count)
        }

        deinit { events.deallocate() }

        /// Most events are asked for a few terms only, which need no search for all.
        private static let fewestAsked = 16

        /// Whether a term may occur in an event's text.
        ///
        /// - Parameters:
        ///   - event: its number, from 1 on.
        ///   - text: in which each term's run stands that the event holds; `nil` where it may be written otherwise. It is asked for
        ///     once at most.
        @inline(__always)
        func mayOccur(_ term: Int, event: UInt32, in text: () -> UnsafeRawBufferPointer?) -> Bool {
            if self.event != event { (self.event, asked, isDone) = (event, 0, false) }
            if isDone { return events[term] == event }
            asked += 1
            guard asked == Self.fewestAsked, let text = text(), !text.isEmpty else { return true }
            searchAll(text)
            return events[term] == event
        }

        private func searchAll(_ text: UnsafeRawBufferPointer) {
            matcher.matcher.match(text, scratch)
            for index in 0..<scratch.hitCount { events[Int(matcher.terms[Int(scratch.hits[index])])] = event }
            for (term, isFound) in matcher.isFound.enumerated() where !isFound { events[term] = event }
            isDone = true
        }

        /// Events are numbered anew.
        func beginAnew() {
            events.initialize(repeating: 0, count: matcher.isFound.count)
            event = 0
        }
    }
}
