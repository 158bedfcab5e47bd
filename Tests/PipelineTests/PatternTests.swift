import Pipeline
import Testing
import Values

@Suite("Regular expressions")
struct PatternTests {
    @Test(
        "match is unanchored, heeds case, and takes PCRE",
        arguments: [
            ("powershell.exe -enc", "-e(nc)?\\b", true), ("abc", "^b", false), ("abc", "B", false),
            ("abc", "(?i)B", true),
            ("aéb", "^a.b$", true), ("é", "\\w", false),
            ("a\nb", "a.b", false),
            ("a\nb", "(?s)a.b", true), ("", "^$", true), ("foobar", "foo(?=bar)", true),
            ("aaa", "(?<x>a)\\k<x>{2}", true), ("\\\\?\\(?i", "\\(\\?i", true),
        ] as [(String, String, Bool)])
    func match(subject: String, pattern: String, matches: Bool) throws {
        let expected: Value = matches ? "True" : "False"
        #expect(try truth(.call(.match, [text(subject), text(pattern)])) == expected)
        #expect(try truth(.call(.match, [text(subject), .field("p")]), ["p": .text(Text(pattern))]) == expected)
    }

    @Test("Any value of several matches; a missing one is null")
    func several() throws {
        let match = Expression.call(.match, [.field("x"), text("^b")])
        #expect(try truth(match, ["x": .multivalue(["a", "bc"])]) == "True")
        #expect(try truth(match, ["x": .multivalue(["a", "c"])]) == "False")
        #expect(try truth(match) == .missing)
        #expect(try evaluate(.call(.mvfind, [.field("x"), text("^b")]), ["x": .multivalue(["a", "bc", "b"])]) == 1)
        #expect(try evaluate(.call(.mvfind, [.field("x"), text("^z")]), ["x": .multivalue(["a", "bc"])]) == .missing)
    }

    @Test(
        "replace replaces every match and knows groups",
        arguments: [
            ("1/14/2023", "^(\\d{1,2})/(\\d{1,2})/", "\\2/\\1/", "14/1/2023"), ("aXbX", "X", "", "ab"),
            ("abc", "x*", "-", "-a-b-c-"),
            ("aé", "", "|", "|a|é|"), ("ab", "(a)|(b)", "[\\1\\2]", "[a][b]"), ("ab", "a", "\\9\\x", "\\xb"),
            ("baaac", "a*", "X", "XbXXcX"),
            ("nothing", "z", "y", "nothing"), ("a.b.c", "\\.", "\\0\\0", "a..b..c"), ("xx", "(?<=x)x", "y", "xy"),
        ])
    func replace(subject: String, pattern: String, template: String, expected: String) throws {
        let value = try evaluate(.call(.replace, [text(subject), text(pattern), text(template)]))
        #expect(value.singleText?.string == expected)
    }

    @Test("Bytes that are no UTF-8 are matched around and kept")
    func invalidText() throws {
        let row: [String: Value] = ["x": .text(Text(bytes: [0x61, 0xFF, 0x62]))]
        #expect(try truth(.call(.match, [.field("x"), text("b$")]), row) == "True")
        let replaced = try evaluate(.call(.replace, [.field("x"), text("b"), text("c")]), row)
        #expect(replaced == .text(Text(bytes: [0x61, 0xFF, 0x63])))
    }

    @Test("An invalid pattern is an error in the search, and null where a row has it")
    func invalid() throws {
        #expect(throws: PipelineError.invalidPattern(pattern: "a(", reason: "missing closing parenthesis", offset: 2)) {
            try truth(.call(.match, [text("a"), text("a(")]))
        }
        #expect(try truth(.call(.match, [text("a"), .field("p")]), ["p": "a("]) == .missing)
        #expect(try evaluate(.call(.replace, [text("a"), .field("p"), text("")]), ["p": "*"]) == .missing)
    }

    @Test("A pattern that would run for ever ends")
    func endless() throws {
        let subject = String(repeating: "a", count: 40) + "!"
        let context = EvaluationContext(now: 0, times: SampleTimes())
        let match = Expression.call(.match, [text(subject), text("^(a+)+$")])
        let replace = Expression.call(.replace, [text(subject), text("^(a+)+$"), text("")])
        let program = try ConditionProgram(match, columns: [], context: context)
        #expect(!program.holds(for: RowView([])))
        #expect(try !ConditionProgram(.not(match), columns: [], context: context).holds(for: RowView([])))
        #expect(context.limits.givenUpPatterns == 2)
        #expect(try evaluate(replace, context: context) == .missing)
        #expect(context.limits.givenUpPatterns == 3)
        #expect(sampleContext.limits.givenUpPatterns == 0)
    }

    @Test("Patterns that rows bring are kept within bounds, invalid ones too")
    func manyPatterns() throws {
        let match = Expression.call(.match, [.field("x"), .field("p")])
        let program = try ConditionProgram(match, columns: ["p", "x"], context: sampleContext)
        for round in 0..<2 {
            for number in 0..<600 {
                let row: [Value] = [.text(Text("^\(number)$")), .text(Text("\(number)"))]
                #expect(program.holds(for: RowView(row)), "\(round)")
                #expect(!program.holds(for: RowView(["(", row[1]])))
            }
        }
    }
}
