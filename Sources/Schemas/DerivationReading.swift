/// Reading derivations from schema files; the files themselves tell how they are written.
struct DerivationReader {
    /// Tables that a `map` may name.
    let tables: [String: [Derivation.Pair]]

    /// A field's value: a name, a mapping with one operation, or a list of these of which the first that has a value counts.
    func derivation(_ node: SchemaNode, depth: Int = 0) throws(SchemaError) -> Derivation {
        guard depth < Derivation.depthLimit else {
            throw node.error("more than \(Derivation.depthLimit) operations stand in one another")
        }
        if node.isSequence { return .first(try derivations(node, depth: depth)) }
        guard node.isMapping else { return .field(try node.text()) }
        var rest = try node.members()
        guard let main = rest.firstIndex(where: { Self.operations.contains($0.0) }) else {
            let keys = rest.map { "`\($0.0)`" }.joined(separator: ", ")
            throw node.error(
                "no operation is among \(keys.isEmpty ? "nothing" : keys); one of \(Self.operations.joined(separator: ", ")) is needed"
            )
        }
        let (name, value) = rest.remove(at: main)
        let arguments = Arguments(node: node, name: name, members: rest)
        var derivation = try operation(name, value, arguments, depth: depth + 1)
        if let conditions = arguments["when"] {
            derivation = .when(try Self.conditions(conditions), derivation)
        }
        if let conditions = arguments["unless"] {
            derivation = .unless(try Self.conditions(conditions), derivation)
        }
        if let same = arguments["when_same"] {
            let names = try same.texts()
            guard names.count == 2 else { throw same.error("two fields are expected here") }
            derivation = .whenSame(names[0], names[1], derivation)
        }
        return derivation
    }

    private func derivations(_ node: SchemaNode, depth: Int) throws(SchemaError) -> [Derivation] {
        try node.list().map { part throws(SchemaError) in try derivation(part, depth: depth + 1) }
    }

    private static let operations = [
        "constant", "count_of", "length_of", "last_part_of", "folder_of", "decimal", "hex_text", "lower", "upper",
        "given",
        "inside_parentheses",
        "before_parentheses", "after_last", "before_last", "split", "prefix", "between", "line", "replace_start", "map",
        "join", "all_of", "sum_of", "together", "item", "named", "show", "first_of", "data_element",
    ]

    private func operation(
        _ name: String, _ value: SchemaNode, _ arguments: Arguments, depth: Int
    ) throws(SchemaError) -> Derivation {
        if let step = Self.plainSteps[name] {
            try arguments.allow([])
            return .step(step, of: try derivation(value, depth: depth))
        }
        switch name {
        case "constant":
            try arguments.allow([])
            return .constant(try value.text())
        case "first_of":
            try arguments.allow([])
            return .first(try derivations(value, depth: depth))
        case "all_of":
            try arguments.allow([])
            return .all(try derivations(value, depth: depth))
        case "sum_of":
            try arguments.allow([])
            return .sum(try derivations(value, depth: depth))
        case "show":
            try arguments.allow(["also"])
            let others = try arguments["also"].map { node throws(SchemaError) in try derivations(node, depth: depth) }
            return .shown(try derivation(value, depth: depth), also: others ?? [])
        case "join":
            try arguments.allow(["with"])
            return .joined(try derivations(value, depth: depth), separator: try arguments["with"]?.text() ?? "")
        case "together":
            try arguments.allow(["with"])
            return .together(try derivation(value, depth: depth), separator: try arguments["with"]?.text() ?? "")
        case "item":
            try arguments.allow(["of"])
            guard let index = Int(try value.text()), index >= 0, index <= Derivation.itemLimit else {
                throw value.error("a number from 0 to \(Derivation.itemLimit) is expected here")
            }
            return .item(index, of: try operand(arguments, depth: depth))
        case "named":
            try arguments.allow(["among", "of"])
            guard let names = arguments["among"], let values = arguments["of"] else {
                throw node(arguments, needs: "among:` and `of:", "the fields that hold the names and the values")
            }
            return .named(try value.text(), among: try names.text(), of: try values.text())
        case "data_element":
            try arguments.allow([])
            guard let element = Derivation.DataElement(rawValue: try value.text()) else {
                throw value.error("EventData or UserData is expected here")
            }
            return .dataElement(element)
        case "map":
            try arguments.allow(["of", "else"])
            let otherwise = try arguments["else"].map { node throws(SchemaError) in try derivation(node, depth: depth) }
            return .mapped(try operand(arguments, depth: depth), try pairs(value), otherwise: otherwise)
        default:
            try arguments.allow(["of"])
            return .step(try step(name, value), of: try operand(arguments, depth: depth))
        }
    }

    private static let plainSteps: [String: Derivation.Step] = [
        "last_part_of": .lastPart, "folder_of": .folder, "decimal": .decimal, "hex_text": .hexText, "lower": .lower,
        "upper": .upper, "given": .given, "count_of": .counted, "length_of": .length,
        "inside_parentheses": .insideParentheses,
        "before_parentheses": .beforeParentheses,
    ]

    private func operand(_ arguments: Arguments, depth: Int) throws(SchemaError) -> Derivation {
        guard let operand = arguments["of"] else {
            throw node(arguments, needs: "of:", "the field that it is applied to")
        }
        return try derivation(operand, depth: depth)
    }

    private func node(_ arguments: Arguments, needs keys: String, _ meaning: String) -> SchemaError {
        arguments.node.error("`\(arguments.name)` needs `\(keys)`, \(meaning)")
    }

    /// A step that takes a text beside its operand.
    private func step(_ name: String, _ value: SchemaNode) throws(SchemaError) -> Derivation.Step {
        if name == "replace_start" { return .startReplaced(try pairs(value)) }
        if name == "between" {
            let ends = try value.list()
            guard ends.count == 2 else { throw value.error("two texts are expected here, between which it stands") }
            return .between(ends[0].node.text ?? "", ends[1].node.text ?? "")
        }
        let text = try value.text()
        guard !text.isEmpty else { throw value.error("a text is expected here, not an empty one") }
        switch name {
        case "after_last": return .afterLast(text)
        case "before_last": return .beforeLast(text)
        case "split": return .split(text)
        case "line": return .line(text)
        default: return .prefixed(text)
        }
    }

    /// The pairs of a mapping, or the table of that name.
    private func pairs(_ node: SchemaNode) throws(SchemaError) -> [Derivation.Pair] {
        if node.isMapping { return try Self.pairs(node) }
        let name = try node.text()
        guard let table = tables[name] else {
            throw node.error(
                "the table \(name) is not defined; define it under `tables`, in a file read before this one")
        }
        return table
    }

    static func pairs(_ node: SchemaNode) throws(SchemaError) -> [Derivation.Pair] {
        try node.members().map { member throws(SchemaError) in
            Derivation.Pair(text: member.0, result: try member.1.text())
        }
    }

    /// Conditions that must all hold: a list of keys, or `key: [texts]`.
    static func conditions(_ node: SchemaNode) throws(SchemaError) -> [Schema.Condition] {
        guard node.isMapping else {
            return try node.texts().map { Schema.Condition(path: $0, texts: []) }
        }
        return try node.members().map { member throws(SchemaError) in
            Schema.Condition(path: member.0, texts: try member.1.texts())
        }
    }

    /// What stands beside an operation in its mapping.
    private struct Arguments {
        let node: SchemaNode
        let name: String
        let members: [(String, SchemaNode)]

        subscript(key: String) -> SchemaNode? { members.first { $0.0 == key }?.1 }

        func allow(_ keys: [String]) throws(SchemaError) {
            let conditions = ["when", "unless", "when_same"]
            for (key, value) in members where !keys.contains(key) && !conditions.contains(key) {
                throw value.error("`\(key)` means nothing beside `\(name)`")
            }
        }
    }
}
