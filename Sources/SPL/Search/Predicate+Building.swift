import Matching

extension Predicate {
    /// All of them: nested conjunctions become one, and what always holds goes.
    static func conjunction(of terms: [Predicate]) -> Predicate {
        var flat: [Predicate] = []
        for term in terms {
            switch term {
            case .constant(true): continue
            case .constant(false): return .constant(false)
            case .all(let inner): flat += inner
            default: flat.append(term)
            }
        }
        return flat.isEmpty ? .constant(true) : flat.count == 1 ? flat[0] : .all(flat)
    }

    /// Any of them: nested disjunctions become one, and what never holds goes.
    static func disjunction(of terms: [Predicate]) -> Predicate {
        var flat: [Predicate] = []
        for term in terms {
            switch term {
            case .constant(false): continue
            case .constant(true): return .constant(true)
            case .any(let inner): flat += inner
            default: flat.append(term)
            }
        }
        return flat.isEmpty ? .constant(false) : flat.count == 1 ? flat[0] : .any(flat)
    }

    static func negation(of term: Predicate) -> Predicate {
        if case .constant(let holds) = term { return .constant(!holds) }
        return .not(term)
    }
}
