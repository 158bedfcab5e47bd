/// Puts members into groups, gives each group its columns, programs and triggers.
struct PredicateSetBuilder {
    private let gateSlots: [Int]
    private let statistics: ByteStatistics

    private(set) var columns: [PredicateSet.Column] = []
    private(set) var matchers: [ValueMatcher] = []
    private(set) var rawPatterns: [WildcardPattern] = []
    private(set) var steps: [PredicateSet.Step] = []
    private(set) var entrants: [PredicateSet.Entrant] = []
    private(set) var groups: [PredicateSet.Group] = []
    private(set) var triggerColumns: [Int32] = []
    private(set) var always: [Int32] = []
    private(set) var triggers: [PredicateSet.Span] = []
    private(set) var triggered: [Int32] = []
    private(set) var gates: [PredicateSet.Gate] = []
    private(set) var gateGroups: [Int32] = []
    private(set) var domains: [PredicateSet.Domain] = []
    private(set) var descriptions: [PredicateSet.GroupDescription] = []
    private(set) var testCount = 0
    private(set) var comparisons: [PredicateSet.Comparison] = []
    private var rawIndex: [WildcardPattern: Int32] = [:]
    private var comparisonIndex: [PredicateSet.Comparison: Int32] = [:]

    /// A member that more texts open than this is asked of every event.
    private static let maximumGateTexts = 64

    init(gateSlots: [Int], statistics: ByteStatistics) {
        self.gateSlots = gateSlots
        self.statistics = statistics
    }

    mutating func add(_ members: [PredicateSet.Member]) {
        var byDomain: [Int: [Candidate]] = [:]
        for (index, member) in members.enumerated() {
            let predicate = member.predicate.simplified.withValuesInSlot(PredicateSet.everyValueSlot)
            if case .constant(false) = predicate { continue }
            byDomain[member.domain, default: []].append(Candidate(member: index, predicate: predicate))
        }
        for (domain, candidates) in byDomain.sorted(by: { $0.key < $1.key }) { add(candidates, domain) }
    }

    struct Candidate {
        var member: Int
        var predicate: Predicate<Int>
    }

    private mutating func add(_ candidates: [Candidate], _ domain: Int) {
        var rest: [Candidate] = []
        var gated: [Int: [[UInt8]: [Candidate]]] = [:]
        for candidate in candidates {
            let fields = Set(candidate.predicate.fields)
            let ways = gateSlots.filter(fields.contains).compactMap { slot in
                candidate.predicate.requiredTexts(of: slot).map { (slot: slot, texts: $0) }
            }
            guard let best = ways.min(by: { $0.texts.count < $1.texts.count }),
                best.texts.count <= Self.maximumGateTexts
            else {
                rest.append(candidate)
                continue
            }
            for text in best.texts { gated[best.slot, default: [:]][text, default: []].append(candidate) }
        }
        let firstGate = gates.count
        for (slot, byText) in gated.sorted(by: { $0.key < $1.key }) {
            let texts = byText.keys.sorted { $0.lexicographicallyPrecedes($1) }
            let matcher = ValueMatcher(texts.map { .equals(WildcardPattern($0)) }, statistics: statistics)
            let groups = texts.map { Int32(add(byText[$0] ?? [], domain, gate: (slot, $0))) }
            matchers.append(matcher)
            columns.append(PredicateSet.Column(slot: slot, firstTest: testCount, testCount: 0))
            gates.append(
                PredicateSet.Gate(
                    slot: slot, matcher: Int32(matchers.count - 1), firstGroup: Int32(gateGroups.count)))
            gateGroups += groups
        }
        domains.append(
            PredicateSet.Domain(
                index: domain,
                gates: PredicateSet.Span(start: Int32(firstGate), count: Int32(gates.count - firstGate)),
                rest: rest.isEmpty ? -1 : Int32(add(rest, domain, gate: nil))))
    }

    // MARK: Groups

    /// The columns of one group while it is built.
    private struct GroupColumns {
        var slots: [Int] = []
        var index: [Int: Int] = [:]
        var tests: [[ValueTest]] = []
        var testIndex: [[ValueTest: Int]] = []
        /// How many members make each test.
        var uses: [[Int]] = []
        /// How many members test the slot at all.
        var slotUses: [Int] = []

        mutating func column(_ slot: Int) -> Int {
            if let known = index[slot] { return known }
            index[slot] = slots.count
            slots.append(slot)
            tests.append([])
            testIndex.append([:])
            uses.append([])
            slotUses.append(0)
            return slots.count - 1
        }

        /// The test as the column's matcher knows it.
        mutating func test(_ test: ValueTest, in column: Int) -> Int {
            if let known = testIndex[column][test] { return known }
            testIndex[column][test] = tests[column].count
            tests[column].append(test)
            uses[column].append(0)
            return tests[column].count - 1
        }
    }

    /// A test of a column, by their numbers in the group.
    struct Reference: Hashable {
        var column: Int
        var test: Int
    }

    private mutating func add(
        _ candidates: [Candidate], _ domain: Int, gate: (slot: Int, text: [UInt8])?
    ) -> Int {
        var shared = GroupColumns()
        for candidate in candidates {
            var seen: Set<Reference> = []
            var slots: Set<Int> = []
            candidate.predicate.forEachTest { slot, test in
                let column = shared.column(slot)
                if slots.insert(column).inserted { shared.slotUses[column] += 1 }
                guard let asked = test.matcherTest else { return }
                let reference = Reference(column: column, test: shared.test(asked, in: column))
                if seen.insert(reference).inserted { shared.uses[column][reference.test] += 1 }
            }
        }
        let firstColumn = columns.count
        var firstTests: [Int] = []
        for (column, slot) in shared.slots.enumerated() {
            firstTests.append(testCount)
            let tests = shared.tests[column]
            columns.append(PredicateSet.Column(slot: slot, firstTest: testCount, testCount: tests.count))
            matchers.append(ValueMatcher(tests, statistics: statistics))
            testCount += tests.count
        }

        var byTest: [Reference: [Int32]] = [:]
        let firstAlways = always.count
        var withoutTrigger: [Int] = []
        for candidate in candidates {
            let start = append(
                candidate.predicate, whenTrue: PredicateSet.holds, whenFalse: PredicateSet.fails,
                { Int32(firstColumn + (shared.index[$0] ?? 0)) },
                { slot, test in
                    let column = shared.index[slot] ?? 0
                    return Int32(firstTests[column] + (shared.testIndex[column][test] ?? 0))
                })
            let entrant = Int32(entrants.count)
            entrants.append(PredicateSet.Entrant(member: Int32(candidate.member), start: start))
            if let trigger = trigger(of: candidate.predicate, shared, gate?.slot) {
                for reference in trigger.tests { byTest[reference, default: []].append(entrant) }
            } else {
                always.append(entrant)
                withoutTrigger.append(candidate.member)
            }
        }
        let firstTriggerColumn = triggerColumns.count
        for column in shared.slots.indices {
            var hasTrigger = false
            for test in shared.tests[column].indices {
                let entrants = byTest[Reference(column: column, test: test)] ?? []
                triggers.append(PredicateSet.Span(start: Int32(triggered.count), count: Int32(entrants.count)))
                triggered += entrants
                hasTrigger = hasTrigger || !entrants.isEmpty
            }
            if hasTrigger { triggerColumns.append(Int32(firstColumn + column)) }
        }
        groups.append(
            PredicateSet.Group(
                triggerColumns: PredicateSet.Span(
                    start: Int32(firstTriggerColumn), count: Int32(triggerColumns.count - firstTriggerColumn)),
                always: PredicateSet.Span(start: Int32(firstAlways), count: Int32(always.count - firstAlways))))
        descriptions.append(
            PredicateSet.GroupDescription(
                domain: domain, gate: gate, members: candidates.map(\.member), withoutTrigger: withoutTrigger,
                triggerSlots: triggerColumns[firstTriggerColumn...].map { columns[Int($0)].slot },
                slots: shared.slots, testCount: shared.tests.reduce(0) { $0 + $1.count }))
        return groups.count - 1
    }

    // MARK: Triggers

    struct Trigger {
        var tests: Set<Reference>
        /// How many events are expected to pass one of them.
        var share: Float
    }

    /// The rarest set of tests of which one holds whenever the predicate does; `nil` where there is none.
    private func trigger(of predicate: Predicate<Int>, _ shared: GroupColumns, _ gateSlot: Int?) -> Trigger? {
        switch predicate {
        case .constant, .rawText, .not, .deferred, .compare, .anyValue: return nil
        case .field(let slot, let test):
            // What opened the gate holds for every event that came through.
            guard slot != gateSlot, test.needsPassingValue, let column = shared.index[slot],
                let asked = test.matcherTest, let index = shared.testIndex[column][asked]
            else { return nil }
            // A test that much of a field's predicates make tells where an event comes from, and not what is rare in it.
            let popularity = Float(shared.uses[column][index]) / Float(max(4, shared.slotUses[column]))
            return Trigger(
                tests: [Reference(column: column, test: index)],
                share: 0.3 * popularity + test.expectedShare(statistics))
        case .all(let parts):
            return parts.compactMap { trigger(of: $0, shared, gateSlot) }.min { $0.share < $1.share }
        case .any(let parts):
            var joined = Trigger(tests: [], share: 0)
            for part in parts {
                guard let own = trigger(of: part, shared, gateSlot) else { return nil }
                joined.tests.formUnion(own.tests)
                joined.share += own.share
            }
            return joined
        }
    }

    // MARK: Programs

    /// Builds a program from its end, so that every step knows where to go on.
    private mutating func append(
        _ predicate: Predicate<Int>, whenTrue: Int32, whenFalse: Int32, _ column: (Int) -> Int32,
        _ testNumber: (Int, ValueTest) -> Int32
    ) -> Int32 {
        switch predicate {
        case .constant(let value): return value ? whenTrue : whenFalse
        case .deferred: return whenTrue
        case .not(let inner): return append(inner, whenTrue: whenFalse, whenFalse: whenTrue, column, testNumber)
        case .rawText(let pattern):
            let index = rawIndex[pattern] ?? Int32(rawPatterns.count)
            if rawIndex[pattern] == nil {
                rawIndex[pattern] = index
                rawPatterns.append(pattern)
            }
            return append(.rawText, column: -1, test: index, whenTrue, whenFalse)
        case .anyValue:
            preconditionFailure("every value has a slot by now")
        case .compare(let left, let relation, let right):
            let comparison = PredicateSet.Comparison(left: left, relation: relation, right: right)
            let index = comparisonIndex[comparison] ?? Int32(comparisons.count)
            if comparisonIndex[comparison] == nil {
                comparisonIndex[comparison] = index
                comparisons.append(comparison)
            }
            return append(.compare, column: -1, test: index, whenTrue, whenFalse)
        case .field(let slot, let test):
            guard let asked = test.matcherTest else {
                return append(test.presenceKind, column: column(slot), test: 0, whenTrue, whenFalse)
            }
            let kind = test.needsPassingValue ? PredicateSet.Kind.passes : .differs
            return append(kind, column: column(slot), test: testNumber(slot, asked), whenTrue, whenFalse)
        case .all(let parts):
            var next = whenTrue
            for part in Self.rawTextLast(parts).reversed() {
                next = append(part, whenTrue: next, whenFalse: whenFalse, column, testNumber)
            }
            return next
        case .any(let parts):
            var next = whenFalse
            for part in Self.rawTextLast(parts).reversed() {
                next = append(part, whenTrue: whenTrue, whenFalse: next, column, testNumber)
            }
            return next
        }
    }

    private mutating func append(
        _ kind: PredicateSet.Kind, column: Int32, test: Int32, _ whenTrue: Int32, _ whenFalse: Int32
    ) -> Int32 {
        steps.append(
            PredicateSet.Step(kind: kind, column: column, test: test, whenTrue: whenTrue, whenFalse: whenFalse))
        return Int32(steps.count - 1)
    }

    /// Fields have their outcomes ready; a search of the raw text looks at the whole event.
    private static func rawTextLast(_ parts: [Predicate<Int>]) -> [Predicate<Int>] {
        guard parts.contains(where: \.readsRawText) else { return parts }
        return parts.filter { !$0.readsRawText } + parts.filter(\.readsRawText)
    }
}

extension Predicate<Int> {
    /// The same with all values of the event as those of one more slot.
    fileprivate func withValuesInSlot(_ slot: Int) -> Predicate {
        switch self {
        case .anyValue(let test): .field(slot, test)
        case .constant, .field, .rawText, .deferred, .compare: self
        case .not(let inner): .not(inner.withValuesInSlot(slot))
        case .all(let parts): .all(parts.map { $0.withValuesInSlot(slot) })
        case .any(let parts): .any(parts.map { $0.withValuesInSlot(slot) })
        }
    }
}

extension ValueTest {
    /// What a matcher is asked of each value; `nil` for mere presence.
    var matcherTest: ValueTest? {
        switch self {
        case .present, .given, .emptyText, .exists: return nil
        case .differs(let pattern): return .equals(pattern)
        case .equals, .ordered, .wildcards, .expression, .network, .number, .timePart: return self
        }
    }

    /// What a step looks at that asks for no value in particular.
    var presenceKind: PredicateSet.Kind {
        switch self {
        case .given: .given
        case .emptyText: .emptyText
        case .exists: .exists
        default: .present
        }
    }

    /// Whether the test holds where some value passes what the matcher is asked, and else where some value does not.
    var needsPassingValue: Bool {
        switch self {
        case .equals, .ordered, .wildcards, .expression, .network, .number, .timePart: return true
        case .differs, .present, .given, .emptyText, .exists: return false
        }
    }

    /// A guess at the share of values that pass.
    func expectedShare(_ statistics: ByteStatistics) -> Float {
        // Values have about as many bytes.
        let length: Float = 60
        let texts: [[UInt8]]
        switch self {
        case .equals(let pattern): texts = pattern.pieces
        case .wildcards(let pattern): texts = pattern.pieces
        case .expression(let expression):
            guard let alternatives = RequiredTexts(expression).alternatives else { return 0.5 }
            return min(
                1, alternatives.reduce(0) { $0 + length * statistics.probability(of: $1.map(CaseFolding.folded)) })
        // Addresses and numbers that one asks for are few.
        case .network, .number, .timePart: return 0.3
        default: return 0.5
        }
        let pieces = texts.filter { !$0.isEmpty }
        return pieces.map { min(1, length * statistics.probability(of: $0)) }.min() ?? 1
    }
}
