import Glibc
import Hunting
import Testing
import Values

@testable import Reporting

@Suite("Tables")
struct TextTableTests {
    private func text(_ table: TextTable, width: Int, hasColor: Bool = false) throws -> String {
        let output = Output()
        try table.write(to: output, width: width, hasColor: hasColor)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    @Test("columns that fit stand side by side, numbers on the right")
    func columns() throws {
        let table = TextTable(
            RowSet(
                columns: ["_time", "dest", "process_id", "count", "files"],
                rows: [
                    [.number(1_714_558_500.25), "ws-014", "4711", 2, .multivalue(["a.exe", "b.exe"])],
                    ["1714558500", "サーバ", "88", 1024, .missing],
                    [.missing, .missing, .missing, .number(0.5), "c"],
                ]))
        let expected = """
            _time                    dest    process_id  count  files
            2024-05-01T10:15:00.25Z  ws-014        4711      2  a.exe, b.exe
            2024-05-01T10:15:00Z     サーバ          88   1024
                                                           0.5  c

            """
        let shown = try text(table, width: 80)
        #expect(shown == expected)
    }

    @Test("the widest values share what is left, and are cut in the middle")
    func cut() throws {
        let table = TextTable(
            RowSet(
                columns: ["dest", "user", "process", "parent_process"],
                rows: [
                    [
                        "ws-014", "CORP\\anna", "powershell.exe -EncodedCommand SQBuAHYAbwBrAGUALQBXAG0AaQ",
                        "C:\\Windows\\System32\\cmd.exe /c start /min powershell.exe",
                    ],
                    ["srv-02", "SYSTEM", "whoami.exe", "cmd.exe"],
                ]))
        let expected = """
            dest    user       process                                    parent_process
            ws-014  CORP\\anna  powershell.exe -Enco…YAbwBrAGUALQBXAG0AaQ  C:\\Windows\\System32\\… /min powershell.exe
            srv-02  SYSTEM     whoami.exe                                 cmd.exe

            """
        let shown = try text(table, width: 103)
        #expect(shown == expected)
    }

    @Test("a value of which a column would leave little stands below its row")
    func below() throws {
        let command = "powershell.exe -EncodedCommand SQBuAHYAbwBrAGUALQBXAG0AaQ 計画.txt"
        let table = TextTable(
            RowSet(
                columns: ["dest", "process", "firstTime"],
                rows: [
                    ["ws-014.corp.northwind.example", .text(Text(command)), 1_714_558_500],
                    ["srv-02", .missing, "2024-05-01T10:15:00"],
                ]))
        let expected = """
            dest                           firstTime
            ws-014.corp.northwind.example  2024-05-01T10:15:00Z
              process  powershell.exe -EncodedCommand
                       SQBuAHYAbwBrAGUALQBXAG0AaQ 計画.txt
            srv-02                         2024-05-01T10:15:00

            """
        #expect(try text(table, width: 56) == expected)
        #expect(try text(table, width: 120).hasPrefix("dest                           process  "))
    }

    @Test("what all rows share is told once, where the columns would not fit otherwise")
    func commons() throws {
        let table = TextTable(
            RowSet(
                columns: ["dest", "process", "vendor_product", "action", "empty"],
                rows: (1...2).map { number in
                    [
                        .text(Text("ws-\(number)")), "whoami.exe /all", "Microsoft Sysmon", "allowed", .missing,
                    ]
                }))
        let expected = """
            In every row: process whoami.exe /all,
              vendor_product Microsoft Sysmon,
              action allowed
            dest
            ws-1
            ws-2

            """
        #expect(try text(table, width: 40) == expected)
        #expect(try text(table, width: 80).hasPrefix("dest  process"))
    }

    @Test("records take the place of columns that would be cut beyond recognition")
    func records() throws {
        let values: [Value] = (0..<12).map { .text(Text("value \($0) of the record")) }
        let columns = (0..<12).map { "field_\($0)" }
        var rows = [values, values]
        rows[1][3] = .multivalue(["one", "two"])
        rows[1][4] = .missing
        for index in 7..<12 { rows[1][index] = .text(Text("something \(index) that is another")) }
        rows[1][5] = .multivalue((1...20).map { Text("item \($0)") })
        let lines = try text(TextTable(RowSet(columns: columns, rows: rows)), width: 60).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "1  field_0   value 0 of the record")
        #expect(lines[1] == "   field_1   value 1 of the record")
        #expect(lines[12] == "" && lines[13] == "2  field_0   value 0 of the record")
        #expect(
            lines[16...19] == ["   field_3   one", "             two", "   field_5   item 1", "             item 2"])
        #expect(
            lines[26...28] == ["             item 9", "             … 11 more", "   field_6   value 6 of the record"])
    }

    @Test("where long values are shown whole, so are the names of columns")
    func wholeNames() throws {
        let names = ["count", "the_first_of_two_long_names_a", "the_first_of_two_long_names_b"]
        var table = TextTable(RowSet(columns: names, rows: [[1, "2", "3"]]))
        let cut = try text(table, width: 50)
        #expect(cut.contains("the_fir…names_a") && cut.contains("the_fir…names_b"))
        table.showsWhole = true
        let records = try text(table, width: 50)
        #expect(
            records == """
                1  count            1
                   the_first_of_tw  2
                   o_long_names_a
                   the_first_of_tw  3
                   o_long_names_b

                """)
        table.rows = [[1, .text(Text(String(repeating: "x", count: 70))), "3"]]
        let below = try text(table, width: 50)
        #expect(
            below == """
                count  the_first_of_two_long_names_b
                    1                              3
                  the_first_of  \(String(repeating: "x", count: 34))
                  _two_long_na  \(String(repeating: "x", count: 34))
                  mes_a         xx

                """)
        table = TextTable(RowSet(columns: ["a", "b"].map { String(repeating: $0, count: 44) }, rows: [["x", "y"]]))
        table.showsWhole = true
        let columns = try text(table, width: 84)
        #expect(
            columns == """
                \(String(repeating: "a", count: 41))  \(String(repeating: "b", count: 41))
                aaa                                        bbb
                x                                          y

                """)
    }

    @Test("a column may wrap instead of being cut")
    func wrapping() throws {
        let table = TextTable(
            columns: [.init("rule"), .init("reason", overflow: .wrap)],
            rows: [["First", "the word join is not supported here yet"], ["Second"]])
        let expected = """
            rule    reason
            First   the word join is not
                    supported here yet
            Second

            """
        #expect(try text(table, width: 30) == expected)
    }

    @Test("alignment can be said")
    func alignment() throws {
        let table = TextTable(
            columns: [.init("size", alignment: .right), .init("n", alignment: .left)],
            rows: [["1.16 GB", 1], ["3 B", 22]])
        #expect(try text(table, width: 40) == "   size  n\n1.16 GB  1\n    3 B  22\n")
    }

    @Test("no rows are no table")
    func empty() throws {
        #expect(try text(TextTable(RowSet(columns: ["a"])), width: 40) == "")
        #expect(try text(TextTable(RowSet(columns: [], rows: [[]])), width: 40) == "")
    }

    @Test("colours are there only if asked for, and change nothing else")
    func colors() throws {
        let table = TextTable(RowSet(columns: ["a", "b"], rows: [["x", 1]]))
        #expect(try text(table, width: 40) == "a  b\nx  1\n")
        #expect(try text(table, width: 40, hasColor: true) == "\u{1b}[2ma\u{1b}[0m  \u{1b}[2mb\u{1b}[0m\nx  1\n")
    }

    @Test("no line is wider than the terminal, and nothing in it acts on the terminal", arguments: 0..<80)
    func hostile(seed: UInt64) throws {
        var random = HostileContent(seed: seed)
        let set = random.rows()
        for width in [20, 21, 33, 47, 80, 119, 200] {
            let shown = try text(TextTable(set), width: width)
            #expect(dangerousScalars(shown) == [])
            for line in shown.split(separator: "\n") {
                #expect(DisplayText(String(line)).width <= width)
            }
            #expect(try withoutColors(text(TextTable(set), width: width, hasColor: true)) == shown)
        }
    }

    @Test("the C library counts no more columns in a line than the terminal has", arguments: 0..<60)
    func hostileByTheCLibrary(seed: UInt64) throws {
        // Swift does not import wcwidth(3).
        let symbol = try #require(dlsym(nil, "wcwidth"))
        let width = unsafeBitCast(symbol, to: (@convention(c) (wchar_t) -> Int32).self)
        let locale = try #require(newlocale(LC_CTYPE_MASK, "C.UTF-8", nil))
        let before = uselocale(locale)
        defer {
            uselocale(before)
            freelocale(locale)
        }
        var random = HostileContent(seed: seed)
        // Without emoji sequences, whose parts the C library counts one by one.
        let set = random.rows(from: HostileContent.pieces)
        for limit in [20, 57, 80, 200] {
            for line in try text(TextTable(set), width: limit).split(separator: "\n") {
                let columns = line.unicodeScalars.map { Int(width(wchar_t($0.value))) }
                // Private use and the like have no width there.
                #expect(columns.reduce(0) { $0 + max(0, $1) } <= limit)
            }
        }
    }
}

/// Text without the colours that reports use; anything else that looks like an escape sequence stays.
func withoutColors(_ text: String) -> String {
    var result = text
    for code in ["0", "1", "2", "31", "33"] { result = result.replacing("\u{1b}[\(code)m", with: "") }
    return result
}

extension TextTable {
    fileprivate init(_ set: RowSet) {
        self.init(columns: Self.columns(named: set.columns), rows: set.rows)
    }
}
