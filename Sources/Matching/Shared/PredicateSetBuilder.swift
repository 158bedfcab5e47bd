import Values

/// Sorts members into groups by domain and gate, and joins what was made of the groups.
struct PredicateSetBuilder {
    private let gateSlots: [[Int]]
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

    init(gateSlots: [[Int]], statistics: ByteStatistics) {
        self.gateSlots = gateSlots
        self.statistics = statistics
    }

    /// Adds all members; to be called once.
    mutating func add(_ members: [PredicateSet.Member]) {
        var byDomain: [Int: [PredicateGroup.Candidate]] = [:]
        let predicates = members.concurrentMap {
            $0.predicate.withValuesInSlot(PredicateSet.everyValueSlot)
        }
        for (index, (member, predicate)) in zip(members, predicates).enumerated() {
            if case .constant(false) = predicate { continue }
            byDomain[member.domain, default: []].append(
                PredicateGroup.Candidate(member: index, predicate: predicate))
        }
        var requests: [PredicateGroup.Request] = []
        for (domain, candidates) in byDomain.sorted(by: { $0.key < $1.key }) { add(candidates, domain, &requests) }
        // Groups have nothing in common: each is made on its own, the largest first.
        let order = requests.indices.sorted { requests[$0].candidates.count > requests[$1].candidates.count }
        let made = order.concurrentMap { [requests, statistics] in PredicateGroup(requests[$0], statistics) }
        var groups = [PredicateGroup?](repeating: nil, count: requests.count)
        for (place, group) in zip(order, made) { groups[place] = group }
        for group in groups { if let group { join(group) } }
    }

    /// Says which groups a domain has, and what opens them.
    private mutating func add(
        _ candidates: [PredicateGroup.Candidate], _ domain: Int, _ requests: inout [PredicateGroup.Request]
    ) {
        var rest: [PredicateGroup.Candidate] = []
        var gated: [Int: [WildcardPattern: [PredicateGroup.Candidate]]] = [:]
        for candidate in candidates {
            let openings = gateSlots.lazy.compactMap { Openings(of: candidate.predicate, through: $0) }.first
            guard let openings else {
                rest.append(candidate)
                continue
            }
            for (slot, patterns) in openings.patterns {
                for pattern in patterns { gated[slot, default: [:]][pattern, default: []].append(candidate) }
            }
        }
        let firstGate = gates.count
        for (slot, byPattern) in gated.sorted(by: { $0.key < $1.key }) {
            let patterns = byPattern.keys.sorted { $0.source.lexicographicallyPrecedes($1.source) }
            matchers.append(ValueMatcher(patterns.map { .equals($0) }, statistics: statistics))
            columns.append(PredicateSet.Column(slot: slot, firstTest: testCount, testCount: 0))
            gates.append(
                PredicateSet.Gate(
                    slot: slot, matcher: Int32(matchers.count - 1), firstGroup: Int32(gateGroups.count)))
            for pattern in patterns {
                gateGroups.append(Int32(requests.count))
                requests.append(
                    PredicateGroup.Request(
                        candidates: byPattern[pattern] ?? [], domain: domain, gate: (slot, pattern.source)))
            }
        }
        domains.append(
            PredicateSet.Domain(
                index: domain,
                gates: PredicateSet.Span(start: Int32(firstGate), count: Int32(gates.count - firstGate)),
                rest: rest.isEmpty ? -1 : Int32(requests.count)))
        if !rest.isEmpty {
            requests.append(PredicateGroup.Request(candidates: rest, domain: domain, gate: nil))
        }
    }

    // MARK: Joining

    /// Takes a group over, with numbers that count on from those of the groups before.
    private mutating func join(_ group: PredicateGroup) {
        let firstColumn = Int32(columns.count)
        let firstTest = testCount
        let firstStep = Int32(steps.count)
        let firstEntrant = Int32(entrants.count)
        let raw = group.rawPatterns.map { Self.number(of: $0, in: &rawPatterns, &rawIndex) }
        let compared = group.comparisons.map { Self.number(of: $0, in: &comparisons, &comparisonIndex) }
        for column in group.columns {
            columns.append(
                PredicateSet.Column(
                    slot: column.slot, firstTest: firstTest + column.firstTest, testCount: column.testCount))
        }
        matchers += group.matchers
        testCount += group.testCount
        for step in group.steps {
            var step = step
            switch step.kind {
            case .rawText: step.test = raw[Int(step.test)]
            case .compare: step.test = compared[Int(step.test)]
            case .passes, .differs, .present, .given, .emptyText, .exists:
                step.column += firstColumn
                step.test += Int32(firstTest)
            }
            if step.whenTrue >= 0 { step.whenTrue += firstStep }
            if step.whenFalse >= 0 { step.whenFalse += firstStep }
            steps.append(step)
        }
        for entrant in group.entrants {
            entrants.append(
                PredicateSet.Entrant(
                    member: entrant.member, start: entrant.start >= 0 ? entrant.start + firstStep : entrant.start))
        }
        groups.append(
            PredicateSet.Group(
                triggerColumns: PredicateSet.Span(
                    start: Int32(triggerColumns.count), count: Int32(group.triggerColumns.count)),
                always: PredicateSet.Span(start: Int32(always.count), count: Int32(group.always.count))))
        triggerColumns += group.triggerColumns.map { $0 + firstColumn }
        always += group.always.map { $0 + firstEntrant }
        for triggering in group.triggers {
            triggers.append(PredicateSet.Span(start: Int32(triggered.count), count: Int32(triggering.count)))
            triggered += triggering.map { $0 + firstEntrant }
        }
        descriptions.append(group.description)
    }

    private static func number<Part: Hashable>(
        of part: Part, in parts: inout [Part], _ index: inout [Part: Int32]
    ) -> Int32 {
        if let known = index[part] { return known }
        let number = Int32(parts.count)
        index[part] = number
        parts.append(part)
        return number
    }
}

/// Patterns of fields, in lower case, of which an event has a value that passes if a predicate holds for it.
private struct Openings {
    private(set) var patterns: [Int: Set<WildcardPattern>] = [:]
    private var count: Int { patterns.values.reduce(0) { $0 + $1.count } }

    /// With more patterns a predicate is asked of every event.
    private static let most = 64

    /// - Parameter slots: the fields that may be gone by.
    init?(of predicate: Predicate<Int>, through slots: [Int]) {
        guard predicate.fields.contains(where: slots.contains), let found = Self.find(predicate, slots),
            found.count <= Self.most
        else { return nil }
        self = found
    }

    private init() {}

    private static func find(_ predicate: Predicate<Int>, _ slots: [Int]) -> Openings? {
        switch predicate {
        case .field(let slot, .equals(let pattern)):
            guard slots.contains(slot), !pattern.source.isEmpty, pattern.source.allSatisfy({ $0 < 0x80 }) else {
                return nil
            }
            var one = Openings()
            // Whatever passes in its own case passes in any.
            one.patterns[slot] = [WildcardPattern(pattern.source.map { CaseFolding.folded($0) })]
            return one
        case .all(let parts):
            return parts.compactMap { find($0, slots) }.min { $0.count < $1.count }
        case .any(let parts):
            var joined = Openings()
            for part in parts {
                guard let own = find(part, slots) else { return nil }
                joined.patterns.merge(own.patterns) { $0.union($1) }
            }
            return joined
        case .field, .constant, .rawText, .not, .deferred, .compare, .anyValue: return nil
        }
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
