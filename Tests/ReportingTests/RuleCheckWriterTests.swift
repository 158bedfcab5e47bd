import Detections
import Foundation
import Testing

@testable import Hunting
@testable import Reporting

@Suite("What is told of rules that are not run")
struct RuleCheckWriterTests {
    private let checks: [RuleCheck] = {
        func check(_ name: String, group: String?, maturity: String = "production") -> RuleCheck {
            var check = RuleCheck(
                rule: RuleIdentity(id: name, name: name, kind: .escu), status: group == nil ? .compiled : .unsupported)
            check.group = group
            check.file = "/content/rules/\(name).yml"
            check.reason = group.map { "/content/rules/\(name).yml:7: search, column 3: \($0)" }
            check.maturity = maturity
            check.type = "TTP"
            return check
        }
        return [
            check("first", group: nil), check("second", group: "the command map"),
            check("third\u{1b}[31m", group: "the command map"), check("fourth", group: "the dataset X.Y"),
            check("fifth", group: nil, maturity: "deprecated"),
        ]
    }()

    private func text(_ format: ReportFormat, width: Int = 80, listsAll: Bool = false) throws -> String {
        var options = ReportOptions()
        options.width = width
        let output = Output()
        try RuleCheckWriter(format: format, options: options, listsAll: listsAll).write(checks, to: output)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    @Test("a table has those that can't run, the reasons by their frequency, and the sum")
    func table() throws {
        let expected = """
            In /content/rules/
            status       rule           why not
            unsupported  second         second.yml:7: search, column 3: the command map
            unsupported  third\\x1b[31m  third\\x1b[31m.yml:7: search, column 3: the command
                                        map
            unsupported  fourth         fourth.yml:7: search, column 3: the dataset X.Y

            Reasons
            rules  can't run for
                2  the command map
                1  the dataset X.Y

            Kinds
            status      type  rules  can run
            deprecated  TTP       1        1
            production  TTP       4        1

            2 of 5 rules can run; 1 of the 4 that are not deprecated

            """
        let shown = try text(.table)
        #expect(shown == expected)
        #expect(try text(.table, listsAll: true).contains("compiled     fifth (deprecated)"))
    }

    @Test("documents that can't be read are told of with their place")
    func unreadable() throws {
        let problems = [
            ContentProblem(.error, file: "/content/a.yml", reason: "it is not text"),
            ContentProblem(.warning, file: "/content/b.yml", reason: "odd"),
        ]
        func text(_ format: ReportFormat) throws -> String {
            let output = Output()
            try RuleCheckWriter(format: format).write([checks[0]], problems: problems, to: output)
            return String(decoding: output.bytes, as: UTF8.self)
        }
        let lines = try text(.jsonl).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == "{\"type\":\"unreadable\",\"file\":\"/content/a.yml\",\"reason\":\"it is not text\"}")
        #expect(lines[2].contains("\"unreadable\":1"))
        let table = try text(.table)
        #expect(table.contains("/content/a.yml  it is not text"))
        #expect(table.hasSuffix("1 of 1 rule can run; 1 document can't be read\n"))
    }

    @Test("JSON has a record for each rule and a summary that adds up")
    func json() throws {
        let lines = try text(.jsonl).split(separator: "\n")
        #expect(lines.count == 6)
        #expect(lines.allSatisfy { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) != nil })
        #expect(
            lines[5].hasPrefix(
                "{\"type\":\"summary\",\"rules\":5,\"compiled\":2,\"unsupported\":3,\"invalid\":0,\"not_gated\":0,\"unreadable\":0,\"deprecated\":1,"
            ))
        #expect(lines[5].contains("\"reasons\":[{\"reason\":\"the command map\",\"rules\":2}"))
        let document = try JSONSerialization.jsonObject(with: Data(text(.json).utf8)) as? [String: Any]
        #expect(document?.keys.sorted() == ["rules", "summary", "unreadable"])
        let rules = document?["rules"] as? [[String: Any]]
        #expect(rules?.count == 5 && rules?.allSatisfy { $0["type"] == nil } == true)
        #expect((document?["summary"] as? [String: Any])?["rules"] as? Int == 5)
    }
}
