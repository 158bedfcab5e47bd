import TestRandom
import Testing

@testable import Matching

private func differs(_ field: String, _ pattern: String) -> Predicate<String> {
    .field(field, .differs(WildcardPattern(pattern)))
}

@Suite("Predicates")
struct PredicateTests {
    private let x = equals("x", "1")
    private let y = equals("y", "2")
    private let z = equals("z", "3")

    @Test("can't hold where fields are missing that every way asks for")
    func missing() {
        let a = equals("a", "x")
        let b = equals("b", "y")
        func mayHold(_ predicate: Predicate<String>, without missing: String) -> Bool {
            predicate.mayHold { $0 == missing }
        }
        #expect(!mayHold(a, without: "a"))
        #expect(mayHold(a, without: "b"))
        #expect(!mayHold(.all([a, b]), without: "b"))
        #expect(mayHold(.any([a, b]), without: "b"))
        #expect(!mayHold(.any([a, .all([a, b])]), without: "a"))
        #expect(mayHold(.not(a), without: "a"))
        #expect(!mayHold(.not(.not(a)), without: "a"))
        #expect(mayHold(.not(.all([a, b])), without: "a"))
        #expect(!mayHold(.field("a", .differs(WildcardPattern("x"))), without: "a"))
        #expect(!mayHold(.compare("a", FieldRelation(.equals), "b"), without: "b"))
        #expect(mayHold(.rawText(WildcardPattern("x")), without: "a"))
        #expect(!mayHold(.constant(false), without: "a"))
    }

    @Test("list their fields once, in order")
    func fields() {
        let predicate = Predicate.all([y, .not(.any([x, y])), .field("a", .present), .rawText(WildcardPattern("w"))])
        #expect(predicate.fields == ["y", "x", "a"])
        #expect(predicate.readsRawText)
        #expect(!x.readsRawText)
    }

    @Test("map their fields to slots")
    func mapping() {
        let slots = ["x": 0, "y": 1]
        let mapped = Predicate.all([x, .not(y)]).map { slots[$0, default: -1] }
        #expect(
            mapped
                == .all([
                    .field(0, .equals(WildcardPattern("1"))), .not(.field(1, .equals(WildcardPattern("2")))),
                ]))
    }

    @Test("push NOT down to a test, and never turn it into !=")
    func negation() {
        #expect(Predicate.not(.all([x, .not(y)])).negationNormalForm == .any([.not(x), y]))
        #expect(Predicate.not(.any([x, .constant(true)])).negationNormalForm == .all([.not(x), .constant(false)]))
        #expect(Predicate.not(differs("x", "1")).negationNormalForm == .not(differs("x", "1")))
    }

    @Test("fold constants, flatten, and drop repeats and what is superfluous")
    func simplification() {
        #expect(Predicate.all([.constant(true), x, .all([x, y])]).simplified == .all([x, y]))
        #expect(Predicate.any([.constant(false), x]).simplified == x)
        #expect(Predicate.any([x, .constant(true)]).simplified == .constant(true))
        #expect(Predicate.all([x, .any([])]).simplified == .constant(false))
        #expect(Predicate<String>.all([]).simplified == .constant(true))
        #expect(Predicate.all([x, .not(x)]).simplified == .constant(false))
        #expect(Predicate.any([.not(x), y, x]).simplified == .constant(true))
        #expect(Predicate.all([x, .any([y, x])]).simplified == x)
        #expect(Predicate.any([.all([x, z]), y, x]).simplified == .any([y, x]))
        #expect(equals("x", "*").simplified == .field("x", .present))
        #expect(equals("x", "").simplified == .constant(false))
        #expect(differs("x", "").simplified == .field("x", .present))
        #expect(differs("x", "*").simplified == .constant(false))
        #expect(Predicate.not(equals("x", "*")).simplified == .not(.field("x", .present)))
    }

    @Test("mean the same after simplification")
    func equivalence() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<3000 {
            let predicate = randomPredicate(depth: 4, &random)
            let simplified = predicate.simplified
            for _ in 0..<6 {
                let event = SampleEvent(&random)
                let expected = event.satisfies(predicate)
                #expect(event.satisfies(simplified) == expected, "\(predicate) became \(simplified)")
                #expect(event.satisfies(predicate.negationNormalForm) == expected)
            }
        }
    }

    @Test("imply one another where their parts do")
    func implication() {
        #expect(Predicate.all([x, y]).implies(y))
        #expect(Predicate.all([x, y, z]).implies(.all([z, x])))
        #expect(x.implies(.any([y, x])))
        #expect(Predicate.any([.all([x, z]), .all([y, z])]).implies(z))
        #expect(Predicate.any([x, y]).implies(.any([z, y, x])))
        #expect(x.implies(.constant(true)))
        #expect(!x.implies(.all([x, y])))
        #expect(!Predicate.any([x, y]).implies(x))
        #expect(!Predicate.not(x).implies(x))
        #expect(
            Predicate.all([x, .any([y, z])]).common(with: .all([x, .any([y, equals("z", "4")])])).simplified == x)
        #expect(Predicate.all([x, .not(.deferred(0))]).withoutDeferred.simplified == x)
        #expect(Predicate.not(.all([x, .deferred(0)])).withoutDeferred.simplified == .constant(true))
    }

    @Test("never imply what an event says otherwise, and have in common what both imply")
    func soundImplication() {
        var random = SeededGenerator(seed: 17)
        var implied = 0
        for _ in 0..<3000 {
            let one = randomPredicate(depth: 3, &random).simplified
            let other = random.once(in: 2) ? randomPredicate(depth: 2, &random).simplified : weakened(one, &random)
            let isImplied = one.implies(other)
            if isImplied, one != other, other != .constant(true), one != .constant(false) { implied += 1 }
            let common = one.common(with: other)
            for _ in 0..<6 {
                let event = SampleEvent(&random)
                if isImplied, event.satisfies(one) {
                    #expect(event.satisfies(other), "\(one) was said to imply \(other)")
                }
                if event.satisfies(one) || event.satisfies(other) {
                    #expect(event.satisfies(common), "\(common) is not common to \(one) and \(other)")
                }
            }
        }
        #expect(implied > 200, "only \(implied) of the pairs said anything")
    }

    /// With some part left out of an `all`, or put beside an `any`.
    private func weakened(_ predicate: Predicate<String>, _ random: inout SeededGenerator) -> Predicate<String> {
        switch predicate {
        case .all(let parts):
            return .all(parts.filter { _ in !random.once(in: 3) }.map { weakened($0, &random) })
        case .any(let parts): return .any(parts.map { weakened($0, &random) } + [x])
        default: return random.once(in: 2) ? predicate : .any([y, predicate])
        }
    }

    private func randomPredicate(depth: Int, _ random: inout SeededGenerator) -> Predicate<String> {
        let leaf = depth == 0 || random.once(in: 3)
        if leaf {
            let field = random.pick(["a", "b", "c"])
            switch Int.random(in: 0..<8, using: &random) {
            case 0: return .constant(random.once(in: 2))
            case 1: return .field(field, .present)
            case 2: return .field(field, .ordered(.less, bound: Array(random.pick(["2", "x"]).utf8)))
            case 3: return .rawText(WildcardPattern(random.pick(["raw", "none"])))
            case 4: return differs(field, random.pick(["1", "2", "*", "", "x*"]))
            default: return equals(field, random.pick(["1", "2", "*", "", "x*"]))
            }
        }
        let parts = (0..<Int.random(in: 0...3, using: &random)).map { _ in randomPredicate(depth: depth - 1, &random) }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return .not(randomPredicate(depth: depth - 1, &random))
        case 1: return .all(parts)
        default: return .any(parts)
        }
    }
}

/// An event of three multivalue fields.
private struct SampleEvent {
    var values: [[String]]
    var rawHolds: Bool

    init(_ random: inout SeededGenerator) {
        var values: [[String]] = []
        for _ in 0..<3 {
            let count = Int.random(in: 0...2, using: &random)
            values.append((0..<count).map { _ in random.pick(["1", "2", "xy", "", "3"]) })
        }
        self.values = values
        rawHolds = random.once(in: 2)
    }

    func anyValue(of slot: Int, passes test: borrowing ValueTest) -> Bool {
        for value in values[slot] where Array(value.utf8).withUnsafeBytes({ test.matches($0) }) { return true }
        return false
    }

    func rawText(holds term: SearchTerm) -> Bool {
        rawHolds && term.pattern.isLiteral && term.pattern.pieces == [Array("raw".utf8)]
    }

    func satisfies(_ predicate: Predicate<String>) -> Bool {
        predicate.evaluate(
            test: { field, test in anyValue(of: field == "a" ? 0 : field == "b" ? 1 : 2, passes: test) },
            rawText: { rawText(holds: SearchTerm($0)) })
    }
}
