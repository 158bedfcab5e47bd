import Matching

/// Joins the selections of a rule as its condition says.
struct ConditionCompiler {
    /// In their order.
    let selections: [(name: String, predicate: Predicate<String>)]

    /// The most combinations that are written out for `3 of selection_*`.
    static let combinationLimit = 20_000

    /// - Throws: why a quantity can't be written out.
    func predicate(_ condition: SigmaCondition) throws(ConditionParser.Failure) -> Predicate<String> {
        switch condition {
        case .selection(let name): return predicate(named: name)
        case .not(let inner): return .not(try predicate(inner))
        case .all(let parts):
            var predicates: [Predicate<String>] = []
            for part in parts { predicates.append(try predicate(part)) }
            return .all(predicates)
        case .any(let parts):
            var predicates: [Predicate<String>] = []
            for part in parts { predicates.append(try predicate(part)) }
            return .any(predicates)
        case .some(let count, let names):
            let parts = names.filter(selections.map(\.name)).map { predicate(named: $0) }
            switch count {
            case nil: return parts.count == 1 ? parts[0] : .all(parts)
            case 1: return parts.count == 1 ? parts[0] : .any(parts)
            case let count?:
                guard let combinations = Self.combinations(of: count, in: parts.count) else {
                    throw ConditionParser.Failure(
                        reason: "\(count) of \(names.text) has more than \(Self.combinationLimit) combinations",
                        isUnsupported: true)
                }
                return .any(combinations.map { members in .all(members.map { parts[$0] }) })
            }
        }
    }

    /// Each way to take so many of the first numbers; `nil` where there are too many.
    static func combinations(of count: Int, in total: Int) -> [[Int]]? {
        var ways: [[Int]] = [[]]
        for taken in 0..<count {
            ways = ways.flatMap { way -> [[Int]] in
                let first = (way.last ?? -1) + 1
                // As many have to be left as are still to be taken.
                let last = total - (count - taken)
                return first <= last ? (first...last).map { way + [$0] } : []
            }
            guard ways.count <= combinationLimit else { return nil }
        }
        return ways
    }

    func predicate(named name: String) -> Predicate<String> {
        selections.first { $0.name.utf8.elementsEqual(name.utf8) }?.predicate ?? .constant(false)
    }
}
