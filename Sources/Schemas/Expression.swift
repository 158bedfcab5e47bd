import Events
import Values

/// Turns derivations into nodes, shape by shape, giving out slots of the layout as it goes.
struct ExpressionCompiler {
    let shapes: [Schema.Shape]
    var layout = EventLayout()
    /// Whether fields are those that rules name: event data before the header, arrays seen through.
    var isForRules = false
    /// Whether the fields that rules name may be arrays in a Splunk export.
    var mayHoldArrays = false
    private(set) var nodes: [ExpressionNode] = []
    private var places: [ExpressionNode: Int32] = [:]
    private var known: [Key: Int32] = [:]
    private var knownFields: [FieldKey: Int32] = [:]
    /// The text at a path, which many shapes have for many fields.
    private var knownPaths: [String: Int32] = [:]
    /// Where rules' fields stand, by name and shape.
    var knownPlaces: [PlacesKey: [Int32]] = [:]
    /// Rules' fields with the objects in their places, by the node without.
    var knownObjects: [Int32: Int32] = [:]
    /// For each shape the first one in which rules' fields stand in the same places, but for those with places of their own.
    let firstAlike: [Int]
    /// The objects whose texts are escaped once more, of all shapes: what stands in them stands so wherever it is looked for.
    private let escapedObjects: [String]
    /// For each variant the first one in which all fields stand in the same places: what is made for one is made for both.
    private let sameAs: [Int]

    struct PlacesKey: Hashable {
        var name: String
        /// The first of those that are alike; the complement of a shape that has places of its own for the field.
        var shape: Int
    }

    private struct Key: Hashable {
        var derivation: Derivation
        var variant: Int
        var isForRules: Bool
        var mayHoldArrays: Bool
    }

    private struct FieldKey: Hashable {
        var name: String
        var variant: Int
        var isForRules: Bool
        var mayHoldArrays: Bool
    }

    init(shapes: [Schema.Shape]) {
        self.shapes = shapes
        firstAlike = shapes.indices.map { index in
            shapes.firstIndex { $0.rules.templates == shapes[index].rules.templates } ?? index
        }
        escapedObjects = shapes.flatMap(\.escapedObjects).unique
        let same = shapes.indices.map { index in
            shapes.firstIndex { $0.hasFields(asIn: shapes[index]) } ?? index
        }
        sameAs = same + same.map { $0 + shapes.count }
        _ = layout.slot(for: "_raw")
    }

    /// Makes room for what some fields are made of, so that the tables do not grow again and again.
    mutating func reserve(fields count: Int) {
        known.reserveCapacity(count * 8)
        knownFields.reserveCapacity(count * 8)
        places.reserveCapacity(count * 8)
    }

    /// The first variant in which all fields stand where they do in this one.
    func variant(withFieldsAsIn variant: Int) -> Int { sameAs[variant] }

    func shape(_ variant: Int) -> Schema.Shape { shapes[variant % shapes.count] }

    /// Whether a variant stands for events that Splunk has exported, with fields of their own beside `_raw`.
    func isSplunk(_ variant: Int) -> Bool { variant >= shapes.count }

    // MARK: Fields

    /// An event's own field, under the paths that its shape may have it; -1 where it can have none.
    ///
    /// In a Splunk export a field beside `_raw` comes before what the event inside `_raw` says.
    mutating func field(_ name: String, variant: Int) -> Int32 {
        let variant = sameAs[variant]
        let key = FieldKey(name: name, variant: variant, isForRules: isForRules, mayHoldArrays: mayHoldArrays)
        if let found = knownFields[key] { return found }
        if isForRules {
            let place = ruleField(name, variant: variant)
            knownFields[key] = place
            return place
        }
        let candidates = paths(of: name, variant: variant).map { path in
            let place = node(ofPath: path, field: name)
            return path == name ? place : plain(place, at: path)
        }
        let place = first(of: candidates)
        knownFields[key] = place
        return place
    }

    private func paths(of name: String, variant: Int) -> [String] {
        // Looked at in place: a copy of a shape counts a reference for each of its parts.
        let index = variant % shapes.count
        var paths: [String] = []
        if isSplunk(variant) { paths += name == "EventID" ? [name, "EventCode"] : [name] }
        if let named = shapes[index].names[name] {
            paths += named
        } else {
            for template in shapes[index].templates {
                if template == "alias" {
                    if let alias = shapes[index].aliases[name] { paths.append(alias) }
                } else if let path = template.replacingDollar(with: name) {
                    paths.append(path)
                }
            }
        }
        // What Splunk calls the source only stands in for a channel: it may be a port, or the log of a collector.
        if isSplunk(variant), name == "Channel" { paths.append("source") }
        return paths.unique
    }

    /// The node of what a shape says stands at a path, without the escapes that a collector has put there. Who names the path
    /// itself gets what is there.
    mutating func plain(_ place: Int32, at path: String) -> Int32 {
        guard escapedObjects.contains(where: { path.hasPrefix($0 + ".") }) else { return place }
        return add(ExpressionNode(operation: .unescaped, children: [place]))
    }

    private mutating func node(ofPath path: String, field: String) -> Int32 {
        if field == "Channel", path == "source" {
            return add(ExpressionNode(operation: .channelOfSource, slot: Int32(layout.slot(for: path))))
        }
        if let known = knownPaths[path] { return known }
        let place = node(ofPath: path)
        knownPaths[path] = place
        return place
    }

    private mutating func node(ofPath path: String) -> Int32 {
        if let joined = Self.joinedParts(path) {
            return add(
                ExpressionNode(
                    operation: .pair, slot: Int32(layout.slot(for: joined.first)),
                    second: Int32(layout.slot(for: joined.second)), text: Array(joined.separator.utf8)))
        }
        let slot = path.utf8.contains(UInt8(ascii: "{")) ? layout.slot(forPathOrKey: path) : layout.slot(for: path)
        return add(ExpressionNode(operation: .text, slot: Int32(slot)))
    }

    /// The parts of `a + "x" + b`.
    static func joinedParts(_ path: String) -> (first: String, separator: String, second: String)? {
        guard path.utf8.contains(UInt8(ascii: "\"")) else { return nil }
        let quote = path.split(separator: "\"", omittingEmptySubsequences: false)
        guard quote.count == 3, quote[0].hasSuffix(" + "), quote[2].hasPrefix(" + ") else { return nil }
        return (String(quote[0].dropLast(3)), String(quote[1]), String(quote[2].dropFirst(3)))
    }

    mutating func first(of candidates: [Int32]) -> Int32 {
        let possible = candidates.filter { $0 >= 0 }
        guard possible.count != 1 else { return possible[0] }
        return possible.isEmpty ? -1 : add(ExpressionNode(operation: .first, children: possible))
    }

    mutating func add(_ node: ExpressionNode) -> Int32 {
        if let place = places[node] { return place }
        let place = Int32(nodes.count)
        nodes.append(node)
        places[node] = place
        return place
    }

    /// Takes up the nodes that another compiler has made which began with what this one began with.
    ///
    /// - Returns: where each of the other's nodes stands here.
    mutating func take(_ other: ExpressionCompiler, after start: ExpressionCompiler) -> [Int32] {
        let slots =
            (0..<start.layout.slotCount).map(Int32.init)
            + layout.add(other.layout, from: start.layout.slotCount).map(Int32.init)
        var places = start.nodes.indices.map(Int32.init)
        for node in other.nodes[start.nodes.count...] {
            places.append(add(node.renumbered(nodes: places, slots: slots)))
        }
        return places
    }

    // MARK: Derivations

    /// The node of a derivation; -1 where it can have no value.
    mutating func node(of derivation: Derivation, variant: Int) -> Int32 {
        if case .field(let name) = derivation { return field(name, variant: variant) }
        let variant = sameAs[variant]
        let key = Key(derivation: derivation, variant: variant, isForRules: isForRules, mayHoldArrays: mayHoldArrays)
        if let found = known[key] { return found }
        let place = build(derivation, variant)
        known[key] = place
        return place
    }

    private mutating func build(_ derivation: Derivation, _ variant: Int) -> Int32 {
        switch derivation {
        case .field(let name): return field(name, variant: variant)
        case .constant(let text): return add(ExpressionNode(operation: .constant, text: Array(text.utf8)))
        case .step(let step, let inner):
            let child = node(of: inner, variant: variant)
            return child < 0 ? -1 : add(Self.node(of: step, child: child))
        case .first(let parts):
            return first(of: parts.map { node(of: $0, variant: variant) })
        case .all(let parts):
            let children = parts.map { node(of: $0, variant: variant) }.filter { $0 >= 0 }
            return children.isEmpty ? -1 : add(ExpressionNode(operation: .all, children: children))
        case .sum(let parts):
            let children = parts.map { node(of: $0, variant: variant) }.filter { $0 >= 0 }
            return children.isEmpty ? -1 : add(ExpressionNode(operation: .sum, children: children))
        case .together(let inner, let separator):
            let child = node(of: inner, variant: variant)
            guard child >= 0 else { return -1 }
            return add(ExpressionNode(operation: .together, children: [child], text: Array(separator.utf8)))
        case .item(let index, let inner):
            let child = node(of: inner, variant: variant)
            return child < 0 ? -1 : add(ExpressionNode(operation: .item, second: Int32(index), children: [child]))
        case .named(let name, let names, let values):
            guard let names = slot(of: names, variant: variant), let values = slot(of: values, variant: variant) else {
                return -1
            }
            return add(ExpressionNode(operation: .named, slot: names, second: values, text: Array(name.utf8)))
        case .shown(let main, let others):
            let children = ([main] + others).map { node(of: $0, variant: variant) }
            return children[0] < 0
                ? -1 : add(ExpressionNode(operation: .shown, children: children.filter { $0 >= 0 }))
        case .joined(let parts, let separator):
            let children = parts.map { node(of: $0, variant: variant) }
            guard !children.isEmpty, !children.contains(-1) else { return -1 }
            return add(ExpressionNode(operation: .joined, children: children, text: Array(separator.utf8)))
        case .mapped(let inner, let pairs, let otherwise):
            let child = node(of: inner, variant: variant)
            let fallback = otherwise.map { node(of: $0, variant: variant) } ?? -1
            guard child >= 0 else { return -1 }
            return add(
                ExpressionNode(
                    operation: .mapped, children: fallback < 0 ? [child] : [child, fallback],
                    patterns: pairs.map { TextPattern($0.text) }, results: pairs.map { Array($0.result.utf8) }))
        case .when(let conditions, let inner):
            let child = node(of: inner, variant: variant)
            let compiled = conditions.map { condition($0, variant: variant) }
            guard child >= 0, !compiled.contains(where: { $0.node < 0 }) else { return -1 }
            return add(ExpressionNode(operation: .conditional, children: [child], conditions: compiled))
        case .unless(let conditions, let inner):
            let child = node(of: inner, variant: variant)
            let compiled = conditions.map { condition($0, variant: variant) }
            // What the shape has no place for never holds.
            if child < 0 || compiled.contains(where: { $0.node < 0 }) { return child }
            return add(ExpressionNode(operation: .unless, children: [child], conditions: compiled))
        case .whenSame(let left, let right, let inner):
            let children = [
                node(of: inner, variant: variant), field(left, variant: variant), field(right, variant: variant),
            ]
            return children.contains(-1) ? -1 : add(ExpressionNode(operation: .same, children: children))
        case .dataElement(let element): return dataElement(element, variant)
        }
    }

    /// The one slot of a field that stands in one place; `nil` where it may stand in several.
    private mutating func slot(of name: String, variant: Int) -> Int32? {
        let place = isForRules ? tellingField(name, variant: variant) : field(name, variant: variant)
        guard place >= 0, [.text, .value].contains(nodes[Int(place)].operation) else { return nil }
        return nodes[Int(place)].slot
    }

    private static func node(of step: Derivation.Step, child: Int32) -> ExpressionNode {
        func node(_ operation: ExpressionNode.Operation, _ text: String = "", _ other: String = "") -> ExpressionNode {
            ExpressionNode(
                operation: operation, children: [child], text: Array(text.utf8), other: Array(other.utf8))
        }
        return switch step {
        case .lastPart: node(.lastPart)
        case .folder: node(.folder)
        case .decimal: node(.decimal)
        case .hexText: node(.hexText)
        case .lower: node(.lower)
        case .upper: node(.upper)
        case .given: node(.given)
        case .counted: node(.counted)
        case .length: node(.length)
        case .insideParentheses: node(.insideParentheses)
        case .beforeParentheses: node(.beforeParentheses)
        case .afterLast(let text): node(.afterLast, text)
        case .beforeLast(let text): node(.beforeLast, text)
        case .split(let text): node(.split, text)
        case .prefixed(let text): node(.prefixed, text)
        case .line(let text): node(.line, text)
        case .between(let start, let end): node(.between, start, end)
        case .startReplaced(let pairs):
            ExpressionNode(
                operation: .startReplaced, children: [child], patterns: pairs.map { TextPattern($0.text) },
                results: pairs.map { Array($0.result.utf8) })
        }
    }

    private mutating func dataElement(_ element: Derivation.DataElement, _ variant: Int) -> Int32 {
        let shape = shape(variant)
        let raw = Int32(layout.slot(for: "_raw"))
        // The tag may have attributes.
        let text = add(ExpressionNode(operation: .text, slot: raw))
        let whole = ExpressionNode(
            operation: .between, children: [text], text: Array("<\(element.rawValue)".utf8),
            other: Array("</\(element.rawValue)>".utf8))
        var candidates = [add(ExpressionNode(operation: .between, children: [add(whole)], text: Array(">".utf8)))]
        if let path = shape.dataObjects[element] {
            candidates.append(
                add(
                    ExpressionNode(
                        operation: .dataElement, slot: Int32(layout.slot(for: path)),
                        second: element == .eventData ? 1 : 0)))
        } else if element == .eventData, !shape.headerNames.isEmpty {
            candidates.append(
                add(
                    ExpressionNode(
                        operation: .dataElement, second: 1, patterns: shape.headerNames.map { TextPattern($0) })))
        }
        return first(of: candidates)
    }

    // MARK: Conditions

    /// A condition over an event's own fields; its node is -1 where no event can meet it.
    mutating func condition(_ condition: Schema.Condition, variant: Int) -> NodeCondition {
        guard isForRules else {
            return NodeCondition(
                node: field(condition.path, variant: variant), texts: condition.texts.map { TextPattern($0) })
        }
        if condition.texts.isEmpty { return NodeCondition(node: keyThere(condition.path, variant: variant)) }
        return NodeCondition(
            node: tellingField(condition.path, variant: variant), texts: condition.texts.map { TextPattern($0) })
    }

    /// Slots of which one has a value wherever one of the alternatives holds; empty where that can't be said.
    func tellingSlots(of alternatives: [[NodeCondition]]) -> [Int32] {
        var found: [Int32] = []
        for alternative in alternatives {
            guard let first = alternative.first, let slots = first.slot < 0 ? slots(of: first.node) : [first.slot]
            else {
                return []
            }
            for slot in slots where !found.contains(slot) { found.append(slot) }
        }
        return found
    }

    /// Slots of which one has a value wherever a node has one; `nil` for nodes that make values otherwise.
    private func slots(of place: Int32) -> [Int32]? {
        guard place >= 0 else { return [] }
        let node = nodes[Int(place)]
        switch node.operation {
        case .text, .value: return [node.slot]
        case .there: return node.children
        case .first, .firstThere, .values, .all:
            var found: [Int32] = []
            for child in node.children {
                guard let slots = slots(of: child) else { return nil }
                found += slots
            }
            return found
        default: return nil
        }
    }

    /// A condition over a path of the event as it is written, by which a shape is recognised.
    mutating func shapeCondition(_ condition: Schema.Condition) -> NodeCondition {
        let slot = Int32(layout.slot(for: condition.path))
        if condition.texts.isEmpty { return NodeCondition(slot: slot) }
        return NodeCondition(
            node: add(ExpressionNode(operation: .text, slot: slot)), slot: -1,
            texts: condition.texts.map { TextPattern($0) })
    }
}

func asciiLowercased(_ bytes: [UInt8]) -> [UInt8] {
    bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
}
