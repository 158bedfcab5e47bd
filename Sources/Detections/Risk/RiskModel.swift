public import Values
import YAML

/// Makes the risk and notable events that Enterprise Security would make from findings.
public struct RiskModel: Sendable {
    /// By the type of a detection, what its findings raise.
    public var deployments: Deployments
    /// What alerts are annotated with beside the detection's own words.
    public var enrichment: AttackEnrichment

    /// ESCU's defaults and the built-in table, where none are given.
    public init(deployments: Deployments = Deployments(), enrichment: AttackEnrichment = .builtIn) {
        self.deployments = deployments
        self.enrichment = enrichment
    }

    /// Columns that a finding's alerts take over as they are, where it has them.
    static let timeColumns = ["_time", "firstTime", "lastTime"] + ScheduledWindow.columns

    /// The alerts of a detection's findings, those of a finding together: its risk events first, then its notable event.
    ///
    /// Which there are depends on the deployment for the detection's type; none where the type is unknown. There is a risk
    /// event for each risk object that the finding has a value for, for each value of it. What a finding has beside what makes an
    /// alert, the alert has, too, as events in Splunk's indexes of both have the fields of their results.
    public func alerts(for detection: Detection, findings: RowSet) -> [Alert] {
        guard let type = detection.type, !findings.rows.isEmpty else { return [] }
        let deployment = deployments[type]
        let annotations = Annotations(of: detection, enrichment: enrichment).fields
        let risk = deployment.createsRiskEvents ? RiskEvents(detection, annotations: annotations) : nil
        let notables = deployment.notable.map { NotableEvents(detection, $0, annotations: annotations) }
        var alerts: [Alert] = []
        for row in findings.rows {
            let finding = Finding(columns: findings.columns, row: row)
            if let risk { alerts += risk.alerts(for: finding) }
            if let notables { alerts.append(notables.alert(for: finding)) }
        }
        return alerts
    }
}

/// One row of a result, by column.
struct Finding {
    let columns: [String]
    let row: [Value]

    subscript(column: String) -> Value {
        guard let position = columns.firstIndex(of: column), position < row.count else { return .missing }
        return row[position]
    }

    /// What it has beside some fields, and beside what Splunk keeps to itself: names that begin with `_`.
    func others(than fields: [(name: String, value: Value)]) -> [(name: String, value: Value)] {
        let names = Set(fields.map(\.name))
        return zip(columns, row).compactMap { name, value in
            value.isMissing || name.hasPrefix("_") || names.contains(name) ? nil : (name, value)
        }
    }

    /// The times that the finding has, as alert fields.
    var times: [(name: String, value: Value)] {
        RiskModel.timeColumns.compactMap { name in
            let value = self[name]
            return value.isMissing || value.singleText?.isEmpty == true ? nil : (name, value)
        }
    }
}

extension Annotations {
    /// As fields of a risk or notable event, under the names that Enterprise Security uses; empty ones are left out.
    var fields: [(name: String, value: Value)] {
        let all: [(String, [String])] = [
            ("annotations.mitre_attack", techniqueIDs),
            ("annotations.mitre_attack.mitre_technique", techniques),
            ("annotations.mitre_attack.mitre_tactic", tactics),
            ("annotations.mitre_attack.mitre_threat_group_name", groups),
            ("annotations.kill_chain_phases", killChainPhases.map(\.rawValue)),
            ("annotations.nist", nist),
            ("annotations.cis20", cis),
            ("annotations.analytic_story", analyticStories),
            ("annotations.cve", cves),
        ]
        return all.compactMap { name, texts in
            let present = texts.filter { !$0.isEmpty }.map { Text($0) }
            return present.isEmpty ? nil : (name, .multivalue(present))
        }
    }
}
