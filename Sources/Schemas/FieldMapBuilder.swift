import Events
import Values

/// Gathers what a field map holds.
struct FieldMapBuilder {
    let schema: Schema
    private let numbers: FieldNumbers
    var compiler: ExpressionCompiler
    private(set) var variants: [FieldMap.Variant]
    private(set) var services: [FieldMap.ServiceGate] = []
    private(set) var datasets: [[FieldMap.SourceGate]] = []
    /// For each dataset, another one that an event must be in, too; -1 for none.
    private(set) var conjuncts: [Int32] = []
    private(set) var sourceNames: [[String]] = []
    /// The variants that sources of some shapes take.
    private var takenVariants: [[String]: [Int]] = [:]
    private(set) var fields: [FieldMap.FieldTable] = []
    private(set) var rows: RootRows
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

    init(schema: Schema, numbers: FieldNumbers) {
        self.schema = schema
        self.numbers = numbers
        let prepared = schema.preparedShapes ?? PreparedShapes(schema.shapes)
        (compiler, variants) = (prepared.compiler, prepared.variants)
        rows = RootRows(width: prepared.variants.count)
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
        for view in numbers.views { add(view) }
        if numbers.requests.contains(where: { isOfEvent($0) && isOfSource($0.name) }) {
            eventsDataset = datasets.count
            addGates(eventSources, constraints: [])
        }
        addFields()
    }

    /// Adds the gates of a dataset or a logsource; one of a category and a service asks for both, and has the category's fields.
    private mutating func add(_ view: FieldMap.View) {
        switch view {
        case .events: return
        case .dataset(let name):
            guard let dataset = schema.datasets[name] else { return }
            addGates(dataset.sources, constraints: dataset.constraints)
        case .logsource(let name):
            guard let parts = schema.logsources(ofView: name) else { return }
            compiler.isForRules = true
            defer { compiler.isForRules = false }
            addGates(parts[0].sources, constraints: [])
            if parts.count > 1, let other = numbers.logsource(parts[1].key.name) {
                conjuncts[conjuncts.count - 1] = Int32(other)
            }
        }
    }

    private mutating func addGates(_ sources: [Schema.Source], constraints: [Schema.Condition]) {
        let gates = sources.map { gate($0, constraints: constraints) }
        datasets.append(gates)
        conjuncts.append(-1)
        sourceNames.append(sources.map(\.name))
    }

    // MARK: Fields

    /// Fields enough for each of two threads to take some: to put together what they have made takes its time, too.
    private static let fewestForTwo = 64

    /// Adds all fields. They are most of the work, and know nothing of each other; those of one name are made of the same parts.
    private mutating func addFields() {
        let requests = numbers.requests
        compiler.reserve(fields: requests.count)
        guard requests.count >= Self.fewestForTwo else {
            for request in requests { addField(request) }
            return
        }
        var sides: [String: Int] = [:]
        var parts: [[Int]] = [[], []]
        for (field, request) in requests.enumerated() {
            let side = sides[request.name] ?? sides.count % 2
            sides[request.name] = side
            parts[side].append(field)
        }
        let (start, halves) = (self, parts)
        var (one, other) = concurrently({ start.adding(halves[0]) }, { start.adding(halves[1]) })
        // Swapped, not assigned: what two hold is copied when one of them adds to it.
        swap(&compiler, &one.compiler)
        swap(&rows, &one.rows)
        let places = compiler.take(other.compiler, after: start.compiler)
        let numbers = other.rows.indices.map { row in
            rows.number(of: other.rows[row].map { $0 < 0 ? $0 : places[Int($0)] })
        }
        var all = [FieldMap.FieldTable](repeating: FieldMap.FieldTable(dataset: -1, rows: []), count: requests.count)
        for (field, table) in zip(halves[0], one.fields) { all[field] = table }
        for (field, table) in zip(halves[1], other.fields) { all[field] = table.renumbered(numbers) }
        fields = all
    }

    private func adding(_ some: [FieldMap.Field]) -> FieldMapBuilder {
        var builder = self
        for field in some { builder.addField(numbers.requests[field]) }
        return builder
    }

    private mutating func addField(_ request: FieldMap.Request) {
        if isOfEvent(request) { return addEventField(request.name) }
        let dataset = numbers.number(of: request.view) ?? -1
        switch request.view {
        case .events: return
        case .dataset(let name):
            let sources = schema.datasets[name]?.sources ?? []
            fields.append(
                FieldMap.FieldTable(dataset: dataset, rows: rows(of: request.name, in: sources, rest: nil)))
        case .logsource(let name):
            let sources = schema.logsources(ofView: name)?.first?.sources ?? []
            fields.append(
                FieldMap.FieldTable(
                    dataset: dataset,
                    rows: sources.map { source in
                        let roots = ruleRoots(of: request.name, in: source)
                        return rows.number(of: roots)
                    }))
        }
    }

    /// An event's own field, or what the add-on for its source makes it.
    private mutating func addEventField(_ name: String) {
        guard isOfSource(name) else {
            fields.append(FieldMap.FieldTable(dataset: -1, rows: [eventRow(of: name)]))
            return
        }
        let onlyStandsIn = eventSources.allSatisfy { $0.fields[name]?.prefers(name) ?? true }
        fields.append(
            FieldMap.FieldTable(
                dataset: eventsDataset, rows: rows(of: name, in: eventSources, rest: true),
                own: onlyStandsIn ? eventRow(of: name) : nil))
    }

    /// Whether events have a field of this name by the source that they are of.
    private func isOfSource(_ name: String) -> Bool {
        derivedNames.contains(name) || movedPrefixes.contains(where: name.hasPrefix)
            || places.contains(where: { $0.paths(of: name) != nil })
    }

    /// Whether a field is the event's own, as all are that say where it comes from: that the event tells in every dataset.
    private func isOfEvent(_ request: FieldMap.Request) -> Bool {
        switch request.view {
        case .events: true
        case .dataset(let name):
            (request.name == "source" || request.name == "sourcetype")
                && schema.datasets[name]?.sources.contains { $0.fields[request.name] != nil } == false
        case .logsource: false
        }
    }

    /// An event's own field in every variant.
    private mutating func eventRow(of name: String) -> RootRows.Row {
        let roots = roots(in: 0..<variantCount) { $0.compiler.field(name, variant: $1) }
        return rows.number(of: roots)
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
            let roots = nodes(of: place, in: source)
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

    /// The rows of a field of this name, by source. The sources of a dataset mostly say the same of it, and what they say is
    /// looked at once.
    private mutating func rows(of name: String, in sources: [Schema.Source], rest: Bool?) -> [RootRows.Row] {
        var known: [(derivation: Derivation, shapes: [String], row: RootRows.Row)] = []
        return sources.map { source in
            let own = rest ?? source.keepsRest ? source.ownField(name) : nil
            guard let derivation = source.fields[name] ?? own else { return RootRows.absent }
            if let same = known.first(where: { $0.derivation == derivation && $0.shapes == source.shapes }) {
                return same.row
            }
            let nodes = nodes(of: derivation, in: source)
            let row = rows.number(of: nodes)
            known.append((derivation, source.shapes, row))
            return row
        }
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

    /// By field, what ``ExpressionCompiler/textsBesideLine`` says of all its nodes together.
    var textsBesideLine: [Set<[UInt8]>?] {
        let ofNodes = compiler.textsBesideLine
        // The same rows and nodes are those of many fields, nearly all of them in the line: what is not is found once.
        let elsewhere = rows.indices.map { row in
            Set(rows[row].filter { $0 >= 0 && ofNodes[Int($0)]?.isEmpty != true })
        }
        return fields.map { field in
            var texts: Set<[UInt8]> = []
            for row in Set(field.rows + [field.own].compactMap(\.self)) where !elsewhere[Int(row)].isEmpty {
                for node in elsewhere[Int(row)] {
                    guard let own = ofNodes[Int(node)] else { return nil }
                    texts.formUnion(own)
                }
            }
            return texts
        }
    }
}

extension FieldMap.FieldTable {
    /// The same with rows that have other numbers.
    fileprivate func renumbered(_ numbers: [RootRows.Row]) -> Self {
        Self(dataset: dataset, rows: rows.map { numbers[Int($0)] }, own: own.map { numbers[Int($0)] })
    }
}
