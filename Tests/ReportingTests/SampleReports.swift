import Detections
import Hunting
import Values

@testable import Reporting

/// A report as a hunt for lateral movement could end with.
enum SampleReports {
    static let lateral = RuleIdentity(
        id: "7d1c0a52-6f0c-4f0e-9d5b-1f6e5a0c3b11", name: "Remote Service Started From Shell", kind: .escu)
    static let quiet = RuleIdentity(id: "b0a4", name: "Odd Archive Tool", kind: .sigma)
    static let unsupported = RuleIdentity(id: "c3", name: "Needs A Join", kind: .escu)

    static let columns = [
        "dest", "user", "parent_process_name", "process_name", "process", "process_id", "count", "firstTime",
        "lastTime",
    ]

    static func lateralMovement() -> HuntReport {
        var rule = RuleReport(rule: lateral, status: .compiled)
        rule.severity = "high"
        rule.riskScore = 64
        rule.techniques = ["T1021.002"]
        rule.tactics = ["Lateral Movement"]
        rule.findings = Findings(
            RowSet(
                columns: columns,
                rows: [
                    [
                        "ws-014", "CORP\\anna", "cmd.exe", "sc.exe",
                        "sc.exe \\\\srv-02 create updater binPath= \"C:\\Windows\\Temp\\updater.exe -service -quiet\" start= auto",
                        "4711", 2, "2024-05-01T10:15:00", "2024-05-01T10:15:09",
                    ],
                    [
                        "srv-02", .missing, "powershell.exe", "sc.exe", "sc.exe \\\\dc-01 start updater", "88", 1,
                        "2024-05-01T11:00:00", "2024-05-01T11:00:00",
                    ],
                ]))
        var report = HuntReport()
        report.rules = [
            rule, RuleReport(rule: quiet, status: .compiled),
            RuleReport(
                rule: unsupported, status: .unsupported, reason: "needs-a-join.yml: column 14: join: not supported"),
        ]
        report.malformed = [
            MalformedLine(archive: "logs/a.json.zst", line: 12, offset: 3456, reason: "ends before the object does")
        ]
        report.damage = [Damage(archive: "logs/b.json.gz", offset: 1_048_576, reason: "the checksum differs")]
        report.summary.archives = 85
        report.summary.bytesRead = 21_300_000
        report.summary.bytesScanned = 1_160_000_000
        report.summary.lines = 459_513
        report.summary.events = 459_484
        report.summary.malformed = 28
        report.summary.blank = 1
        report.summary.parsed = 1204
        report.summary.matchedEvents = 3
        report.summary.findings = 2
        report.summary.rules = 2
        report.summary.damaged = 1
        report.summary.seconds = 0.08
        return report
    }

    /// The report as text.
    static func text(_ report: HuntReport, _ format: ReportFormat, _ options: ReportOptions = ReportOptions()) throws
        -> String
    {
        let output = Output()
        try ReportWriter(format: format, options: options).write(report, to: output)
        return String(decoding: output.bytes, as: UTF8.self)
    }
}
