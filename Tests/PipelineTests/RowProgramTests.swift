import Aggregation
import Matching
import Pipeline
import Testing
import Values

@Suite("Streaming")
struct RowProgramTests {
    @Test("Commands that look at one row stream; the others end the prefix")
    func prefix() {
        let grouping = Grouping(keys: [], functions: [AggregateCall(.count, column: "count")])
        let commands: [Command] = [
            .search(.constant(true)), .filter(.call(.alwaysTrue, [])), .table(["a"]), .head(1), .stats(grouping),
        ]
        #expect(RowProgram.streamingPrefix(of: commands) == 3)
        #expect(commands.map(\.isTransforming) == [false, false, false, false, true])
    }

    @Test("A program does to single rows what the pipeline does to all")
    func sameAsPipeline() throws {
        let commands: [Command] = [
            .evaluate([Assignment(column: "d", expression: .binary(.concatenate, .field("b"), .field("a")))]),
            .filter(.binary(.notEqual, .field("a"), text("2"))), .rename([Renaming(from: "d", to: "e")]),
            .fields(keep: true, ["e", "b"]),
        ]
        let rows: [[Value]] = (1...5).map { [.text(Text("\($0)")), "x"] }
        let program = try RowProgram(commands, columns: ["a", "b"], context: sampleContext)
        let streamed = rows.compactMap { row in
            var row = row
            return program.apply(to: &row) ? row : nil
        }
        #expect(program.columns == ["e", "b"])
        #expect(try run(commands, ["a", "b"], rows) == RowSet(columns: program.columns, rows: streamed))
        #expect(streamed.count == 4)
    }

    @Test("A condition reads columns by number and drops null")
    func condition() throws {
        let program = try ConditionProgram(
            .binary(.equal, .field("b"), text("x")), columns: ["a", "b"], context: sampleContext)
        #expect(program.holds(for: RowView(["", "x"])))
        #expect(!program.holds(for: RowView(["x", "y"])))
        #expect(!program.holds(for: RowView(["x"])))
    }
}

@Suite("Required fields")
struct RequiredFieldsTests {
    private let grouping = Grouping(
        keys: [GroupKey(field: "dest", column: "Processes.dest")],
        functions: [AggregateCall(.count, column: "count"), AggregateCall(.values, field: "process", column: "p")])

    private func required(_ commands: [Command], filter: Predicate<String> = .constant(true)) -> FieldRequirement {
        SearchPlan(source: .events, filter: filter, commands: commands).requiredFields
    }

    @Test("A grouping needs its by-fields, arguments, and the filter's fields")
    func grouped() {
        let filter = Predicate<String>.field("process_name", .present)
        #expect(required([.stats(grouping)], filter: filter) == .named(["dest", "process", "process_name"]))
        #expect(
            required([.stats(grouping), .filter(.binary(.equal, .field("later"), number(1)))])
                == .named(["dest", "process"]))
        let latest = Grouping(keys: [], functions: [AggregateCall(.latest, field: "x", column: "x")])
        #expect(required([.stats(latest)]) == .named(["_time", "x"]))
    }

    @Test("Commands before a grouping add what they read and take away what they make")
    func before() {
        let evaluate = Command.evaluate([Assignment(column: "dest", expression: .call(.lower, [.field("host")]))])
        #expect(required([evaluate, .stats(grouping)]) == .named(["host", "process"]))
        #expect(
            required([.rename([Renaming(from: "Computer", to: "dest")]), .stats(grouping)])
                == .named(["Computer", "dest", "process"]))
        #expect(
            required([.rename([Renaming(from: "P.*", to: "*")]), .stats(grouping)])
                == .named(["P.dest", "P.process", "dest", "process"]))
        #expect(
            required([.search(.rawText(WildcardPattern(Array("x".utf8)))), .stats(grouping)])
                == .named(["_raw", "dest", "process"]))
        #expect(required([.table(["dest"]), .stats(grouping)]) == .named(["dest"]))
        #expect(required([.fields(keep: false, ["pro*"]), .stats(grouping)]) == .named(["dest"]))
        #expect(
            required([.deduplicate(Deduplication(fields: ["id"])), .stats(grouping)])
                == .named(["dest", "id", "process"]))
        #expect(
            required([
                .convert(Conversion(calls: [.init(function: .num, field: "raw", column: "process")])), .stats(grouping),
            ]) == .named(["dest", "raw"]))
    }

    @Test("Without a grouping all fields may be seen, unless they are named")
    func seen() {
        #expect(required([]) == .all)
        #expect(required([.head(5)]) == .all)
        #expect(required([.fields(keep: false, ["a"])]) == .all)
        #expect(required([.table(["b", "a*"])]) == .matching(["b"], patterns: ["a*"]))
        #expect(
            required([.fields(keep: true, ["a*"]), .fields(keep: false, ["ab"])])
                == .matching(["_raw", "_time"], patterns: ["a*"]))
        #expect(required([.table(["a*"]), .fields(keep: true, ["*"])]) == .matching([], patterns: ["a*"]))
        #expect(required([.table(["a", "b"])]) == .named(["a", "b"]))
        #expect(
            required([.sort(Sorting(limit: nil, keys: [.init(field: "c", descending: false)])), .table(["a"])])
                == .named(["a", "c"]))
        #expect(required([.fields(keep: true, ["a"])]) == .named(["_raw", "_time", "a"]))
    }
}
