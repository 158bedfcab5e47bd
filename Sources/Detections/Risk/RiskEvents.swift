import Values

/// The risk events of one detection.
struct RiskEvents {
    private let detection: Detection
    private let annotations: [(name: String, value: Value)]
    private let objects: [(object: Detection.RiskObject, message: MessageTemplate)]

    init(_ detection: Detection, annotations: [(name: String, value: Value)]) {
        self.detection = detection
        self.annotations = annotations
        let message = MessageTemplate(detection.message)
        objects = detection.riskObjects.map { ($0, $0.message.map(MessageTemplate.init) ?? message) }
    }

    func alerts(for finding: Finding) -> [Alert] {
        var alerts: [Alert] = []
        let times = finding.times
        let threats = threatFields(of: finding)
        for (object, message) in objects {
            let text = message.filled { finding[$0] }
            // What has no name is no object.
            for value in finding[object.field].texts where !value.isEmpty {
                var fields: [(name: String, value: Value)] = [("search_name", .text(Text(detection.searchName)))]
                fields += times
                fields += [
                    ("risk_object", .text(value)), ("risk_object_field", .text(Text(object.field))),
                    ("risk_object_type", .text(Text(object.kind.rawValue))), ("risk_score", .number(object.score)),
                ]
                if !text.isEmpty { fields.append(("risk_message", .text(text))) }
                fields += threats
                fields += annotations
                fields += finding.others(than: fields)
                alerts.append(Alert(kind: .risk, rule: detection.identity, fields: fields))
            }
        }
        return alerts
    }

    /// Three parallel lists: a threat object's value, its type, and the field it comes from.
    private func threatFields(of finding: Finding) -> [(name: String, value: Value)] {
        var values: [Text] = []
        var types: [Text] = []
        var names: [Text] = []
        for threat in detection.threatObjects {
            for value in finding[threat.field].texts where !value.isEmpty {
                values.append(value)
                types.append(Text(threat.type.isEmpty ? "other" : threat.type))
                names.append(Text(threat.field))
            }
        }
        guard !values.isEmpty else { return [] }
        return [
            ("threat_object", .multivalue(values)), ("threat_object_type", .multivalue(types)),
            ("threat_object_field", .multivalue(names)),
        ]
    }
}
