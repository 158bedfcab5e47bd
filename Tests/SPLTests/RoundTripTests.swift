import Aggregation
import Matching
import Pipeline
import TestRandom
import Testing
import Values

@testable import SPL

@Suite("A plan in words")
struct RoundTripTests {
    private static let words = [
        "a", "b.c{}", "x y", "and", "C:\\dir\\", "say \"hi\"", "*mid*dle*", "é😀", "(", "|", "5", "a,b", "`", "'",
    ]

    private func predicate(_ depth: Int, _ random: inout SeededGenerator) -> Predicate<String> {
        let field = Self.words.filter { !$0.contains("*") }.randomElement(using: &random) ?? "a"
        let value = Array((Self.words.randomElement(using: &random) ?? "a").utf8)
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: return .field(field, .equals(WildcardPattern(value)))
        case 1: return .field(field, .differs(WildcardPattern(value)))
        case 2: return .field(field, .present)
        case 3:
            return .field(
                field,
                .ordered(
                    [.less, .lessOrEqual, .greater, .greaterOrEqual].randomElement(using: &random) ?? .less,
                    bound: value))
        case 4: return .rawText(WildcardPattern(value))
        case 5: return .rawText(WildcardPattern(value, isCaseSensitive: true))
        case 6: return .not(predicate(depth - 1, &random))
        case 7: return .conjunction(of: (0..<3).map { _ in predicate(depth - 1, &random) })
        default: return .disjunction(of: (0..<3).map { _ in predicate(depth - 1, &random) })
        }
    }

    @Test("reads back as the same condition")
    func predicates() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let original = predicate(4, &random)
            #expect(try condition(original.searchText) == original, "\(original.searchText)")
        }
    }

    private func value(_ depth: Int, _ random: inout SeededGenerator) -> Expression {
        let word = Self.words.randomElement(using: &random) ?? "a"
        switch Int.random(in: 0..<(depth > 0 ? 8 : 3), using: &random) {
        // Single quotation marks do not keep macros out.
        case 0: return .field(word == "`" ? "a" : word)
        case 1: return .literal(.text(Text(word)))
        case 2: return .literal(.number(Double(Int.random(in: 0..<1000, using: &random)) / 4))
        case 3: return .negate(value(depth - 1, &random))
        case 4: return .call(.coalesce, [value(depth - 1, &random), value(depth - 1, &random)])
        case 5:
            return .call(
                .ifThen, [truth(depth - 1, &random), value(depth - 1, &random), value(depth - 1, &random)])
        default:
            let operations: [Expression.BinaryOperator] = [
                .concatenate, .add, .subtract, .multiply, .divide, .remainder,
            ]
            let operation = operations.randomElement(using: &random) ?? .add
            return .binary(operation, value(depth - 1, &random), value(depth - 1, &random))
        }
    }

    private func truth(_ depth: Int, _ random: inout SeededGenerator) -> Expression {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 2), using: &random) {
        case 0: return .call(.isnull, [value(depth - 1, &random)])
        case 1:
            let found = predicate(2, &random)
            return .search(found.readsRawText ? .field("a", .present) : found)
        case 2: return .not(truth(depth - 1, &random))
        case 3:
            let operations: [Expression.BinaryOperator] = [.or, .and, .xor, .equal, .notEqual]
            let operation = operations.randomElement(using: &random) ?? .or
            return .binary(operation, truth(depth - 1, &random), truth(depth - 1, &random))
        default:
            let operations: [Expression.BinaryOperator] = [
                .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .like,
            ]
            let operation = operations.randomElement(using: &random) ?? .equal
            return .binary(operation, value(depth - 1, &random), value(depth - 1, &random))
        }
    }

    @Test("reads back as the same expression")
    func expressions() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let original = Bool.random(using: &random) ? truth(4, &random) : value(4, &random)
            let again = try SPLTests.expression(original.searchText)
            #expect(again == original, "\(original.searchText)")
        }
    }

    @Test("reads back as the same commands")
    func commandTexts() throws {
        let texts = [
            "search a=1 b IN (x, y)", "where a>5 AND like(b, \"x%\")", "eval a=b.c, 'd e'=-1.5",
            "rename \"X.*\" AS *, a AS \"b c\"",
            "convert timeformat=\"%H\" ctime(a) AS b, num(c)", "fields a, b*", "fields - a", "table a, b",
            "sort 0 -a, +num(b)",
            "sort 5 ip(c)", "head 3", "dedup 2 a keepempty=true consecutive=true sortby -b",
            "stats count, dc(a) AS n, perc95(b) by c, \"d e\"",
            "stats count(a) values(\"b c\") as d",
            "rex field=a max_match=0 offset_field=o \"(?<x>\\\\d+\\\"|)\" | rex \"(?<y>.)\"",
            "rex field=a mode=sed \"s/(a\\\\/b)/\\\\1\\\\/c/2g y/ab/cd/\"",
            "regex a.b!=\"^x\" | replace \"a*\" WITH \"b*\", x WITH \"\" IN c, \"d e\" | fillnull value=null a, b | fillnull",
            "makemv delim=\", \" a | makemv tokenizer=\"(.)\" b | nomv a | strcat allrequired=true a \":\" b ab",
            "spath input=a output=b path=c{}.d{0} | spath | xpath field=a outfield=b default=none \"//c[@d='e']\"",
            "xmlkv a | extract pairdelim=\";\" kvdelim=\":\" limit=5 mv_add=true clean_keys=false | fromjson a prefix=p_",
            "eval {a}_b=c | addtotals fieldname=t a* | addtotals | addcoltotals labelfield=l label=x a | addinfo",
            "foreach a* b [ eval <<FIELD>>=\"<<MATCHSTR>>\" ] | foreach mode=json_array j [ eval n=len(<<ITEM>>) ]",
            "filldown | filldown a b* | mvexpand a limit=5 | mvcombine delim=\",\" a | accum a AS b | delta a p=2",
            "autoregress a p=2 | untable a b c | xyseries a b c d sep=\"-\" | xyseries a b c | setfields k=\"v w\"",
        ]
        for text in texts {
            let commands = try commands(text)
            let again = try SPLTests.commands(commands.map(\.explanation).joined(separator: " | "))
            #expect(again == commands, "\(text): \(commands.map(\.explanation))")
        }
    }

    @Test("is a step a line")
    func explanation() throws {
        let plan = try compile(
            "| tstats count min(_time) as firstTime from datamodel=Endpoint.Processes where Processes.process_name=a* (Processes.user=x OR Processes.user=y) by Processes.dest _time span=90m | `drop_dm_object_name(Processes)` | sort - count | `x_filter`"
        ).plan
        #expect(
            plan.explanation == [
                "from dataset Endpoint.Processes",
                "where process_name=\"a*\" AND (user=\"x\" OR user=\"y\")",
                "| stats count, min(_time) AS firstTime by dest AS Processes.dest, _time span=90m",
                "| rename Processes.* AS *",
                "| sort 10000 -count",
            ])
        #expect(try compile("*").plan.explanation == ["from every event", "where *"])
    }
}

@Suite("Any text at all")
struct HostileTextTests {
    private static let seeds = [
        "| tstats `security_content_summariesonly` count min(_time) as t from datamodel=Endpoint.Processes where `process_powershell` (Processes.process=\"*a\\\\b*\" OR NOT Processes.user IN (x, \"y\")) by Processes.dest _time span=1h | `drop_dm_object_name(Processes)` | `security_content_ctime(t)`",
        "a=1 \"b c\" | eval x=if(a.b=\"c\", -1.5e3, mvindex(split(d, \",\"), 0)), 'y z'=1 | where x LIKE \"%\" AND y IN (1, 2) | stats count(eval(x>1)) as n perc95(y) by z | sort 0 -n, +num(z) desc | dedup 2 z sortby -n | head 5",
        "```note``` rename a as b, \"X.*\" as * | convert timeformat=\"%H\" ctime(a) as b | fields - c* | table d, e [ | search f ]",
    ]

    @Test("compiles or is refused with a place, and nothing else happens")
    func mutations() throws {
        var random = SeededGenerator(seed: 3)
        let alphabet = Array(" \"'\\`|()[]{}=!<>,.*$%-+ azAZ09_\n\u{e9}:@/".utf8)
        for round in 0..<3000 {
            var bytes = Array(Self.seeds[round % Self.seeds.count].utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: index)
                case 1: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: index)
                case 2: bytes[index] = alphabet.randomElement(using: &random) ?? 0
                default: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 0..<40, using: &random)))
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                let plan = try SearchCompiler.compile(text).plan
                #expect(!plan.explanation.isEmpty)
            } catch {
                #expect(error.column >= 1 && error.column <= text.unicodeScalars.count + 1, "\(text): \(error)")
                #expect(!error.message.isEmpty)
            }
        }
    }
}
