import Values
import YAML

/// Reading the schema's data files.
extension Schema {
    /// The schema that is built in, or parts of it.
    public static func builtIn(_ parts: SchemaParts = .all) throws(SchemaError) -> Schema {
        var schema = try common.get()
        try schema.read(builtInFiles(of: parts))
        return schema
    }

    /// What every run reads of the built-in schema. It takes a quarter of a small run's time and depends on nothing that the run
    /// is told, so that another thread may begin with it.
    public static let common = Result { () throws(SchemaError) in
        var schema = try Schema(files: commonFiles)
        schema.prepareShapes()
        return schema
    }

    /// Reads schema files; what a later file says about a dataset, a shape, a service, a table or a group of events replaces
    /// what an earlier one says about the one of the same name.
    public init(files: [(name: String, bytes: [UInt8])]) throws(SchemaError) {
        try read(files)
    }

    private mutating func read(_ files: [(name: String, bytes: [UInt8])]) throws(SchemaError) {
        let streams = files.concurrentMap { file in
            Result { () throws(YAMLError) in try YAMLStream(file.bytes, file: file.name) }
        }
        for (file, stream) in zip(files, streams) {
            switch stream {
            case .failure(let error):
                throw SchemaError(file: "\(error.file):\(error.mark.line):\(error.mark.column)", message: error.reason)
            case .success(let stream):
                for document in stream.documents { try read(SchemaNode(document, file: file.name)) }
            }
        }
    }

    private mutating func read(_ root: SchemaNode) throws(SchemaError) {
        if let name = try root["dataset"]?.text() {
            try root.allow(["dataset", "add", "model_fields", "children", "sources"])
            try readDataset(root, name: name)
        } else if let name = try root["events"]?.text() {
            try root.allow(["events", "inherits", "fields", "defaults", "sources"])
            try readEventGroup(root, name: name)
        } else if root["logsources"] != nil || root["fields_of_shapes"] != nil {
            try readLogsources(root)
        } else {
            if root.isNull { return }
            try root.allow([
                "dataset", "events", "logsources", "shapes", "services", "tables", "time", "times", "anchors",
                "fields_of_shapes", "places",
            ])
            try readShapes(root)
            try readPlaces(root)
        }
    }

    // MARK: Shapes and services

    private mutating func readShapes(_ root: SchemaNode) throws(SchemaError) {
        for (name, node) in try root["times"]?.members() ?? [] { times[name] = try self.times(node, or: []) }
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
            try node.allow(["channels", "providers"])
            services[name] = Service(
                channels: try node["channels"]?.texts() ?? [], providers: try node["providers"]?.texts() ?? [])
        }
        for (name, node) in try root["tables"]?.members() ?? [] { tables[name] = try DerivationReader.pairs(node) }
    }

    private func times(_ node: SchemaNode, or time: [String]) throws(SchemaError) -> Times {
        Times(
            fields: try node["time"]?.texts() ?? time,
            derivation: try node["time_in"].map { node throws(SchemaError) in
                try DerivationReader(tables: [:]).derivation(node)
            })
    }

    private func shape(_ node: SchemaNode, time: [String]) throws(SchemaError) -> Shape {
        try node.allow([
            "name", "when", "fields", "names", "aliases", "time", "data", "header", "escaped", "rules", "hosts",
            "time_in", "times", "month_first",
        ])
        var times = try self.times(node, or: time)
        if let name = node["times"] {
            guard let known = self.times[try name.text()] else {
                throw name.error("no times of this name are defined in a file read before")
            }
            times = known
        }
        var names: [String: [String]] = [:]
        for (name, paths) in try node["names"]?.members() ?? [] { names[name] = try paths.texts() }
        var aliases: [String: String] = [:]
        for (name, path) in try node["aliases"]?.members() ?? [] { aliases[name] = try path.text() }
        var objects: [Derivation.DataElement: String] = [:]
        for (name, path) in try node["data"]?.members() ?? [] {
            guard let element = Derivation.DataElement(rawValue: name) else {
                throw path.error("`\(name)` is none of EventData, UserData")
            }
            objects[element] = try path.text()
        }
        let templates = try node.required("fields").texts()
        let rules = try node["rules"].map { node throws(SchemaError) in try ruleFields(node) }
        return Shape(
            name: try node.required("name").text(),
            when: try node.required("when").list().map(DerivationReader.conditions),
            templates: templates, names: names, aliases: aliases,
            time: times.fields, timeIn: times.derivation,
            readsMonthFirst: try node["month_first"]?.flag() ?? false,
            dataObjects: objects,
            headerNames: try node["header"]?.texts() ?? [],
            escapedObjects: try node["escaped"]?.texts() ?? [],
            rules: rules ?? RuleFields(templates: templates, names: names, header: [:]),
            hosts: try node["hosts"]?.texts() ?? names["Computer"] ?? [])
    }

    private func ruleFields(_ node: SchemaNode) throws(SchemaError) -> RuleFields {
        try node.allow(["fields", "names", "gate"])
        var rules = RuleFields(templates: try node.required("fields").texts(), names: [:], header: [:])
        for (name, paths) in try node["names"]?.members() ?? [] { rules.names[name] = try paths.texts() }
        for (name, paths) in try node["gate"]?.members() ?? [] { rules.header[name] = try paths.texts() }
        return rules
    }

    // MARK: Datasets and events

    private mutating func readDataset(_ root: SchemaNode, name: String) throws(SchemaError) {
        let sources = try sources(root.required("sources")).flatMap(\.everywhere)
        if try root["add"]?.flag() ?? false {
            guard datasets[name] != nil else {
                throw root.error("no dataset \(name), to which this adds, is defined in a file read before")
            }
            for (known, dataset) in datasets where known == name || dataset.parent == name {
                datasets[known]?.sources += sources
            }
            return
        }
        var dataset = Dataset(name: name, sources: sources)
        dataset.modelFields = Set(try root["model_fields"]?.texts() ?? [])
        datasets[name] = dataset
        guard let children = root["children"] else { return }
        guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")) else {
            throw children.error("a dataset with children needs a name of the form Model.Dataset")
        }
        for (child, constraints) in try children.members() {
            var dataset = dataset
            dataset.parent = name
            dataset.name = String(name[...dot]) + child
            dataset.constraints = try DerivationReader.conditions(constraints)
            datasets[dataset.name] = dataset
        }
    }

    private mutating func readEventGroup(_ root: SchemaNode, name: String) throws(SchemaError) {
        let parent = try root["inherits"]?.text()
        if let parent, !eventGroups.contains(where: { $0.name == parent && $0.name != name }) {
            throw root.error("the events \(parent), from which these inherit, are not defined in a file read before")
        }
        let group = EventGroup(
            name: name, parent: parent, common: try fields(root),
            sources: try root["sources"].map { node throws(SchemaError) in try sources(node) } ?? [])
        if let known = eventGroups.firstIndex(where: { $0.name == name }) {
            eventGroups[known] = group
        } else {
            eventGroups.append(group)
        }
    }

    private func sources(_ node: SchemaNode) throws(SchemaError) -> [Source] {
        try node.list().map { node throws(SchemaError) in try source(node) }
    }

    private func source(_ node: SchemaNode) throws(SchemaError) -> Source {
        try node.allow(["name", "service", "events", "shapes", "when", "outside", "also", "fields", "defaults", "rest"])
        var source = try sourceOfAnyKind(node, name: try node.required("name").text())
        source.outside = try node["outside"]?.texts() ?? []
        source.also = try node["also"].map { node throws(SchemaError) in try places(node) } ?? []
        return source
    }

    /// What sources of datasets, of groups of events and of logsources have in common.
    func sourceOfAnyKind(_ node: SchemaNode, name: String) throws(SchemaError) -> Source {
        let service = try node["service"]?.text()
        if let service, services[service] == nil {
            throw node.error("service \(service) is not defined; define it under `services`, as in channels.yml")
        }
        return Source(
            name: name, service: service, events: try node["events"]?.texts() ?? [],
            shapes: try node["shapes"].map { node throws(SchemaError) in try shapeNames(node) } ?? [],
            when: try node["when"].map { node throws(SchemaError) in
                try node.list().map(DerivationReader.conditions)
            } ?? [],
            fields: try fields(node), keepsRest: try node["rest"]?.flag() ?? false)
    }

    /// The names of shapes that are defined.
    func shapeNames(_ node: SchemaNode) throws(SchemaError) -> [String] {
        let names = try node.texts()
        for name in names where !shapes.contains(where: { $0.name == name }) {
            throw node.error("shape \(name) is not defined; define it under `shapes` in shapes.yml")
        }
        return names
    }

    /// What is derived, and, where an event has no such field itself, what stands in for it.
    func fields(_ node: SchemaNode) throws(SchemaError) -> [String: Derivation] {
        let reader = DerivationReader(tables: tables)
        var fields: [String: Derivation] = [:]
        for (name, value) in try node["defaults"]?.members() ?? [] {
            fields[name] = .first([.field(name), try reader.derivation(value)])
        }
        for (name, value) in try node["fields"]?.members() ?? [] { fields[name] = try reader.derivation(value) }
        return fields
    }
}
