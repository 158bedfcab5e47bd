import Aggregation
import Matching
import Pipeline
import Testing
import Values

private func pattern(_ text: String) -> WildcardPattern { WildcardPattern(Array(text.utf8)) }

@Suite("Commands on rows")
struct CommandTests {
    @Test("search ignores case, takes wildcards, and any value decides")
    func search() throws {
        let rows: [[Value]] = [["WMIC.exe", 5], [.multivalue(["cmd.exe", "b"]), 50], [.missing, .missing]]
        func found(_ predicate: Predicate<String>) throws -> [Value] {
            try run([.search(predicate)], ["x", "n"], rows).rows.map { $0[1] }
        }
        #expect(try found(.field("x", .equals(pattern("wmic*")))) == [5])
        #expect(try found(.field("x", .differs(pattern("cmd.exe")))) == [5, 50])
        #expect(try found(.not(.field("x", .equals(pattern("cmd.exe"))))) == [5, .missing])
        #expect(try found(.field("x", .present)) == [5, 50])
        #expect(try found(.field("n", .ordered(.greater, bound: Array("6".utf8)))) == [50])
        #expect(try found(.field("nowhere", .differs(pattern("a")))) == [])
        #expect(try found(.constant(true)).count == 3)
        #expect(
            try found(.all([.field("x", .present), .any([.field("n", .equals(pattern("5"))), .constant(false)])])) == [
                5
            ])
    }

    @Test("A word without a field is looked for in _raw, or else in every cell")
    func words() throws {
        let rows: [[Value]] = [["a failed_login now", "x"], ["failed", "y"], ["unfailed", "failed login!"]]
        func found(_ word: String, _ columns: [String]) throws -> [Value] {
            try run([.search(.rawText(pattern(word)))], columns, rows).rows.map { $0[1] }
        }
        #expect(try found("failed", ["_raw", "k"]) == ["x", "y"])
        #expect(try found("FAILED", ["x", "k"]) == ["x", "y", "failed login!"])
        #expect(try found("failed*", ["x", "k"]) == ["x", "y", "failed login!"])
        #expect(try found("*failed", ["_raw", "k"]) == ["x", "y", "failed login!"])
        #expect(try found("failed login", ["x", "k"]) == ["failed login!"])
        #expect(try found("*", ["_raw", "k"]).count == 3)
    }

    @Test("eval computes one column after the other; an empty result is a value, null is missing")
    func eval() throws {
        let assignments = [
            Assignment(column: "b", expression: .binary(.add, .field("a"), number(1))),
            Assignment(column: "c", expression: .binary(.multiply, .field("b"), number(2))),
            Assignment(column: "a", expression: text("")), Assignment(column: "d", expression: .call(.null, [])),
        ]
        let result = try run([.evaluate(assignments)], ["a"], [["1"], ["x"]])
        #expect(
            result
                == RowSet(
                    columns: ["a", "b", "c", "d"],
                    rows: [[.text(""), 2, 4, .missing], [.text(""), .missing, .missing, .missing]]))
    }

    @Test("rename moves the name and keeps the place")
    func rename() throws {
        func columns(_ renamings: [(String, String)], _ names: [String], keys: [String] = []) throws -> [[String]] {
            let row = names.map { Value.text(Text($0)) }
            let result = try run([.rename(renamings.map { Renaming(from: $0.0, to: $0.1) })], names, [row], keys: keys)
            return [result.columns, result.rows[0].map { $0.singleText?.string ?? "" }]
        }
        #expect(try columns([("b", "x")], ["a", "b", "c"]) == [["a", "x", "c"], ["a", "b", "c"]])
        #expect(
            try columns([("Processes.*", "*")], ["count", "Processes.dest", "Processes.user"]) == [
                ["count", "dest", "user"], ["count", "Processes.dest", "Processes.user"],
            ])
        #expect(try columns([("a*z*", "*-*")], ["a1z2", "az"]) == [["1-2", "-"], ["a1z2", "az"]])
        #expect(try columns([("*", "all.*")], ["_time", "x"]) == [["_time", "all.x"], ["_time", "x"]])
        #expect(try columns([("a", "b"), ("b", "c")], ["a", "x"]) == [["c", "x"], ["a", "x"]])
        #expect(try columns([("a", "a")], ["a", "b"]) == [["a", "b"], ["a", "b"]])
        #expect(try columns([("nowhere", "b")], ["a", "b"]) == [["a"], ["a"]])
        #expect(try columns([("nowhere", "new")], ["a", "b"]) == [["a", "b"], ["a", "b"]])
        #expect(throws: PipelineError.unequalWildcards(from: "a*", to: "b")) { try columns([("a*", "b")], ["a"]) }
    }

    @Test("Where a renaming collides a by-field wins over an aggregate, else the renamed one")
    func renameCollision() throws {
        func renamed(_ names: [String], keys: [String]) throws -> RowSet {
            try run([.rename([Renaming(from: "P.*", to: "*")])], names, [names.map { .text(Text($0)) }], keys: keys)
        }
        #expect(
            try renamed(["P.process", "process"], keys: ["P.process"])
                == RowSet(columns: ["process"], rows: [["P.process"]]))
        #expect(
            try renamed(["process", "P.process"], keys: ["process"])
                == RowSet(columns: ["process"], rows: [["process"]]))
        #expect(
            try renamed(["process", "x", "P.process"], keys: [])
                == RowSet(columns: ["x", "process"], rows: [["x", "P.process"]]))
        #expect(
            try renamed(["process", "P.process"], keys: ["process", "P.process"])
                == RowSet(columns: ["process"], rows: [["P.process"]]))
        let again = try run(
            [.rename([Renaming(from: "P.a", to: "a")]), .rename([Renaming(from: "n", to: "a")])], ["P.a", "n"],
            [["key", "aggregate"]], keys: ["P.a"])
        #expect(again == RowSet(columns: ["a"], rows: [["key"]]))
    }

    @Test("fields keeps the named columns and the internal ones, or drops the named")
    func fields() throws {
        let names = ["_time", "b", "a", "ab"]
        func kept(_ keep: Bool, _ fields: [String]) throws -> [String] {
            try run([.fields(keep: keep, fields)], names, [["1", "2", "3", "4"]]).columns
        }
        #expect(try kept(true, ["a", "b"]) == ["_time", "a", "b"])
        #expect(try kept(true, ["a*"]) == ["_time", "a", "ab"])
        #expect(try kept(true, ["b", "_time", "nowhere"]) == ["b", "_time"])
        #expect(try kept(false, ["a*"]) == ["_time", "b"])
        #expect(try kept(false, ["_time"]) == ["b", "a", "ab"])
        #expect(try kept(false, ["*"]) == ["_time"])
    }

    @Test("table has exactly the named columns, also those that are nowhere")
    func table() throws {
        let result = try run([.table(["b", "nowhere", "a*"])], ["_time", "ab", "b", "aa"], [["1", "2", "3", "4"]])
        #expect(result == RowSet(columns: ["b", "nowhere", "ab", "aa"], rows: [["3", .missing, "2", "4"]]))
    }

    @Test("convert: each function, wildcards, AS, several values")
    func convert() throws {
        func converted(_ function: Conversion.Function, _ value: Value) throws -> Value {
            let call = Conversion.Call(function: function, field: "x")
            return try run([.convert(Conversion(timeFormat: "f", calls: [call]))], ["x"], [[value]]).rows[0][0]
        }
        let samples: [(Conversion.Function, Value, Value)] = [
            (.ctime, 1.9, "f@1"), (.ctime, "-0.5", "f@-1"), (.ctime, "soon", "soon"),
            (.ctime, .multivalue(["1", "x"]), .multivalue(["f@1", "x"])),
            (.mktime, "f@5", 5), (.mktime, "x", "x"), (.auto, "1,234.5", 1_234.5), (.auto, "12", 12),
            (.auto, "01:00:01", 3_601), (.auto, "12 kB", "12 kB"),
            (.num, "12", 12), (.num, "twelve", .missing), (.none, "12", "12"), (.rmcomma, "1,234", 1_234),
            (.rmcomma, "a,b", "ab"),
            (.rmunit, "12.5ms", 12.5), (.rmunit, "ms", "ms"), (.rmunit, "-3 C", -3), (.memk, "2m", 2_048),
            (.memk, "1.5g", 1_572_864), (.memk, "7", 7),
            (.memk, "7KB", 7), (.memk, "x", "x"), (.dur2sec, "1+01:00:01", 90_001), (.dur2sec, "00:10:15", 615),
            (.dur2sec, "10:15", "10:15"),
            (.mstime, "01:02.5", 62.5), (.mstime, "2.5", 2.5), (.mstime, "a:b", "a:b"), (.ctime, .missing, .missing),
        ]
        for (function, value, expected) in samples {
            #expect(try converted(function, value) == expected, "\(function)(\(value))")
        }
        let calls = [
            Conversion.Call(function: .ctime, field: "*Time"), .init(function: .none, field: "keepTime"),
            .init(function: .num, field: "a", column: "n"),
        ]
        let result = try run([.convert(Conversion(calls: calls))], ["firstTime", "keepTime", "a"], [["1", "2", "3x"]])
        #expect(
            result
                == RowSet(
                    columns: ["firstTime", "keepTime", "a", "n"], rows: [["%m/%d/%Y %H:%M:%S@1", "2", "3x", .missing]]))
    }

    private func sorted(
        _ values: [Value], _ comparison: Sorting.Comparison, descending: Bool = false, limit: Int? = nil
    ) throws -> [Value] {
        let key = Sorting.Key(field: "x", descending: descending, comparison: comparison)
        return try run([.sort(Sorting(limit: limit, keys: [key]))], ["x"], values.map { [$0] }).rows.map { $0[0] }
    }

    @Test("sort: numbers before texts, missing last either way, stable")
    func sort() throws {
        #expect(try sorted(["10", "b", .missing, "9", "a", 9.5], .automatic) == ["9", 9.5, "10", "a", "b", .missing])
        #expect(try sorted(["10", "b", .missing, "9"], .automatic, descending: true) == ["b", "10", "9", .missing])
        #expect(try sorted(["10", "9", "1a"], .text) == ["10", "1a", "9"])
        #expect(
            try sorted(["10.0.0.10", "x", "10.0.0.9", "::1", "9.9.9.9"], .address) == [
                "9.9.9.9", "10.0.0.9", "10.0.0.10", "::1", "x",
            ])
        #expect(try sorted(["3", "1", "2"], .number, limit: 2) == ["1", "2"])
        let keys = [Sorting.Key(field: "a", descending: false), Sorting.Key(field: "b", descending: true)]
        let result = try run(
            [.sort(Sorting(limit: nil, keys: keys))], ["a", "b", "n"],
            [["x", "1", 0], ["w", "1", 1], ["x", "2", 2], ["x", "1", 3], ["w", "1", 4]])
        #expect(result.rows.map { $0[2] } == [1, 4, 2, 0, 3])
        let unknown = [Sorting.Key(field: "nowhere", descending: false)]
        #expect(try run([.sort(Sorting(limit: nil, keys: unknown))], ["a"], [["2"], ["1"]]).rows == [["2"], ["1"]])
    }

    @Test("head keeps the first rows")
    func head() throws {
        #expect(try run([.head(2)], ["x"], [["1"], ["2"], ["3"]]).rows == [["1"], ["2"]])
        #expect(try run([.head(0)], ["x"], [["1"]]).rows == [])
        #expect(try run([.head(9)], ["x"], [["1"]]).rows == [["1"]])
    }

    @Test("dedup with all its options")
    func dedup() throws {
        let rows: [[Value]] = [["a", 1], ["a", 2], ["b", 3], [.missing, 4], ["a", 5], ["a", 6]]
        func left(_ options: Deduplication) throws -> [Value] {
            try run([.deduplicate(options)], ["x", "n"], rows).rows.map { $0[1] }
        }
        #expect(try left(Deduplication(fields: ["x"])) == [1, 3])
        #expect(try left(Deduplication(count: 2, fields: ["x"])) == [1, 2, 3])
        #expect(try left(Deduplication(fields: ["x"], keepsEmpty: true)) == [1, 3, 4])
        #expect(try left(Deduplication(fields: ["x"], consecutive: true)) == [1, 3, 5])
        #expect(
            try left(Deduplication(fields: ["x"], sortedBy: [Sorting.Key(field: "n", descending: true)])) == [6, 3])
        #expect(try left(Deduplication(fields: ["nowhere"])) == [])
        let kept = try run([.deduplicate(Deduplication(fields: ["x"], keepsEvents: true))], ["x", "n"], rows).rows
        #expect(kept == [["a", 1], [.missing, 2], ["b", 3], [.missing, 4], [.missing, 5], [.missing, 6]])
        #expect(try run([.deduplicate(Deduplication(fields: ["x"]))], ["x"], [["1"], [1]]).rows == [["1"]])
    }

    @Test("stats groups rows, and its by-fields win from then on")
    func stats() throws {
        let grouping = Grouping(
            keys: [GroupKey(field: "host", column: "host")],
            functions: [
                AggregateCall(.count, column: "count"), AggregateCall(.maximum, field: "n", column: "most"),
                AggregateCall(.latest, field: "n", column: "latest"),
                AggregateCall(.list, field: "n", column: "all"), AggregateCall(.last, field: "n", column: "last"),
            ])
        let rows: [[Value]] = [["b", 3, "10"], ["a", "5", "30"], ["a", 7, "20"], [.missing, 1, "1"]]
        let result = try run(
            [.stats(grouping), .rename([Renaming(from: "most", to: "host")])], ["host", "n", "_time"], rows)
        #expect(
            result
                == RowSet(
                    columns: ["host", "count", "latest", "all", "last"],
                    rows: [["a", 2, "5", .multivalue(["5", "7"]), 7], ["b", 1, 3, .multivalue(["3"]), 3]]))
    }

    @Test("The end of a detection: grouped, renamed, converted, filtered")
    func detection() throws {
        let commands: [Command] = [
            .rename([Renaming(from: "Processes.*", to: "*")]),
            .convert(Conversion(timeFormat: "t", calls: [.init(function: .ctime, field: "firstTime")])),
            .filter(.binary(.greater, .field("count"), number(1))), .search(.constant(true)),
            .sort(Sorting(limit: 10_000, keys: [.init(field: "count", descending: true)])),
        ]
        let result = try run(
            commands, ["Processes.dest", "count", "firstTime"], [["h1", 1, 5], ["h2", 2, 6], ["h3", 30, 7]],
            keys: ["Processes.dest"])
        #expect(
            result == RowSet(columns: ["dest", "count", "firstTime"], rows: [["h3", 30, "t@7"], ["h2", 2, "t@6"]]))
    }

    @Test("Errors are found without rows")
    func checking() {
        #expect(throws: PipelineError.self) {
            try RowPipeline.check([.filter(.field("x"))], context: sampleContext)
        }
        #expect(throws: Never.self) { try RowPipeline.check([.head(1)], context: sampleContext) }
    }
}
