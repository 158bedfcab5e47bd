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

    // What Sigma rules ask for beside.

    /// The field has a value, if only an empty text: it is neither missing nor null.
    case given
    /// A value is the empty text.
    case emptyText
    /// The event has the field, whatever it holds; null, too.
    case exists
    /// A pattern with wildcards for one scalar, or with literal stars.
    case wildcards(ScalarPattern)
    /// The expression matches some part of the value.
    case expression(RegularExpression)
    /// The value is an address in the network.
    case network(AddressNetwork)
    /// The value is none: another address, or no address at all.
    case outside(AddressNetwork)
    /// The value and the bound are decimal numbers and stand in this order.
    case number(Ordering, bound: [UInt8])
    /// A part of the time that the value is, as it is written there.
    case timePart(TimePart, TimePart.Relation, Int)

    /// How the value has to stand to the bound.
    public enum Ordering: Hashable, Sendable {
        case less, lessOrEqual, greater, greaterOrEqual

        /// As searches write it: `<`, `>=`.
        public var symbol: String {
            switch self {
            case .less: "<"
            case .lessOrEqual: "<="
            case .greater: ">"
            case .greaterOrEqual: ">="
            }
        }
    }
}

extension ValueTest {
    /// Whether an empty text passes that a search has made, as `eval x=""` does: it is a value, unlike an event's.
    public var takesEmptyText: Bool {
        switch self {
        case .equals(let pattern): pattern.source.allSatisfy { $0 == UInt8(ascii: "*") }
        case .differs(let pattern): !pattern.source.allSatisfy { $0 == UInt8(ascii: "*") }
        case .present, .given, .emptyText, .exists: true
        case .ordered(let ordering, let bound):
            bound.withUnsafeBytes { ordering.holds(UnsafeRawBufferPointer(start: nil, count: 0), $0) }
        case .wildcards, .expression, .network, .outside, .number, .timePart: false
        }
    }

    /// Whether one value of an event passes. An empty value is a missing one and passes no test but those that ask what is there.
    ///
    /// - Complexity: linear in the value for patterns of one piece; with several pieces at most the product of both
    ///   lengths. Allocates nothing, but for a folded copy where both the pattern and the value hold non-ASCII text.
    public func matches(_ value: UnsafeRawBufferPointer) -> Bool {
        if value.isEmpty {
            switch self {
            case .given, .exists, .emptyText: return true
            default: return false
            }
        }
        switch self {
        case .given, .exists: return true
        case .emptyText: return false
        case .wildcards(let pattern): return pattern.matches(value)
        case .expression(let expression): return expression.search(value) == .matched
        case .network(let network): return InternetAddress(value).map(network.contains) ?? false
        case .outside(let network): return !(InternetAddress(value).map(network.contains) ?? false)
        case .number(let ordering, let bound):
            guard let number = DecimalNumber(value),
                let other = bound.withUnsafeBytes({ DecimalNumber($0) })
            else { return false }
            return ordering.holds(number, other)
        case .timePart(let part, let relation, let number):
            return part.value(of: value).map { relation.holds($0, number) } ?? false
        case .equals(let pattern): return pattern.matches(value)
        case .differs(let pattern): return !pattern.matches(value)
        case .present: return true
        case .ordered(let ordering, let bound):
            return bound.withUnsafeBytes { ordering.holds(value, $0) }
        }
    }
}

extension ValueTest.Ordering {
    func holds<Number: Comparable>(_ left: Number, _ right: Number) -> Bool {
        switch self {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }

    /// Whether `left` stands in this order to `right`: as decimal numbers when both are, else by their bytes.
    func holds(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        if let first = DecimalNumber(left), let second = DecimalNumber(right) { return holds(first, second) }
        switch self {
        case .less: return left.lexicographicallyPrecedes(right)
        case .lessOrEqual: return !right.lexicographicallyPrecedes(left)
        case .greater: return right.lexicographicallyPrecedes(left)
        case .greaterOrEqual: return !left.lexicographicallyPrecedes(right)
        }
    }
}
