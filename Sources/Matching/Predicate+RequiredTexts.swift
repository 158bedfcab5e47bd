extension Predicate where Field: Equatable {
    /// The texts, in lower case, of which the field must hold one if the predicate holds; `nil` where it may hold others.
    ///
    /// For predicates in negation normal form.
    /// - Parameter fields: names of one and the same field.
    public func requiredTexts(ofAny fields: [Field]) -> Set<[UInt8]>? {
        switch self {
        case .constant(let value): return value ? nil : []
        case .rawText, .not, .deferred, .compare, .anyValue: return nil
        case .field(let own, let test):
            guard fields.contains(own), case .equals(let pattern) = test, pattern.isLiteral, !pattern.source.isEmpty,
                pattern.source.allSatisfy({ $0 < 0x80 })
            else { return nil }
            return [pattern.source.map { CaseFolding.folded($0) }]
        case .all(let parts):
            return parts.compactMap { $0.requiredTexts(ofAny: fields) }.min { $0.count < $1.count }
        case .any(let parts):
            var joined: Set<[UInt8]> = []
            for part in parts {
                guard let own = part.requiredTexts(ofAny: fields) else { return nil }
                joined.formUnion(own)
            }
            return joined
        }
    }
}
