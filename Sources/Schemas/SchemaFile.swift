import YAML

/// Reading the schema's data files.
extension Schema {
    /// The files that are built in, by name.
    public static var builtInFiles: [(name: String, bytes: [UInt8])] {
        [("shapes.yml", PackageResources.shapes_yml), ("processes.yml", PackageResources.processes_yml)]
    }

    /// The schema that is built in.
    public static func builtIn() throws(SchemaError) -> Schema {
        try Schema(files: builtInFiles)
    }

    /// Reads schema files; a later file's dataset or shape replaces an earlier one of the same name.
    public init(files: [(name: String, bytes: [UInt8])]) throws(SchemaError) {
        for file in files {
            let stream: YAMLStream
            do {
                stream = try YAMLStream(file.bytes, file: file.name)
            } catch {
                throw SchemaError(file: file.name, message: error.reason + " (line \(error.mark.line))")
            }
            for document in stream.documents { try read(SchemaNode(document, file: file.name)) }
        }
    }

    private mutating func read(_ root: SchemaNode) throws(SchemaError) {
        if let dataset = try root["dataset"]?.text() {
            datasets[dataset] = Dataset(
                name: dataset, sources: try root.required("sources").list().map(source))
            return
        }
        let time = try root["time"]?.texts() ?? []
        for node in try root["shapes"]?.list() ?? [] {
            let shape = try self.shape(node, time: time)
            if let known = shapes.firstIndex(where: { $0.name == shape.name }) {
                shapes[known] = shape
            } else {
                shapes.append(shape)
            }
        }
        for (name, node) in try root["services"]?.members() ?? [] {
            services[name] = Service(
                channels: try node["channels"]?.texts() ?? [], providers: try node["providers"]?.texts() ?? [])
        }
    }

    private func shape(_ node: SchemaNode, time: [String]) throws(SchemaError) -> Shape {
        var names: [String: [String]] = [:]
        for (name, paths) in try node["names"]?.members() ?? [] { names[name] = try paths.texts() }
        var aliases: [String: String] = [:]
        for (name, path) in try node["aliases"]?.members() ?? [] { aliases[name] = try path.text() }
        return Shape(
            name: try node.required("name").text(),
            when: try node.required("when").list().map(conditions),
            templates: try node.required("fields").texts(), names: names, aliases: aliases,
            time: try node["time"]?.texts() ?? time)
    }

    private func conditions(_ node: SchemaNode) throws(SchemaError) -> [Condition] {
        if node.isMapping {
            var conditions: [Condition] = []
            for (path, texts) in try node.members() {
                conditions.append(Condition(path: path, texts: try texts.texts()))
            }
            return conditions
        }
        return try node.texts().map { Condition(path: $0, texts: []) }
    }

    private func source(_ node: SchemaNode) throws(SchemaError) -> Source {
        let service = try node["service"]?.text()
        if let service, services[service] == nil {
            throw node.error("service \(service) is not defined; define it under `services` in shapes.yml")
        }
        var fields: [String: [Derivation]] = [:]
        for (name, value) in try node.required("fields").members() {
            fields[name] = value.isSequence ? try value.list().map(derivation) : [try derivation(value)]
        }
        return Source(
            name: try node.required("name").text(), service: service, events: try node["events"]?.texts() ?? [],
            shapes: try node["shapes"]?.texts() ?? [], fields: fields, keepsRest: try node["rest"]?.flag() ?? false)
    }

    private func derivation(_ node: SchemaNode) throws(SchemaError) -> Derivation {
        guard node.isMapping else { return Derivation(operation: .field(try node.text())) }
        var operation: Derivation.Operation?
        var conditions: [Condition] = []
        for (key, value) in try node.members() {
            switch key {
            case "last_part_of": operation = .lastPart(of: try value.text())
            case "decimal": operation = .decimal(try value.text())
            case "constant": operation = .constant(try value.text())
            case "when": conditions = try self.conditions(value)
            default:
                throw value.error("`\(key)` is none of last_part_of, decimal, constant, when")
            }
        }
        guard let operation else { throw node.error("a derivation needs one of last_part_of, decimal, constant") }
        return Derivation(operation: operation, conditions: conditions)
    }
}

/// A node of a schema file, with errors that say where it stands.
private struct SchemaNode {
    let node: YAMLNode
    let file: String

    init(_ node: YAMLNode, file: String) {
        self.node = node
        self.file = file
    }

    var isMapping: Bool { node.mapping != nil }
    var isSequence: Bool { node.sequence != nil }

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
}
