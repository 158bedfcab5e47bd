/// What a predicate asks of one event.
public protocol FieldTesting {
    /// Whether some value of the field passes the test.
    func anyValue(of slot: Int, passes test: borrowing ValueTest) -> Bool
    /// Whether the pattern occurs in the event's raw text.
    func rawText(matches pattern: borrowing WildcardPattern) -> Bool
}

/// A predicate over slots as a flat list of tests, each of which names the next one for either outcome.
///
/// Running it walks no tree and copies nothing. Cheap tests come before dear ones where the order is free.
public struct PredicateProgram: Sendable {
    @usableFromInline
    struct Step: Sendable {
        /// The slot that is tested; -1 for the raw text.
        @usableFromInline var slot: Int
        /// What is tested.
        @usableFromInline var test: ValueTest
        /// The next step, or how it ends.
        @usableFromInline var whenTrue: Int
        @usableFromInline var whenFalse: Int
    }

    @usableFromInline static var holds: Int { -1 }
    @usableFromInline static var fails: Int { -2 }

    @usableFromInline let steps: [Step]
    @usableFromInline let start: Int

    /// - Complexity: linear in the simplified predicate.
    public init(_ predicate: Predicate<Int>) {
        var steps: [Step] = []
        // Built from the end, so that every step knows where to go on.
        start = PredicateProgram.append(
            predicate.simplified, whenTrue: PredicateProgram.holds, whenFalse: PredicateProgram.fails, to: &steps)
        self.steps = steps
    }

    /// Whether the event satisfies the predicate.
    ///
    /// - Complexity: at most one run of each test.
    @inlinable
    public func evaluate<Event: FieldTesting>(_ event: borrowing Event) -> Bool {
        var next = start
        while next >= 0 {
            let holds: Bool
            if steps[next].slot >= 0 {
                holds = event.anyValue(of: steps[next].slot, passes: steps[next].test)
            } else if case .equals(let pattern) = steps[next].test {
                holds = event.rawText(matches: pattern)
            } else {
                holds = false
            }
            next = holds ? steps[next].whenTrue : steps[next].whenFalse
        }
        return next == PredicateProgram.holds
    }

    /// The outcome, where it is the same for every event.
    public var constant: Bool? {
        start >= 0 ? nil : start == PredicateProgram.holds
    }

    private static func append(
        _ predicate: Predicate<Int>, whenTrue: Int, whenFalse: Int, to steps: inout [Step]
    ) -> Int {
        switch predicate {
        case .constant(let value): return value ? whenTrue : whenFalse
        case .not(let inner): return append(inner, whenTrue: whenFalse, whenFalse: whenTrue, to: &steps)
        case .field(let slot, let test):
            steps.append(Step(slot: slot, test: test, whenTrue: whenTrue, whenFalse: whenFalse))
            return steps.count - 1
        case .rawText(let pattern):
            steps.append(Step(slot: -1, test: .equals(pattern), whenTrue: whenTrue, whenFalse: whenFalse))
            return steps.count - 1
        case .all(let parts):
            var next = whenTrue
            for part in cheapestFirst(parts).reversed() {
                next = append(part, whenTrue: next, whenFalse: whenFalse, to: &steps)
            }
            return next
        case .any(let parts):
            var next = whenFalse
            for part in cheapestFirst(parts).reversed() {
                next = append(part, whenTrue: whenTrue, whenFalse: next, to: &steps)
            }
            return next
        }
    }

    private static func cheapestFirst(_ parts: [Predicate<Int>]) -> [Predicate<Int>] {
        let costs = parts.map(cost)
        return parts.indices.sorted { (costs[$0], $0) < (costs[$1], $1) }.map { parts[$0] }
    }

    /// Roughly how long a part takes; a test of the raw text looks at the whole line.
    private static func cost(_ predicate: Predicate<Int>) -> Int {
        switch predicate {
        case .constant: return 0
        case .not(let inner): return cost(inner)
        case .field(_, .present): return 1
        case .field(_, .equals(let pattern)), .field(_, .differs(let pattern)):
            let found = pattern.form.pieceCount - (pattern.form.beginsWithPiece ? 1 : 0)
            return 2 + max(0, found - (pattern.form.endsWithPiece ? 1 : 0)) * 10
        case .field(_, .ordered): return 4
        case .rawText: return 1000
        case .all(let parts), .any(let parts): return parts.reduce(0) { $0 + cost($1) }
        }
    }
}
