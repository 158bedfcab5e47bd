import Detections
import Foundation
import Hunting
import Testing
import Values

@testable import Reporting

@Suite("The order of rules in reports")
struct RuleOrderTests {
    private var report: HuntReport {
        var report = HuntReport()
        let severities = ["low", "", "critical", "high", "informational", "critical", "medium"]
        for (number, severity) in severities.enumerated() {
            var rule = RuleReport(
                rule: RuleIdentity(id: "r\(number)", name: "Rule \(number)", kind: .sigma), status: .compiled)
            rule.severity = severity
            rule.findings = Findings(RowSet(columns: ["a"], rows: [[.text(Text("x\(number)"))]]))
            report.rules.append(rule)
            report.alerts.append(Alert(kind: .risk, rule: rule.rule, fields: [("a", .text(Text("x\(number)")))]))
        }
        return report
    }

    private static let bySeverity = [2, 5, 3, 6, 0, 4, 1]

    /// The numbers of the rules in the order in which they are told.
    private func numbers(in text: String, after mark: String) -> [Int] {
        text.components(separatedBy: mark).dropFirst().compactMap { Int(String($0.prefix(1))) }
    }

    @Test("the most severe come first, those of one severity as given, those without one last")
    func documents() throws {
        let table = try SampleReports.text(report, .table)
        let findings = String(try #require(table.components(separatedBy: "Risk events").first))
        #expect(numbers(in: findings, after: "Rule ") == Self.bySeverity)
        #expect(numbers(in: table, after: "Risk events: Rule ") == Self.bySeverity)
        #expect(numbers(in: try SampleReports.text(report, .csv), after: ",x") == Self.bySeverity)
        var options = ReportOptions()
        options.csvContent = .risk
        #expect(numbers(in: try SampleReports.text(report, .csv, options), after: ",x") == Self.bySeverity)
        #expect(
            numbers(in: try SampleReports.text(report, .json), after: "\"a\":\"x") == Self.bySeverity + Self.bySeverity)
    }

    @Test("lines that are read as a stream come as the rules were given")
    func stream() throws {
        let order = Array(0..<7)
        #expect(numbers(in: try SampleReports.text(report, .jsonl), after: "\"a\":\"x") == order + order)
    }
}
