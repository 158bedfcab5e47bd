public import YAML

/// Which kinds of events rules of a logsource may see, by a table of its own: not the engine's.
public struct SigmaGates: Sendable {
    private var channels: [String: [String]] = [:]
    private var categories: [String: [Alternative]] = [:]

    fileprivate struct Alternative {
        var service: String?
        var events: [String] = []
        var sensors: [String] = []
        var values: [String: [String]] = [:]
        var fields: [String: String] = [:]
        var isForAnyProduct = false
    }

    /// Reads gates as they are written in a document with `services` and `categories`.
    public init(_ document: YAMLNode) {
        func texts(_ node: YAMLNode?) -> [String] {
            node?.sequence?.compactMap(\.text) ?? node?.text.map { [$0] } ?? []
        }
        for (name, node) in Self.members(document["services"]) { channels[name] = texts(node) }
        for (name, node) in Self.members(document["categories"]) {
            categories[name] = node.sequence?.map { entry in
                var alternative = Alternative()
                alternative.service = entry["service"]?.text
                alternative.events = texts(entry["EventID"])
                alternative.sensors = texts(entry["crowdstrike"])
                for (field, values) in Self.members(entry["values"]) { alternative.values[field] = texts(values) }
                for (field, other) in Self.members(entry["fields"]) { alternative.fields[field] = other.text }
                alternative.isForAnyProduct = entry["product"]?.text == "any"
                return alternative
            }
        }
    }

    private static func members(_ node: YAMLNode?) -> [(String, YAMLNode)] {
        node?.mapping?.entries.compactMap { entry in entry.key.text.map { ($0, entry.value) } } ?? []
    }

    /// The kinds of events that a rule may see, each with one identifier; none where there is no gate in the table.
    public func sources(product: String?, category: String?, service: String?) -> [SigmaSource] {
        let own = service.map { channels[$0] ?? [] }
        guard let category else {
            guard product == "windows" else { return [] }
            return (own ?? []).map { SigmaSource(log: .channel($0)) }
        }
        return (categories[category] ?? []).flatMap { alternative -> [SigmaSource] in
            guard product == "windows" || alternative.isForAnyProduct else { return [] }
            if !alternative.sensors.isEmpty {
                guard own == nil else { return [] }
                return alternative.sensors.map {
                    SigmaSource(log: .sensor($0), fields: alternative.fields, known: SigmaSource.sensorProcessFields)
                }
            }
            let allowed = (alternative.service.flatMap { channels[$0] } ?? []).filter { own?.contains($0) ?? true }
            let isProcess = alternative.events == ["4688"]
            return allowed.flatMap { channel in
                alternative.events.flatMap { event in
                    alternative.eachValue.map { values in
                        SigmaSource(
                            log: .channel(channel), eventID: event, values: values, fields: alternative.fields,
                            known: isProcess ? SigmaSource.securityProcessFields : nil)
                    }
                }
            }
        }
    }
}

extension SigmaGates.Alternative {
    /// One value for each field that the gate asks values of, in all ways.
    fileprivate var eachValue: [[String: String]] {
        values.sorted { $0.key < $1.key }.reduce([[:]]) { all, field in
            all.flatMap { one in field.value.map { one.merging([field.key: $0]) { $1 } } }
        }
    }
}
