import Pipeline
import TestRandom
import Testing
import Values

@Suite("Conditions")
struct ConditionTests {
    private let x = Expression.field("x")

    @Test("A comparison with a missing value is null, and so is its negation")
    func null() throws {
        let equal = Expression.binary(.equal, x, text("a"))
        #expect(try truth(equal) == .missing)
        #expect(try truth(.not(equal)) == .missing)
        #expect(try truth(.binary(.notEqual, x, text("a"))) == .missing)
        #expect(try run([.filter(.not(equal))], ["x"], [[.missing], ["b"], ["a"]]).rows == [["b"]])
        #expect(try run([.filter(.not(equal))], ["y"], [["b"]]).rows == [])
    }

    @Test("AND, OR and XOR of null are known where the other side decides")
    func threeValues() throws {
        let values: [(Expression, String?)] = [
            (.call(.alwaysTrue, []), "t"), (.call(.alwaysFalse, []), "f"), (.binary(.equal, x, text("a")), nil),
        ]
        for (left, first) in values {
            for (right, second) in values {
                let and: Value =
                    first == "f" || second == "f" ? "False" : first == nil || second == nil ? .missing : "True"
                let or: Value =
                    first == "t" || second == "t" ? "True" : first == nil || second == nil ? .missing : "False"
                let xor: Value = first == nil || second == nil ? .missing : first == second ? "False" : "True"
                #expect(try truth(.binary(.and, left, right)) == and)
                #expect(try truth(.binary(.or, left, right)) == or)
                #expect(try truth(.binary(.xor, left, right)) == xor)
            }
        }
    }

    @Test("Numbers compare as numbers when both sides are, else bytewise and with case")
    func comparing() throws {
        func holds(_ symbol: Expression.BinaryOperator, _ left: Value, _ right: Value) throws -> Bool {
            try truth(.binary(symbol, .literal(left), .literal(right))) == "True"
        }
        #expect(try holds(.less, "9", 10))
        #expect(try holds(.less, "9", "10"))
        #expect(try holds(.greater, "9", "10a"))
        #expect(try holds(.equal, "5.0", 5))
        #expect(try !holds(.equal, "A", "a"))
        #expect(try holds(.lessOrEqual, "a", "a"))
        #expect(try holds(.greaterOrEqual, "b", "a"))
        #expect(try holds(.notEqual, "b", "a"))
        #expect(try holds(.equal, "9007199254740993", "9007199254740993"))
        #expect(try !holds(.equal, "9007199254740993", "9007199254740992"))
    }

    @Test("One of many alternatives is looked up as it is compared alone")
    func alternatives() throws {
        let constants: [Value] = [
            "a", "A", "b c", "5", "5.0", 7, "7e0", "-0", 0, "9007199254740993", "9007199254740992", "inf", "x1",
            "10.0.0.1",
        ]
        let values: [Value] =
            constants + [
                .missing, "c", 5, "05", "0.0", "9007199254740994", .multivalue(["q", "a"]), .multivalue(["q", "6"]),
                .multivalue(["5.00"]), 9_007_199_254_740_992,
            ]
        for count in [3, 8, constants.count] {
            let listed = constants.prefix(count)
            let either = listed.dropFirst().reduce(Expression.binary(.equal, x, .literal(listed[0]))) {
                .binary(.or, $0, .binary(.equal, x, .literal($1)))
            }
            let among = Expression.call(.inList, [x] + listed.map { .literal($0) })
            for value in values {
                let row = ["x": value]
                let alone = try listed.map { try truth(.binary(.equal, x, .literal($0)), row) }
                let expected: Value = value.isMissing ? .missing : alone.contains("True") ? "True" : "False"
                #expect(try truth(either, row) == expected, "\(value)")
                #expect(try truth(among, row) == expected, "\(value)")
                #expect(try truth(.binary(.or, either, .call(.alwaysTrue, [])), row) == "True")
            }
        }
    }

    @Test("Any value of several decides")
    func several() throws {
        let row: [String: Value] = ["x": .multivalue(["a", "b"])]
        #expect(try truth(.binary(.equal, x, text("b")), row) == "True")
        #expect(try truth(.binary(.equal, x, text("c")), row) == "False")
        #expect(try truth(.binary(.notEqual, x, text("a")), row) == "True")
        #expect(try truth(.call(.inList, [x, text("z"), text("b")]), row) == "True")
        #expect(try truth(.binary(.like, x, text("b%")), row) == "True")
    }

    @Test("An empty text that is computed is a value")
    func emptyText() throws {
        #expect(try truth(.call(.isnull, [text("")])) == "False")
        #expect(try evaluate(.binary(.concatenate, text("a"), text(""))) == "a")
        #expect(try evaluate(text("")) == .text(""))
        #expect(try truth(.call(.isnull, [x]), ["x": .text("")]) == "False")
        #expect(try truth(.binary(.equal, x, text("")), ["x": .text("")]) == "True")
    }

    @Test(
        "like knows % and _ and nothing else",
        arguments: [
            ("abc", "a%", true), ("abc", "%c", true), ("abc", "%b%", true), ("abc", "b%", false), ("abc", "a_c", true),
            ("aéc", "a_c", true), ("abc", "___", true), ("abc", "__", false), ("abc", "ABC", false), ("", "%", true),
            ("a.c", "a.c", true), ("abc", "a.c", false), ("a*c", "a*c", true), ("aXbXc", "a%b%c", true),
            ("a%c", "a\\%c", false),
            ("mississippi", "m%iss%ip%i", true), ("mississippi", "m%iss%ipx%i", false), ("abc", "", false),
            ("", "", true),
        ] as [(String, String, Bool)])
    func like(subject: String, pattern: String, matches: Bool) throws {
        #expect(try truth(.call(.like, [text(subject), text(pattern)])) == (matches ? "True" : "False"))
        let computed = try truth(.binary(.like, text(subject), .field("p")), ["p": .text(Text(pattern))])
        #expect(computed == (matches ? "True" : "False"))
    }

    @Test(
        "cidrmatch knows both versions",
        arguments: [
            ("10.0.0.0/8", "10.255.1.2", "True"), ("10.0.0.0/8", "11.0.0.1", "False"), ("10.1.2.3", "10.1.2.3", "True"),
            ("0.0.0.0/0", "255.255.255.255", "True"), ("2001:db8::/32", "2001:db8:1::5", "True"),
            ("2001:db8::/32", "2001:db9::", "False"),
            ("10.0.0.0/8", "host", "False"), ("::ffff:10.0.0.0/104", "10.0.0.1", "False"),
            ("192.168.1.0/31", "192.168.1.1", "True"),
        ])
    func networks(network: String, address: String, expected: String) throws {
        #expect(try truth(.call(.cidrmatch, [text(network), text(address)])).singleText?.string == expected)
    }

    @Test("A network that is none is null")
    func noNetwork() throws {
        for network in ["10.0.0.0/33", "10.0.0/8", "::1/129", ":::/8", "1:2:3:4:5:6:7/8", "10.0.0.0/", "x"] {
            #expect(try truth(.call(.cidrmatch, [text(network), text("10.0.0.1")])) == .missing, "\(network)")
        }
    }

    @Test("Kinds of values: text of a field may be a number, text in quotes is text")
    func kinds() throws {
        let row: [String: Value] = ["x": "12", "y": "twelve"]
        #expect(try truth(.call(.isnum, [x]), row) == "True")
        #expect(try truth(.call(.isstr, [x]), row) == "False")
        #expect(try truth(.call(.isstr, [.field("y")]), row) == "True")
        #expect(try truth(.call(.isnum, [text("12")])) == "False")
        #expect(try truth(.call(.isnum, [.field("z")]), row) == "False")
        #expect(try truth(.call(.isstr, [.field("z")]), row) == "False")
        #expect(try evaluate(.call(.typeof, [x]), row) == "Number")
        #expect(try evaluate(.call(.typeof, [text("12")]), row) == "String")
        #expect(try evaluate(.call(.typeof, [.field("z")]), row) == "Invalid")
        #expect(try evaluate(.call(.typeof, [.call(.isnull, [x])]), row) == "Boolean")
        #expect(try truth(.call(.isnotnull, [x]), row) == "True")
        #expect(try truth(.call(.isnull, [.field("z")]), row) == "True")
    }

    @Test("A condition is no value, a value is no condition, and arguments are counted")
    func errors() {
        #expect(throws: PipelineError.wrongKind(expression: "x", isCondition: false)) {
            try run([.filter(x)], ["x"], [])
        }
        #expect(throws: PipelineError.wrongKind(expression: "isnull", isCondition: true)) {
            try evaluate(.call(.isnull, [x]))
        }
        #expect(throws: PipelineError.wrongKind(expression: "=", isCondition: true)) {
            try evaluate(.binary(.equal, x, x))
        }
        #expect(throws: PipelineError.argumentCount(function: "if", expected: "3 arguments", found: 2)) {
            try evaluate(.call(.ifThen, [.call(.alwaysTrue, []), x]))
        }
        #expect(
            throws: PipelineError.argumentCount(
                function: "case", expected: "pairs of a condition and a value", found: 3)
        ) {
            try evaluate(.call(.caseOf, [.call(.alwaysTrue, []), x, x]))
        }
    }

    @Test("Two fields of several values compare as some pair of them does")
    func severalValues() throws {
        var random = SeededGenerator(seed: 21)
        let symbols: [Expression.BinaryOperator] = [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]
        var outcomes: [Value: Int] = [:]
        for _ in 0..<3_000 {
            let symbol = random.pick(symbols)
            func texts() -> [Text] {
                (0..<2 + random.below(2)).map { _ in Text(random.pick(["1", "1.0", "9", "10", "9a", "a", "", "-2"])) }
            }
            let (left, right) = (texts(), texts())
            func holds(_ first: Value, _ second: Value) throws -> Value {
                let rows = try run(
                    [.filter(.binary(symbol, .field("x"), .field("y")))], ["x", "y"], [[first, second]]
                ).rows
                return rows.isEmpty ? "False" : "True"
            }
            let expected: Value =
                try left.contains { first in
                    try right.contains { try holds(.text(first), .text($0)) == "True" }
                } ? "True" : "False"
            #expect(try holds(.multivalue(left), .multivalue(right)) == expected, "\(left) \(symbol) \(right)")
            outcomes[expected, default: 0] += 1
        }
        #expect(outcomes["True", default: 0] > 300 && outcomes["False", default: 0] > 300)
    }
}
