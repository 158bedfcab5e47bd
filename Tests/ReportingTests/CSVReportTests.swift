import Detections
import Foundation
import Hunting
import Testing
import Values

@testable import Reporting

@Suite("CSV")
struct CSVReportTests {
    /// A reader after RFC 4180 that shares nothing with the writer; `nil` for what the RFC does not allow.
    private func parse(_ text: String) -> [[String]]? {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = String.UnicodeScalarView()
        var rest = Array(text.unicodeScalars)[...]
        while true {
            cell = String.UnicodeScalarView()
            if rest.first == "\"" {
                rest.removeFirst()
                while true {
                    guard let next = rest.popFirst() else { return nil }
                    if next != "\"" {
                        cell.append(next)
                    } else if rest.first == "\"" {
                        rest.removeFirst()
                        cell.append("\"")
                    } else {
                        break
                    }
                }
            } else {
                while let next = rest.first, next != ",", next != "\r" {
                    if next == "\"" || next == "\n" { return nil }
                    cell.append(next)
                    rest.removeFirst()
                }
            }
            row.append(String(cell))
            switch rest.popFirst() {
            case ",": continue
            case "\r":
                guard rest.popFirst() == "\n" else { return nil }
                rows.append(row)
                row = []
                if rest.isEmpty { return rows }
            default: return nil
            }
        }
    }

    /// That of a search given directly.
    private func search(_ set: RowSet) -> HuntReport {
        var report = report(set)
        report.rules[0].rule.kind = .search
        return report
    }

    private func report(_ sets: RowSet...) -> HuntReport {
        var report = HuntReport()
        for (number, set) in sets.enumerated() {
            var rule = RuleReport(
                rule: RuleIdentity(id: "r\(number)", name: "Rule \(number)", kind: .escu), status: .compiled)
            rule.findings = Findings(set)
            report.rules.append(rule)
        }
        return report
    }

    @Test("a search's findings stand under their own columns, those of one rule after its identity as of several")
    func oneRule() throws {
        let set = RowSet(
            columns: ["dest", "count", "process", "_time"],
            rows: [
                ["ws-014", 2, "a,b \"c\"", "1714558500.5"],
                [.missing, .number(0.5), .multivalue(["x", "y"]), .missing],
            ])
        let expected = [
            "dest,count,process,_time", "ws-014,2,\"a,b \"\"c\"\"\",1714558500.5", ",0.5,\"x\ny\",", "",
        ]
        #expect(try SampleReports.text(search(set), .csv) == expected.joined(separator: "\r\n"))
        let named = try #require(parse(SampleReports.text(report(set), .csv)))
        #expect(
            named.map { Array($0.prefix(3)) } == [
                ["rule_id", "rule_name", "dest"], ["r0", "Rule 0", "ws-014"], ["r0", "Rule 0", ""],
            ])
    }

    @Test("findings without rows and columns are an empty file, not a nameless column")
    func nothingFound() throws {
        #expect(try SampleReports.text(search(RowSet(columns: [])), .csv) == "")
        #expect(try SampleReports.text(search(RowSet(columns: ["dest"])), .csv) == "dest\r\n")
    }

    @Test("several rules' findings stand under the union of their columns, after the rule's identity")
    func severalRules() throws {
        let first = RowSet(columns: ["dest", "count"], rows: [["a", 1]])
        let second = RowSet(columns: ["user", "dest", "rule_id"], rows: [["u", "b", "z"]])
        let expected = [
            "rule_id,rule_name,dest,count,user,row.rule_id", "r0,Rule 0,a,1,,", "r1,Rule 1,b,,u,z", "",
        ]
        #expect(try SampleReports.text(report(first, second), .csv) == expected.joined(separator: "\r\n"))
    }

    @Test("the form hangs on the rules that ran, not on what they found")
    func form() throws {
        #expect(
            try SampleReports.text(report(RowSet(columns: ["a"]), RowSet(columns: ["b"])), .csv)
                == "rule_id,rule_name,a,b\r\n")
        #expect(try SampleReports.text(report(RowSet(columns: ["a"])), .csv) == "rule_id,rule_name,a\r\n")
    }

    @Test("an event's cell is JSON, whatever acts in it", arguments: ["\u{7f}", "\u{9b}", "\u{202e}", "\u{e0041}"])
    func eventCell(acting: String) throws {
        var report = SampleReports.lateralMovement()
        report.matches = [
            MatchedEvent(
                rule: SampleReports.lateral, archive: "a", line: 1, offset: 0, event: Text("{\"a\":\"x\(acting)y\"}"))
        ]
        var options = ReportOptions()
        options.csvContent = .matches
        let cell = try #require(try parse(SampleReports.text(report, .csv, options))?.last?.last)
        #expect(!cell.contains(acting))
        let event = try JSONSerialization.jsonObject(with: Data(cell.utf8)) as? [String: String]
        #expect(event == ["a": "x\(acting)y"])
    }

    @Test("matches, alerts and rules have tables of their own")
    func otherContent() throws {
        var report = SampleReports.lateralMovement()
        report.matches = [
            MatchedEvent(
                rule: SampleReports.quiet, archive: "a", line: 7, offset: 99, event: "{\"a\":1}",
                selections: ["tool", "odd"])
        ]
        report.alerts = [
            Alert(kind: .risk, rule: SampleReports.quiet, fields: [("risk_object", "x"), ("risk_score", 4)]),
            Alert(kind: .notable, rule: SampleReports.quiet, fields: [("title", "t")]),
            Alert(kind: .risk, rule: SampleReports.quiet, fields: [("risk_score", 5), ("threat", "y")]),
        ]
        func text(_ content: ReportOptions.CSVContent) throws -> String {
            var options = ReportOptions()
            options.csvContent = content
            return try SampleReports.text(report, .csv, options)
        }
        #expect(
            try text(.matches)
                == "rule_id,rule_name,archive,line,offset,selections,event\r\n"
                + "b0a4,Odd Archive Tool,a,7,99,\"tool\nodd\",\"{\"\"a\"\":1}\"\r\n")
        #expect(
            try text(.risk)
                == "rule_id,rule_name,risk_object,risk_score,threat\r\nb0a4,Odd Archive Tool,x,4,\r\n"
                + "b0a4,Odd Archive Tool,,5,y\r\n")
        #expect(try text(.notables) == "rule_id,rule_name,title\r\nb0a4,Odd Archive Tool,t\r\n")
        #expect(try parse(text(.rules))?.map { $0[3] } == ["status", "compiled", "compiled", "unsupported"])
    }

    @Test(
        "a formula is left as it is, or gets an apostrophe where cells are to be safe",
        arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", "\n", "＝1"])
    func formulas(text: String) throws {
        let set = RowSet(columns: ["a"], rows: [[.text(Text(text))], [.number(-1)], ["a=1"]])
        var options = ReportOptions()
        #expect(try parse(SampleReports.text(search(set), .csv))?[1] == [text])
        options.isCSVSafe = true
        #expect(try parse(SampleReports.text(search(set), .csv, options)) == [["a"], ["'\(text)"], ["-1"], ["a=1"]])
    }

    @Test("control characters are visible escapes, but for line ends and tabs inside quotes")
    func controls() throws {
        let set = RowSet(
            columns: ["a"],
            rows: [[.text(Text(bytes: Array("\u{1b}[31m\r\u{0}\u{202e}\tx\r\ny\nz\u{9b}".utf8) + [0xFF]))]])
        #expect(
            try parse(SampleReports.text(search(set), .csv))?[1]
                == ["\\x1b[31m\\r\\x00\\u{202e}\tx\r\ny\nz\\u{9b}\u{FFFD}"])
    }

    @Test("an independent reader gets hostile cells back, and nothing acts on a terminal", arguments: 0..<60)
    func hostile(seed: UInt64) throws {
        var random = HostileContent(seed: seed)
        let set = random.rows()
        let text = try SampleReports.text(search(set), .csv)
        #expect(dangerousScalars(text, allowing: ["\n", "\r", "\t"]) == [])
        // A lone carriage return would let a line overwrite itself.
        #expect(!text.unicodeScalars.split(separator: "\r").dropFirst().contains { $0.first != "\n" })
        let rows = try #require(parse(text))
        #expect(rows.count == set.rows.count + 1)
        for (row, expected) in zip(rows.dropFirst(), set.rows) {
            #expect(row.count == set.columns.count)
            for (cell, value) in zip(row, expected) {
                #expect(Array(cell.unicodeScalars) == Array(visible(value).unicodeScalars))
            }
        }
    }

    private func visible(_ value: Value) -> String {
        let text = Array(value.texts.map(\.string).joined(separator: "\n").unicodeScalars)
        var visible = String.UnicodeScalarView()
        for (index, scalar) in text.enumerated() {
            let endsLine = scalar == "\r" && index + 1 < text.count && text[index + 1] == "\n"
            if !isDangerous(scalar) || scalar == "\n" || scalar == "\t" || endsLine {
                visible.append(scalar)
            } else if scalar == "\r" {
                visible += "\\r".unicodeScalars
            } else {
                let digits = String(scalar.value, radix: 16)
                let short = "\\x" + (digits.count < 2 ? "0" : "") + digits
                visible += (scalar.isASCII ? short : "\\u{\(digits)}").unicodeScalars
            }
        }
        return String(visible)
    }
}
