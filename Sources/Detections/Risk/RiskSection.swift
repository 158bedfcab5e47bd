import YAML

/// Who is put at risk by what, from whichever form the document has.
struct RiskSection {
    var message: String
    var riskObjects: [Detection.RiskObject] = []
    var threatObjects: [Detection.ThreatObject] = []

    /// - Parameter score: for objects that have none of their own.
    init(
        _ document: inout DocumentReader, tags: inout DocumentReader, observables: [Detection.Observable], score: Double
    ) {
        if document.mapping["finding"] != nil || document.mapping["intermediate_findings"] != nil {
            message = ""
            readFindings(&document, score: score)
        } else if document.mapping["rba"] != nil {
            var section = document.section("rba")
            message = section.text("message")
            riskObjects = Self.objects("risk_objects", of: &section, score: score)
            threatObjects = Self.threats(of: &section)
            document.absorb(section)
        } else {
            message = tags.text("message")
            derive(from: observables, score: score)
        }
    }

    private mutating func readFindings(_ document: inout DocumentReader, score: Double) {
        for key in ["finding", "intermediate_findings"] {
            var section = document.section(key)
            if message.isEmpty { message = section.text("title") }
            if message.isEmpty { message = section.text("message") }
            for entities in ["entity", "entities"] {
                for object in Self.objects(entities, of: &section, score: score) {
                    // The finding and the intermediate finding may name the same entity; it is scored once.
                    let isKnown = riskObjects.contains { $0.field == object.field && $0.kind == object.kind }
                    if !isKnown { riskObjects.append(object) }
                }
            }
            threatObjects += Self.threats(of: &section)
            document.absorb(section)
        }
        threatObjects += Self.threats(of: &document)
        if message.isEmpty { message = riskObjects.compactMap(\.message).first ?? "" }
    }

    private static func objects(
        _ key: String, of section: inout DocumentReader, score: Double
    ) -> [Detection.RiskObject] {
        section.list(key) { reader in
            let field = reader.text("field")
            guard !field.isEmpty else {
                reader.note("field", "is missing; the object is ignored", severity: .warning)
                return nil
            }
            let message = reader.text("message")
            return Detection.RiskObject(
                field: field, kind: Detection.RiskObject.Kind(rawValue: reader.text("type").lowercased()) ?? .other,
                score: reader.number("score") ?? score, message: message.isEmpty ? nil : message)
        }
    }

    private static func threats(of section: inout DocumentReader) -> [Detection.ThreatObject] {
        section.list("threat_objects") { reader in
            let field = reader.text("field")
            return field.isEmpty ? nil : Detection.ThreatObject(field: field, type: reader.text("type"))
        }
    }

    /// ESCU's derivation: a victim is a risk object, an attacker a threat object, anything else a risk object of no
    /// particular kind.
    private mutating func derive(from observables: [Detection.Observable], score: Double) {
        for observable in observables where !observable.name.isEmpty {
            let type = observable.type.lowercased()
            let isAttacker = observable.roles.contains("Attacker")
            if isAttacker {
                let threat = Detection.ThreatObject(field: observable.name, type: Self.threatType(type))
                if !threatObjects.contains(threat) { threatObjects.append(threat) }
            }
            let isVictim = observable.roles.contains("Victim")
            guard isVictim || !isAttacker else { continue }
            let object = Detection.RiskObject(
                field: observable.name, kind: isVictim ? Self.kind(type) : .other, score: score)
            if !riskObjects.contains(object) { riskObjects.append(object) }
        }
    }

    private static func kind(_ type: String) -> Detection.RiskObject.Kind {
        switch type {
        case "user", "user name", "username", "email address", "email": .user
        case "device", "endpoint", "hostname", "ip address", "ip", "host", "system": .system
        default: .other
        }
    }

    /// The names that Enterprise Security gives to threat objects.
    private static func threatType(_ type: String) -> String {
        switch type {
        case "process": "process"
        case "process name": "process_name"
        case "parent process": "parent_process"
        case "file", "file name": "file_name"
        case "file hash": "file_hash"
        case "ip address", "ip": "ip_address"
        case "url", "url string", "uniform resource locator": "url"
        case "email", "email address": "email_address"
        case "endpoint", "hostname", "device", "host", "system": "system"
        case "user", "user name", "username": "user"
        case "registry key": "registry_path"
        case "registry value": "registry_value_name"
        default: "other"
        }
    }
}
