import Testing
import Values

@testable import Detections

@Suite struct RiskModelTests {
    private let columns = ["dest", "user", "process_name", "count", "firstTime"]

    private func alerts(_ text: String, _ rows: [[Value]]) throws -> [Alert] {
        RiskModel().alerts(for: try Samples.detection(text).detection, findings: RowSet(columns: columns, rows: rows))
    }

    private func value(_ name: String, of alert: Alert) -> Value {
        alert.fields.first { $0.name == name }?.value ?? .missing
    }

    private let row: [Value] = ["srv-1", "ann", "cmd.exe", 4, "2024-01-01T00:00:00"]

    @Test("a TTP raises a risk event for each risk object present, and one notable event")
    func ttp() throws {
        let alerts = try alerts(Samples.observables, [row])
        #expect(alerts.map(\.kind) == [.risk, .risk, .notable])
        let risk = try #require(alerts.first)
        #expect(risk.rule.name == "Shell Started by Print Spooler")
        #expect(value("search_name", of: risk) == "ESCU - Shell Started by Print Spooler - Rule")
        #expect(value("risk_object", of: risk) == "srv-1")
        #expect(value("risk_object_type", of: risk) == "system")
        #expect(value("risk_score", of: risk) == 56)
        #expect(value("risk_message", of: risk) == "cmd.exe on srv-1 by ann, $nothing$, costs 5$")
        #expect(value("threat_object", of: risk) == .multivalue(["cmd.exe"]))
        #expect(value("threat_object_type", of: risk) == .multivalue(["process_name"]))
        #expect(value("threat_object_field", of: risk) == .multivalue(["process_name"]))
        #expect(value("firstTime", of: risk) == "2024-01-01T00:00:00")
        #expect(value("annotations.mitre_attack", of: risk) == .multivalue(["T1047", "T1059.001"]))
        #expect(value("annotations.mitre_attack.mitre_tactic", of: risk) == .multivalue(["Execution"]))
        #expect(value("annotations.kill_chain_phases", of: risk) == .multivalue(["Installation"]))
        #expect(value("annotations.nist", of: risk) == .multivalue(["DE.CM"]))
        #expect(value("annotations.cis20", of: risk) == .multivalue(["CIS 10"]))
        #expect(value("annotations.analytic_story", of: risk) == .multivalue(["Printers"]))
        #expect(value("risk_object", of: alerts[1]) == "ann")
        #expect(value("risk_object_type", of: alerts[1]) == "user")

        let notable = try #require(alerts.last)
        #expect(value("rule_title", of: notable) == "Shell Started by Print Spooler")
        #expect(value("rule_description", of: notable) == "A shell whose parent is the print spooler.")
        #expect(value("security_domain", of: notable) == "endpoint")
        #expect(value("severity", of: notable) == "medium")
        #expect(value("user", of: notable) == "ann")
        #expect(value("dest", of: notable) == "srv-1")
        #expect(value("drilldown_name", of: notable) == .multivalue(["Results for srv-1"]))
        guard case .multivalue(let searches) = value("drilldown_search", of: notable) else {
            Issue.record("no drilldown search")
            return
        }
        #expect(searches.first?.string.hasPrefix("| tstats count") == true)
        #expect(searches.first?.string.hasSuffix("| search dest=\"srv-1\"") == true)
    }

    @Test("each value of a multivalue risk object is its own event; a missing one gives none")
    func multivalue() throws {
        let alerts = try alerts(
            Samples.observables,
            [["srv-1", .multivalue(["ann", "bob"]), .missing, 1, .missing], [.missing, .missing, "x", 1, .missing]])
        #expect(alerts.map(\.kind) == [.risk, .risk, .risk, .notable, .notable])
        #expect(alerts.prefix(3).map { value("risk_object", of: $0) } == ["srv-1", "ann", "bob"])
        #expect(value("risk_message", of: alerts[1]) == "$process_name$ on srv-1 by ann, bob, $nothing$, costs 5$")
        #expect(value("threat_object", of: alerts[0]) == .missing)
        #expect(value("firstTime", of: alerts[0]) == .missing)
        #expect(value("user", of: alerts[4]) == .missing)
    }

    @Test("an anomaly raises risk events only, with the score of each object")
    func anomaly() throws {
        let alerts = try alerts(Samples.riskBlock, [row])
        #expect(alerts.map(\.kind) == [.risk, .risk])
        #expect(alerts.map { value("risk_score", of: $0) } == [40, 25])
    }

    @Test(
        "what is raised depends on the type",
        arguments: [
            ("Correlation", [Alert.Kind.notable]), ("Hunting", []), ("Baseline", []), ("Nonsense", []),
            ("TTP", [.risk, .risk, .notable]), ("Anomaly", [.risk, .risk]),
        ])
    func types(type: String, expected: [Alert.Kind]) throws {
        let text = Samples.observables.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("type:") ? "type: \(type)" : String($0) }.joined(separator: "\n")
        #expect(try alerts(text, [row]).map(\.kind) == expected)
    }

    @Test("a notable event's texts may name the detection and hold fields")
    func notableTexts() throws {
        var model = RiskModel()
        model.deployments[.ttp].notable = .init(
            title: "%name% on $dest$ at 5%", description: "%unknown% %", fields: ["count"])
        let detection = try Samples.detection(Samples.observables).detection
        let alerts = model.alerts(for: detection, findings: RowSet(columns: columns, rows: [row]))
        let notable = try #require(alerts.last)
        #expect(value("rule_title", of: notable) == "Shell Started by Print Spooler on srv-1 at 5%")
        #expect(value("rule_description", of: notable) == "%unknown% %")
        #expect(value("count", of: notable) == 4)
    }

    @Test("an alert has what its finding has beside; a score that was found goes before that of the detection")
    func otherFields() throws {
        let detection = try Samples.detection(Samples.observables).detection
        let extra = RowSet(
            columns: columns + ["risk_score", "note", "_raw"], rows: [row + [.number(7), "seen", "x"]])
        let alerts = RiskModel().alerts(for: detection, findings: extra)
        #expect(alerts.map(\.kind) == [.risk, .risk, .notable])
        for alert in alerts {
            #expect(value("note", of: alert) == "seen")
            #expect(value("_raw", of: alert) == .missing)
        }
        #expect(value("risk_score", of: try #require(alerts.last)) == .number(7))
        #expect(value("risk_score", of: try #require(alerts.first)) != .number(7))
    }

    @Test(
        "without a risk score the severity comes from the impact, else it is medium",
        arguments: [
            ("{impact: 90}", "critical"), ("{}", "medium"), ("{risk_score: 15, impact: 90}", "informational"),
        ])
    func severity(tags: String, expected: String) throws {
        let alerts = try alerts("{name: N, search: s, type: Correlation, tags: \(tags)}", [row])
        #expect(alerts.map { value("severity", of: $0) } == [.text(Text(expected))])
    }

    @Test("no findings, no alerts")
    func none() throws {
        #expect(try alerts(Samples.observables, []).isEmpty)
    }
}
