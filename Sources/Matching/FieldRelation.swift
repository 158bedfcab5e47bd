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

    /// Whether any value of one field stands in the relation to any value of another: an event decides how many there are.
    ///
    /// - Complexity: linear in the bytes for `equals`; for `startsWith` and `endsWith` times the lengths that the values on the
    ///   right have. For `contains` each pair is looked at.
    func holds(forAny left: [[UInt8]], and right: [[UInt8]]) -> Bool {
        var (left, right) = (left.filter { !$0.isEmpty }, right.filter { !$0.isEmpty })
        guard !left.isEmpty, !right.isEmpty else { return false }
        if !isCaseSensitive { (left, right) = (left.map(Self.folded), right.map(Self.folded)) }
        // An end is the beginning of what is turned round.
        if kind == .endsWith { (left, right) = (left.map { $0.reversed() }, right.map { $0.reversed() }) }
        return isNegated ? !holds(forAll: left, and: right) : holdsForSome(left, right)
    }

    private func holdsForSome(_ left: [[UInt8]], _ right: [[UInt8]]) -> Bool {
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

    /// Whether each value on the left stands in it to each on the right.
    private func holds(forAll left: [[UInt8]], and right: [[UInt8]]) -> Bool {
        switch kind {
        case .equals: left.allSatisfy { $0 == left[0] } && right.allSatisfy { $0 == left[0] }
        case .startsWith, .endsWith:
            // Those that one value begins with are beginnings of the longest of them.
            right.max { $0.count < $1.count }.map { longest in
                right.allSatisfy { longest.starts(with: $0) } && left.allSatisfy { $0.starts(with: longest) }
            } ?? true
        case .contains:
            Set(left).allSatisfy { value in Set(right).allSatisfy { Self.contains(value, $0) } }
        }
    }

    private static func folded(_ value: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: CaseFolding.maximumCount(value.count)) { buffer, count in
            count = value.withUnsafeBytes { CaseFolding.fold($0, into: UnsafeMutableRawBufferPointer(buffer)) }
        }
    }

    private static func contains(_ value: [UInt8], _ other: [UInt8]) -> Bool {
        value.withUnsafeBytes { $0.firstPlace(of: other) != nil }
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
