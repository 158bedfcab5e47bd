import Detections
import Hunting
import Testing
import Values

@testable import Reporting

@Suite("Reports for people")
struct TableReportTests {
    private func options(width: Int, listsRules: Bool = false, hasColor: Bool = false) -> ReportOptions {
        var options = ReportOptions()
        options.width = width
        options.listsRules = listsRules
        options.hasColor = hasColor
        return options
    }

    @Test("at 80 columns")
    func narrow() throws {
        let expected = #"""
            Remote Service Started From Shell
            high severity, risk score 64, T1021.002, Lateral Movement, 2 findings
            1  dest                 ws-014
               user                 CORP\anna
               parent_process_name  cmd.exe
               process_name         sc.exe
               process              sc.exe \\srv-02 create updater binPath=
                                    "C:\Windows\Temp\updater.exe -service -quiet" start=
                                    auto
               process_id           4711
               count                2
               firstTime            2024-05-01T10:15:00
               lastTime             2024-05-01T10:15:09

            2  dest                 srv-02
               parent_process_name  powershell.exe
               process_name         sc.exe
               process              sc.exe \\dc-01 start updater
               process_id           88
               count                1
               firstTime            2024-05-01T11:00:00
               lastTime             2024-05-01T11:00:00

            2 findings of 1 rule (2 ran) in 85 archives
            1.16 GB (21.3 MB read), 459,484 events in 0.08 s (14.5 GB/s)
            1 rule did not run: 1 unsupported (--rule-status says why)
            28 malformed lines in 1 archive (first: logs/a.json.zst:12: ends before the
              object does)
            1 damaged archive; what could be read was hunted
            - logs/b.json.gz: byte 1,048,576: the checksum differs

            """#
        #expect(try SampleReports.text(SampleReports.lateralMovement(), .table, options(width: 80)) == expected)
    }

    @Test("at 200 columns")
    func wide() throws {
        let shown = try SampleReports.text(SampleReports.lateralMovement(), .table, options(width: 200))
        let expected = #"""
            Remote Service Started From Shell
            high severity, risk score 64, T1021.002, Lateral Movement, 2 findings
            dest    user       parent_process_name  process_name  process                                                                                process_id  count  firstTime            lastTime
            ws-014  CORP\anna  cmd.exe              sc.exe        sc.exe \\srv-02 create updater binPath= "C…p\updater.exe -service -quiet" start= auto        4711      2  2024-05-01T10:15:00  2024-05-01T10:15:09
            srv-02             powershell.exe       sc.exe        sc.exe \\dc-01 start updater                                                                   88      1  2024-05-01T11:00:00  2024-05-01T11:00:00

            2 findings of 1 rule (2 ran) in 85 archives
            """#
        #expect(shown.hasPrefix(expected))
    }

    @Test("rules, matches and alerts have sections of their own")
    func sections() throws {
        var report = SampleReports.lateralMovement()
        report.rules[0].findings = Findings()
        report.alerts = [
            Alert(kind: .notable, rule: SampleReports.lateral, fields: [("title", "Service"), ("dest", "ws-014")]),
            Alert(kind: .risk, rule: SampleReports.lateral, fields: [("risk_object", "ws-014"), ("risk_score", 64)]),
            Alert(kind: .risk, rule: SampleReports.lateral, fields: [("risk_object", "anna"), ("threat", "sc.exe")]),
        ]
        report.matches = [
            MatchedEvent(
                rule: SampleReports.quiet, archive: "a.json", line: 99, offset: 4000, event: "{\"a\":\"\u{9b}\"}",
                selections: ["tool", "odd"])
        ]
        let shown = try SampleReports.text(report, .table, options(width: 92, listsRules: true))
        let expected = #"""
            Rules
            status       findings  rule                               reason
            compiled            0  Remote Service Started From Shell
            compiled            0  Odd Archive Tool
            unsupported            Needs A Join                       needs-a-join.yml: column 14: join:
                                                                      not supported

            Matched events
            rule              archive  line  selections  event
            Odd Archive Tool  a.json     99  tool, odd   {"a":"\u{9b}"}

            Risk events: Remote Service Started From Shell
            risk_object  risk_score  threat
            ws-014               64
            anna                     sc.exe

            Notable events: Remote Service Started From Shell
            title    dest
            Service  ws-014

            2 findings of 0 rules (2 ran) in 85 archives
            """#
        #expect(shown.hasPrefix(expected))
    }

    @Test("nothing found says what was looked at")
    func nothing() throws {
        var report = HuntReport()
        report.rules = [RuleReport(rule: SampleReports.quiet, status: .compiled)]
        report.summary.rules = 1
        report.summary.archives = 85
        report.summary.events = 459_484
        report.summary.bytesRead = 1_160_000_000
        report.summary.bytesScanned = 1_160_000_000
        report.summary.seconds = 0.08
        let expected = """
            No findings: 1 rule over 459,484 events in 85 archives
            1.16 GB, 459,484 events in 0.08 s (14.5 GB/s)

            """
        #expect(try SampleReports.text(report, .table) == expected)
    }

    @Test("a search's rows are results, and need no heading")
    func search() throws {
        var report = HuntReport()
        var rule = RuleReport(rule: RuleIdentity(id: "", name: "stats count", kind: .search), status: .compiled)
        rule.findings = Findings(RowSet(columns: ["count"], rows: [[3]]))
        report.rules = [rule]
        report.summary.findings = 1
        report.summary.archives = 1
        #expect(try SampleReports.text(report, .table).hasPrefix("count\n    3\n\n1 result in 1 archive\n"))
        report.rules[0].findings = Findings()
        report.summary.findings = 0
        #expect(try SampleReports.text(report, .table).hasPrefix("No results: 0 events in 1 archive\n"))
    }

    @Test("an interrupted hunt, events without a time and much damage are said")
    func trouble() throws {
        var report = HuntReport()
        report.summary.isInterrupted = true
        report.summary.unread = 12
        report.summary.withoutTime = 1
        report.damage = (1...12).map { (number: Int) -> Damage in
            Damage(archive: "a\(number)", offset: number, reason: "x")
        }
        report.damage.append(
            Damage(archive: "locked.json", offset: nil, reason: "can't be opened: Permission denied"))
        report.limits = [
            ReachedLimit(
                rule: RuleIdentity(id: "q", name: "Quiet", kind: .escu), reason: "only the first 5 were kept")
        ]
        let lines = try SampleReports.text(report, .table).split(separator: "\n")
        #expect(lines[2] == "1 event without a time, left out of the time range")
        #expect(
            lines[3...6] == [
                "A limit was reached; the results are not all", "- Quiet: only the first 5 were kept",
                "1 archive could not be read at all", "- locked.json: can't be opened: Permission denied",
            ])
        #expect(lines[7] == "12 damaged archives; what could be read was hunted")
        #expect(
            lines[17...] == [
                "- a10: byte 10: x", "- and 2 more", "Interrupted: 12 archives not read, or not to the end",
            ])
    }

    @Test("colours follow the severity, and only where they are asked for")
    func colors() throws {
        let report = SampleReports.lateralMovement()
        let plain = try SampleReports.text(report, .table, options(width: 80))
        let colored = try SampleReports.text(report, .table, options(width: 80, hasColor: true))
        #expect(colored.hasPrefix("\u{1b}[1mRemote Service Started From Shell\u{1b}[0m\n\u{1b}[31mhigh severity"))
        #expect(!plain.contains("\u{1b}"))
        #expect(withoutColors(colored) == plain)
    }

    @Test("hostile content keeps to the width and acts on nothing", arguments: 0..<40)
    func hostile(seed: UInt64) throws {
        var random = HostileContent(seed: seed)
        let report = random.report()
        for width in [20, 40, 80, 137, 200] {
            let shown = try SampleReports.text(report, .table, options(width: width, listsRules: true))
            #expect(dangerousScalars(shown) == [])
            for line in shown.split(separator: "\n") {
                #expect(DisplayText(String(line)).width <= width)
            }
        }
    }
}
