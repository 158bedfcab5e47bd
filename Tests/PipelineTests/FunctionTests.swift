import Pipeline
import Testing
import Values

/// A function, its arguments and what it gives.
private typealias Sample = (EvaluationFunction, [Value], Value)

private func check(_ samples: [Sample]) throws {
    for (function, arguments, expected) in samples {
        let value = try evaluate(.call(function, arguments.map { .literal($0) }))
        #expect(value == expected, "\(function.rawValue)(\(arguments))")
    }
}

@Suite("Functions")
struct FunctionTests {
    @Test("Of numbers")
    func numbers() throws {
        try check([
            (.abs, [-5], 5), (.abs, ["-5"], 5), (.abs, ["x"], .missing), (.abs, [.missing], .missing),
            (.ceiling, [1.2], 2), (.ceiling, [-1.2], -1), (.floor, [1.9], 1), (.floor, [-1.1], -2),
            (.exact, [2.5], 2.5),
            (.exp, [0], 1), (.ln, [1], 0), (.log, [1_000], 3), (.log, [8, 2], 3), (.log, [-1], .missing),
            (.log, [0], .missing), (.pow, [2, 10], 1_024), (.pow, [10, 400], .missing), (.sqrt, [9], 3),
            (.sqrt, [-9], .missing), (.pi, [], .number(.pi)), (.round, [3.5], 4), (.round, [2.5], 3),
            (.round, [-2.5], -3),
            (.round, [2.555, 2], 2.56), (.round, [1.005, 2], 1.01), (.round, [1_234.5, -2], 1_200),
            (.round, [1e300, 2], 1e300),
            (.round, [5, 2], 5), (.max, [1, 3, 2], 3), (.max, [1, "foo", 20], "foo"), (.min, [1, "foo", 20], 1),
            (.min, ["b", "a"], "a"),
            (.max, ["9", "10"], 10), (.min, [.missing, 3], 3), (.max, [.missing], .missing),
        ])
    }

    @Test("Arithmetic needs numbers; + joins two texts; nothing is infinite")
    func arithmetic() throws {
        let samples: [(Expression.BinaryOperator, Value, Value, Value)] = [
            (.add, 1, "2", 3), (.add, "a", "b", "ab"), (.add, "a", 1, .missing), (.add, 1, "a", .missing),
            (.subtract, 0.3, 0.1, 0.2), (.subtract, 5, .missing, .missing),
            (.multiply, "4", 2.5, 10), (.divide, 1, 0, .missing), (.divide, 0, 0, .missing), (.divide, 7, 2, 3.5),
            (.remainder, 7, 4, 3),
            (.remainder, -7, 4, -3), (.remainder, 7, 0, .missing), (.multiply, 1e200, 1e200, .missing),
            (.concatenate, "a", 1.5, "a1.5"),
            (.concatenate, 1, 2, "12"), (.concatenate, "a", .missing, .missing), (.multiply, "x", 2, .missing),
        ]
        for (symbol, left, right, expected) in samples {
            let value = try evaluate(.binary(symbol, .field("left"), .field("right")), ["left": left, "right": right])
            #expect(value.texts == expected.texts, "\(left) \(symbol) \(right)")
        }
        // What is surely a text is joined, also to what looks like a number.
        #expect(try evaluate(.binary(.add, text("0"), .field("x")), ["x": "5"]) == "05")
        let joined = Expression.binary(.concatenate, number(1), number(2))
        #expect(try evaluate(.binary(.add, .field("x"), joined), ["x": "5"]) == "512")
        #expect(try evaluate(.binary(.add, .binary(.add, number(1), text("2")), number(3))) == "123")
        #expect(try evaluate(.binary(.add, text("5"), .field("gone"))) == .missing)
        #expect(try evaluate(.negate(.field("x")), ["x": "5"]) == -5)
        #expect(try evaluate(.negate(.field("x")), ["x": "five"]) == .missing)
    }

    @Test("Of texts")
    func texts() throws {
        try check([
            (.len, ["abc"], 3), (.len, ["né"], 2), (.len, [.text("")], 0), (.len, [.missing], .missing),
            (.len, [12.5], 4),
            (.lower, ["AbÉ"], "abé"), (.upper, ["abé"], "ABÉ"), (.upper, ["ß"], "ß"),
            (.lower, [.multivalue(["A", "B"])], .multivalue(["a", "b"])),
            (.trim, ["  a b\t"], "a b"), (.ltrim, [" ZZab ", " Z"], "ab "), (.rtrim, [" ZZab ", " b"], " ZZa"),
            (.trim, ["xax", "x"], "a"),
            (.trim, ["  "], .text("")), (.substr, ["string", 1, 3], "str"), (.substr, ["string", -3], "ing"),
            (.substr, ["string", 4], "ing"),
            (.substr, ["string", -3, 2], "in"), (.substr, ["string", 0, 2], "st"), (.substr, ["éàü", 2, 1], "à"),
            (.substr, ["a", 5], .text("")),
            (.substr, ["abc", -9, 2], .missing), (.substr, ["abc", -3], "abc"),
            (.substr, [.multivalue(["a", "bcd"]), -2], .multivalue(["cd"])),
            (.substr, ["abc", 2, 1e300], "bc"), (.substr, ["abc", 1e300], .missing),
            (.substr, ["abc", 1, -2], .text("")),
            (.urldecode, ["http%3A%2F%2Fx%zz%2"], "http://x%zz%2"), (.md5, [""], .missing),
            (.md5, ["abc"], "900150983cd24fb0d6963f7d28e17f72"),
            (.sha1, ["abc"], "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha256, ["abc"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha512, ["abc"],
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
        ])
    }

    @Test("Digests of texts that end about a block")
    func digests() throws {
        let long = Value.text(Text(String(repeating: "a", count: 119)))
        try check([
            (.md5, [.text(Text(String(repeating: "a", count: 56)))], "3b0c8ac703f828b04c6c197006d17218"),
            (.sha1, [.text(Text(String(repeating: "a", count: 64)))], "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
            (.sha256, [long], "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"),
        ])
    }

    @Test("Numbers from texts and texts from numbers")
    func conversions() throws {
        try check([
            (.tonumber, ["12.50"], 12.5), (.tonumber, ["0A4", 16], 164), (.tonumber, ["0xff", 16], 255),
            (.tonumber, ["-z", 36], -35),
            (.tonumber, ["12", 2], .missing), (.tonumber, ["x"], .missing), (.tonumber, ["1", 99], .missing),
            (.tonumber, ["101", 2], 5),
            (.tostring, [12.5], "12.5"), (.tostring, ["abc"], "abc"), (.tostring, [15, "hex"], "0xF"),
            (.tostring, [12_345.6789, "commas"], "12,345.68"),
            (.tostring, [1_234_567, "commas"], "1,234,567"), (.tostring, [-123, "commas"], "-123"),
            (.tostring, [-1_234.5, "commas"], "-1,234.50"),
            (.tostring, [615, "duration"], "00:10:15"), (.tostring, [100_000, "duration"], "1+03:46:40"),
            (.tostring, [1.25, "duration"], "00:00:01.25"),
            (.tostring, ["x", "hex"], "x"), (.tostring, [1, "what"], .missing), (.tostring, [.missing], "Null"),
            (.tostring, [.missing, "hex"], .missing), (.tostring, [-1_073_741_819, "hex"], "0xFFFFFFFFC0000005"),
            (.tostring, [15.5, "hex"], .missing), (.tostring, [5, "binary"], "101"),
            (.tostring, [-5, "binary"], .missing),
        ])
        #expect(try evaluate(.call(.tostring, [.call(.alwaysTrue, [])])) == "True")
    }

    @Test("Of several values")
    func several() throws {
        let abc = Value.multivalue(["a", "b", "c"])
        try check([
            (.mvappend, ["a", abc, .missing, 1], .multivalue(["a", "a", "b", "c", "1"])), (.mvappend, ["a"], "a"),
            (.mvcount, [abc], 3),
            (.mvcount, ["x"], 1), (.mvcount, [.missing], .missing),
            (.mvdedup, [.multivalue(["b", "a", "b"])], .multivalue(["b", "a"])),
            (.mvindex, [abc, 0], "a"), (.mvindex, [abc, -1], "c"), (.mvindex, [abc, 3], .missing),
            (.mvindex, [abc, -4], .missing),
            (.mvindex, [abc, 0, 1], .multivalue(["a", "b"])), (.mvindex, [abc, -2, -1], .multivalue(["b", "c"])),
            (.mvindex, [abc, 1, 9], .multivalue(["b", "c"])),
            (.mvindex, [abc, 2, 1], .missing), (.mvjoin, [abc, ";"], "a;b;c"), (.mvjoin, ["a", ";"], "a"),
            (.mvrange, [1, 11, 2], .multivalue(["1", "3", "5", "7", "9"])),
            (.mvrange, [3, 0, -1], .multivalue(["3", "2", "1"])),
            (.mvrange, [0, 172_801, "1d"], .multivalue(["0", "86400", "172800"])), (.mvrange, [0, 1e12], .missing),
            (.mvrange, [0, 5, 0], .missing),
            (.mvrange, [5, 1], .missing),
            (.mvreverse, [.multivalue(["b", "10", "9"])], .multivalue(["9", "10", "b"])), (.mvreverse, ["a"], "a"),
            (.mvsort, [.multivalue(["b", "10", "9", "a"])], .multivalue(["10", "9", "a", "b"])),
            (.mvzip, [abc, .multivalue(["1", "2"])], .multivalue(["a,1", "b,2"])), (.mvzip, ["a", "b", "|"], "a|b"),
            (.split, ["a;b;;c", ";"], .multivalue(["a", "b", "", "c"])), (.split, ["abc", "::"], "abc"),
            (.split, ["aé", .text("")], .multivalue(["a", "é"])),
        ])
        let longer = Expression.binary(.greater, .call(.len, [.field("x")]), number(1))
        #expect(
            try evaluate(.call(.mvfilter, [longer]), ["x": .multivalue(["a", "bb", "ccc"])])
                == .multivalue(["bb", "ccc"]))
        #expect(try evaluate(.call(.mvfilter, [longer]), ["x": "a"]) == .missing)
        #expect(throws: PipelineError.self) {
            try evaluate(.call(.mvfilter, [.binary(.equal, .field("x"), .field("y"))]))
        }
    }

    @Test("Choosing")
    func choosing() throws {
        let x = Expression.field("x")
        let isA = Expression.binary(.equal, x, text("a"))
        let isB = Expression.binary(.equal, x, text("b"))
        let ifThen = Expression.call(.ifThen, [isA, number(1), number(2)])
        let cases = Expression.call(.caseOf, [isA, text("first"), isB, text("second")])
        let check = Expression.call(.validate, [.call(.isnotnull, [x]), text("no x"), isA, text("not a")])
        #expect(try evaluate(ifThen, ["x": "a"]) == 1)
        #expect(try evaluate(ifThen, ["x": "b"]) == 2)
        #expect(try evaluate(ifThen) == 2)
        #expect(try evaluate(cases, ["x": "b"]) == "second")
        #expect(try evaluate(cases, ["x": "c"]) == .missing)
        #expect(try evaluate(check) == "no x")
        #expect(try evaluate(check, ["x": "b"]) == "not a")
        #expect(try evaluate(check, ["x": "a"]) == .missing)
        #expect(try evaluate(.call(.coalesce, [x, .call(.null, []), text("z")])) == "z")
        #expect(try evaluate(.call(.nullif, [x, text("a")]), ["x": "a"]) == .missing)
        #expect(try evaluate(.call(.nullif, [x, text("a")]), ["x": "b"]) == "b")
        #expect(try truth(.call(.ifThen, [isA, isB, .call(.isnull, [x])]), ["x": "a"]) == "False")
        #expect(try truth(.call(.caseOf, [isA, .call(.alwaysTrue, [])]), ["x": "b"]) == .missing)
    }

    @Test("Times are the search's own, and are written and read by its zone")
    func times() throws {
        try check([
            (.now, [], 1_600_000_000), (.time, [], 1_600_000_000.5), (.strftime, [1.5, "%s"], "%s@1.5"),
            (.strftime, ["1600000000.25", "f"], "f@1600000000.25"),
            (.strftime, ["x", "f"], .missing), (.strptime, ["f@12.5", "f"], 12.5), (.strptime, ["12", "f"], .missing),
            (.relativeTime, [100, "-60"], 40),
            (.relativeTime, [100, "x"], .missing), (.strftime, [1e30, "f"], .missing),
        ])
    }

    @Test("Every function takes as many arguments as it says, and refuses to be given more or fewer")
    func everyFunction() {
        let row: [String: Value] = ["x0": "1", "x1": "(", "x2": .multivalue(["a", "b"])]
        for function in EvaluationFunction.allCases {
            let rule = function.argumentRule
            for count in 0...6 {
                let arguments = (0..<count).map { place -> Expression in
                    let field = Expression.field("x\(place)")
                    return rule.kind(at: place) == .condition ? .call(.isnull, [field]) : field
                }
                let call = Expression.call(function, arguments)
                do {
                    _ = try evaluate(call.isCondition ? .call(.tostring, [call]) : call, row)
                    #expect(rule.accepts(count), "\(function) takes \(count)")
                } catch {
                    #expect(
                        error as? PipelineError
                            == .argumentCount(function: function.rawValue, expected: rule.description, found: count))
                    #expect(!rule.accepts(count), "\(function) refuses \(count): \(error)")
                }
            }
        }
    }
}
