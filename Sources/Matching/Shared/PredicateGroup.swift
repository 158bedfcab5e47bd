/// Members of a predicate set that are looked at together, made ready: columns, matchers, programs and triggers. All numbers
/// in it count from its own first.
struct PredicateGroup: Sendable {
    struct Candidate: Sendable {
        var member: Int
        var predicate: Predicate<Int>
    }

    /// What a group is to be made of.
    struct Request: Sendable {
        var candidates: [Candidate]
        var domain: Int
        /// The slot and the pattern that open it; `nil` for those that every event is asked.
        var gate: (slot: Int, pattern: [UInt8])?
    }

    private(set) var columns: [PredicateSet.Column] = []
    private(set) var matchers: [ValueMatcher] = []
    private(set) var rawPatterns: [WildcardPattern] = []
    private(set) var comparisons: [PredicateSet.Comparison] = []
    private(set) var steps: [PredicateSet.Step] = []
    private(set) var entrants: [PredicateSet.Entrant] = []
    private(set) var triggerColumns: [Int32] = []
    /// Entrants without a trigger.
    private(set) var always: [Int32] = []
    /// For each test the entrants that it triggers.
    private(set) var triggers: [[Int32]] = []
    private(set) var description: PredicateSet.GroupDescription
    private var rawIndex: [WildcardPattern: Int32] = [:]
    private var comparisonIndex: [PredicateSet.Comparison: Int32] = [:]
    private let statistics: ByteStatistics

    var testCount: Int { triggers.count }

    init(_ request: Request, _ statistics: ByteStatistics) {
        self.statistics = statistics
        let shared = SharedTests(request.candidates.map(\.predicate))
        description = PredicateSet.GroupDescription(
            domain: request.domain, gate: request.gate, members: request.candidates.map(\.member),
            withoutTrigger: [], triggerSlots: [], slots: shared.slots, testCount: shared.testCount)
        for column in shared.slots.indices {
            columns.append(
                PredicateSet.Column(
                    slot: shared.slots[column], firstTest: shared.firstTests[column],
                    testCount: shared.tests[column].count))
        }
        matchers = shared.tests.map { ValueMatcher($0, statistics: statistics) }
        triggers = Array(repeating: [], count: shared.testCount)
        for candidate in request.candidates {
            let start = append(
                candidate.predicate, whenTrue: PredicateSet.holds, whenFalse: PredicateSet.fails, shared)
            let entrant = Int32(entrants.count)
            entrants.append(PredicateSet.Entrant(member: Int32(candidate.member), start: start))
            if let trigger = trigger(of: candidate.predicate, shared, request.gate?.slot) {
                for test in trigger.tests where triggers[test].last != entrant { triggers[test].append(entrant) }
            } else {
                always.append(entrant)
                description.withoutTrigger.append(candidate.member)
            }
        }
        for column in columns.indices {
            let tests = columns[column].firstTest..<columns[column].firstTest + columns[column].testCount
            guard tests.contains(where: { !triggers[$0].isEmpty }) else { continue }
            triggerColumns.append(Int32(column))
            description.triggerSlots.append(columns[column].slot)
        }
    }

    // MARK: Triggers

    private struct Trigger {
        /// Numbers of tests; one may occur twice.
        var tests: [Int]
        /// How many events are expected to pass one of them.
        var share: Float
    }

    /// The rarest set of tests of which one holds whenever the predicate does; `nil` where there is none.
    private func trigger(of predicate: Predicate<Int>, _ shared: SharedTests, _ gateSlot: Int?) -> Trigger? {
        switch predicate {
        case .constant, .rawText, .not, .deferred, .compare, .anyValue: return nil
        case .field(let slot, let test):
            // What opened the gate holds for every event that came through.
            guard slot != gateSlot, test.needsPassingValue, let asked = test.matcherTest,
                let number = shared.number(of: asked, in: slot)
            else { return nil }
            // A test that much of a field's predicates make tells where an event comes from, and not what is rare in it.
            let popularity = shared.popularity(of: number, in: slot)
            // All values of every event are read only for those who have nothing else to ask for.
            let reading: Float = slot == PredicateSet.everyValueSlot ? 100 : 0
            return Trigger(
                tests: [number], share: reading + 0.3 * popularity + test.expectedShare(statistics))
        case .all(let parts):
            return parts.compactMap { trigger(of: $0, shared, gateSlot) }.min { $0.share < $1.share }
        case .any(let parts):
            var joined = Trigger(tests: [], share: 0)
            for part in parts {
                guard let own = trigger(of: part, shared, gateSlot) else { return nil }
                joined.tests += own.tests
                joined.share += own.share
            }
            return joined
        }
    }

    // MARK: Programs

    /// Builds a program from its end, so that every step knows where to go on.
    private mutating func append(
        _ predicate: Predicate<Int>, whenTrue: Int32, whenFalse: Int32, _ shared: SharedTests
    ) -> Int32 {
        switch predicate {
        case .constant(let value): return value ? whenTrue : whenFalse
        case .deferred: return whenTrue
        case .not(let inner): return append(inner, whenTrue: whenFalse, whenFalse: whenTrue, shared)
        case .rawText(let pattern):
            if rawIndex[pattern] == nil {
                rawIndex[pattern] = Int32(rawPatterns.count)
                rawPatterns.append(pattern)
            }
            return append(.rawText, column: -1, test: rawIndex[pattern] ?? 0, whenTrue, whenFalse)
        case .anyValue:
            preconditionFailure("every value has a slot by now")
        case .compare(let left, let relation, let right):
            let comparison = PredicateSet.Comparison(left: left, relation: relation, right: right)
            if comparisonIndex[comparison] == nil {
                comparisonIndex[comparison] = Int32(comparisons.count)
                comparisons.append(comparison)
            }
            return append(.compare, column: -1, test: comparisonIndex[comparison] ?? 0, whenTrue, whenFalse)
        case .field(let slot, let test):
            let column = Int32(shared.column(of: slot) ?? 0)
            guard let asked = test.matcherTest else {
                return append(test.presenceKind, column: column, test: 0, whenTrue, whenFalse)
            }
            let kind = test.needsPassingValue ? PredicateSet.Kind.passes : .differs
            let number = Int32(shared.number(of: asked, in: slot) ?? 0)
            return append(kind, column: column, test: number, whenTrue, whenFalse)
        case .all(let parts):
            var next = whenTrue
            for part in Self.rawTextLast(parts).reversed() {
                next = append(part, whenTrue: next, whenFalse: whenFalse, shared)
            }
            return next
        case .any(let parts):
            var next = whenFalse
            for part in Self.rawTextLast(parts).reversed() {
                next = append(part, whenTrue: whenTrue, whenFalse: next, shared)
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

/// The tests that several predicates make, each once, by the slot that they look at.
private struct SharedTests {
    private(set) var slots: [Int] = []
    private(set) var tests: [[ValueTest]] = []
    /// The number of each slot's first test.
    private(set) var firstTests: [Int] = []
    private(set) var testCount = 0
    private var columns: [Int: Int] = [:]
    private var numbers: [[ValueTest: Int]] = []
    /// How many predicates make each test, and test the slot at all.
    private var uses: [[Int]] = []
    private var slotUses: [Int] = []

    init(_ predicates: [Predicate<Int>]) {
        for predicate in predicates {
            var seen: Set<Int> = []
            var seenSlots: Set<Int> = []
            predicate.forEachTest { slot, test in
                let column = addColumn(slot)
                if seenSlots.insert(column).inserted { slotUses[column] += 1 }
                guard let asked = test.matcherTest else { return }
                let number = add(asked, to: column)
                if seen.insert(column << 32 | number).inserted { uses[column][number] += 1 }
            }
        }
        for column in slots.indices {
            firstTests.append(testCount)
            testCount += tests[column].count
        }
    }

    private mutating func addColumn(_ slot: Int) -> Int {
        if let known = columns[slot] { return known }
        columns[slot] = slots.count
        slots.append(slot)
        tests.append([])
        numbers.append([:])
        uses.append([])
        slotUses.append(0)
        return slots.count - 1
    }

    private mutating func add(_ test: ValueTest, to column: Int) -> Int {
        if let known = numbers[column][test] { return known }
        numbers[column][test] = tests[column].count
        tests[column].append(test)
        uses[column].append(0)
        return tests[column].count - 1
    }

    func column(of slot: Int) -> Int? { columns[slot] }

    /// The number of a test among all.
    func number(of test: ValueTest, in slot: Int) -> Int? {
        guard let column = columns[slot] else { return nil }
        return numbers[column][test].map { firstTests[column] + $0 }
    }

    /// The share of the slot's predicates that make the test.
    func popularity(of number: Int, in slot: Int) -> Float {
        guard let column = columns[slot] else { return 1 }
        return Float(uses[column][number - firstTests[column]]) / Float(max(4, slotUses[column]))
    }
}
