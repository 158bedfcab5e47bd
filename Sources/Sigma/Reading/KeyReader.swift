import YAML

/// Reads the keys of a mapping as what they have to be, and knows the way to them.
struct KeyReader {
    let mapping: YAMLMapping
    let file: String
    /// The keys that lead to the mapping.
    let path: String
    /// Where the mapping begins.
    let mark: YAMLMark

    init(_ node: YAMLNode, file: String, path: String = "") throws(SigmaError) {
        guard let mapping = node.mapping else {
            throw SigmaError(
                file: file, path: path, mark: node.mark, reason: "a mapping is expected, not \(node.kindName)")
        }
        self.mapping = mapping
        self.file = file
        self.path = path
        mark = node.mark
    }

    subscript(key: String) -> YAMLNode? {
        guard let node = mapping[key], !node.isNull else { return nil }
        return node
    }

    func path(to key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func error(_ key: String, _ reason: String, kind: SigmaError.Kind = .invalid) -> SigmaError {
        SigmaError(
            kind, file: file, path: path(to: key), mark: mapping.entry(key)?.key.mark ?? mark, reason: reason)
    }

    func required(_ key: String) throws(SigmaError) -> YAMLNode {
        guard let node = self[key] else { throw error(key, "it is missing") }
        return node
    }

    /// The mapping under a key.
    func section(_ key: String) throws(SigmaError) -> KeyReader {
        try KeyReader(try required(key), file: file, path: path(to: key))
    }

    /// The text of a scalar; `nil` where there is none.
    func text(_ key: String) throws(SigmaError) -> String? {
        guard let node = self[key] else { return nil }
        guard let text = node.text else { throw error(key, "a text is expected, not \(node.kindName)") }
        return text
    }

    /// The texts of a list; a scalar is a list of one.
    func texts(_ key: String) throws(SigmaError) -> [(text: String, mark: YAMLMark)] {
        guard let node = self[key] else { return [] }
        if let text = node.text { return [(text, node.mark)] }
        guard let nodes = node.sequence else { throw error(key, "a list is expected, not \(node.kindName)") }
        var texts: [(text: String, mark: YAMLMark)] = []
        for member in nodes {
            guard let text = member.text else {
                throw SigmaError(
                    file: file, path: path(to: key), mark: member.mark,
                    reason: "a list of texts is expected, not \(member.kindName) in it")
            }
            texts.append((text, member.mark))
        }
        return texts
    }
}
