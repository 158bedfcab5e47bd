import Events
import Pipeline
public import Values

extension RiskModel {
    /// The risk events of a detection's findings as rows of the dataset `Risk.All_Risk`.
    ///
    /// The fields are those of the risk events, and what Enterprise Security adds: `source` is the saved search,
    /// `calculated_risk_score` the score, `normalized_risk_object` the object. `_time` is the finding's own, else its last
    /// time, else its first.
    public func dataset(of detection: Detection, findings: RowSet) -> RowSet {
        var rows = RowSet()
        for alert in alerts(for: detection, findings: findings) where alert.kind == .risk {
            var fields = alert.fields.filter { $0.name != "_time" }
            let values = Dictionary(alert.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            fields.append(("source", .text(Text(detection.searchName))))
            fields.append(("calculated_risk_score", values["risk_score"] ?? .missing))
            fields.append(("normalized_risk_object", values["risk_object"] ?? .missing))
            let time = ["_time", "lastTime", "firstTime"].lazy.compactMap { values[$0] }.compactMap(Self.epoch).first
            if let time { fields.append(("_time", time)) }
            rows.append(RowSet(columns: fields.map(\.name), rows: [fields.map(\.value)]))
        }
        return rows
    }

    /// A time as epoch seconds, which is how rows have it.
    private static func epoch(_ value: Value) -> Value? {
        guard let text = value.texts.first else { return nil }
        let time = text.bytes.withUnsafeBytes { Timestamp.parse($0, zone: .utc) }
        return time.map { .text(EpochText.text(nanoseconds: $0.nanoseconds)) }
    }
}
