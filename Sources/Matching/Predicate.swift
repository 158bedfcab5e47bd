/// A condition over the fields of one event, as both languages end up with it.
///
/// `Field` is a name while a plan is built and a slot number when it runs.
public indirect enum Predicate<Field> {
    /// Holds for every event (`true`) or for none.
    case constant(Bool)
    case all([Predicate])
    case any([Predicate])
    case not(Predicate)
    /// Some value of the field passes the test. On a multivalue field any value decides, for `differs` too.
    case field(Field, ValueTest)
    /// Some value of one field stands in this relation to some value of another.
    case compare(Field, FieldRelation, Field)
    /// Some scalar value of the event passes the test, whatever its field: one at a time, names not counted.
    case anyValue(ValueTest)
    /// The pattern occurs in the raw text of the event, as a whole word or phrase would in Splunk's index.
    case rawText(WildcardPattern)
    /// A condition that another search's result will give, by its number. Until it is known it holds.
    case deferred(Int)
}

extension Predicate: Equatable where Field: Equatable {}
extension Predicate: Hashable where Field: Hashable {}
extension Predicate: Sendable where Field: Sendable {}

extension Predicate {
    // Inlinable, as walks over the conditions of thousands of rules are: without types known, metadata is looked up for
    // every part.
    /// The same condition over other names or slots of its fields. Whatever the transformation throws ends the walk.
    @inlinable
    public func map<Other, Failure: Error>(
        _ transform: (Field) throws(Failure) -> Other
    ) throws(Failure) -> Predicate<Other> {
        switch self {
        case .constant(let value): return .constant(value)
        case .rawText(let pattern): return .rawText(pattern)
        case .deferred(let number): return .deferred(number)
        case .field(let field, let test): return .field(try transform(field), test)
        case .compare(let left, let relation, let right):
            return .compare(try transform(left), relation, try transform(right))
        case .anyValue(let test): return .anyValue(test)
        case .not(let inner): return .not(try inner.map(transform))
        case .all(let parts):
            var mapped: [Predicate<Other>] = []
            for part in parts { mapped.append(try part.map(transform)) }
            return .all(mapped)
        case .any(let parts):
            var mapped: [Predicate<Other>] = []
            for part in parts { mapped.append(try part.map(transform)) }
            return .any(mapped)
        }
    }

    /// Calls `body` for every field test, from left to right.
    @inlinable
    public func forEachTest(_ body: (Field, ValueTest) -> Void) {
        switch self {
        case .constant, .rawText, .deferred, .compare, .anyValue: break
        case .field(let field, let test): body(field, test)
        case .not(let inner): inner.forEachTest(body)
        case .all(let parts), .any(let parts): for part in parts { part.forEachTest(body) }
        }
    }

    /// Calls `body` for every field that is looked at, from left to right.
    @inlinable
    public func forEachField(_ body: (Field) -> Void) {
        switch self {
        case .constant, .rawText, .deferred, .anyValue: break
        case .field(let field, _): body(field)
        case .compare(let left, _, let right):
            body(left)
            body(right)
        case .not(let inner): inner.forEachField(body)
        case .all(let parts), .any(let parts): for part in parts { part.forEachField(body) }
        }
    }

    /// Whether the condition looks at all values of an event.
    public var readsEveryValue: Bool {
        switch self {
        case .anyValue: true
        case .constant, .field, .rawText, .deferred, .compare: false
        case .not(let inner): inner.readsEveryValue
        case .all(let parts), .any(let parts): parts.contains { $0.readsEveryValue }
        }
    }

    /// Whether the condition looks at the raw text of the event.
    public var readsRawText: Bool {
        switch self {
        case .constant, .field, .deferred, .compare, .anyValue: return false
        case .rawText: return true
        case .not(let inner): return inner.readsRawText
        case .all(let parts), .any(let parts): return parts.contains { $0.readsRawText }
        }
    }

    /// The numbers of the conditions that are not known yet, from left to right.
    public var deferred: [Int] {
        var numbers: [Int] = []
        addDeferred(to: &numbers)
        return numbers
    }

    private func addDeferred(to numbers: inout [Int]) {
        switch self {
        case .constant, .field, .rawText, .compare, .anyValue: break
        case .deferred(let number): numbers.append(number)
        case .not(let inner): inner.addDeferred(to: &numbers)
        case .all(let parts), .any(let parts): for part in parts { part.addDeferred(to: &numbers) }
        }
    }

    /// The condition with what has become known in the places of those that were not.
    public func resolved(_ conditions: (Int) -> Predicate) -> Predicate {
        switch self {
        case .constant, .field, .rawText, .compare, .anyValue: return self
        case .deferred(let number): return conditions(number)
        case .not(let inner): return .not(inner.resolved(conditions))
        case .all(let parts): return .all(parts.map { $0.resolved(conditions) })
        case .any(let parts): return .any(parts.map { $0.resolved(conditions) })
        }
    }

    /// Evaluates the tree as written. For many predicates in a hot loop there is `PredicateSet`.
    ///
    /// - Parameters:
    ///   - test: whether some value of the field passes the test.
    ///   - rawText: whether the pattern occurs in the event's raw text.
    ///   - compare: whether values of two fields stand in a relation.
    ///   - anyValue: whether some scalar value of the event passes the test.
    public func evaluate(
        test: (Field, ValueTest) -> Bool, rawText: (WildcardPattern) -> Bool = { _ in false },
        compare: (Field, FieldRelation, Field) -> Bool = { _, _, _ in false },
        anyValue: (ValueTest) -> Bool = { _ in false }
    ) -> Bool {
        func evaluate(_ part: Predicate) -> Bool {
            part.evaluate(test: test, rawText: rawText, compare: compare, anyValue: anyValue)
        }
        switch self {
        case .constant(let value): return value
        case .deferred: return true
        case .rawText(let pattern): return rawText(pattern)
        case .field(let field, let valueTest): return test(field, valueTest)
        case .compare(let left, let relation, let right): return compare(left, relation, right)
        case .anyValue(let valueTest): return anyValue(valueTest)
        case .not(let inner): return !evaluate(inner)
        case .all(let parts): return parts.allSatisfy { evaluate($0) }
        case .any(let parts): return parts.contains { evaluate($0) }
        }
    }
}

extension Predicate where Field: Hashable {
    /// The fields that are looked at, each once, in the order in which they first occur.
    public var fields: [Field] {
        var seen: Set<Field> = []
        var ordered: [Field] = []
        forEachField { field in
            if seen.insert(field).inserted { ordered.append(field) }
        }
        return ordered
    }
}
