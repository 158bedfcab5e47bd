/// Evaluates a set of predicates for one event after the other. One belongs to one worker.
public final class PredicateSetEvaluator {
    /// What is known of a column for the event at hand.
    private struct ColumnState {
        var event: UInt32 = 0
        /// How many values it has.
        var values: UInt32 = 0
        /// Values that are hardly ever the same are not remembered; how that is found out.
        var lookups: UInt32 = 0
        var finds: UInt32 = 0
        var isForgetful = false
        var hasTests = true
        /// The same for the lines of values that are too long to be remembered whole, in bytes.
        var lineBytes = 0
        var knownBytes = 0
        var forgetsLines = false
    }

    /// How many values of the event at hand pass a test.
    private struct TestState {
        var event: UInt32 = 0
        var passing: UInt32 = 0
    }

    private let set: PredicateSet
    private let memo = ValueMemo()
    private let lines: LineMemo
    private let events = EventMemo()
    /// What the event at hand was asked, while that is noted.
    private let asked = EventQuestions()
    private let terms = EventQuestions()
    private var isNoted = false
    private let termSearch: TermMatcher.Search?
    private let scratch = MatchScratch()
    /// The tests that the values at hand have passed.
    private let found = HitList()
    private var event: UInt32 = 0
    // SAFETY: allocated in init with one entry for each column, test, search term, entrant or member of the set, and
    // freed in deinit; indices come from the set. An entrant is a candidate, and a member matched, at most once an event.
    private let columnStates: UnsafeMutablePointer<ColumnState>
    private let testStates: UnsafeMutablePointer<TestState>
    private let rawStates: UnsafeMutablePointer<TestState>
    private let entrantStamps: UnsafeMutablePointer<UInt32>
    private let memberStamps: UnsafeMutablePointer<UInt32>
    private let candidates: UnsafeMutablePointer<Int32>
    private let matches: UnsafeMutablePointer<Int32>
    private var candidateCount = 0
    /// How many members hold for the event that was evaluated last.
    public private(set) var matchCount = 0
    /// Whether any event was in a domain that some member is bound to.
    public private(set) var hasEnteredDomain = false
    private let columns: UnsafeMutableBufferPointer<PredicateSet.Column>
    private let steps: UnsafeMutableBufferPointer<PredicateSet.Step>
    // SAFETY: allocated in init and freed in deinit; the set keeps what they point to.
    private let matchers: UnsafeMutablePointer<Unmanaged<ValueMatcher>>

    /// The set is kept for as long as this lives; evaluators of one set share nothing else.
    public init(_ set: PredicateSet) {
        self.set = set
        lines = LineMemo(in: memo)
        termSearch = set.termMatcher.map { TermMatcher.Search($0) }
        columns = set.columns
        steps = set.steps
        matchers = .allocate(capacity: set.matchers.count + 1)
        for (index, matcher) in set.matchers.enumerated() {
            (matchers + index).initialize(to: .passUnretained(matcher))
        }
        columnStates = .allocate(capacity: set.columnCount + 1)
        columnStates.initialize(repeating: ColumnState(), count: set.columnCount + 1)
        for (index, matcher) in set.matchers.enumerated() where matcher.isEmpty { columnStates[index].hasTests = false }
        testStates = .allocate(capacity: set.testCount + 1)
        testStates.initialize(repeating: TestState(), count: set.testCount + 1)
        rawStates = .allocate(capacity: set.terms.count + 1)
        rawStates.initialize(repeating: TestState(), count: set.terms.count + 1)
        entrantStamps = .allocate(capacity: set.entrants.count + 1)
        entrantStamps.initialize(repeating: 0, count: set.entrants.count + 1)
        memberStamps = .allocate(capacity: set.memberCount + 1)
        memberStamps.initialize(repeating: 0, count: set.memberCount + 1)
        candidates = .allocate(capacity: set.entrants.count + 1)
        matches = .allocate(capacity: set.memberCount + 1)
    }

    deinit {
        matchers.deallocate()
        columnStates.deallocate()
        testStates.deallocate()
        rawStates.deallocate()
        entrantStamps.deallocate()
        memberStamps.deallocate()
        candidates.deallocate()
        matches.deallocate()
    }

    /// A member that holds for the event that was evaluated last; in no particular order.
    public func match(_ index: Int) -> Int { Int(matches[index]) }

    // MARK: Evaluation

    /// Finds the members that hold for an event.
    ///
    /// - Complexity: about linear in the fields that the event's gates look at, and in the members that a trigger fired for.
    ///   Nothing is allocated but for values that are longer than any before.
    public func evaluate(_ reading: some FieldReading) {
        event &+= 1
        if event == 0 { beginAnew() }
        matchCount = 0
        guard let form = reading.form, events.takes(form) else { return evaluateAll(reading) }
        if let known = events.recall(form, { answer(to: $0, reading) }) {
            for member in known {
                matches[matchCount] = member
                matchCount += 1
            }
            return
        }
        guard events.isWorthwhile else { return evaluateAll(reading) }
        asked.removeAll()
        terms.removeAll()
        isNoted = true
        reading.beginNotes()
        evaluateAll(reading)
        isNoted = false
        // Terms take longest to look for: they are asked behind all else.
        guard reading.endNotes({ asked.append($0) }) else { return }
        for index in 0..<terms.count { asked.append(terms[index]) }
        guard asked.areComplete, terms.areComplete else { return }
        let held = UnsafeBufferPointer(start: UnsafePointer(matches), count: matchCount)
        events.remember(held, form, asked) { answer(to: $0, reading) }
    }

    private func answer(to question: Int32, _ reading: some FieldReading) -> EventAnswer? {
        if question >= 0 { return reading.answer(to: question) }
        let holds = rawText(Int(~question), reading)
        return EventAnswer(bytes: UnsafeRawBufferPointer(start: nil, count: 0), kind: holds ? 1 : 0)
    }

    private func evaluateAll(_ reading: some FieldReading) {
        if set.unboundDomain >= 0 { enter(set.domains[Int(set.unboundDomain)], reading) }
        guard set.domainPlaces.count > 0 else { return }
        for domain in reading.domains() where Int(domain) < set.domainPlaces.count {
            let place = set.domainPlaces[Int(domain)]
            if place >= 0 {
                hasEnteredDomain = true
                enter(set.domains[Int(place)], reading)
            }
        }
    }

    private func enter(_ domain: PredicateSet.Domain, _ reading: some FieldReading) {
        for gate in domain.gates.indices { open(set.gates[gate], reading) }
        if domain.rest >= 0 { run(set.groups[Int(domain.rest)], reading) }
    }

    /// Stamps have wrapped around: all of them are forgotten once in four thousand million events.
    private func beginAnew() {
        for index in 0...set.columnCount { columnStates[index].event = 0 }
        testStates.initialize(repeating: TestState(), count: set.testCount + 1)
        rawStates.initialize(repeating: TestState(), count: set.terms.count + 1)
        entrantStamps.initialize(repeating: 0, count: set.entrants.count + 1)
        memberStamps.initialize(repeating: 0, count: set.memberCount + 1)
        termSearch?.beginAnew()
        event = 1
    }

    private func open(_ gate: PredicateSet.Gate, _ reading: some FieldReading) {
        let outcome = outcome(of: gate.slot, matcher: Int(gate.matcher), reading)
        // The groups run behind: what a group looks at may take the place of the hits.
        guard let first = outcome.hits.first else { return }
        let others = outcome.hits.count > 1 ? Array(outcome.hits.dropFirst()) : []
        enter(gate, first, reading)
        for text in others { enter(gate, text, reading) }
    }

    @inline(__always)
    private func enter(_ gate: PredicateSet.Gate, _ text: Int32, _ reading: some FieldReading) {
        run(set.groups[Int(set.gateGroups[Int(gate.firstGroup + text)])], reading)
    }

    private func run(_ group: PredicateSet.Group, _ reading: some FieldReading) {
        candidateCount = 0
        for index in group.triggerColumns.indices {
            load(Int(set.triggerColumns[index]), reading, collects: true)
        }
        for index in 0..<candidateCount { decide(set.entrants[Int(candidates[index])], reading) }
        for index in group.always.indices { decide(set.entrants[Int(set.always[index])], reading) }
    }

    @inline(__always)
    private func decide(_ entrant: PredicateSet.Entrant, _ reading: some FieldReading) {
        let member = Int(entrant.member)
        guard memberStamps[member] != event, holds(entrant.start, reading) else { return }
        memberStamps[member] = event
        matches[matchCount] = entrant.member
        matchCount += 1
    }

    private func holds(_ start: Int32, _ reading: some FieldReading) -> Bool {
        var next = start
        while next >= 0 {
            let step = steps[Int(next)]
            let holds: Bool
            switch step.kind {
            case .rawText: holds = rawText(Int(step.test), reading)
            case .compare: holds = set.comparisons[Int(step.test)].holds(reading)
            case .given: holds = reading.isGiven(columns[Int(step.column)].slot)
            case .emptyText: holds = reading.hasEmptyText(columns[Int(step.column)].slot)
            case .exists: holds = reading.exists(columns[Int(step.column)].slot)
            case .passes, .differs, .present:
                let column = Int(step.column)
                if columnStates[column].event != event { load(column, reading, collects: false) }
                let test = Int(step.test)
                switch step.kind {
                case .passes: holds = testStates[test].event == event && testStates[test].passing > 0
                case .differs:
                    let passing = testStates[test].event == event ? testStates[test].passing : 0
                    holds = passing < columnStates[column].values
                default: holds = columnStates[column].values > 0
                }
            }
            next = holds ? step.whenTrue : step.whenFalse
        }
        return next == PredicateSet.holds
    }

    private func rawText(_ pattern: Int, _ reading: some FieldReading) -> Bool {
        if isNoted, terms.areComplete { terms.add(~Int32(truncatingIfNeeded: pattern)) }
        if rawStates[pattern].event != event {
            let holds =
                mayOccur(pattern, reading)
                && set.terms[pattern]._withUnsafeGuaranteedRef { reading.rawText(holds: $0) }
            rawStates[pattern] = TestState(event: event, passing: holds ? 1 : 0)
        }
        return rawStates[pattern].passing > 0
    }

    private func mayOccur(_ term: Int, _ reading: some FieldReading) -> Bool {
        guard let termSearch else { return true }
        // SAFETY: the search lives as long as this object. No reference is counted: thousands of terms are asked for in one event.
        return Unmanaged.passUnretained(termSearch)._withUnsafeGuaranteedRef {
            $0.mayOccur(term, event: event) { reading.plainRawText }
        }
    }

    // MARK: Columns

    /// Takes the values of a column and counts for each test how many pass; collects the entrants that this triggers.
    private func load(_ index: Int, _ reading: some FieldReading, collects: Bool) {
        let column = columns[index]
        columnStates[index].event = event
        let outcome = outcome(of: column.slot, matcher: index, reading)
        columnStates[index].values = outcome.values
        for hit in outcome.hits {
            let test = column.firstTest + Int(hit)
            if testStates[test].event == event {
                testStates[test].passing += 1
                continue
            }
            testStates[test] = TestState(event: event, passing: 1)
            if collects { collect(set.triggers[test]) }
        }
    }

    @inline(__always)
    private func collect(_ triggered: PredicateSet.Span) {
        for index in triggered.indices {
            let entrant = set.triggered[index]
            if entrantStamps[Int(entrant)] == event { continue }
            entrantStamps[Int(entrant)] = event
            candidates[candidateCount] = entrant
            candidateCount += 1
        }
    }

    /// How many values a slot has, and the tests of a matcher that they pass. Valid until the next call.
    @inline(__always)
    private func outcome(of slot: Int, matcher index: Int, _ reading: some FieldReading) -> ValueMemo.Outcome {
        switch reading.written(slot) {
        case .missing: return ValueMemo.Outcome(values: 0, hits: UnsafeBufferPointer(start: nil, count: 0))
        // Decoding or deriving a value takes longer than recognising one that was seen before.
        case .one where !columnStates[index].hasTests:
            return ValueMemo.Outcome(values: 1, hits: UnsafeBufferPointer(start: nil, count: 0))
        case .one(let bytes, let isEncoded) where isRemembered(bytes, index):
            let way = isEncoded ? ValueMemo.Key.decoded : ValueMemo.Key.asIs
            return remembered(ValueMemo.Key(bytes, column: index, way: way), index) {
                match(isEncoded ? reading.value(0, of: slot) : bytes, index)
                return 1
            }
        case .derived(let bytes, let way) where isRemembered(bytes, index):
            return remembered(ValueMemo.Key(bytes, column: index, way: way), index) {
                matchEach(of: slot, reading) { if columnStates[index].hasTests { match($0, index) } }
            }
        default:
            let values = matchEach(of: slot, reading) { value in
                guard columnStates[index].hasTests else { return }
                guard isRemembered(value, index) else { return match(value, index) }
                let key = ValueMemo.Key(value, column: index, way: ValueMemo.Key.asIs)
                if let known = recall(key, index) { return found.append(known.hits) }
                let first = found.count
                match(value, index)
                memo.store(key, ValueMemo.Outcome(values: 1, hits: found.hits(from: first)))
            }
            return ValueMemo.Outcome(values: values, hits: found.hits(from: 0))
        }
    }

    @inline(__always)
    private func isRemembered(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Bool {
        bytes.count <= ValueMemo.longestValue && !columnStates[index].isForgetful
    }

    /// What is known of a key; else what `make` finds, which returns the number of values.
    @inline(__always)
    private func remembered(_ key: ValueMemo.Key, _ index: Int, _ make: () -> UInt32) -> ValueMemo.Outcome {
        if let known = recall(key, index) { return known }
        found.removeAll()
        let values = make()
        let outcome = ValueMemo.Outcome(values: values, hits: found.hits(from: 0))
        memo.store(key, outcome)
        return outcome
    }

    /// Matches all values of a slot that have text, and returns how many there are.
    @inline(__always)
    private func matchEach(
        of slot: Int, _ reading: some FieldReading, _ match: (UnsafeRawBufferPointer) -> Void
    ) -> UInt32 {
        found.removeAll()
        var values: UInt32 = 0
        for place in 0..<reading.valueCount(of: slot) {
            let value = reading.value(place, of: slot)
            if value.isEmpty { continue }
            values += 1
            match(value)
        }
        return values
    }

    @inline(__always)
    private func recall(_ key: ValueMemo.Key, _ index: Int) -> ValueMemo.Outcome? {
        columnStates[index].lookups &+= 1
        if let known = memo.find(key) {
            columnStates[index].finds &+= 1
            return known
        }
        if columnStates[index].lookups >= 4096 { reconsider(index) }
        return nil
    }

    /// Adds the tests that a value passes to what was found.
    private func match(_ value: UnsafeRawBufferPointer, _ index: Int) {
        matchers[index]._withUnsafeGuaranteedRef { matcher in
            if value.count > ValueMemo.longestValue, matcher.maySearchLines, !columnStates[index].forgetsLines {
                lines.begin(column: index)
                matcher.matchLines(of: value, scratch, lines)
                reconsiderLines(index)
            } else {
                matcher.match(value, scratch)
            }
            found.append(UnsafeBufferPointer(start: UnsafePointer(scratch.hits), count: scratch.hitCount))
        }
    }

    /// A column whose values are hardly ever seen again would only drive others out of the memo.
    private func reconsider(_ index: Int) {
        columnStates[index].isForgetful = columnStates[index].finds * 8 < columnStates[index].lookups
        columnStates[index].lookups = 0
        columnStates[index].finds = 0
    }

    /// The same for lines. Recalling one takes about a third of the time that searching it takes.
    private func reconsiderLines(_ index: Int) {
        columnStates[index].lineBytes += lines.lookedFor
        columnStates[index].knownBytes += lines.known
        guard columnStates[index].lineBytes >= 1 << 20 else { return }
        columnStates[index].forgetsLines = columnStates[index].knownBytes * 2 < columnStates[index].lineBytes
        columnStates[index].lineBytes = 0
        columnStates[index].knownBytes = 0
    }
}
