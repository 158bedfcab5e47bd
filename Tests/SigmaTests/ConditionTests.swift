import Sigma
import Testing

@Suite("Conditions")
struct ConditionTests {
    private func condition(_ text: String) throws -> SigmaCondition {
        let selections = ["a", "b", "c", "sel_1", "sel_2", "sel_3", "_hidden"].map { "\($0): {x: 1}" }
        let rule = try rule(selections.joined(separator: "\n") + "\ncondition: \(text)")
        return try #require(rule.detection.conditions.first)
    }

    @Test("not binds more than and, and and more than or; operators may be in capitals")
    func precedence() throws {
        let a = SigmaCondition.selection("a")
        let b = SigmaCondition.selection("b")
        let c = SigmaCondition.selection("c")
        #expect(try condition("a or b and not c") == .any([a, .all([b, .not(c)])]))
        #expect(try condition("(a OR b) AND NOT c") == .all([.any([a, b]), .not(c)]))
        #expect(try condition("not not a") == a)
        #expect(try condition("not (a and(b)or c)") == .not(.any([.all([a, b]), c])))
    }

    @Test("quantities name selections by pattern or all of them")
    func quantities() throws {
        #expect(try condition("1 of sel_*") == .some(1, of: .pattern("sel_*")))
        #expect(try condition("any of them") == .some(1, of: .them))
        #expect(try condition("All Of them") == .some(nil, of: .them))
        #expect(try condition("not 2 of sel*_*") == .not(.some(2, of: .pattern("sel*_*"))))
        let names = ["a", "sel_1", "_hidden", "xsel_1"]
        #expect(SigmaCondition.Names.them.filter(names) == ["a", "sel_1", "xsel_1"])
        #expect(SigmaCondition.Names.pattern("sel*").filter(names) == ["sel_1"])
        #expect(SigmaCondition.Names.pattern("*sel*1").filter(names) == ["sel_1", "xsel_1"])
        #expect(SigmaCondition.Names.pattern("_*").filter(names) == ["_hidden"])
    }

    @Test(
        "what is no condition is refused",
        arguments: [
            "", "nothing", "a b", "a and", "or a", "(a", "a)", "1 of", "1 of none_*", "all of none", "0 of them",
            "4 of sel_*", "-1 of them", "many of them", "sel_*", "a and or b", "not", "()", "1 of (a)", "of them",
            "a | ", "a | count() >", "a | count( > 3", "a | count() by > 3", "a | median(x) > 3", "a | count() > x",
            "a | sum() > 3", "a | count() > 3 4", "a | near", "a | near nothing", "a | near b or c",
        ])
    func refused(text: String) throws {
        let error = try refusal(
            "a: {x: 1}\nb: {x: 1}\nsel_1: {x: 1}\nsel_2: {x: 1}\nsel_3: {x: 1}\ncondition: '\(text)'")
        #expect(error?.path == "detection.condition")
        #expect(error?.kind == .invalid)
    }

    @Test("nesting has an end")
    func nesting() throws {
        let deep = String(repeating: "(", count: 5_000) + "a" + String(repeating: ")", count: 5_000)
        #expect(try refusal("a: {x: 1}\ncondition: \(deep)") != nil)
        let negated = String(repeating: "not ", count: 5_001) + "a"
        #expect(try refusal("a: {x: 1}\ncondition: \(negated)") == nil)
    }

    @Test("conditions of the first version count matches")
    func aggregations() throws {
        func aggregation(_ text: String) throws -> SigmaAggregation? {
            try rule("a: {x: 1}\nb: {x: 2}\ntimeframe: 5m\ncondition: a | \(text)").detection.aggregation
        }
        func bound(_ comparison: CorrelationCondition.Comparison, _ value: Double) -> CorrelationCondition.Bound {
            CorrelationCondition.Bound(comparison, value)
        }
        #expect(
            try aggregation("count() > 5")
                == .statistic(.init(kind: .eventCount, field: nil, groupBy: [], bound: bound(.greater, 5))))
        #expect(
            try aggregation("count(User) by Computer, Image>=10")
                == .statistic(
                    .init(
                        kind: .valueCount, field: "User", groupBy: ["Computer", "Image"],
                        bound: bound(.greaterOrEqual, 10))))
        #expect(
            try aggregation("sum(Bytes) by src < 1.5")
                == .statistic(.init(kind: .valueSum, field: "Bytes", groupBy: ["src"], bound: bound(.less, 1.5))))
        #expect(try aggregation("near b and a") == .near(["b", "a"], without: []))
        #expect(try aggregation("near b and not a") == .near(["b"], without: ["a"]))
        #expect(try rule("a: {x: 1}\ntimeframe: 5m\ncondition: a").detection.timeframe == 300_000_000_000)
        #expect(try refusal("a: {x: 1}\ncondition: [a, a | count() > 1]") != nil)
    }
}
