import Detections
import Foundation
import Hunting
import Testing
import Values

@testable import Reporting

@Suite("Reports that are cut short")
struct OutputCutTests {
    private static let rule = RuleIdentity(id: "1", name: "Many", kind: .escu)

    private func report() -> HuntReport {
        var rule = RuleReport(rule: Self.rule, status: .compiled)
        let rows = (0..<400_000).map { [Value.text(Text("host-\($0)")), .text(Text("é command line \($0)"))] }
        rule.findings = Findings(RowSet(columns: ["dest", "process"], rows: rows))
        var report = HuntReport()
        report.rules = [rule]
        report.summary.findings = rows.count
        return report
    }

    /// What is written when the end is asked for at the same time.
    private func cut(_ format: ReportFormat) throws -> (text: String, isWhole: Bool, seconds: Double) {
        var options = ReportOptions()
        let interruption = Interruption()
        options.interruption = interruption
        let output = Output()
        let report = report()
        let begin = ContinuousClock.now
        interruption.request()
        let isWhole = try ReportWriter(format: format, options: options).write(report, to: output)
        let elapsed = ContinuousClock.now - begin
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        return (String(decoding: output.bytes, as: UTF8.self), isWhole, seconds)
    }

    @Test("end within a second, in every format", arguments: ReportFormat.allCases)
    func ends(format: ReportFormat) throws {
        let (text, isWhole, seconds) = try cut(format)
        #expect(!isWhole)
        #expect(seconds < 1, "\(format): \(seconds)")
        #expect(text.contains("host-0"))
        #expect(!text.contains("host-399999"))
    }

    @Test("are valid JSON, which says so")
    func isValid() throws {
        let (document, _, _) = try cut(.json)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String: Any])
        let summary = try #require(json["summary"] as? [String: Any])
        #expect(summary["cut_short"] as? Bool == true)
        #expect(summary["interrupted"] as? Bool == true)
        let findings = try #require(json["findings"] as? [Any])
        #expect(findings.count > 0 && findings.count < 400_000)
        let lines = try cut(.jsonl).text.split(separator: "\n")
        for line in lines.suffix(3) {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
        #expect(lines.last?.hasPrefix("{\"type\":\"summary\"") == true)
        #expect(lines.last?.contains("\"cut_short\":true") == true)
    }

    @Test("say it to people, too")
    func isSaid() throws {
        #expect(try cut(.table).text.contains("Interrupted: what was found is not told to its end"))
        let whole = try SampleReports.text(SampleReports.lateralMovement(), .jsonl)
        #expect(!whole.contains("cut_short"))
    }

    @Test("a reader that takes nothing does not hold the end up")
    func blocked() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let output = Output(descriptor: ends[1], name: "pipe")
        let interruption = Interruption()
        output.interruption = interruption
        let begin = ContinuousClock.now
        interruption.request()
        #expect(throws: OutputError.stopped(destination: "pipe")) {
            for _ in 0..<100 { try output.write([UInt8](repeating: 0x61, count: 10_000)) }
        }
        #expect(ContinuousClock.now - begin < .seconds(1.5))
    }
}
