/// What can be said of two conditions from how they are built, whatever their tests mean.
extension Predicate where Field: Equatable {
    /// Whether the condition is seen to hold for no event for which `other` does not. `false` says that it is not seen.
    ///
    /// - Complexity: O(n · m) in their parts, for conditions of a few levels.
    public func implies(_ other: Predicate) -> Bool {
        if other == .constant(true) || self == .constant(false) || self == other { return true }
        if case .all(let wanted) = other { return wanted.allSatisfy { implies($0) } }
        if case .any(let parts) = self { return parts.allSatisfy { $0.implies(other) } }
        if case .any(let wanted) = other, wanted.contains(where: { implies($0) }) { return true }
        if case .all(let parts) = self { return parts.contains { $0.implies(other) } }
        return false
    }

    /// A condition that this and `other` both imply: their parts as far as they are the same. Holds for every event where
    /// nothing is.
    public func common(with other: Predicate) -> Predicate {
        if self == other { return self }
        switch (self, other) {
        case (.all(let own), .all(let others)) where own.count == others.count:
            return .all(zip(own, others).map { $0.common(with: $1) })
        case (.any(let own), .any(let others)) where own.count == others.count:
            return .any(zip(own, others).map { $0.common(with: $1) })
        default: return .constant(true)
        }
    }

    /// Whether the condition may hold for an event that has no value for some fields. `true` says that nothing speaks against it.
    public func mayHold(whereMissing isMissing: (Field) -> Bool) -> Bool {
        negationNormalForm.mayBeTrue(whereMissing: isMissing)
    }

    private func mayBeTrue(whereMissing isMissing: (Field) -> Bool) -> Bool {
        switch self {
        case .constant(let value): value
        // Every test asks for a value that passes it; in this form a `not` stands before a test only.
        case .field(let field, _): !isMissing(field)
        case .compare(let left, _, let right): !isMissing(left) && !isMissing(right)
        case .not, .rawText, .anyValue, .deferred: true
        case .all(let parts): parts.allSatisfy { $0.mayBeTrue(whereMissing: isMissing) }
        case .any(let parts): parts.contains { $0.mayBeTrue(whereMissing: isMissing) }
        }
    }

    /// A condition that this one implies whatever becomes known of what it waits for.
    public var withoutDeferred: Predicate { negationNormalForm.withoutDeferredParts }

    private var withoutDeferredParts: Predicate {
        switch self {
        case .deferred, .not(.deferred): .constant(true)
        case .all(let parts): .all(parts.map(\.withoutDeferredParts))
        case .any(let parts): .any(parts.map(\.withoutDeferredParts))
        case .constant, .not, .field, .rawText, .compare, .anyValue: self
        }
    }
}
