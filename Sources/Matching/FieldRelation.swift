/// How a value of one field is compared with that of another (Sigma's `fieldref`).
public struct FieldRelation: Hashable, Sendable {
    /// The raw values are for people.
    public enum Kind: String, Hashable, Sendable {
        case equals
        case startsWith = "starts with"
        case endsWith = "ends with"
        case contains
    }

    /// The first value stands in this relation to the second one: `contains` means that the first contains the second.
    public var kind: Kind
    /// Where false, both values are folded as `CaseFolding` says.
    public var isCaseSensitive: Bool
    /// Whether the values must not stand in the relation.
    public var isNegated: Bool

    /// - Parameter isNegated: whether the values must not stand in the relation.
    public init(_ kind: Kind, isCaseSensitive: Bool = false, isNegated: Bool = false) {
        self.kind = kind
        self.isCaseSensitive = isCaseSensitive
        self.isNegated = isNegated
    }

    /// For people: `equals`, `not starts with`.
    public var text: String { (isNegated ? "not " : "") + kind.rawValue }

    /// Whether two values stand in the relation, or do not where it is negated. Empty values stand in none.
    public func holds(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard !left.isEmpty, !right.isEmpty else { return false }
        if isCaseSensitive { return compare(left, right) != isNegated }
        return withUnsafeTemporaryAllocation(
            byteCount: CaseFolding.maximumCount(left.count) + CaseFolding.maximumCount(right.count), alignment: 1
        ) { buffer in
            let first = CaseFolding.fold(left, into: buffer)
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[first...])
            let second = CaseFolding.fold(right, into: rest)
            return compare(
                UnsafeRawBufferPointer(rebasing: buffer[..<first]), UnsafeRawBufferPointer(rebasing: rest[..<second]))
                != isNegated
        }
    }

    private func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard right.count <= left.count else { return false }
        switch kind {
        case .equals: return left.elementsEqual(right)
        case .startsWith: return left.starts(with: right)
        case .endsWith: return left.suffix(right.count).elementsEqual(right)
        case .contains:
            return (0...left.count - right.count).contains { left[$0..<$0 + right.count].elementsEqual(right) }
        }
    }
}
