import Events
import Pipeline
public import Values

extension RiskModel {
    /// The risk events of a detection's findings as rows of the dataset `Risk.All_Risk`.
    ///
    /// The fields are those of the risk events, and what Enterprise Security adds: `source` is the saved search,
    /// `calculated_risk_score` the score, `normalized_risk_object` the object. `_time` is the finding's own, else its last
    /// time, else its first. Techniques and tactics are there by their identifiers, too, and tactics are named as Enterprise
    /// Security's own table of ATT&CK names them: `privilege-escalation`.
    public func dataset(of detection: Detection, findings: RowSet) -> RowSet {
        var rows = RowSet()
        for alert in alerts(for: detection, findings: findings) where alert.kind == .risk {
            var fields = alert.fields.filter { $0.name != "_time" }
            let values = Dictionary(alert.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            fields.append(("source", .text(Text(detection.searchName))))
            fields.append(("calculated_risk_score", values["risk_score"] ?? .missing))
            fields.append(("normalized_risk_object", values["risk_object"] ?? .missing))
            fields.append(("analyticstories", values["annotations.analytic_story"] ?? .missing))
            fields.append((Self.techniqueIDs, values["annotations.mitre_attack"] ?? .missing))
            let tactics = values[Self.tactics]?.texts.map(\.string) ?? []
            fields.removeAll { $0.name == Self.tactics }
            fields.append((Self.tactics, Self.value(tactics.map(AttackTactic.shortName))))
            fields.append((Self.tacticIDs, Self.value(tactics.compactMap(AttackTactic.identifier))))
            let time = ["_time", "lastTime", "firstTime"].lazy.compactMap { values[$0] }.compactMap(Self.epoch).first
            if let time { fields.append(("_time", time)) }
            rows.append(RowSet(columns: fields.map(\.name), rows: [fields.map(\.value)]))
        }
        return rows
    }

    private static let techniqueIDs = "annotations.mitre_attack.mitre_technique_id"
    private static let tactics = "annotations.mitre_attack.mitre_tactic"
    private static let tacticIDs = "annotations.mitre_attack.mitre_tactic_id"

    private static func value(_ texts: [String]) -> Value {
        texts.isEmpty ? .missing : .multivalue(texts.map { Text($0) })
    }

    /// A time as epoch seconds, which is how rows have it.
    private static func epoch(_ value: Value) -> Value? {
        guard let text = value.texts.first else { return nil }
        let time = text.bytes.withUnsafeBytes { Timestamp.parse($0, zone: .utc) }
        return time.map { .text(EpochText.text(nanoseconds: $0.nanoseconds)) }
    }
}
