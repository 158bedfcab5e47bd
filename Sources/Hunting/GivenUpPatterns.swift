import Matching

/// The regular expressions of rules' conditions that were given up on some value, where it took too many steps.
struct GivenUpPatterns {
    /// Equal ones of several rules are matched once, for all of them.
    private let expressions: Set<RegularExpression>

    /// What has become of the rules' expressions since `begin`.
    init(of rules: [HuntRule]) {
        expressions = Set(rules.flatMap(\.expressions).filter(\.isGivenUp))
    }

    /// To be called before a hunt: nothing is given up yet.
    static func begin(_ rules: [HuntRule]) {
        for expression in rules.flatMap(\.expressions) { expression.isGivenUp = false }
    }

    /// Whether one of them is the rule's.
    func concern(_ rule: HuntRule) -> Bool {
        !expressions.isEmpty && rule.expressions.contains { expressions.contains($0) }
    }
}

extension HuntRule {
    /// Those of its conditions.
    fileprivate var expressions: [RegularExpression] {
        switch state {
        case .compiled(let search): search.plan.filter.expressions
        case .correlated(let correlation): correlation.searches.flatMap { $0.plan.filter.expressions }
        case .refused: []
        }
    }
}

extension Predicate {
    fileprivate var expressions: [RegularExpression] {
        switch self {
        case .field(_, .expression(let expression)), .anyValue(.expression(let expression)): [expression]
        case .not(let inner): inner.expressions
        case .all(let parts), .any(let parts): parts.flatMap(\.expressions)
        default: []
        }
    }
}
