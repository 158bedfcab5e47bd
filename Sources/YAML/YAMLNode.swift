import Values

/// One node of a YAML document. Aliases are already replaced by what they stand for.
public struct YAMLNode: Sendable {
    /// What the node is. Whether a scalar is a number, null or text is for `scalar` to say.
    public indirect enum Content: Sendable {
        case scalar(String, Style)
        case sequence([YAMLNode])
        case mapping(YAMLMapping)
    }

    /// How a scalar was written: without a tag, only plain ones can be anything but text.
    public enum Style: Hashable, Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// With aliases and merge keys resolved.
    public var content: Content
    /// The explicit tag in full (`tag:yaml.org,2002:str`), where there is one.
    public var tag: String?
    /// Where the node begins.
    public var mark: YAMLMark

    /// - Parameter tag: in full; `nil` where none is written.
    public init(_ content: Content, tag: String? = nil, mark: YAMLMark = YAMLMark()) {
        self.content = content
        self.tag = tag
        self.mark = mark
    }
}

extension YAMLNode {
    /// The text of a scalar as it is written, whatever it would resolve to; `nil` for other nodes and for null.
    public var text: String? {
        guard case .scalar(let text, _) = content, !isNull else { return nil }
        return text
    }

    /// The members of a sequence; `nil` for other nodes.
    public var sequence: [YAMLNode]? {
        guard case .sequence(let nodes) = content else { return nil }
        return nodes
    }

    /// The pairs of a mapping; `nil` for other nodes.
    public var mapping: YAMLMapping? {
        guard case .mapping(let mapping) = content else { return nil }
        return mapping
    }

    /// The value under a key, where this is a mapping that has it.
    public subscript(key: String) -> YAMLNode? { mapping?[key] }

    /// What to call the node in an error.
    public var kindName: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a scalar"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// The pairs of a mapping in their order, with the last of equal keys.
public struct YAMLMapping: Sendable {
    /// In the order of the text; each scalar key once.
    public private(set) var entries: [(key: YAMLNode, value: YAMLNode)] = []
    /// Where a scalar key stands in `entries`; bytes, because Swift's strings are equal beyond their bytes.
    private var positions: [Text: Int] = [:]

    /// A mapping without pairs.
    public init() {}

    /// The value under a scalar key of exactly these bytes; constant time.
    public subscript(key: String) -> YAMLNode? {
        positions[Text(key)].map { entries[$0].value }
    }

    /// The pair under a key, for the place where the key stands; constant time.
    public func entry(_ key: String) -> (key: YAMLNode, value: YAMLNode)? {
        positions[Text(key)].map { entries[$0] }
    }

    /// Keys that are scalars, in order.
    public var keys: [String] {
        entries.compactMap { entry in
            guard case .scalar(let text, _) = entry.key.content else { return nil }
            return text
        }
    }

    /// Adds a pair, or replaces the value of an equal scalar key in its place.
    ///
    /// - Returns: where the key stood before, if it did.
    @discardableResult
    public mutating func set(_ key: YAMLNode, to value: YAMLNode) -> YAMLMark? {
        guard case .scalar(let text, _) = key.content else {
            entries.append((key, value))
            return nil
        }
        if let position = positions[Text(text)] {
            let earlier = entries[position].key.mark
            entries[position] = (key, value)
            return earlier
        }
        positions[Text(text)] = entries.count
        entries.append((key, value))
        return nil
    }

    func contains(_ key: YAMLNode) -> Bool {
        guard case .scalar(let text, _) = key.content else { return false }
        return positions[Text(text)] != nil
    }
}
