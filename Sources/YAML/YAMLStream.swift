/// The documents of a YAML text.
public struct YAMLStream: Sendable {
    /// In their order; empty for a text without any.
    public var documents: [YAMLNode] = []
    /// What was read all the same but is likely a mistake: keys given twice.
    public var warnings: [YAMLError] = []

    /// Reads all documents of a text.
    ///
    /// Merge keys (`<<`) are resolved: a key of the mapping itself wins over a merged one, an earlier merged mapping over a
    /// later one. Of equal keys the last wins, with a warning.
    ///
    /// - Throws: `YAMLError` at the first place that is not YAML or exceeds a limit.
    public init(_ bytes: [UInt8], file: String, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
        guard bytes.count <= limits.bytes else {
            throw YAMLError(
                file: file, mark: YAMLMark(), reason: "\(bytes.count) bytes are more than the \(limits.bytes) allowed")
        }
        var composer = Composer(events: try YAMLEventReader(bytes, file: file), file: file, limits: limits)
        try composer.compose()
        documents = composer.documents
        warnings = composer.warnings
    }
}

/// Builds trees from events.
struct Composer: ~Copyable {
    private var events: YAMLEventReader
    private let file: String
    private let limits: YAMLLimits
    /// Those that were read to their end.
    private(set) var documents: [YAMLNode] = []
    private(set) var warnings: [YAMLError] = []
    /// What an anchor names, and how many nodes that is when written out.
    private var anchors: [String: (node: YAMLNode, size: Int)] = [:]
    /// Nodes with aliases written out.
    private(set) var size: Int

    /// - Parameter size: the nodes that other parts of the same text have taken.
    init(events: consuming YAMLEventReader, file: String, limits: YAMLLimits, size: Int = 0) {
        self.events = events
        self.file = file
        self.limits = limits
        self.size = size
    }

    /// Reads to the end.
    mutating func compose() throws(YAMLError) {
        while true {
            switch try events.next() {
            case .streamEnd: return
            case .documentStart:
                anchors = [:]
                documents.append(try node(from: try events.next(), depth: 0))
            default: continue
            }
        }
    }

    private mutating func node(from event: YAMLEvent, depth: Int) throws(YAMLError) -> YAMLNode {
        let mark = events.mark
        let before = size
        try grow(by: 1, at: mark)
        guard depth <= limits.depth else {
            throw YAMLError(file: file, mark: mark, reason: "nested deeper than \(limits.depth) levels")
        }
        let node: YAMLNode
        let anchor: String?
        switch event {
        case .alias(let name):
            guard let known = anchors[name] else {
                throw YAMLError(file: file, mark: mark, reason: "the alias *\(name)* names no anchor before it")
            }
            try grow(by: known.size, at: mark)
            return known.node
        case .scalar(let text, let style, let name, let tag):
            // A text that begins so is meant, as a pattern may be, and would be lost.
            if let tag, tag != "!", !tag.hasPrefix("tag:yaml.org,2002:") {
                throw YAMLError(
                    file: file, mark: mark,
                    reason:
                        "\(tag) is read as a tag, and none is known of this name: a text that begins with an exclamation mark needs quotes"
                )
            }
            node = YAMLNode(.scalar(text, style), tag: Self.resolved(tag), mark: mark)
            anchor = name
        case .sequenceStart(let name, let tag):
            var nodes: [YAMLNode] = []
            while true {
                let next = try events.next()
                if case .sequenceEnd = next { break }
                nodes.append(try self.node(from: next, depth: depth + 1))
            }
            node = YAMLNode(.sequence(nodes), tag: Self.resolved(tag), mark: mark)
            anchor = name
        case .mappingStart(let name, let tag):
            node = YAMLNode(.mapping(try mapping(depth: depth)), tag: Self.resolved(tag), mark: mark)
            anchor = name
        case .documentStart, .documentEnd, .streamEnd, .sequenceEnd, .mappingEnd:
            throw YAMLError(file: file, mark: mark, reason: "the document ends where a value is expected")
        }
        if let anchor { anchors[anchor] = (node, size - before) }
        return node
    }

    private mutating func mapping(depth: Int) throws(YAMLError) -> YAMLMapping {
        var mapping = YAMLMapping()
        var merged: [YAMLMapping] = []
        while true {
            let next = try events.next()
            if case .mappingEnd = next { break }
            let key = try node(from: next, depth: depth + 1)
            let value = try node(from: try events.next(), depth: depth + 1)
            if case .scalar("<<", .plain) = key.content {
                merged += try mergeable(value)
            } else if let earlier = mapping.set(key, to: value), let text = key.text {
                warnings.append(
                    YAMLError(
                        file: file, mark: key.mark,
                        reason: "the key \(text) was given before, on line \(earlier.line); this one counts"))
            }
        }
        for source in merged {
            for (key, value) in source.entries where !mapping.contains(key) { mapping.set(key, to: value) }
        }
        return mapping
    }

    private func mergeable(_ value: YAMLNode) throws(YAMLError) -> [YAMLMapping] {
        if let mapping = value.mapping { return [mapping] }
        let mappings = value.sequence?.compactMap(\.mapping)
        guard let mappings, mappings.count == value.sequence?.count else {
            throw YAMLError(
                file: file, mark: value.mark, reason: "<< takes a mapping or a list of mappings, not \(value.kindName)")
        }
        return mappings
    }

    /// An explicit `!` means that the scalar is text, whatever it looks like.
    private static func resolved(_ tag: String?) -> String? {
        tag == "!" ? "tag:yaml.org,2002:str" : tag
    }

    private mutating func grow(by count: Int, at mark: YAMLMark) throws(YAMLError) {
        size += count
        guard size <= limits.nodes else {
            throw YAMLError(
                file: file, mark: mark, reason: "more than \(limits.nodes) nodes with aliases written out")
        }
    }
}
