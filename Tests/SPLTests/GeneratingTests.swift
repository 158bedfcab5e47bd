import Pipeline
import Testing
import Values

@testable import SPL

@Suite("Rows made out of nothing")
struct GeneratingTests {
    private func rows(_ text: String) throws -> RowSet {
        let plan = try compile(text).plan
        let first: RowSet
        switch plan.source {
        case .rows(let count): first = RowSet(rows: [[Value]](repeating: [], count: count))
        case .table(let table): first = table.rowSet
        default: throw MissingCommand()
        }
        let context = EvaluationContext(now: 1_700_000_000 * EpochText.second, times: LibraryTimes())
        return try RowPipeline.run(plan.commands, on: first, context: context)
    }

    @Test("are those of comma-separated values, where cells may be quoted, missing, or of a name that came before")
    func commaSeparated() throws {
        let rows = try rows(
            "| makeresults format=csv data=\"name,note,name\nx,\\\"a, \\\"\\\"b\\\"\\\"\\\",1\n\ny\"")
        #expect(rows.columns == ["name", "note"])
        #expect(rows.rows == [["x", "a, \"b\""], ["y", .missing]])
    }

    @Test("are those of a JSON array, with its members as fields")
    func json() throws {
        let rows = try rows(
            "| makeresults format=json data=\"[{\\\"a\\\":1},{\\\"b\\\":{\\\"c\\\":2}}]\" | table a b.c")
        #expect(rows.rows.map { $0.map(\.texts) } == [[["1"], []], [[], ["2"]]])
        #expect(try self.rows("| makeresults format=json data=\"[]\"").rows.isEmpty)
    }

    @Test("may be annotated, which adds nothing here")
    func annotated() throws {
        #expect(try rows("| makeresults annotate=true count=2 splunk_server=local").rows.count == 2)
    }

    @Test("need data and its format")
    func refused() throws {
        #expect(try refusal("| makeresults format=csv").message.contains("data="))
        #expect(try refusal("| makeresults data=x").message.contains("format="))
        #expect(try refusal("| makeresults format=xml data=x").message.contains("xml"))
        #expect(try refusal("| makeresults format=csv data=\"\"").message.contains("no rows"))
        #expect(try refusal("| makeresults format=csv data=\"a\n\\\"b\"").message.contains("line 2 of data="))
    }

    @Test("are spans of time from one day to another")
    func times() throws {
        let rows = try rows("| gentimes start=-2")
        #expect(rows.columns == ["endhuman", "endtime", "starthuman", "starttime"])
        let found = rows.rows.map { $0.compactMap(\.singleText?.string) }
        #expect(
            found == [
                ["Sun Nov 12 23:59:59 2023", "1699833599", "Sun Nov 12 00:00:00 2023", "1699747200"],
                ["Mon Nov 13 23:59:59 2023", "1699919999", "Mon Nov 13 00:00:00 2023", "1699833600"],
            ])
        #expect(try self.rows("| gentimes start=-1 end=1 increment=12h").rows.count == 4)
        #expect(try self.rows("| gentimes start=1").rows.isEmpty)
    }

    @Test("need a first day, and a span that is one")
    func refusedTimes() throws {
        #expect(try refusal("| gentimes end=1").message.contains("beginning"))
        #expect(try refusal("| gentimes start=yesterday").message.contains("no day"))
        #expect(try refusal("| gentimes start=-1 increment=0").message.contains("no span"))
    }
}

@Suite("Searches brought together")
struct UnitingTests {
    @Test("by set need to be told how, and to be two")
    func set() throws {
        #expect(try refusal("| set [search a] [search b]").advice.contains("intersect"))
        #expect(try refusal("| set union [search a]").message.contains("brackets"))
        #expect(try refusal("| set union [search a] [search b] [search c]").advice.contains("two"))
    }

    @Test("by union stand behind other commands, too")
    func union() throws {
        #expect(try commands("union [search a] [search b]").count == 2)
        #expect(try refusal("* | multisearch [search a] [search b]").message.contains("begin"))
    }

    @Test("by format are written with its words or six others")
    func format() throws {
        var format = RowFormat()
        #expect(try commands("format mvsep=\"OR\" \"(\" \"(\" AND \")\" OR \")\"") == [.reshape(.formatted(format))])
        format.limit = 3
        format.emptyText = "x"
        #expect(try commands("format maxresults=3 emptystr=\"x\"") == [.reshape(.formatted(format))])
        #expect(try refusal("* | format OR AND").message.contains("six words"))
        #expect(try refusal("* | format most=3").message.contains("most"))
    }

    @Test("by format stand in a condition without a text between, where its words are its own")
    func formatInCondition() throws {
        #expect(try compile("a=1 [search b=1 | table c | format]").plan.subsearches[0].plan.commands.count == 1)
        let told = try compile("a=1 [search b=1 | table c | format maxresults=2]").plan.subsearches[0]
        #expect(told.plan.commands.count == 2)
    }
}

@Suite("datamodel")
struct DatamodelTests {
    @Test("search calls fields after the root dataset, but for what every event has")
    func search() throws {
        let plan = try compile(
            "| datamodel Authentication Failed_Authentication search | table Authentication.user host"
        ).plan
        // No field of an event is called after the dataset.
        #expect(plan.requiredFields == .named(["host", "user"]))
        #expect(plan.source == .dataset(model: "Authentication", name: "Failed_Authentication"))
        let rows = try RowPipeline.run(
            plan.commands, on: RowSet(columns: ["user", "host"], rows: [["u", "h"]]), context: .withoutTimes)
        #expect(rows == RowSet(columns: ["Authentication.user", "host"], rows: [["u", "h"]]))
        #expect(try refusal("| datamodel Endpoint Processes objects").message.contains("datamodel"))
    }

    @Test("options stand on either side of the model, the dataset and the mode")
    func options() throws {
        let plain = try compile("| datamodel Endpoint Processes flat").plan
        #expect(try compile("| datamodel Endpoint Processes flat summariesonly=true").plan == plain)
        #expect(
            try compile("| datamodel allow_old_summaries=true Endpoint Processes flat strict_fields=false").plan
                == plain)
        let refused = try refusal("| datamodel Endpoint Processes flat span=1h")
        #expect(refused.reason == .unsupportedOption("span"))
    }

    @Test("are as many of each search as maxout says, where 0 stands for all")
    func mostRows() throws {
        func limits(_ text: String) throws -> [Int?] {
            try compile(text).plan.commands.compactMap { command in
                switch command {
                case .append(let append): append.limit
                case .appendColumns(let append): append.limit
                default: nil
                }
            }
        }
        #expect(try limits("| union maxout=2 [| makeresults] [| makeresults]") == [2, 2])
        #expect(try limits("| union maxout=0 [| makeresults] [| makeresults]") == [.max, .max])
        #expect(try limits("| makeresults | append maxout=3 [| makeresults]") == [3])
        #expect(try limits("| makeresults | appendcols maxout=4 [| makeresults]") == [4])
    }
}
