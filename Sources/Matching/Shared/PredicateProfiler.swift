import Glibc

/// Evaluates a set of predicates as `PredicateSetEvaluator` does, and counts and times what it does for each.
///
/// It is an evaluation of its own, so that the other one need not know of it: who wants a profile pays for both. Values that were
/// seen before are remembered here, too, so that what is measured is what a hunt costs. One belongs to one worker.
public final class PredicateProfiler {
    /// What one predicate has cost; times in nanoseconds.
    public struct Cost: Hashable, Sendable {
        /// Events of the kind that it is asked of.
        public var events = 0
        /// How often it was evaluated: one of its triggers fired, or it has none.
        public var evaluations = 0
        /// Events of these that it holds for.
        public var matches = 0
        /// Time in its evaluation.
        public var evaluation = 0
        /// Time in the tests that only it asks for: fields that no other predicate tests, and regular expressions of its own.
        public var ownTests = 0

        /// No cost.
        public init() {}

        /// Adds up what several workers have counted.
        public static func += (left: inout Cost, right: Cost) {
            left.events += right.events
            left.evaluations += right.evaluations
            left.matches += right.matches
            left.evaluation += right.evaluation
            left.ownTests += right.ownTests
        }
    }

    /// Who asks for a column or a test.
    private enum User: Equatable {
        case none, several
        case member(Int)

        mutating func add(_ member: Int) {
            switch self {
            case .none: self = .member(member)
            case .member(let known) where known == member: break
            default: self = .several
            }
        }
    }

    /// A regular expression that one predicate asks for.
    private struct OwnExpression {
        var test: ValueTest
        var member: Int
        /// Texts, in lower case, of which a value that passes holds one; none where there is nothing to look for.
        var required: [[UInt8]]
    }

    private let set: PredicateSet
    private let memo = ValueMemo()
    private let scratch = MatchScratch()
    private var event: UInt32 = 0
    private let columnUsers: [User]
    private let expressions: [[OwnExpression]]
    private let domainOfMember: [Int]
    private var domainEvents: [Int]
    private var costs: [Cost]
    /// Time in what several predicates share: reading fields, and testing values for all of them.
    private var shared = 0
    private var columnEvents: [UInt32]
    private var columnValues: [Int]
    private var testEvents: [UInt32]
    private var passingValues: [Int]
    private var rawEvents: [UInt32]
    private var rawHolds: [Bool]
    private var entrantEvents: [UInt32]
    private var memberEvents: [UInt32]
    private var candidates: [Int32] = []
    /// What looking at the clock twice costs.
    private let clockCost: Int
    /// Time in loading columns during the evaluation at hand, which is counted by itself.
    private var loading = 0

    /// Counts from 0 for every member of the set.
    public init(_ set: PredicateSet) {
        self.set = set
        domainEvents = Array(repeating: 0, count: set.domains.count)
        costs = Array(repeating: Cost(), count: set.memberCount)
        columnEvents = Array(repeating: 0, count: set.columnCount)
        columnValues = Array(repeating: 0, count: set.columnCount)
        testEvents = Array(repeating: 0, count: set.testCount)
        passingValues = Array(repeating: 0, count: set.testCount)
        rawEvents = Array(repeating: 0, count: set.terms.count)
        rawHolds = Array(repeating: false, count: set.terms.count)
        entrantEvents = Array(repeating: 0, count: set.entrants.count)
        memberEvents = Array(repeating: 0, count: set.memberCount)
        var columnUsers = [User](repeating: .none, count: set.columnCount)
        var testUsers = [User](repeating: .none, count: set.testCount)
        for entrant in set.entrants {
            Self.forEachStep(of: entrant, in: set) { step in
                guard step.column >= 0 else { return }
                columnUsers[Int(step.column)].add(Int(entrant.member))
                if step.kind == .passes || step.kind == .differs { testUsers[Int(step.test)].add(Int(entrant.member)) }
            }
        }
        expressions = set.columns.enumerated().map { index, column in
            guard columnUsers[index] == .several else { return [] }
            return (0..<column.testCount).compactMap { place in
                let test = set.matchers[index].test(place)
                guard case .member(let member) = testUsers[column.firstTest + place],
                    case .expression(let expression) = test
                else { return nil }
                let texts = RequiredTexts(expression).alternatives ?? []
                return OwnExpression(
                    test: test, member: member, required: texts.map { $0.map { CaseFolding.folded($0) } })
            }
        }
        self.columnUsers = columnUsers
        var domainOfMember = [Int](repeating: -1, count: set.memberCount)
        for group in set.description {
            let place = set.domains.firstIndex { $0.index == group.domain } ?? -1
            for member in group.members { domainOfMember[member] = place }
        }
        self.domainOfMember = domainOfMember
        clockCost = (0..<1000).map { _ in -Self.now() + Self.now() }.min() ?? 0
    }

    /// What each predicate of the set has cost so far, in their order, and the time in what they share, in nanoseconds.
    public var profile: (costs: [Cost], shared: Int) {
        var costs = costs
        for member in costs.indices where domainOfMember[member] >= 0 {
            costs[member].events = domainEvents[domainOfMember[member]]
        }
        return (costs, shared)
    }

    private static func forEachStep(
        of entrant: PredicateSet.Entrant, in set: PredicateSet, _ body: (PredicateSet.Step) -> Void
    ) {
        var seen: Set<Int32> = []
        var open = [entrant.start]
        while let next = open.popLast() {
            guard next >= 0, seen.insert(next).inserted else { continue }
            let step = set.steps[Int(next)]
            body(step)
            open.append(step.whenTrue)
            open.append(step.whenFalse)
        }
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    private func time(since start: Int) -> Int { max(0, Self.now() - start - clockCost) }

    // MARK: Evaluation

    /// Evaluates the predicates for an event, and counts and times it.
    public func evaluate(_ reading: some FieldReading) {
        event &+= 1
        if event == 0 { beginAnew() }
        if set.unboundDomain >= 0 { enter(Int(set.unboundDomain), reading) }
        for domain in reading.domains() where Int(domain) < set.domainPlaces.count {
            let place = set.domainPlaces[Int(domain)]
            if place >= 0 { enter(Int(place), reading) }
        }
    }

    /// All marks are forgotten once in four thousand million events.
    private func beginAnew() {
        for index in columnEvents.indices { columnEvents[index] = 0 }
        for index in testEvents.indices { testEvents[index] = 0 }
        for index in rawEvents.indices { rawEvents[index] = 0 }
        for index in entrantEvents.indices { entrantEvents[index] = 0 }
        for index in memberEvents.indices { memberEvents[index] = 0 }
        event = 1
    }

    private func enter(_ place: Int, _ reading: some FieldReading) {
        domainEvents[place] += 1
        let domain = set.domains[place]
        for index in domain.gates.indices {
            let gate = set.gates[index]
            let start = Self.now()
            var groups: [Int32] = []
            for place in 0..<reading.valueCount(of: gate.slot) {
                let value = reading.value(place, of: gate.slot)
                if value.isEmpty { continue }
                for hit in passing(value, matcher: Int(gate.matcher)) {
                    groups.append(set.gateGroups[Int(gate.firstGroup + hit)])
                }
            }
            shared += time(since: start)
            for group in groups { run(set.groups[Int(group)], reading) }
        }
        if domain.rest >= 0 { run(set.groups[Int(domain.rest)], reading) }
    }

    private func run(_ group: PredicateSet.Group, _ reading: some FieldReading) {
        candidates.removeAll(keepingCapacity: true)
        for index in group.triggerColumns.indices { load(Int(set.triggerColumns[index]), reading, collects: true) }
        for entrant in candidates { decide(set.entrants[Int(entrant)], reading) }
        for index in group.always.indices { decide(set.entrants[Int(set.always[index])], reading) }
    }

    private func decide(_ entrant: PredicateSet.Entrant, _ reading: some FieldReading) {
        let member = Int(entrant.member)
        guard memberEvents[member] != event else { return }
        loading = 0
        let start = Self.now()
        let holds = holds(entrant.start, reading)
        costs[member].evaluation += max(0, time(since: start) - loading)
        costs[member].evaluations += 1
        guard holds else { return }
        memberEvents[member] = event
        costs[member].matches += 1
    }

    private func holds(_ start: Int32, _ reading: some FieldReading) -> Bool {
        var next = start
        while next >= 0 {
            let step = set.steps[Int(next)]
            next = holds(step, reading) ? step.whenTrue : step.whenFalse
        }
        return next == PredicateSet.holds
    }

    private func holds(_ step: PredicateSet.Step, _ reading: some FieldReading) -> Bool {
        let column = Int(step.column)
        switch step.kind {
        case .rawText: return rawText(Int(step.test), reading)
        case .compare: return set.comparisons[Int(step.test)].holds(reading)
        case .given: return reading.isGiven(set.columns[column].slot)
        case .emptyText: return reading.hasEmptyText(set.columns[column].slot)
        case .exists: return reading.exists(set.columns[column].slot)
        case .passes, .differs, .present:
            if columnEvents[column] != event { load(column, reading, collects: false) }
            if step.kind == .present { return columnValues[column] > 0 }
            let test = Int(step.test)
            let passing = testEvents[test] == event ? passingValues[test] : 0
            return step.kind == .passes ? passing > 0 : passing < columnValues[column]
        }
    }

    private func rawText(_ pattern: Int, _ reading: some FieldReading) -> Bool {
        if rawEvents[pattern] != event {
            rawEvents[pattern] = event
            rawHolds[pattern] = set.terms[pattern]._withUnsafeGuaranteedRef { reading.rawText(holds: $0) }
        }
        return rawHolds[pattern]
    }

    // MARK: Columns

    /// Takes the values of a column, and counts the time for the predicate that alone asks for it, or for all.
    private func load(_ index: Int, _ reading: some FieldReading, collects: Bool) {
        let column = set.columns[index]
        let start = Self.now()
        var own = 0
        columnEvents[index] = event
        columnValues[index] = 0
        for place in 0..<reading.valueCount(of: column.slot) {
            let value = reading.value(place, of: column.slot)
            if value.isEmpty { continue }
            columnValues[index] += 1
            if column.testCount == 0 { continue }
            for hit in passing(value, matcher: index, own: &own) {
                let test = column.firstTest + Int(hit)
                if testEvents[test] == event {
                    passingValues[test] += 1
                    continue
                }
                testEvents[test] = event
                passingValues[test] = 1
                if collects { collect(set.triggers[test]) }
            }
        }
        let time = time(since: start)
        loading += time
        if case .member(let member) = columnUsers[index] {
            costs[member].ownTests += time
        } else {
            // The expressions' own time is part of it once, and was spent a second time to measure it.
            shared += max(0, time - 2 * own)
        }
    }

    private func collect(_ triggered: PredicateSet.Span) {
        for index in triggered.indices {
            let entrant = set.triggered[index]
            if entrantEvents[Int(entrant)] == event { continue }
            entrantEvents[Int(entrant)] = event
            candidates.append(entrant)
        }
    }

    private func passing(_ value: UnsafeRawBufferPointer, matcher index: Int) -> UnsafeBufferPointer<Int32> {
        var own = 0
        return passing(value, matcher: index, own: &own)
    }

    /// The tests of a column that a value passes; adds the time of expressions that one predicate alone asks for.
    private func passing(
        _ value: UnsafeRawBufferPointer, matcher index: Int, own: inout Int
    ) -> UnsafeBufferPointer<Int32> {
        let key =
            value.count <= ValueMemo.longestValue ? ValueMemo.Key(value, column: index, way: ValueMemo.Key.asIs) : nil
        if let key, let known = memo.find(key) { return known.hits }
        set.matchers[index].match(value, scratch)
        for expression in expressions[index] where isTried(expression) {
            let start = Self.now()
            _ = expression.test.matches(value)
            let time = time(since: start)
            costs[expression.member].ownTests += time
            own += time
        }
        let hits = UnsafeBufferPointer(start: UnsafePointer(scratch.hits), count: scratch.hitCount)
        if let key { memo.store(key, ValueMemo.Outcome(values: 1, hits: hits)) }
        return hits
    }

    /// Whether the matcher tries the expression on the value that it has just folded.
    private func isTried(_ expression: OwnExpression) -> Bool {
        expression.required.isEmpty || expression.required.contains { isFolded($0) }
    }

    private func isFolded(_ text: [UInt8]) -> Bool {
        let folded = scratch.folded
        guard folded.count >= text.count else { return false }
        return (0...(folded.count - text.count)).contains { start in
            text.indices.allSatisfy { folded[start + $0] == text[$0] }
        }
    }
}
