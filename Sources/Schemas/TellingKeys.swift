import Events
import Values

/// A key that tells, before an event is parsed, whether it may be of some kind.
public struct TellingKey: Hashable, Sendable {
    /// The key as it stands in the line: the last part of its path.
    public var key: String
    /// The texts of which one must stand behind it, in any case; `nil` where they are not known as a whole.
    public var texts: [String]?
    /// What the value must look like in place of that, in any case, with `*` for any text; `nil` where any value will do.
    public var patterns: [String]?
}

/// What can be said of a line before it is parsed, from the schema alone.
extension Schema {
    /// For each source of a dataset keys of which the line of every event of that source holds one, with one of its texts; `nil`
    /// where some of its events can't be told by a key. No sources for a dataset that isn't known.
    public func tellingKeys(ofDataset name: String) -> [[TellingKey]?] {
        datasets[name]?.sources.map { tellingKeys(of: $0) } ?? []
    }

    /// Keys of which the line of every event holds one, with one of the texts, if the event's identifier is one of them;
    /// `nil` where that can't be told by a key.
    public func tellingKeys(ofEventIDs texts: [String]) -> [TellingKey]? {
        tellingKeys(ofEventIDs: texts, in: shapes)
    }

    /// Paths that tell the shape of an event, and which of its source's it is.
    var shapePaths: Set<String> {
        Set(shapes.flatMap(identifierPaths) + shapes.flatMap { $0.when.joined().map(\.path) })
    }

    /// Paths whose keys tell something, so that they must be known by their exact names.
    func tellingPaths(beside shapePaths: Set<String>) -> [String] {
        var paths = shapePaths
        for source in datasets.values.flatMap(\.sources) where source.events.isEmpty && !source.when.isEmpty {
            for shape in shapes where source.shapes.isEmpty || source.shapes.contains(shape.name) {
                paths.formUnion(source.when.joined().flatMap { self.paths(of: $0.path, in: shape) })
            }
        }
        return paths.sorted()
    }

    private func tellingKeys(of source: Source) -> [TellingKey]? {
        let taken = shapes.filter { source.shapes.isEmpty || source.shapes.contains($0.name) }
        if !source.events.isEmpty { return tellingKeys(ofEventIDs: source.events, in: taken) }
        var found: [TellingKey] = []
        for shape in taken {
            // What the source asks says more than what tells the shape.
            let alternatives = source.when.isEmpty ? shape.when : source.when
            for alternative in alternatives {
                // All conditions of an alternative hold together: one that asks for texts says most, then one with patterns.
                let keys = alternative.compactMap { condition -> [TellingKey]? in
                    let paths = source.when.isEmpty ? [condition.path] : self.paths(of: condition.path, in: shape)
                    return tellingKeys(of: condition, at: paths)
                }
                let best =
                    keys.first { $0.allSatisfy { $0.texts != nil } }
                    ?? keys.first { $0.allSatisfy { $0.patterns != nil } } ?? keys.first
                guard let best else { return nil }
                found += best
            }
        }
        return found
    }

    private func tellingKeys(of condition: Condition, at paths: [String]) -> [TellingKey]? {
        // A text that is open at an end can't be looked for as a whole.
        let isOpen = condition.texts.contains { $0.utf8.contains(UInt8(ascii: "*")) }
        let texts = condition.texts.isEmpty || isOpen ? nil : condition.texts
        let patterns = isOpen ? condition.texts : nil
        var found: [TellingKey] = []
        for path in paths {
            guard let keys = Self.keys(ofPath: path) else { return nil }
            found += keys.map { TellingKey(key: $0, texts: texts, patterns: patterns) }
        }
        return found
    }

    private func tellingKeys(ofEventIDs texts: [String], in shapes: [Shape]) -> [TellingKey]? {
        var found: [TellingKey] = []
        for shape in shapes {
            for path in identifierPaths(of: shape) {
                guard let keys = Self.keys(ofPath: path) else { return nil }
                if keys.contains(where: { $0.utf8.count < Self.leastLength }), let others = longKeys(of: shape) {
                    found += others
                } else {
                    found += keys.map { TellingKey(key: $0, texts: texts) }
                }
            }
        }
        return found
    }

    /// Keys that tell a shape and are long enough, of each alternative the first one; `nil` where one has none.
    private func longKeys(of shape: Shape) -> [TellingKey]? {
        var found: [TellingKey] = []
        for alternative in shape.when {
            let keys = alternative.lazy.compactMap { tellingKeys(of: $0, at: [$0.path]) }
            guard let first = keys.first(where: { $0.allSatisfy { $0.key.utf8.count >= Self.leastLength } }) else {
                return nil
            }
            found += first
        }
        return found
    }

    /// A shorter key is a part of too many others, as `id` is, to be looked for.
    private static let leastLength = 3

    /// Where a shape keeps the event's identifier: in the event, and beside `_raw` in a Splunk export of it.
    private func identifierPaths(of shape: Shape) -> [String] { ["EventCode"] + paths(of: "EventID", in: shape) }

    /// Where a shape keeps a field: in the event, and beside `_raw` in a Splunk export of it.
    private func paths(of name: String, in shape: Shape) -> [String] {
        let own =
            shape.names[name]
            ?? shape.templates.compactMap { template in
                template == "alias"
                    ? shape.aliases[name]
                    : template.replacingDollar(with: name)
            }
        return [name] + own
    }

    /// The keys that hold the value of a path in the line; `nil` where it is no key's value that is searched for.
    private static func keys(ofPath path: String) -> [String]? {
        // Names of event data may be an attribute's value, and lose their spaces.
        if EventLayout.namedDataPrefixes.contains(where: path.hasPrefix) { return nil }
        let parts = path.components(at: UInt8(ascii: "."))
        guard let last = parts.last, !parts.contains("#attributes"),
            !path.utf8.contains(UInt8(ascii: "*")), !path.utf8.contains(UInt8(ascii: "\""))
        else { return nil }
        let key = String(last.hasSuffix("{}") ? last.dropLast(2) : last)
        // What JSON calls `#text` is an element's own text in XML.
        if key == "#text", parts.count > 1 { return [key, String(parts[parts.count - 2])] }
        return [key]
    }
}
