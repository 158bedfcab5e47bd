import Pipeline
import Testing
import Values

@testable import SPL

@Suite("An expression")
struct ExpressionTests {
    private let a = Expression.field("a")
    private let b = Expression.field("b")
    private let c = Expression.field("c")
    private let d = Expression.field("d")

    @Test("binds XOR after OR after AND after NOT after comparisons")
    func logic() throws {
        let (x, y, z) = (
            Expression.binary(.equal, a, .literal(1)), Expression.binary(.equal, b, .literal(2)),
            Expression.binary(.equal, c, .literal(3))
        )
        #expect(try expression("a=1 OR b=2 AND c=3") == .binary(.or, x, .binary(.and, y, z)))
        #expect(try expression("a=1 and b==2 or c=3") == .binary(.or, .binary(.and, x, y), z))
        #expect(try expression("NOT a=1 AND b=2") == .binary(.and, .not(x), y))
        #expect(try expression("a=1 XOR b=2 OR c=3") == .binary(.xor, x, .binary(.or, y, z)))
        #expect(try expression("NOT (a=1 OR b=2)") == .not(.binary(.or, x, y)))
        #expect(try expression("not not a=1") == .not(.not(x)))
    }

    @Test("binds joining after sums after products after a sign")
    func arithmetic() throws {
        #expect(
            try expression("a < b . c + d * -a")
                == .binary(
                    .less, a,
                    .binary(.concatenate, b, .binary(.add, c, .binary(.multiply, d, .negate(a))))))
        #expect(
            try expression("a-b-c > 0")
                == .binary(.greater, .binary(.subtract, .binary(.subtract, a, b), c), .literal(0)))
        #expect(
            try expression("a/b%c>=1.5e3")
                == .binary(.greaterOrEqual, .binary(.remainder, .binary(.divide, a, b), c), .literal(1500)))
        #expect(try expression("a = -1") == .binary(.equal, a, .negate(.literal(1))))
        #expect(try expression("a -1 != +b") == .binary(.notEqual, .binary(.subtract, a, .literal(1)), b))
    }

    @Test("reads names with dots and braces, and dots that join texts")
    func names() throws {
        #expect(try expression("isnull(x.y{}.z)") == .call(.isnull, [.field("x.y{}.z")]))
        #expect(try expression("'a b.c' = \"x\\\\y\\\"\"") == .binary(.equal, .field("a b.c"), text("x\\y\"")))
        #expect(
            try expression("a.\":\".b = c")
                == .binary(.equal, .binary(.concatenate, .binary(.concatenate, a, text(":")), b), c))
        #expect(
            try expression("like(c, \"%\".a.\"%\")")
                == .call(.like, [c, .binary(.concatenate, .binary(.concatenate, text("%"), a), text("%"))]))
        #expect(try expression("a.upper(b)=c") == .binary(.equal, .binary(.concatenate, a, .call(.upper, [b])), c))
        #expect(try expression("@timestamp > .5") == .binary(.greater, .field("@timestamp"), .literal(0.5)))
        #expect(try expression("android = nothing") == .binary(.equal, .field("android"), .field("nothing")))
    }

    @Test("reads LIKE and IN as operators and as functions, and both with NOT")
    func wordOperators() throws {
        #expect(try expression("a LIKE \"x%\"") == .binary(.like, a, text("x%")))
        #expect(try expression("a LIKE (\"x%\")") == .binary(.like, a, text("x%")))
        #expect(
            try expression("a not like \"x%\" and b=c")
                == .binary(.and, .not(.binary(.like, a, text("x%"))), .binary(.equal, b, c)))
        #expect(try expression("a IN (\"x\", 5)") == .call(.inList, [a, text("x"), .literal(5)]))
        #expect(try expression("a NOT IN(b)") == .not(.call(.inList, [a, b])))
        #expect(try expression("in(a, b, c)") == .call(.inList, [a, b, c]))
    }

    @Test("calls functions by name in any case")
    func calls() throws {
        #expect(try expression("ISNOTNULL(a)") == .call(.isnotnull, [a]))
        #expect(
            try expression("if (a=b, true(), false())")
                == .call(.ifThen, [.binary(.equal, a, b), .call(.alwaysTrue, []), .call(.alwaysFalse, [])]))
        #expect(
            try expression("ceil(a) = case(true(), 1)")
                == .binary(.equal, .call(.ceiling, [a]), .call(.caseOf, [.call(.alwaysTrue, []), .literal(1)])))
    }

    @Test("takes every function's smallest number of arguments, and neither one less nor one more than the largest")
    func arity() throws {
        for function in EvaluationFunction.allCases {
            let rule = function.argumentRule
            func call(_ count: Int) -> String {
                let arguments = (0..<count).map { rule.kind(at: $0) == .condition ? "x=1" : "x" }
                return "\(function.rawValue)(\(arguments.joined(separator: ",")))"
            }
            let least = rule.counts.lowerBound
            guard case .call(function, let arguments) = try expression(call(least)) else {
                Issue.record("\(call(least)) is no call")
                continue
            }
            #expect(arguments.count == least)
            let most = rule.counts.upperBound
            for count in (least > 0 ? [least - 1] : []) + (most < .max ? [most + 1] : []) {
                let error = try refusal("* | where \(call(count)) = 1")
                #expect(error.message.contains(function.rawValue))
                #expect(error.column == 11)
            }
        }
        #expect(try refusal("* | eval x=case(a=1,b,c=2)").message.contains("pairs"))
        #expect(try refusal("* | eval x=now(1)").message.contains("no argument"))
    }

    @Test("names a function that it does not know, with its place")
    func unknownFunction() throws {
        let error = try refusal("* | eval x = if(a=1, first_word(b), 2)")
        #expect(error.reason == .unsupportedFunction("first_word"))
        #expect(error.column == 22)
        #expect(error.command == "eval")
        #expect(try refusal("* | eval x = random()").message.contains("each time"))
        #expect(try refusal("* | eval x = lookup(a, b, c)").reason == .unsupportedFunction("lookup"))
    }

    @Test(
        "is refused where it is not one",
        arguments: [
            ("where", 6), ("where a=", 8), ("where a b", 9), ("where (a=1", 7), ("where a=1)", 10), ("where a AND", 9),
            ("where 5x=1", 7), ("where f", 7), ("where a=\"x", 9), ("where a='x", 9), ("where '' = 1", 7),
            ("where len(a", 7), ("where len(a b)", 13), ("where a IN ()", 9), ("where a=[nonsense b]", 10),
            ("where * = 1", 7), ("where a ! b", 9),
        ])
    func refusals(text: String, column: Int) throws {
        let error = try refusal("*| " + text)
        #expect(error.column == column + 3, "\(text): \(error)")
    }

    @Test("of great depth or length is refused, not followed")
    func limits() throws {
        let open = String(repeating: "(", count: 500)
        let close = String(repeating: ")", count: 500)
        #expect(try refusal("* | where \(open)a=1\(close)").message.contains("deeper"))
        #expect(try refusal("* | where a = \(String(repeating: "-", count: 500))1").message.contains("deeper"))
        let long = (0..<3000).map { "a=\($0)" }.joined(separator: " OR ")
        #expect(try refusal("* | where \(long)").message.contains("operators"))
    }
}

@Suite("A command that can't run")
struct CommandCheckTests {
    @Test("is refused with the place of what is wrong in it")
    func kinds() throws {
        let value = try refusal("* | where a=1 | where len(b)")
        #expect(value.column == 23)
        #expect(value.command == "where")
        #expect(try refusal("* | eval x=upper(a=1)").message.contains("condition"))
        #expect(try refusal("* | eval x=mvfilter(a=b)").reason == .unsupportedFunction("mvfilter"))
    }

    @Test("is refused for a regular expression that is none")
    func patterns() throws {
        let error = try refusal(#"* | where match(a, "x(")"#)
        #expect(error.column == 21)
        #expect(error.message.contains("regular expression"))
    }
}
