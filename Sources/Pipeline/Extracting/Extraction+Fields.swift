import Values

extension Extraction {
    /// Whether it makes columns that only the data can tell.
    var makesUnknownColumns: Bool {
        switch self {
        case .pairs(let extraction): extraction.known == nil
        case .computedName(let assignment): assignment.known == nil
        default: false
        }
    }

    /// Goes back over the command: from what is needed behind it to what is needed before it. A field that a row may keep
    /// stays needed under its own name.
    func addRequired(to needed: inout NeededFields) {
        switch self {
        case .pattern(let extraction): needed.insert(extraction.field)
        case .substitution(let field, _): needed.insert(field)
        case .condition(let condition): needed.insert(condition.field)
        case .replacement, .filling: break
        case .splitting(let splitting): needed.insert(splitting.field)
        case .joining(let field, _): needed.insert(field)
        case .concatenation(let concatenation):
            if !concatenation.needsAll { needed.remove(concatenation.column) }
            for case .field(let name) in concatenation.parts { needed.insert(name) }
        case .path(let extraction): needed.insert(extraction.field)
        case .pairs(let extraction): needed.insert(extraction.field)
        case .computedName(let assignment):
            needed.formUnion(assignment.expression.fields)
            for case .field(let name) in assignment.name { needed.insert(name) }
        case .iteration(let iteration): iteration.addRequired(to: &needed)
        case .total(let total):
            needed.remove(total.column)
            if total.fields.isEmpty { needed.formAll() }
            for field in total.fields { needed.insert(matching: field) }
        case .searchInformation: for name in SearchInformation.columns { needed.remove(name) }
        }
    }
}

extension FieldIteration {
    fileprivate func addRequired(to needed: inout NeededFields) {
        needed.formUnion(plainFields)
        switch mode {
        case .values(let field, _): needed.insert(field)
        case .fields(let names):
            for command in commands(for: names.filter { !$0.contains("*") }).reversed() {
                if case .evaluate(let assignments) = command {
                    for assignment in assignments { needed.formUnion(assignment.expression.fields) }
                } else {
                    // Whatever the command makes stays needed under its own name: another field may not make it.
                    var inner = needed
                    command.addRequired(to: &inner)
                    needed.formUnion(inner.names)
                }
            }
            needed.formUnion(names.filter { !$0.contains("*") })
            if names.contains(where: { $0.contains("*") }) { needed.formAll() }
        }
    }
}

extension Command {
    /// The commands, those that make columns out of data narrowed to what the commands behind them need, where that is
    /// known: they then look at one row at a time. `nomv` joins by what `mvcombine` gave for the same field.
    public static func withKnownColumns(_ commands: [Command]) -> [Command] {
        var result = commands
        for index in commands.indices.reversed() {
            guard case .extract(let extraction) = commands[index], extraction.makesUnknownColumns else { continue }
            let needed = requiredFields(of: Array(result[(index + 1)...]))
            guard let names = needed.known, !names.contains(where: { $0.contains("*") }) else { continue }
            switch extraction {
            case .pairs(var pairs):
                pairs.known = names.sorted()
                result[index] = .extract(.pairs(pairs))
            case .computedName(var assignment):
                assignment.known = names.sorted()
                result[index] = .extract(.computedName(assignment))
            default: break
            }
        }
        var delimiters: [String: Text] = [:]
        for index in result.indices {
            if case .reshape(.combination(let field, let delimiter)) = result[index] { delimiters[field] = delimiter }
            if case .extract(.joining(let field, nil)) = result[index], let delimiter = delimiters[field] {
                result[index] = .extract(.joining(field: field, delimiter: delimiter))
            }
        }
        return result
    }
}
