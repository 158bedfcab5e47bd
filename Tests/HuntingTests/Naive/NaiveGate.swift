import YAML

/// Which events a rule sees, read from the gates of Windows logsources as they were written down.
struct NaiveGate {
    struct Alternative {
        var channels: Set<String>
        /// None for any.
        var events: Set<String>?
        var values: [(field: String, texts: [String])] = []
        var renamed: [String: String] = [:]
    }

    private var services: [String: Set<String>] = [:]
    private var categories: [String: [YAMLNode]] = [:]

    init(_ document: YAMLNode) {
        for (key, value) in document["services"]?.mapping?.entries ?? [] {
            services[key.text ?? ""] = Set(Self.texts(value).map { $0.lowercased() })
        }
        for (key, value) in document["categories"]?.mapping?.entries ?? [] {
            categories[key.text ?? ""] = value.sequence ?? []
        }
    }

    private static func texts(_ node: YAMLNode?) -> [String] {
        node?.sequence?.compactMap(\.text) ?? node?.text.map { [$0] } ?? []
    }

    /// The ways in which an event may pass; none where the logsource has no gate.
    func alternatives(_ logsource: YAMLNode?) -> [Alternative] {
        let product = logsource?["product"]?.text
        var found: [Alternative]?
        if let category = logsource?["category"]?.text {
            guard let nodes = categories[category] else { return [] }
            found = nodes.compactMap { node in
                guard product == "windows" || node["product"]?.text == "any",
                    let channels = node["service"]?.text.flatMap({ services[$0] })
                else { return nil }
                var alternative = Alternative(channels: channels, events: Set(Self.texts(node["EventID"])))
                for (key, value) in node["values"]?.mapping?.entries ?? [] {
                    alternative.values.append((key.text ?? "", Self.texts(value)))
                }
                for (key, value) in node["fields"]?.mapping?.entries ?? [] {
                    alternative.renamed[key.text ?? ""] = value.text
                }
                return alternative
            }
        }
        if let service = logsource?["service"]?.text {
            guard product == "windows", let channels = services[service] else { return [] }
            found =
                found?.map { alternative in
                    var alternative = alternative
                    alternative.channels.formIntersection(channels)
                    return alternative
                } ?? [Alternative(channels: channels)]
        }
        return found ?? []
    }
}

extension NaiveGate.Alternative {
    /// What a field has to be does not count where the event has no such field.
    func takes(_ event: NaiveEvent) -> Bool {
        values.allSatisfy { field, texts in
            let found = event.values(field)
            return found.isEmpty || found.contains { value in texts.contains { NaiveText.fold($0) == value.folded } }
        }
    }
}
