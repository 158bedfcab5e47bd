public import Events
import Pipeline
public import Values

extension RiskModel {
    /// The risk events of a detection's findings as rows of the dataset `Risk.All_Risk`.
    ///
    /// The fields are those of the risk events, and what Enterprise Security adds: `source` is the saved search,
    /// `calculated_risk_score` the score, `normalized_risk_object` the object, `annotations._all` the values of all annotations.
    /// `_time` is the finding's own, else its last time, else its first, else that of the run. Techniques and tactics are there by their identifiers, too, and tactics are named as Enterprise
    /// Security's own table of ATT&CK names them: `privilege-escalation`.
    ///
    /// - Parameters:
    ///   - zone: of times that name none.
    ///   - now: the time of the run, where it has no schedule.
    public func dataset(of detection: Detection, findings: RowSet, zone: TimeZone, now: Timestamp) -> RowSet {
        var rows = RowSet()
        for alert in alerts(for: detection, findings: findings) where alert.kind == .risk {
            var fields = alert.fields.filter { $0.name != "_time" }
            let values = Dictionary(alert.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            let tactics = values[Self.tactics]?.texts.map(\.string) ?? []
            let time = Self.times.lazy.compactMap { values[$0] }.compactMap { Self.time($0, zone) }.first ?? now
            let annotations = fields.filter { $0.name.hasPrefix("annotations.") }.flatMap(\.value.texts)
            let added: [(name: String, value: Value)] = [
                ("source", .text(Text(detection.searchName))),
                ("calculated_risk_score", values["risk_score"] ?? .missing),
                ("normalized_risk_object", values["risk_object"] ?? .missing),
                ("analyticstories", values["annotations.analytic_story"] ?? .missing),
                (Self.techniqueIDs, values["annotations.mitre_attack"] ?? .missing),
                (Self.tactics, Self.value(tactics.map(AttackTactic.shortName))),
                (Self.tacticIDs, Self.value(tactics.compactMap(AttackTactic.identifier))),
                ("annotations._all", annotations.isEmpty ? .missing : .multivalue(annotations)),
                ("_time", .text(EpochText.text(nanoseconds: time.nanoseconds))),
            ]
            // What Enterprise Security gives goes before what the finding has under the same name.
            let names = Set(added.map(\.name))
            fields.removeAll { names.contains($0.name) }
            fields += added
            rows.append(RowSet(columns: fields.map(\.name), rows: [fields.map(\.value)]))
        }
        return rows
    }

    /// Where a time is looked for, the best place first.
    private static let times = ["_time", "lastTime", "firstTime", "run_time"]
    private static let techniqueIDs = "annotations.mitre_attack.mitre_technique_id"
    private static let tactics = "annotations.mitre_attack.mitre_tactic"
    private static let tacticIDs = "annotations.mitre_attack.mitre_tactic_id"

    private static func value(_ texts: [String]) -> Value {
        texts.isEmpty ? .missing : .multivalue(texts.map { Text($0) })
    }

    private static func time(_ value: Value, _ zone: TimeZone) -> Timestamp? {
        value.texts.first.flatMap { text in text.bytes.withUnsafeBytes { Timestamp.parse($0, zone: zone) } }
    }
}
