/// Which events a Sigma rule may see.
///
/// A rule names a product, a category and a service, or some of them. What there is for these is read from the files
/// `logsources_*.yml`; a rule whose logsource has no entry is not gated, and nothing is guessed for it.
extension Schema {
    struct Logsource: Sendable {
        var key: LogsourceKey
        /// In order of precedence: the first one that takes an event says where its fields stand.
        var sources: [Source]
    }

    struct LogsourceKey: Hashable, Sendable {
        var product: String?
        var category: String?
        var service: String?

        /// How the logsource is told to people, and told apart from all others.
        var name: String {
            [("product", product), ("category", category), ("service", service)].compactMap { key, value in
                value.map { "\(key)=\($0)" }
            }.joined(separator: " ")
        }
    }

    /// Where an event of some shape keeps the fields that rules name.
    struct RuleFields: Sendable, Equatable {
        /// Path templates, as `Shape.templates`. `$tag` and `$attribute` stand for what is before and behind the first `_`.
        var templates: [String]
        /// Paths of fields that the templates do not find.
        var names: [String: [String]]
        /// Where gates find the event's identifier and channel, if that is another place.
        var header: [String: [String]]
    }

    /// Fields of events of some shapes, in the views of all logsources.
    struct RuleFieldsOfShapes: Sendable {
        var shapes: [String]
        var fields: [String: Derivation]
    }

    /// The field by which every logsource's view knows the host that an event is about, as the event writes it.
    static let hostField = "dest"

    /// What stands between the names of two logsources that an event must both be of.
    private static let conjunction = " + "

    /// The view of a rule's logsource, by the name that `FieldMap.View.logsource` takes; `nil` where the rule is not gated.
    ///
    /// An entry for all that the rule names counts. Else the rule's category and its service have an entry each, and an event
    /// has to be of both. An entry without a product is for rules of any product. Case is ignored.
    public func logsource(product: String?, category: String?, service: String?) -> String? {
        let product = product.map(Self.folded)
        let category = category.map(Self.folded)
        let service = service.map(Self.folded)
        if let exact = entry(LogsourceKey(product: product, category: category, service: service)) { return exact }
        guard let category, let service else { return nil }
        guard let first = entry(LogsourceKey(product: product, category: category)),
            let second = entry(LogsourceKey(product: product, service: service))
        else { return nil }
        return first + Self.conjunction + second
    }

    /// The name of what there is for a key, or for it without its product.
    private func entry(_ key: LogsourceKey) -> String? {
        if logsources[key.name] != nil { return key.name }
        let general = LogsourceKey(category: key.category, service: key.service)
        return key.product != nil && logsources[general.name] != nil ? general.name : nil
    }

    /// The logsources that an event of a view must be of: one, or a category's and a service's; `nil` for a name that
    /// `logsource(product:category:service:)` does not give.
    func logsources(ofView name: String) -> [Logsource]? {
        var found: [Logsource] = []
        var rest = name[...]
        while true {
            let end = rest.range(ofText: Self.conjunction)
            guard let logsource = logsources[String(rest[..<(end?.lowerBound ?? rest.endIndex)])] else { return nil }
            found.append(logsource)
            guard let end else { return found }
            rest = rest[end.upperBound...]
        }
    }

    static func folded(_ text: String) -> String { String(decoding: asciiLowercased(Array(text.utf8)), as: UTF8.self) }
}

extension Schema.Source {
    /// What the source says of a field that a rule names: of the field itself, or with `object.*` of all that stand in an object.
    func place(ofRuleField name: String) -> Derivation? {
        if let own = fields[name] { return own }
        var object = name[...]
        while let dot = object.lastIndex(of: ".") {
            object = object[..<dot]
            guard let moved = fields[String(object) + ".*"] else { continue }
            return moved.withMember(name[name.utf8.index(after: dot)...])
        }
        return nil
    }
}

extension Derivation {
    /// The places of an object's member, where those of any are written `object.*`.
    fileprivate func withMember(_ member: Substring) -> Derivation {
        switch self {
        case .field(let path) where path.last == "*": .field(String(path.dropLast()) + member)
        case .first(let parts): .first(parts.map { $0.withMember(member) })
        default: self
        }
    }
}

extension Substring {
    /// Where a text stands first, byte for byte.
    fileprivate func range(ofText text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].utf8.starts(with: text.utf8) {
                return start..<utf8.index(start, offsetBy: text.utf8.count)
            }
            start = utf8.index(after: start)
        }
        return nil
    }
}

// MARK: Reading

extension Schema {
    /// Reads a file of logsources; an entry replaces an earlier one for the same, or adds to it.
    mutating func readLogsources(_ root: SchemaNode) throws(SchemaError) {
        try root.allow(["logsources", "implied_channels", "anchors", "shapes", "fields_of_shapes"])
        let shapes = try root["shapes"].map { node throws(SchemaError) in try shapeNames(node) } ?? []
        for (provider, channel) in try root["implied_channels"]?.members() ?? [] {
            impliedChannels.append(Derivation.Pair(text: provider, result: try channel.text()))
        }
        for node in try root["fields_of_shapes"]?.list() ?? [] {
            try node.allow(["shapes", "fields"])
            ruleFieldsOfShapes.append(
                RuleFieldsOfShapes(shapes: try shapeNames(node.required("shapes")), fields: try fields(node)))
        }
        for node in try root["logsources"]?.list() ?? [] { try readLogsource(node, shapes: shapes) }
    }

    /// - Parameter shapes: those of sources that name neither shapes nor a log.
    private mutating func readLogsource(_ node: SchemaNode, shapes: [String]) throws(SchemaError) {
        try node.allow(["product", "category", "service", "channels", "sources", "fields", "add"])
        let key = LogsourceKey(
            product: try node["product"].map { part throws(SchemaError) in Self.folded(try part.text()) },
            category: try node["category"].map { part throws(SchemaError) in Self.folded(try part.text()) },
            service: try node["service"].map { part throws(SchemaError) in Self.folded(try part.text()) })
        guard !key.name.isEmpty, key.name[...].range(ofText: Self.conjunction) == nil else {
            throw node.error("a product, a category or a service is needed, without `\(Self.conjunction)` in it")
        }
        var sources: [Source] = []
        if let channels = try node["channels"]?.texts() {
            var source = Source(
                name: key.name, service: nil, events: [], shapes: [], when: [], fields: [:], keepsRest: true)
            source.channels = channels
            sources.append(source)
        }
        for node in try node["sources"]?.list() ?? [] {
            var source = try logsourceSource(node, of: key)
            if source.shapes.isEmpty && source.channels.isEmpty { source.shapes = shapes }
            sources.append(source)
        }
        let common = try fields(node)
        let isAdded = try node["add"]?.flag() ?? false
        if isAdded, let known = logsources[key.name] {
            sources =
                known.sources.map { source in
                    var source = source
                    source.fields.merge(common) { _, new in new }
                    return source
                } + sources
        } else if isAdded {
            throw node.error("there is no logsource \(key.name) to add to")
        } else if sources.isEmpty {
            throw node.error("`channels` or `sources` is missing")
        }
        for index in sources.indices { sources[index].fields.merge(common) { own, _ in own } }
        logsources[key.name] = Logsource(key: key, sources: sources)
    }

    private func logsourceSource(_ node: SchemaNode, of key: LogsourceKey) throws(SchemaError) -> Source {
        try node.allow(["name", "log", "channels", "events", "shapes", "when", "values", "inside", "fields"])
        var source = try sourceOfAnyKind(node, name: try node["name"]?.text() ?? key.name)
        source.keepsRest = true
        source.channels = try node["channels"]?.texts() ?? []
        source.inside = try node["inside"]?.texts() ?? []
        source.values = try node["values"].map(DerivationReader.conditions) ?? []
        guard let log = node["log"] else { return source }
        // The log of a service of the same product: its channels, and what it says of fields.
        let service = LogsourceKey(product: key.product ?? "windows", service: Self.folded(try log.text()))
        guard let known = logsources[service.name]?.sources.first, !known.channels.isEmpty else {
            throw log.error("\(service.name) has no channels; define it in a file read before, or above")
        }
        source.channels = known.channels
        source.fields.merge(known.fields) { own, _ in own }
        return source
    }
}
