public import Detections
import Matching

/// What each rule of a hunt has cost.
public struct RuleProfile: Sendable {
    /// The cost of one rule.
    public struct Entry: Sendable {
        /// The rule that ran.
        public var rule: RuleIdentity
        /// Parsed events that are of the rule's kind.
        public var events: Int
        /// How many of these it was evaluated for.
        public var evaluations: Int
        /// How many of these its condition holds for.
        public var matches: Int
        /// Nanoseconds in its evaluation.
        public var evaluation: Int
        /// Nanoseconds in tests that no other rule asks for.
        public var ownTests: Int

        /// Nanoseconds that would be saved without the rule: what several rules share is not in it.
        public var total: Int { evaluation + ownTests }
    }

    /// In the order of the rules; those that did not run have none.
    public var entries: [Entry]
    /// Nanoseconds in reading fields and in tests that several rules ask for.
    public var shared: Int

    /// From the dearest to the cheapest.
    public var byCost: [Entry] {
        entries.enumerated().sorted { ($1.element.total, $0.offset) < ($0.element.total, $1.offset) }.map(\.element)
    }
}

/// What the conditions of one pass over the archives have cost, by their number.
struct ConditionCosts: Sendable {
    var costs: [PredicateProfiler.Cost] = []
    var shared = 0

    init() {}

    /// What one worker has measured.
    init(_ profiler: PredicateProfiler) {
        (costs, shared) = profiler.profile
    }

    mutating func merge(_ other: ConditionCosts) {
        if costs.isEmpty {
            self = other
            return
        }
        for (index, cost) in other.costs.enumerated() { costs[index] += cost }
        shared += other.shared
    }
}

extension Hunter {
    /// What the rules' searches have cost in the first pass; a rule that asks for several has the cost of all of them.
    func profile(_ costs: ConditionCosts) -> RuleProfile {
        var numbers: [SearchResolution.Key: Int] = [:]
        for (number, hunt) in firstPass.program.hunts.enumerated() { numbers[firstPass.keys[hunt.rule]] = number }
        var entries: [RuleProfile.Entry] = []
        for rule in rules {
            let own = rule.keys.compactMap { numbers[$0] }.filter { $0 < costs.costs.count }
            guard !own.isEmpty else { continue }
            let sum = own.reduce(into: PredicateProfiler.Cost()) { $0 += costs.costs[$1] }
            entries.append(
                RuleProfile.Entry(
                    rule: rule.identity, events: sum.events, evaluations: sum.evaluations, matches: sum.matches,
                    evaluation: sum.evaluation, ownTests: sum.ownTests))
        }
        return RuleProfile(entries: entries, shared: costs.shared)
    }
}
