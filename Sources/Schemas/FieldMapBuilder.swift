import Events
import Values

/// Gathers what a field map holds.
struct FieldMapBuilder {
    let schema: Schema
    var compiler: ExpressionCompiler
    private(set) var variants: [FieldMap.Variant]
    private(set) var services: [FieldMap.ServiceGate] = []
    private(set) var datasets: [[FieldMap.SourceGate]] = []
    /// For each dataset, another one that an event must be in, too; -1 for none.
    private(set) var conjuncts: [Int32] = []
    private(set) var sourceNames: [[String]] = []
    /// The variants that sources of some shapes take.
    private var takenVariants: [[String]: [Int]] = [:]
    private(set) var datasetIndex: [FieldMap.View: FieldMap.DatasetIndex] = [:]
    private(set) var fields: [FieldMap.FieldTable] = []
    private var serviceIndex: [String: Int32] = [:]
    private var logIndex: [FieldMap.ServiceGate: Int32] = [:]
    private var ownRoots: [String: [Int32]] = [:]
    private let eventSources: [Schema.Source]
    private let derivedNames: Set<String>
    /// How the names of fields begin that some sources have in another place.
    private let movedPrefixes: Set<String>
    /// The places in which some sources have fields of the event.
    private let places: [Places]
    private(set) var eventsDataset = -1

    private var variantCount: Int { schema.shapes.count * 2 }

    init(schema: Schema) {
        self.schema = schema
        let prepared = schema.preparedShapes ?? PreparedShapes(schema.shapes)
        (compiler, variants) = (prepared.compiler, prepared.variants)
        let others = Schema.Source(
            name: "other events", service: nil, events: [], shapes: [], when: [], fields: [:], keepsRest: true)
        eventSources = schema.eventSources + [others]
        derivedNames = Set(eventSources.flatMap(\.fields.keys))
        movedPrefixes = Set(eventSources.flatMap(\.outside).map { $0 + "." })
        places = eventSources.compactMap(\.places).unique
        for (index, name) in schema.services.keys.sorted().enumerated() {
            serviceIndex[name] = Int32(index)
            let service = schema.services[name]
            services.append(
                FieldMap.ServiceGate(
                    channels: (service?.channels ?? []).map { asciiLowercased(Array($0.utf8)) },
                    providers: (service?.providers ?? []).map { asciiLowercased(Array($0.utf8)) }))
        }
        for variant in variants.indices {
            variants[variant].gateChannel = compiler.gateChannel(variant: variant, implied: schema.impliedChannels)
        }
    }

    mutating func addDataset(_ name: String) {
        guard let dataset = schema.datasets[name] else { return }
        datasetIndex[.dataset(name)] = datasets.count
        addGates(dataset.sources, constraints: dataset.constraints)
    }

    /// A logsource; one of a category and a service asks for both, and has the category's fields.
    mutating func addLogsource(_ name: String) {
        guard let parts = schema.logsources(ofView: name), datasetIndex[.logsource(name)] == nil else { return }
        compiler.isForRules = true
        defer { compiler.isForRules = false }
        for part in parts.dropFirst() { addLogsource(part.key.name) }
        compiler.isForRules = true
        datasetIndex[.logsource(name)] = datasets.count
        addGates(parts[0].sources, constraints: [])
        if parts.count > 1, let other = datasetIndex[.logsource(parts[1].key.name)] {
            conjuncts[conjuncts.count - 1] = Int32(other)
        }
    }

    private mutating func addGates(_ sources: [Schema.Source], constraints: [Schema.Condition]) {
        let gates = sources.map { gate($0, constraints: constraints) }
        datasets.append(gates)
        conjuncts.append(-1)
        sourceNames.append(sources.map(\.name))
    }

    mutating func addField(_ request: FieldMap.Request) {
        switch request.view {
        case .events: addEventField(request.name)
        case .dataset(let name) where isOfOrigin(request.name, in: name): addEventField(request.name)
        case .dataset(let name):
            let sources = schema.datasets[name]?.sources ?? []
            fields.append(
                FieldMap.FieldTable(
                    dataset: datasetIndex[request.view] ?? -1,
                    roots: roots(of: request.name, in: sources, rest: nil)))
        case .logsource(let name):
            let sources = schema.logsources(ofView: name)?.first?.sources ?? []
            fields.append(
                FieldMap.FieldTable(
                    dataset: datasetIndex[request.view] ?? -1,
                    roots: sources.flatMap { ruleRoots(of: request.name, in: $0) }))
        }
    }

    /// An event's own field, or what the add-on for its source makes it.
    private mutating func addEventField(_ name: String) {
        guard
            derivedNames.contains(name) || movedPrefixes.contains(where: name.hasPrefix)
                || places.contains(where: { $0.paths(of: name) != nil })
        else {
            fields.append(FieldMap.FieldTable(dataset: -1, roots: eventRoots(of: name)))
            return
        }
        if eventsDataset < 0 {
            eventsDataset = datasets.count
            addGates(eventSources, constraints: [])
        }
        let onlyStandsIn = eventSources.allSatisfy { $0.fields[name]?.prefers(name) ?? true }
        fields.append(
            FieldMap.FieldTable(
                dataset: eventsDataset, roots: roots(of: name, in: eventSources, rest: true),
                own: onlyStandsIn ? eventRoots(of: name) : []))
    }

    /// An event's own field in every variant.
    private mutating func eventRoots(of name: String) -> [Int32] {
        roots(in: 0..<variantCount) { $0.compiler.field(name, variant: $1) }
    }

    /// The nodes of a field by variant, -1 in those that are not asked for. Variants whose fields stand in the same places have
    /// the same node, which is made once.
    private mutating func roots(
        in variants: some Sequence<Int>, _ node: (inout FieldMapBuilder, Int) -> Int32
    ) -> [Int32] {
        var roots = [Int32](repeating: -1, count: variantCount)
        var found = [Int32?](repeating: nil, count: variantCount)
        for variant in variants {
            let first = compiler.variant(withFieldsAsIn: variant)
            let root = found[first] ?? node(&self, first)
            found[first] = root
            roots[variant] = root
        }
        return roots
    }

    /// Whether a dataset's field says where the event comes from, which the event itself tells in every dataset.
    private func isOfOrigin(_ name: String, in dataset: String) -> Bool {
        guard name == "source" || name == "sourcetype" else { return false }
        return schema.datasets[dataset]?.sources.contains { $0.fields[name] != nil } == false
    }

    private mutating func ruleRoots(of name: String, in source: Schema.Source) -> [Int32] {
        var roots = placedRuleRoots(of: name, in: source)
        guard source.fields[name] == nil else { return roots }
        for common in schema.ruleFieldsOfShapes {
            guard let derivation = common.fields[name] else { continue }
            compiler.isForRules = true
            defer { compiler.isForRules = false }
            for variant in variants(takenBy: common.shapes) where takes(source.shapes, variant) {
                roots[variant] = compiler.node(of: derivation, variant: variant)
            }
        }
        return roots
    }

    private mutating func placedRuleRoots(of name: String, in source: Schema.Source) -> [Int32] {
        compiler.isForRules = true
        compiler.mayHoldArrays = !source.shapes.isEmpty
        defer { (compiler.isForRules, compiler.mayHoldArrays) = (false, false) }
        if let place = source.place(ofRuleField: name) {
            var source = source
            source.fields = [name: place]
            let roots = roots(of: name, in: [source], rest: false)
            return roots.indices.map { compiler.orObject(roots[$0], variant: $0) }
        }
        if source.shapes.isEmpty, source.inside.isEmpty {
            if let known = ownRoots[name] { return known }
            let own = roots(in: 0..<variantCount) { $0.ownField(name, inside: [], variant: $1) }
            ownRoots[name] = own
            return own
        }
        // Places in shapes that the source does not take would only be keys for the parser to look for.
        return roots(in: variants(takenBy: source.shapes)) {
            $0.ownField(name, inside: source.inside, variant: $1)
        }
    }

    private mutating func ownField(_ name: String, inside objects: [String], variant: Int) -> Int32 {
        if name == Schema.hostField { return compiler.host(variant: variant) }
        let place =
            objects.isEmpty
            ? compiler.field(name, variant: variant)
            : compiler.ruleField(name, inside: objects, variant: variant)
        return compiler.orObject(place, variant: variant)
    }

    /// Whether events of a variant have one of some shapes; none stand for all.
    private func takes(_ shapes: [String], _ variant: Int) -> Bool {
        shapes.isEmpty || shapes.contains(schema.shapes[variant % schema.shapes.count].name)
    }

    /// The nodes of a field of this name, by source and variant. The sources of a dataset mostly say the same of it, and
    /// what they say is looked at once.
    private mutating func roots(of name: String, in sources: [Schema.Source], rest: Bool?) -> [Int32] {
        var known: [(derivation: Derivation, shapes: [String], nodes: [Int32])] = []
        var roots: [Int32] = []
        roots.reserveCapacity(sources.count * variantCount)
        for source in sources {
            let own = rest ?? source.keepsRest ? source.ownField(name) : nil
            guard let derivation = source.fields[name] ?? own else {
                roots += repeatElement(-1, count: variantCount)
                continue
            }
            var nodes = known.first { $0.derivation == derivation && $0.shapes == source.shapes }?.nodes ?? []
            if nodes.isEmpty {
                nodes = self.nodes(of: derivation, in: source)
                known.append((derivation, source.shapes, nodes))
            }
            roots += nodes
        }
        return roots
    }

    /// The nodes of a derivation by variant, -1 in those that the source does not take.
    private mutating func nodes(of derivation: Derivation, in source: Schema.Source) -> [Int32] {
        roots(in: variants(takenBy: source.shapes)) { $0.compiler.node(of: derivation, variant: $1) }
    }

    private mutating func variants(takenBy shapes: [String]) -> [Int] {
        if let known = takenVariants[shapes] { return known }
        let taken = (0..<variantCount).filter { takes(shapes, $0) }
        takenVariants[shapes] = taken
        return taken
    }

    /// Where the gate of a source stands that asks for a service or for channels; -1 where it asks for neither.
    private mutating func serviceGate(of source: Schema.Source) -> Int32 {
        guard !source.channels.isEmpty else { return source.service.flatMap { serviceIndex[$0] } ?? -1 }
        let log = FieldMap.ServiceGate(
            channels: source.channels.map { asciiLowercased(Array($0.utf8)) }, providers: [], isLog: true)
        if let known = logIndex[log] { return known }
        logIndex[log] = Int32(services.count)
        services.append(log)
        return Int32(services.count - 1)
    }

    private mutating func gate(_ source: Schema.Source, constraints: [Schema.Condition]) -> FieldMap.SourceGate {
        var conditions: [[[NodeCondition]]] = []
        var required: [[NodeCondition]] = []
        for variant in 0..<variantCount {
            guard takes(source.shapes, variant) else {
                conditions.append([])
                required.append([])
                continue
            }
            conditions.append(
                source.when.map { alternative in
                    alternative.map { compiler.condition($0, variant: variant) }
                })
            required.append(
                constraints.map { constraint in
                    let derivation =
                        source.fields[constraint.path] ?? (source.keepsRest ? .field(constraint.path) : nil)
                    return NodeCondition(
                        node: derivation.map { compiler.node(of: $0, variant: variant) } ?? -1,
                        texts: constraint.texts.map { TextPattern($0) })
                }
                    + source.values.map { value in
                        NodeCondition(
                            node: compiler.node(of: source.fields[value.path] ?? .field(value.path), variant: variant),
                            texts: value.texts.map { TextPattern($0) }, isLenient: true)
                    })
        }
        return FieldMap.SourceGate(
            service: serviceGate(of: source),
            events: source.events.map { asciiLowercased(Array($0.utf8)) },
            variants: (0..<variantCount).map { takes(source.shapes, $0) }, conditions: conditions, constraints: required
        )
    }
}
