import Values

/// The notable events of one detection.
struct NotableEvents {
    private let detection: Detection
    private let notable: Deployment.Notable
    private let annotations: [(name: String, value: Value)]
    private let title: MessageTemplate
    private let description: MessageTemplate
    private let drilldowns: [(name: MessageTemplate, search: MessageTemplate)]

    init(_ detection: Detection, _ notable: Deployment.Notable, annotations: [(name: String, value: Value)]) {
        self.detection = detection
        self.notable = notable
        self.annotations = annotations
        func template(_ text: String) -> MessageTemplate {
            MessageTemplate(
                Self.expand(
                    text,
                    [
                        "name": detection.name, "description": detection.description,
                        "original_detection_search": detection.search,
                    ]))
        }
        title = template(notable.title)
        description = template(notable.description)
        drilldowns = detection.drilldowns.map { (template($0.name), template($0.search)) }
    }

    func alert(for finding: Finding) -> Alert {
        func filled(_ template: MessageTemplate) -> Text { template.filled { finding[$0] } }
        var fields: [(name: String, value: Value)] = [("search_name", .text(Text(detection.searchName)))]
        fields += finding.times
        fields.append(("rule_title", Value(filled(title))))
        fields.append(("rule_description", Value(filled(description))))
        fields.append(("security_domain", Value(Text(detection.securityDomain))))
        fields.append(("severity", .text(Text(severity.rawValue))))
        // A correlation over risk finds a score that is another one for each object.
        let score = finding["risk_score"]
        if score.isMissing, let own = detection.riskScore { fields.append(("risk_score", .number(own))) }
        for name in notable.fields where !fields.contains(where: { $0.name == name }) {
            fields.append((name, finding[name]))
        }
        if !drilldowns.isEmpty {
            fields.append(("drilldown_name", .several(drilldowns.map { filled($0.name) })))
            fields.append(("drilldown_search", .several(drilldowns.map { filled($0.search) })))
        }
        fields += annotations
        fields += finding.others(than: fields)
        return Alert(kind: .notable, rule: detection.identity, fields: fields.filter { !$0.value.isMissing })
    }

    /// From the risk score, as ESCU grades detections; without one from the impact, in the same steps; without either
    /// medium, which is what Enterprise Security presets.
    private var severity: Severity {
        (detection.riskScore ?? detection.impact).map(Severity.init(riskScore:)) ?? .medium
    }

    /// Puts texts in the place of `%name%` and the like; other percent signs stay. What was put in is not looked at again.
    private static func expand(_ text: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "%") {
            result += rest[..<open]
            let inside = rest[rest.index(after: open)...]
            if let close = inside.firstIndex(of: "%"), let value = values[String(inside[..<close])] {
                result += value
                rest = inside[inside.index(after: close)...]
            } else {
                result += "%"
                rest = inside
            }
        }
        return result + rest
    }
}

extension Value {
    /// Empty text is missing.
    fileprivate init(_ text: Text) {
        self = text.isEmpty ? .missing : .text(text)
    }
}
