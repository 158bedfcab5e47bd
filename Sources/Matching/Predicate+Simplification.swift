extension Predicate {
    /// The same condition with every `not` pushed down to a single test.
    ///
    /// `not` stays in front of a field test: `NOT x=y` holds for an event without `x`, `x!=y` does not, and on a
    /// multivalue field both may hold at once. Only the connectives are rewritten, by De Morgan's laws, which are sound
    /// because a predicate is either true or false and never null.
    public var negationNormalForm: Predicate { normalised(negated: false) }

    private func normalised(negated: Bool) -> Predicate {
        switch self {
        case .constant(let value): return .constant(value != negated)
        case .field, .rawText, .deferred, .compare, .anyValue: return negated ? .not(self) : self
        case .not(let inner): return inner.normalised(negated: !negated)
        case .all(let parts):
            let normal = parts.map { $0.normalised(negated: negated) }
            return negated ? .any(normal) : .all(normal)
        case .any(let parts):
            let normal = parts.map { $0.normalised(negated: negated) }
            return negated ? .all(normal) : .any(normal)
        }
    }
}

extension Predicate where Field: Hashable {
    /// An equivalent condition without constants inside, nested connectives of one kind, repeats, and parts that another
    /// part makes superfluous; in negation normal form. The order of what stays is kept.
    ///
    /// - Complexity: linear in the number of its parts, times their depth, as parts are hashed whole.
    public var simplified: Predicate {
        @_specialize(where Field == String)
        get { negationNormalForm.folded }
    }

    private var folded: Predicate {
        switch self {
        case .constant, .rawText, .deferred, .compare, .anyValue: return self
        case .field(let field, let test): return Predicate.simplified(field, test)
        case .not(let inner):
            switch inner.folded {
            case .constant(let value): return .constant(!value)
            case .not(let twice): return twice
            case let other: return .not(other)
            }
        case .all(let parts): return Predicate.join(parts, neutral: true)
        case .any(let parts): return Predicate.join(parts, neutral: false)
        }
    }

    /// A test of a pattern that every value or no value passes is not left as a comparison.
    private static func simplified(_ field: Field, _ test: ValueTest) -> Predicate {
        switch test {
        case .equals(let pattern):
            if pattern.source.isEmpty { return .constant(false) }
            return pattern.matchesEverything ? .field(field, .present) : .field(field, test)
        case .differs(let pattern):
            if pattern.source.isEmpty { return .field(field, .present) }
            return pattern.matchesEverything ? .constant(false) : .field(field, test)
        case .present, .ordered, .given, .emptyText, .exists, .wildcards, .expression, .network, .outside, .number,
            .timePart:
            return .field(field, test)
        }
    }

    /// Joins the parts of an `all` (whose neutral element is `true`) or of an `any` (`false`).
    private static func join(_ parts: [Predicate], neutral: Bool) -> Predicate {
        var flat: [Predicate] = []
        var seen = Set<Predicate>(minimumCapacity: parts.count)
        flat.reserveCapacity(parts.count)
        for part in parts {
            let folded = part.folded
            if let inner = folded.parts(joinedBy: neutral) {
                for member in inner where seen.insert(member).inserted { flat.append(member) }
            } else if case .constant(let value) = folded {
                if value != neutral { return .constant(!neutral) }
            } else if seen.insert(folded).inserted {
                flat.append(folded)
            }
        }
        // x AND NOT x holds never, x OR NOT x always.
        for member in flat {
            if case .not(let inner) = member, seen.contains(inner) { return .constant(!neutral) }
        }
        // x AND (x OR y) is x, and x OR (x AND y) is x.
        flat.removeAll { member in
            member.parts(joinedBy: !neutral)?.contains { seen.contains($0) } == true
        }
        switch flat.count {
        case 0: return .constant(neutral)
        case 1: return flat[0]
        default: return neutral ? .all(flat) : .any(flat)
        }
    }

    /// The parts of an `all` (whose neutral element is `true`) or of an `any` (`false`); `nil` for everything else.
    private func parts(joinedBy neutral: Bool) -> [Predicate]? {
        switch self {
        case .all(let parts): neutral ? parts : nil
        case .any(let parts): neutral ? nil : parts
        default: nil
        }
    }
}
