public import Matching

/// A condition over the names of fields.
public typealias Condition = Predicate<String>

/// An event as conditions see it.
public struct PlainEvent {
    /// A field that the event lacks is not in here; one that holds an empty text is.
    public var fields: [String: String]
    /// Every scalar value, whatever its field.
    public var values: [String]

    public init(fields: [String: String], values: [String] = []) {
        self.fields = fields
        self.values = values
    }
}

/// Evaluates conditions slowly and obviously: as searches and rules define their comparisons, with none of the
/// engine's code for matching.
public final class PlainMatcher {
    private var expressions: [RegularExpression: PlainExpression] = [:]

    public init() {}

    public func holds(_ predicate: Predicate<String>, _ event: PlainEvent) -> Bool {
        switch predicate {
        case .constant(let value): value
        case .all(let parts): parts.allSatisfy { holds($0, event) }
        case .any(let parts): parts.contains { holds($0, event) }
        case .not(let inner): !holds(inner, event)
        case .field(let name, let test): event.fields[name].map { passes($0, test) } ?? false
        case .compare(let left, let relation, let right):
            event.fields[left].flatMap { first in event.fields[right].map { holds(first, relation, $0) } } ?? false
        case .anyValue(let test): event.values.contains { passes($0, test) }
        case .rawText(let pattern): occurs(pattern, in: event.values.joined(separator: " "))
        case .deferred: true
        }
    }

    /// Whether a value that is there passes. An empty text is a missing one, but for those who ask what is there.
    public func passes(_ value: String, _ test: ValueTest) -> Bool {
        switch test {
        case .given, .exists: return true
        case .emptyText: return value.isEmpty
        default: if value.isEmpty { return false }
        }
        switch test {
        case .given, .exists, .emptyText, .present: return true
        case .equals(let pattern): return matches(value, PlainPattern(pattern))
        case .differs(let pattern): return !matches(value, PlainPattern(pattern))
        case .wildcards(let pattern): return matches(value, PlainPattern(pattern))
        case .expression(let expression):
            let plain = expressions[expression] ?? PlainExpression(expression)
            expressions[expression] = plain
            return plain.matches(value)
        case .outside(let network): return !PlainAddress.isInside(value, network.text)
        case .network(let network): return PlainAddress.isInside(value, network.text)
        case .number(let ordering, let bound):
            guard let number = decimal(value), let other = decimal(String(decoding: bound, as: UTF8.self)) else {
                return false
            }
            return holds(number, ordering, other)
        case .ordered(let ordering, let bound):
            let text = String(decoding: bound, as: UTF8.self)
            if let number = decimal(value), let other = decimal(text) { return holds(number, ordering, other) }
            if value == text { return ordering == .lessOrEqual || ordering == .greaterOrEqual }
            let isLess = value.utf8.lexicographicallyPrecedes(text.utf8)
            return isLess == (ordering == .less || ordering == .lessOrEqual)
        case .timePart(let part, let relation, let wanted):
            guard let found = PlainTime.value(of: part, in: value) else { return false }
            switch relation {
            case .equal: return found == wanted
            case .notEqual: return found != wanted
            case .ordered(let ordering): return holds(found, ordering, wanted)
            }
        }
    }

    private func matches(_ text: String, _ pattern: PlainPattern) -> Bool {
        pattern.matches(PlainText.scalars(text, pattern.isCaseSensitive)[...])
    }

    private func decimal(_ text: String) -> Double? {
        text.utf8.allSatisfy { "0123456789.eE+-".utf8.contains($0) } ? Double(text) : nil
    }

    private func holds<Number: Comparable>(_ left: Number, _ ordering: ValueTest.Ordering, _ right: Number) -> Bool {
        switch ordering {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }

    private func holds(_ left: String, _ relation: FieldRelation, _ right: String) -> Bool {
        let first = PlainText.scalars(left, relation.isCaseSensitive)
        let second = PlainText.scalars(right, relation.isCaseSensitive)
        let isMatch =
            switch relation.kind {
            case .equals: first == second
            case .startsWith: !second.isEmpty && first.starts(with: second)
            case .endsWith: !second.isEmpty && first.reversed().starts(with: second.reversed())
            case .contains: !second.isEmpty && first.indices.contains { first[$0...].starts(with: second) }
            }
        return isMatch != relation.isNegated
    }

    /// Whether a stretch from one break of the text to another matches as a whole; a star at an end needs no break there.
    private func occurs(_ pattern: WildcardPattern, in text: String) -> Bool {
        let scalars = PlainText.scalars(text, pattern.isCaseSensitive)
        func isWord(_ scalar: UInt32) -> Bool {
            scalar >= 0x80 || scalar == 0x5F || (0x30...0x39).contains(scalar) || (0x41...0x5A).contains(scalar)
                || (0x61...0x7A).contains(scalar)
        }
        let breaks = (0...scalars.count).filter {
            $0 == 0 || $0 == scalars.count || !isWord(scalars[$0 - 1]) || !isWord(scalars[$0])
        }
        let plain = PlainPattern(pattern)
        let starts = pattern.source.first == 0x2A ? [0] : breaks
        let ends = pattern.source.last == 0x2A ? [scalars.count] : breaks
        return starts.contains { start in
            ends.contains { $0 > start && plain.matches(scalars[start..<$0]) }
        }
    }
}
