import Aggregation

/// What a correlation looks at in the matches of one group that are in the window of its last match.
///
/// A window belongs to a match: it holds that match and those of its group before it that are at most the timespan older.
/// So windows are never aligned to the clock, and one that begins exactly the timespan ago is still in it. The window does
/// not hold its matches: whoever reads them in order of time tells it which ones come and which ones leave, so a window
/// of any length takes little memory.
public struct CorrelationWindow: Sendable {
    /// A match of one of the rules, as a window sees it.
    public struct Match: Hashable, Sendable {
        /// Its rule's place among those of the correlation.
        public var rule: Int
        /// In nanoseconds from the epoch.
        public var time: Int64
        /// For sums and ranks; `nil` where the match has none.
        public var number: Double?
        /// For counts of distinct values: whether this is the only match in the window that has its values.
        public var isDistinct: Bool

        /// - Parameter time: in nanoseconds from the epoch.
        public init(rule: Int, time: Int64, number: Double? = nil, isDistinct: Bool = false) {
            self.rule = rule
            self.time = time
            self.number = number
            self.isDistinct = isDistinct
        }
    }

    private let kind: CorrelationKind
    private let ruleCount: Int
    private let condition: CorrelationCondition
    private let rankLimit: Int
    private var count = 0
    private var distinct = 0
    private var matchesOfRule: [Int] = []
    private var matchedRules = 0
    private var chains = RuleChains()
    private var sum = ExactSum()
    private var numberCount = 0
    private var ranked = RankedNumbers()
    /// Numbers that were left out since the window ranks as many as it may.
    public private(set) var leftOut = 0

    /// - Parameters:
    ///   - ruleCount: how many rules the correlation names.
    ///   - rankLimit: numbers that a window may hold for percentiles, least and greatest values, eight bytes each.
    public init(
        kind: CorrelationKind, ruleCount: Int, condition: CorrelationCondition, rankLimit: Int = 16 << 20
    ) {
        self.kind = kind
        self.ruleCount = ruleCount
        self.condition = condition
        self.rankLimit = rankLimit
        clear()
    }

    /// Begins anew, for another group.
    public mutating func clear() {
        count = 0
        distinct = 0
        matchesOfRule = Array(repeating: 0, count: kind == .temporal ? ruleCount : 0)
        matchedRules = 0
        chains = RuleChains(rules: kind == .temporalOrdered ? ruleCount : 0, mayLeaveOut: !condition.bounds.isEmpty)
        sum = ExactSum()
        numberCount = 0
        ranked = RankedNumbers()
    }

    private var isRanked: Bool {
        kind == .valuePercentile || kind == .valueMinimum || kind == .valueMaximum
    }

    /// Takes the next match, which is no older than those before.
    ///
    /// - Complexity: constant for counts and sums, about the square root of the window's numbers for ranks.
    public mutating func enter(_ match: Match) {
        count += 1
        switch kind {
        case .eventCount: break
        case .valueCount: if match.isDistinct { distinct += 1 }
        case .temporal:
            matchesOfRule[match.rule] += 1
            if matchesOfRule[match.rule] == 1 { matchedRules += 1 }
        case .temporalOrdered:
            chains.enter(match.rule, at: match.time)
        case .valueSum, .valueAverage, .valuePercentile, .valueMinimum, .valueMaximum:
            guard let number = match.number else { break }
            if isRanked {
                guard ranked.count < rankLimit else {
                    leftOut += 1
                    break
                }
                ranked.insert(number)
            } else {
                sum.add(number)
            }
            numberCount += 1
        }
    }

    /// Lets a match go that was in the window and is now too old for it.
    public mutating func leave(_ match: Match) {
        count -= 1
        switch kind {
        case .eventCount, .temporalOrdered: break
        case .valueCount: if match.isDistinct { distinct -= 1 }
        case .temporal:
            matchesOfRule[match.rule] -= 1
            if matchesOfRule[match.rule] == 0 { matchedRules -= 1 }
        case .valueSum, .valueAverage, .valuePercentile, .valueMinimum, .valueMaximum:
            guard let number = match.number else { break }
            numberCount -= 1
            // The sum is exact, so taking away leaves what was there before.
            if isRanked { ranked.remove(number) } else { sum.add(-number) }
        }
    }

    /// Forgets what began before a time that the window no longer reaches back to.
    public mutating func begin(at time: Int64) {
        chains.forget(before: time)
    }

    /// Whether the correlation's condition holds.
    public var holds: Bool {
        if let expression = condition.expression {
            return expression.holds { matchesOfRule.indices.contains($0) && matchesOfRule[$0] > 0 }
        }
        guard let value else { return false }
        return condition.bounds.isEmpty ? value >= Double(ruleCount) : condition.holds(value)
    }

    /// What the condition is asked of; `nil` where no match in the window has a number.
    var value: Double? {
        switch kind {
        case .eventCount: return Double(count)
        case .valueCount: return Double(distinct)
        case .temporal: return Double(matchedRules)
        case .temporalOrdered: return Double(chains.longest)
        case .valueSum: return numberCount > 0 ? sum.nearest : nil
        case .valueAverage: return numberCount > 0 ? sum.nearest / Double(numberCount) : nil
        case .valueMinimum: return ranked.first
        case .valueMaximum: return ranked.last
        case .valuePercentile:
            guard ranked.count > 0 else { return nil }
            guard let percentile = condition.percentile else {
                guard let lower = ranked[(ranked.count - 1) / 2], let upper = ranked[ranked.count / 2] else {
                    return nil
                }
                return lower == upper ? upper : lower / 2 + upper / 2
            }
            // Nearest rank: the least number that is not below so many per cent of all.
            let rank = (percentile * Double(ranked.count) / 100).rounded(.up)
            return ranked[max(0, min(ranked.count, Int(rank)) - 1)]
        }
    }
}
