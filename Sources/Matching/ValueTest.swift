/// A test of one value of a field.
public enum ValueTest: Hashable, Sendable {
    /// `field=pattern`: the field is present and matches.
    case equals(WildcardPattern)
    /// `field!=pattern`: the field is present and does not match.
    case differs(WildcardPattern)
    /// `field=*`: the field is present, neither null nor empty.
    case present
    /// `field<bound` and so on: as numbers when both are, else as text.
    case ordered(Ordering, bound: [UInt8])

    public enum Ordering: Hashable, Sendable {
        case less, lessOrEqual, greater, greaterOrEqual
    }
}

extension ValueTest {
    /// Whether one value passes. An empty value is a missing one and passes no test.
    ///
    /// - Complexity: linear in the value for patterns of one piece; with several pieces at most the product of both
    ///   lengths. Allocates nothing, but for a folded copy where both the pattern and the value hold non-ASCII text.
    public func matches(_ value: UnsafeRawBufferPointer) -> Bool {
        if value.isEmpty { return false }
        switch self {
        case .equals(let pattern): return pattern.matches(value)
        case .differs(let pattern): return !pattern.matches(value)
        case .present: return true
        case .ordered(let ordering, let bound):
            return bound.withUnsafeBytes { ordering.holds(value, $0) }
        }
    }
}

extension ValueTest.Ordering {
    /// Whether `left` stands in this order to `right`: as decimal numbers when both are, else by their bytes.
    func holds(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        if let first = DecimalNumber(left), let second = DecimalNumber(right) {
            switch self {
            case .less: return first < second
            case .lessOrEqual: return first <= second
            case .greater: return second < first
            case .greaterOrEqual: return second <= first
            }
        }
        switch self {
        case .less: return left.lexicographicallyPrecedes(right)
        case .lessOrEqual: return !right.lexicographicallyPrecedes(left)
        case .greater: return right.lexicographicallyPrecedes(left)
        case .greaterOrEqual: return !left.lexicographicallyPrecedes(right)
        }
    }
}
