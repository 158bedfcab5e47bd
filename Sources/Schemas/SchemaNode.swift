import YAML

/// A node of a schema file, with errors that say where it stands.
struct SchemaNode {
    let node: YAMLNode
    let file: String

    init(_ node: YAMLNode, file: String) {
        self.node = node
        self.file = file
    }

    var isMapping: Bool { node.mapping != nil }
    var isSequence: Bool { node.sequence != nil }
    var isNull: Bool { node.isNull }

    subscript(key: String) -> SchemaNode? { node[key].map { SchemaNode($0, file: file) } }

    func error(_ message: String) -> SchemaError {
        SchemaError(file: "\(file):\(node.mark.line):\(node.mark.column)", message: message)
    }

    func required(_ key: String) throws(SchemaError) -> SchemaNode {
        guard let value = self[key] else { throw error("`\(key)` is missing") }
        return value
    }

    func text() throws(SchemaError) -> String {
        guard let text = node.text else { throw error("a text is expected here") }
        return text
    }

    func flag() throws(SchemaError) -> Bool {
        guard let flag = node.bool else { throw error("true or false is expected here") }
        return flag
    }

    func list() throws(SchemaError) -> [SchemaNode] {
        guard let list = node.sequence else { throw error("a list is expected here") }
        return list.map { SchemaNode($0, file: file) }
    }

    func texts() throws(SchemaError) -> [String] {
        try list().map { node throws(SchemaError) in try node.text() }
    }

    func members() throws(SchemaError) -> [(String, SchemaNode)] {
        guard let mapping = node.mapping else { throw error("a mapping is expected here") }
        var members: [(String, SchemaNode)] = []
        for entry in mapping.entries {
            guard let key = entry.key.text else { throw error("a key must be a text") }
            members.append((key, SchemaNode(entry.value, file: file)))
        }
        return members
    }

    /// Refuses keys that mean nothing here, which are most often written wrong.
    func allow(_ keys: [String]) throws(SchemaError) {
        for (key, value) in try members() where !keys.contains(key) {
            throw value.error("`\(key)` is none of \(keys.joined(separator: ", "))")
        }
    }
}
