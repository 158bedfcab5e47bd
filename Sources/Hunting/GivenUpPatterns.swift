import Matching

/// The regular expressions of rules' conditions that were given up on some value, where it took too many steps.
struct GivenUpPatterns {
    /// Equal ones of several rules are matched once, for all of them.
    private let expressions: Set<RegularExpression>

    /// What has become of the rules' expressions since `begin`.
    init(of rules: [HuntRule]) {
        var expressions: Set<RegularExpression> = []
        for rule in rules {
            rule.forEachExpression { if $0.isGivenUp { expressions.insert($0) } }
        }
        self.expressions = expressions
    }

    /// To be called before a hunt: nothing is given up yet.
    static func begin(_ rules: [HuntRule]) {
        for rule in rules { rule.forEachExpression { $0.isGivenUp = false } }
    }

    /// Whether one of them is the rule's.
    func concern(_ rule: HuntRule) -> Bool {
        if expressions.isEmpty { return false }
        var isConcerned = false
        rule.forEachExpression { if expressions.contains($0) { isConcerned = true } }
        return isConcerned
    }
}

extension HuntRule {
    /// Calls `body` for those of its conditions.
    fileprivate func forEachExpression(_ body: (RegularExpression) -> Void) {
        switch state {
        case .compiled(let search): search.plan.filter.forEachExpression(body)
        case .correlated(let correlation):
            for search in correlation.searches { search.plan.filter.forEachExpression(body) }
        case .refused: break
        }
    }
}

extension Predicate<String> {
    fileprivate func forEachExpression(_ body: (RegularExpression) -> Void) {
        switch self {
        case .field(_, .expression(let expression)), .anyValue(.expression(let expression)): body(expression)
        case .not(let inner): inner.forEachExpression(body)
        case .all(let parts), .any(let parts): for part in parts { part.forEachExpression(body) }
        default: break
        }
    }
}
