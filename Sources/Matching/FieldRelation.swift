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
    /// Whether both fields must have a value, and none of the one may stand in the relation to one of the other.
    public var isNegated: Bool

    /// - Parameter isNegated: whether no values may stand in the relation.
    public init(_ kind: Kind, isCaseSensitive: Bool = false, isNegated: Bool = false) {
        self.kind = kind
        self.isCaseSensitive = isCaseSensitive
        self.isNegated = isNegated
    }

    /// For people: `equals`, `not starts with`.
    public var text: String { (isNegated ? "not " : "") + kind.rawValue }

    /// Whether two values stand in the relation, be it negated or not. Empty ones equal each other, and stand in no other one.
    public func relates(_ left: UnsafeRawBufferPointer, to right: UnsafeRawBufferPointer) -> Bool {
        guard !left.isEmpty, !right.isEmpty else { return kind == .equals && left.isEmpty && right.isEmpty }
        if isCaseSensitive { return compare(left, right) }
        return withUnsafeTemporaryAllocation(
            byteCount: CaseFolding.maximumCount(left.count) + CaseFolding.maximumCount(right.count), alignment: 1
        ) { buffer in
            let first = CaseFolding.fold(left, into: buffer)
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[first...])
            let second = CaseFolding.fold(right, into: rest)
            return compare(
                UnsafeRawBufferPointer(rebasing: buffer[..<first]), UnsafeRawBufferPointer(rebasing: rest[..<second]))
        }
    }

    /// Whether any value of one field stands in the relation to any value of another, be it negated or not: an event decides how
    /// many there are. None is empty.
    ///
    /// - Complexity: linear in the bytes for `equals`; for `startsWith` and `endsWith` times the lengths that the values on the
    ///   right have. For `contains` each pair is looked at.
    func relates(anyOf left: [[UInt8]], to right: [[UInt8]]) -> Bool {
        var (left, right) = (left, right)
        if !isCaseSensitive { (left, right) = (left.map(CaseFolding.folded), right.map(CaseFolding.folded)) }
        // An end is the beginning of what is turned round.
        if kind == .endsWith { (left, right) = (left.map { $0.reversed() }, right.map { $0.reversed() }) }
        let wanted = Set(right)
        switch kind {
        case .equals: return left.contains(where: wanted.contains)
        case .startsWith, .endsWith:
            let lengths = Set(wanted.map(\.count))
            return left.contains { value in
                lengths.contains { $0 <= value.count && wanted.contains(Array(value[..<$0])) }
            }
        case .contains: return left.contains { value in wanted.contains { Self.contains(value, $0) } }
        }
    }

    private static func contains(_ value: [UInt8], _ other: [UInt8]) -> Bool {
        value.withUnsafeBytes { value in other.withUnsafeBytes { value.contains($0) } }
    }

    private func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard right.count <= left.count else { return false }
        switch kind {
        case .equals: return left.elementsEqual(right)
        case .startsWith: return left.starts(with: right)
        case .endsWith: return left.suffix(right.count).elementsEqual(right)
        case .contains: return left.contains(right)
        }
    }
}
