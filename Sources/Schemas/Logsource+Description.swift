// What gates ask, for people.
extension Schema {
    /// What is asked of the events of a view of logsources: a line for each kind of events that it takes.
    ///
    /// - Parameter name: one that `logsource(product:category:service:)` gives; any other has no lines.
    public func logsourceDescription(_ name: String) -> [String] {
        let parts = logsources(ofView: name) ?? []
        return parts.enumerated().flatMap { index, part in
            part.sources.map { (index > 0 ? "that are also: " : "") + Self.description(of: $0) }
        }
    }

    private static func description(of source: Source) -> String {
        var words: [String] = []
        if !source.channels.isEmpty { words.append("channel \(listed(source.channels))") }
        if let service = source.service { words.append("service \(service)") }
        if !source.events.isEmpty { words.append("EventID \(listed(source.events))") }
        if !source.when.isEmpty {
            let alternatives = source.when.map { conditions in conditions.map(description).joined(separator: " and ") }
            words.append(listed(alternatives))
        }
        words += source.values.map { "\(description(of: $0)) or missing" }
        if !source.shapes.isEmpty { words.append("shape \(listed(source.shapes))") }
        return words.isEmpty ? "every event" : words.joined(separator: "; ")
    }

    private static func description(of condition: Condition) -> String {
        condition.texts.isEmpty ? condition.path : "\(condition.path)=\(listed(condition.texts, separator: "|"))"
    }

    /// As many as people read.
    private static func listed(_ texts: [String], separator: String = ", or ") -> String {
        let shown = texts.prefix(12).joined(separator: separator)
        return texts.count > 12 ? "\(shown) and \(texts.count - 12) more" : shown
    }
}
