import Aggregation
import Pipeline
import Testing
import Values

@testable import SPL

@Suite("A command")
struct CommandTests {
    @Test("rename takes several pairs, quoted names and wildcards")
    func rename() throws {
        #expect(
            try commands("rename a as b, \"c d\" AS e \"X.*\" As * values(x.y) as z") == [
                .rename([
                    Renaming(from: "a", to: "b"), Renaming(from: "c d", to: "e"), Renaming(from: "X.*", to: "*"),
                    Renaming(from: "values(x.y)", to: "z"),
                ])
            ])
        #expect(try refusal("* | rename a.* as b").column == 12)
        #expect(try refusal("* | rename a b").message.contains("AS"))
        #expect(try refusal("* | rename").column == 11)
    }

    @Test("convert takes a format, several functions and names for the results")
    func convert() throws {
        #expect(
            try commands("convert timeformat=\"%H:%M\" ctime(firstTime) AS t, num( \"a b\" ) dur2sec(*Time)") == [
                .convert(
                    Conversion(
                        timeFormat: "%H:%M",
                        calls: [
                            .init(function: .ctime, field: "firstTime", column: "t"),
                            .init(function: .num, field: "a b"),
                            .init(function: .dur2sec, field: "*Time"),
                        ]))
            ])
        for function in Conversion.Function.allCases {
            #expect(
                try commands("convert \(function.rawValue)(x)") == [
                    .convert(Conversion(calls: [.init(function: function, field: "x")]))
                ])
        }
        #expect(try refusal("* | convert foo(x)").reason == .unsupportedFunction("foo"))
        #expect(try refusal("* | convert format=x ctime(x)").reason == .unsupportedOption("format"))
        #expect(try refusal("* | convert ctime(x").column == 20)
    }

    @Test("search of anything is no step at all")
    func search() throws {
        #expect(try commands("search *") == [])
        #expect(try commands("search a=1 | search b!=2") == [.search(equals("a", "1")), .search(differs("b", "2"))])
    }

    @Test("eval takes several assignments")
    func eval() throws {
        #expect(
            try commands("eval a=1, 'b c' = upper(d), e.f{}=\"x\"") == [
                .evaluate([
                    Assignment(column: "a", expression: .literal(1)),
                    Assignment(column: "b c", expression: .call(.upper, [.field("d")])),
                    Assignment(column: "e.f{}", expression: text("x")),
                ])
            ])
        #expect(try refusal("* | eval a=b=c").message.contains("true or false"))
        #expect(try refusal("* | eval {a=1").message.contains("brace"))
        #expect(try refusal("* | eval a=1 b=2").column == 14)
        #expect(try refusal("* | eval a").message.contains("="))
    }

    @Test("fields and table take lists")
    func selections() throws {
        #expect(try commands("fields a, b* \"c d\"") == [.fields(keep: true, ["a", "b*", "c d"])])
        #expect(try commands("fields + a") == [.fields(keep: true, ["a"])])
        #expect(try commands("fields - a,b") == [.fields(keep: false, ["a", "b"])])
        #expect(try commands("table _time a") == [.table(["_time", "a"])])
        #expect(try refusal("* | table").message.contains("field"))
    }

    @Test("sort takes a limit, directions and kinds")
    func sort() throws {
        func sorting(_ limit: Int?, _ keys: Sorting.Key...) -> [Command] { [.sort(Sorting(limit: limit, keys: keys))] }
        let a = Sorting.Key(field: "a", descending: false)
        let downA = Sorting.Key(field: "a", descending: true)
        #expect(try commands("sort a") == sorting(10_000, a))
        #expect(try commands("sort 0 - a") == sorting(nil, downA))
        #expect(
            try commands("sort limit=5 -a, +num(b)")
                == sorting(5, downA, .init(field: "b", descending: false, comparison: .number)))
        #expect(
            try commands("sort 3 ip(c) str(d) auto(a)")
                == sorting(
                    3, .init(field: "c", descending: false, comparison: .address),
                    .init(field: "d", descending: false, comparison: .text), a))
        #expect(try commands("sort a, -b desc") == sorting(10_000, downA, .init(field: "b", descending: false)))
        #expect(try commands("sort a asc") == sorting(10_000, a))
        #expect(try refusal("* | sort").message.contains("field"))
        #expect(try commands("sort - sum(a) limit=3") == sorting(3, .init(field: "sum(a)", descending: true)))
    }

    @Test("head takes a number or a condition")
    func head() throws {
        #expect(try commands("head") == [.head(10)])
        #expect(try commands("head 3") == [.head(3)])
        #expect(try commands("head limit=4") == [.head(4)])
        #expect(try refusal("* | head (a)").message.contains("condition"))
        #expect(try refusal("* | head (a>1) (b>1)").message.contains("one condition"))
        #expect(try refusal("* | head -5").command == "head")
        #expect(try refusal("* | head 99999999999999999999").command == "head")
    }

    @Test("dedup takes a number, options and an order")
    func dedup() throws {
        #expect(try commands("dedup a b") == [.deduplicate(Deduplication(fields: ["a", "b"]))])
        #expect(
            try commands("dedup 2 a, keepempty=t consecutive=true keepevents=0 sortby -_time +b") == [
                .deduplicate(
                    Deduplication(
                        count: 2, fields: ["a"], keepsEmpty: true, consecutive: true,
                        sortedBy: [.init(field: "_time", descending: true), .init(field: "b", descending: false)]))
            ])
        #expect(try refusal("* | dedup 0 a").message.contains("at least one"))
        #expect(try refusal("* | dedup").message.contains("field"))
        #expect(try refusal("* | dedup a keepempty=maybe").column == 23)
    }

    @Test("stats takes every aggregate under every name")
    func aggregates() throws {
        let names: [(String, AggregateFunction)] = [
            ("dc", .distinctCount), ("distinct_count", .distinctCount), ("min", .minimum), ("max", .maximum),
            ("sum", .sum), ("avg", .average), ("mean", .average), ("stdev", .standardDeviation), ("range", .range),
            ("values", .values), ("list", .list), ("first", .first), ("last", .last), ("earliest", .earliest),
            ("latest", .latest), ("mode", .mode), ("median", .median), ("p50", .percentile(50)),
            ("perc95", .percentile(95)), ("percentile99.9", .percentile(99.9)), ("exactperc1", .percentile(1)),
            ("count", .count), ("c", .count), ("estdc", .distinctCount), ("estdc_error", .distinctCountError),
            ("sumsq", .sumOfSquares), ("stdevp", .populationDeviation), ("var", .variance),
            ("varp", .populationVariance), ("earliest_time", .earliestTime), ("latest_time", .latestTime),
            ("rate", .rate), ("upperperc90", .percentile(90)), ("P5", .percentile(5)),
        ]
        for (name, function) in names {
            #expect(
                try commands("stats \(name)(x.y)") == [
                    .stats(
                        Grouping(keys: [], functions: [AggregateCall(function, field: "x.y", column: "\(name)(x.y)")]))
                ])
        }
        #expect(
            try commands("stats count, c AS n count() as m dc( x )") == [
                .stats(
                    Grouping(
                        keys: [],
                        functions: [
                            AggregateCall(.count, column: "count"), AggregateCall(.count, column: "n"),
                            AggregateCall(.count, column: "m"),
                            AggregateCall(.distinctCount, field: "x", column: "dc(x)"),
                        ]))
            ])
    }

    @Test("stats names by-fields once and keeps their order")
    func keys() throws {
        let compiled = try compile("* | stats count BY b, \"a c\" b")
        #expect(
            compiled.plan.commands == [
                .stats(
                    Grouping(
                        keys: [GroupKey(field: "b", column: "b"), GroupKey(field: "a c", column: "a c")],
                        functions: [AggregateCall(.count, column: "count")]))
            ])
        #expect(compiled.notes.count == 1)
    }

    @Test("stats over eval computes the value first, and counts a condition where it holds")
    func evaluated() throws {
        #expect(
            try commands("stats count(eval(a=\"x\")) AS n sum(eval(b*2)) by c") == [
                .evaluate([
                    Assignment(
                        column: "eval(a=\"x\")",
                        expression: .call(
                            .ifThen, [.binary(.equal, .field("a"), text("x")), .literal(1), .call(.null, [])])),
                    Assignment(column: "eval(b*2)", expression: .binary(.multiply, .field("b"), .literal(2))),
                ]),
                .stats(
                    Grouping(
                        keys: [GroupKey(field: "c", column: "c")],
                        functions: [
                            AggregateCall(.count, field: "eval(a=\"x\")", column: "n"),
                            AggregateCall(.sum, field: "eval(b*2)", column: "sum(eval(b*2))"),
                        ])),
            ])
    }

    @Test("stats refuses what it can't do by name")
    func unsupportedStats() throws {
        #expect(try refusal("* | stats sparkline(count) by a").reason == .unsupportedFunction("sparkline"))
        #expect(try refusal("* | stats sparkline(count) by a").message.contains("chart"))
        #expect(try refusal("* | stats sparkline").message.contains("chart"))
        #expect(try refusal("* | stats per_second(a)").message.contains("timechart"))
        #expect(try refusal("* | stats first_seen(a)").reason == .unsupportedFunction("first_seen"))
        #expect(try refusal("* | stats perc101(a)").reason == .unsupportedFunction("perc101"))
        #expect(try refusal("* | stats dedup_splitvals=true count").reason == .unsupportedOption("dedup_splitvals"))
        #expect(try commands("stats allnum=f partitions=2 count dedup_splitvals=false").count == 1)
        #expect(try refusal("* | stats max").message.contains("field"))
        #expect(try refusal("* | stats by a").message.contains("aggregate"))
        #expect(try refusal("* | stats count by").message.contains("field"))
        #expect(try refusal("* | stats count as a sum(x) as a").message.contains("called a"))
        #expect(try refusal("* | stats count as a by a").message.contains("by-field a"))
        #expect(try refusal("* | stats count by a*").reason == .unsupportedConstruct("wildcard in by"))
        #expect(try refusal("* | stats sum(a b)").column == 15)
    }

    @Test("that is not known is named with its place")
    func unknown() throws {
        let error = try refusal("a=1 | stats count | streamsplats count | head")
        #expect(error.reason == .unsupportedCommand("streamsplats"))
        #expect(error.word == "streamsplats")
        #expect(error.column == 21)
        #expect(try refusal("* | tstats count").message.contains("begin"))
        #expect(try refusal("| inputlookup x.csv").reason == .unsupportedConstruct("lookup x.csv"))
    }

    @Test("must stand behind every pipe")
    func missing() throws {
        #expect(try refusal("a=1 | | head").column == 7)
        #expect(try refusal("a=1 |").message.contains("missing"))
        #expect(try refusal("|").message.contains("missing"))
        #expect(try refusal("").message.contains("empty"))
        #expect(try refusal("a=1 | (x)").message.contains("command"))
    }
}

@Suite("The beginning of a search")
struct BeginningTests {
    @Test("may be terms, search, or a command that works on every event")
    func forms() throws {
        let grouped = try compile("search * | stats count by a").plan
        #expect(try compile("stats count by a").plan == grouped)
        #expect(try compile("| stats count by a").plan == grouped)
        #expect(try compile("* | stats count by a").plan == grouped)
        #expect(try compile("| search * | STATS count by a").plan == grouped)
        #expect(try compile("tstats count by a").plan == (try compile("| tstats count by a").plan))
        #expect(try compile("a=1").plan.filter == equals("a", "1"))
    }

    @Test("that could be a command is one")
    func ambiguity() throws {
        let head = try compile("head 5")
        #expect(head.plan.commands == [.head(5)])
        #expect(head.notes.isEmpty)
        #expect(try refusal("rename the file").command == "rename")
        let words = try compile("\"rename\" the file")
        #expect(words.plan.filter == .all([phrase("rename"), phrase("the"), phrase("file")]))
        #expect(try compile("search head 5").plan.filter == .all([phrase("head"), phrase("5")]))
        #expect(try compile("head=5").plan.filter == equals("head", "5"))
        #expect(try refusal("stats nothing(a) by b").reason == .unsupportedFunction("nothing"))
    }

    @Test("parts commands at pipes that are outside strings, escapes and subsearches")
    func pipes() throws {
        #expect(
            try compile("a=\"x|y\" | head 1").plan
                == SearchPlan(source: .events, filter: equals("a", "x|y"), commands: [.head(1)]))
        #expect(try compile(#"a=x\|y | head 1"#).plan.filter == equals("a", #"x\|y"#))
        let nested = try compile("a=1 [ | search b | head ] | head 1").plan
        #expect(nested.commands == [.head(1)])
        #expect(nested.subsearches.map(\.plan.commands) == [[.head(10)]])
    }
}
