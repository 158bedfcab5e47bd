import Matching
import Pipeline
import Testing

@testable import SPL

@Suite("A search condition")
struct SearchConditionTests {
    @Test("binds NOT before OR before AND, with AND written or not")
    func precedence() throws {
        let (a, b, c, d) = (equals("a", "1"), equals("b", "2"), equals("c", "3"), equals("d", "4"))
        #expect(try condition("a=1 b=2 OR c=3 d=4") == .all([a, .any([b, c]), d]))
        #expect(try condition("a=1 AND b=2 OR c=3 AND d=4") == .all([a, .any([b, c]), d]))
        #expect(try condition("a=1 OR NOT b=2 c=3") == .all([.any([a, .not(b)]), c]))
        #expect(try condition("(a=1 b=2) OR c=3") == .any([.all([a, b]), c]))
        #expect(try condition("NOT (a=1 OR b=2)") == .not(.any([a, b])))
        #expect(try condition("NOT NOT a=1") == .not(.not(a)))
    }

    @Test("takes values quoted and unquoted, with spaces around the operator or none")
    func values() throws {
        #expect(
            try condition("a = x b=\"y z\" c ==w") == .all([equals("a", "x"), equals("b", "y z"), equals("c", "w")]))
        #expect(try condition("\"a b\"=1") == equals("a b", "1"))
        #expect(
            try condition("a=*admin$* b=/i:% c=x,y")
                == .all([equals("a", "*admin$*"), equals("b", "/i:%"), equals("c", "x,y")]))
        #expect(try condition("(a=*Get()*)") == equals("a", "*Get()*"))
    }

    @Test("keeps glued terms apart behind a closing quotation mark")
    func gluedTerms() throws {
        #expect(try condition("a=\"* Nul*\"b=1") == .all([equals("a", "* Nul*"), equals("b", "1")]))
        #expect(try condition("\"one\"\"two\"(a=1)") == .all([phrase("one"), phrase("two"), equals("a", "1")]))
    }

    @Test(
        "undoes backslashes before backslashes and quotation marks only",
        arguments: [
            (#"a="C:\\x\y\"z\/""#, #"C:\x\y"z\/"#), (#"a=*HKLM\\SAM*"#, #"*HKLM\SAM*"#), (#"a="*\\\\*""#, #"*\\*"#),
            (#"a="end\\""#, #"end\"#), (#"a=*\"b\":1*"#, #"*"b":1*"#), (#"a=\\"#, #"\"#), (#"(a=x\)"#, #"x\"#),
        ])
    func backslashes(text: String, value: String) throws {
        #expect(try condition(text) == equals("a", value))
    }

    @Test("knows presence, absence and order")
    func tests() throws {
        #expect(try condition("a=*") == .field("a", .present))
        #expect(try condition("a=\"**\"") == .field("a", .present))
        #expect(try condition("a=\"\"") == .constant(false))
        #expect(try condition("a!=\"\"") == .field("a", .present))
        #expect(try condition("a!=*") == .constant(false))
        #expect(try condition("a!=x*") == differs("a", "x*"))
        #expect(try condition("NOT a=x*") == .not(equals("a", "x*")))
        #expect(
            try condition("a<5 b >= \"x\"")
                == .all([
                    .field("a", .ordered(.less, bound: Array("5".utf8))),
                    .field("b", .ordered(.greaterOrEqual, bound: Array("x".utf8))),
                ]))
        #expect(
            try condition("a<=1 b>2")
                == .all([
                    .field("a", .ordered(.lessOrEqual, bound: Array("1".utf8))),
                    .field("b", .ordered(.greater, bound: Array("2".utf8))),
                ]))
    }

    @Test("reads lists parted by commas, spaces or both, and a stray dot as one more value")
    func lists() throws {
        #expect(
            try condition("a IN (x, \"y z\",w*)") == .any([equals("a", "x"), equals("a", "y z"), equals("a", "w*")]))
        #expect(try condition("a IN(x y)") == .any([equals("a", "x"), equals("a", "y")]))
        #expect(try condition("a IN (\"x\". \"y\")") == .any([equals("a", "x"), equals("a", "."), equals("a", "y")]))
        #expect(try condition("a IN (x)") == equals("a", "x"))
        #expect(
            try condition("a NOT IN (x, y) b=1")
                == .all([.not(.any([equals("a", "x"), equals("a", "y")])), equals("b", "1")]))
        #expect(try condition("NOT a IN (x, y)") == .not(.any([equals("a", "x"), equals("a", "y")])))
        #expect(try condition("a IN (f(x), *)") == .any([equals("a", "f(x)"), .field("a", .present)]))
        #expect(try refusal("a IN ()").message.contains("empty"))
        #expect(try refusal("a IN (x, y").message.contains("not closed"))
    }

    @Test("looks for words and phrases in the raw text")
    func freeText() throws {
        #expect(try condition("fail* \"access denied\"") == .all([phrase("fail*"), phrase("access denied")]))
        #expect(try condition("*") == .constant(true))
        #expect(try condition("") == .constant(true))
        #expect(try condition("a=1 *") == equals("a", "1"))
        #expect(
            try condition("TERM(10.0.0.1) CASE(Ab)")
                == .all([
                    phrase("10.0.0.1"), .rawText(WildcardPattern(Array("Ab".utf8), isCaseSensitive: true)),
                ]))
        #expect(
            try condition("ANDROID ORdinary NOTes") == .all([phrase("ANDROID"), phrase("ORdinary"), phrase("NOTes")]))
    }

    @Test("says so when an operator in lower case is looked for as a word")
    func lowerCaseOperators() throws {
        let compiled = try compile("search a=1 or b=2")
        #expect(compiled.plan.filter == .all([equals("a", "1"), phrase("or"), equals("b", "2")]))
        #expect(compiled.notes.count == 1)
    }

    @Test("keeps the time bounds apart from the condition")
    func timeBounds() throws {
        let compiled = try compile("search earliest=-70m@m (a=1 latest=now) b=2")
        #expect(compiled.timeRange == TimeRange(earliest: "-70m@m", latest: "now"))
        #expect(compiled.plan.filter == .all([equals("a", "1"), equals("b", "2")]))
        for text in ["earliest=-1h OR a=1", "NOT latest=now", "earliest>5", "earliest=1 earliest=2", "latest IN (1)"] {
            _ = try refusal("search " + text)
        }
        for text in ["-1d@d", "now()", "0", "10/19/2024:00:00:00", "2024-10-19T00:00:00Z", "@w1", "+1h"] {
            #expect(try compile("earliest=\(text)").timeRange.earliest == text)
        }
        #expect(try refusal("a=1 latest=yesterday").column == 12)
        #expect(try refusal("a=1 starthoursago=4").reason == .unsupportedOption("starthoursago"))
        #expect(try commands("search earliest=5") == [.search(equals("earliest", "5"))])
    }

    @Test("does not hold against an event that it names no index")
    func indexes() throws {
        let absent = Predicate<String>.not(.field("index", .present))
        #expect(try condition("index=main a=1") == .all([.any([absent, equals("index", "main")]), equals("a", "1")]))
        #expect(try condition("NOT index=main") == .not(.all([.field("index", .present), equals("index", "main")])))
        #expect(try condition("index=* a=1") == equals("a", "1"))
        #expect(try commands("search index=main") == [.search(equals("index", "main"))])
    }

    @Test(
        "is refused where it is not one",
        arguments: [
            ("search a=", 8), ("search a= ) b", 8), ("search =x", 8), ("search (a=1", 8), ("search a=1)", 11),
            ("search a=1 OR", 14), ("search AND a=1", 8), ("search NOT", 11), ("search a=1 OR OR b=2", 15),
            ("search \"\"", 8), ("search a=x\"y z\"", 10), ("search a=(x OR y)", 10), ("search a*=x", 8),
            ("search like(a,b)", 8), ("search a=1 , b=2", 12), ("search a=1 [search b=2 | fields c", 12),
            ("search a=\"x", 10), ("search \u{e9}=1 b=", 12),
        ])
    func refusals(text: String, column: Int) throws {
        let error = try refusal(text)
        #expect(error.column == column, "\(text): \(error)")
        #expect(!error.message.isEmpty && !error.advice.isEmpty)
    }

    @Test("of a thousand parentheses is refused, not followed")
    func depth() throws {
        let deep = String(repeating: "(", count: 1000) + "a=1" + String(repeating: ")", count: 1000)
        #expect(try refusal(deep).message.contains("deeper"))
        #expect(try refusal(String(repeating: "NOT ", count: 1000) + "a=1").message.contains("deeper"))
        let wide = (0..<5000).map { "a=\($0)" }.joined(separator: " OR ")
        guard case .any(let terms) = try condition(wide) else { throw MissingCommand() }
        #expect(terms.count == 5000)
    }
}
