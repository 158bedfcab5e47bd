import Events
import Values

// The fields that rules name. A field is taken from the first place that the event has a key for, so that an empty text or a
// null in the event's data hides what the header says, as the values of one dictionary over another do. Members of arrays
// have the plain dotted name: each part of a name may stand for an array.
extension ExpressionCompiler {
    /// How many parts a name may have.
    private static let partLimit = 32
    /// How many of a name's parts may stand for arrays beside the last one: each doubles the places to look at. They are those
    /// before the last one, as what collectors put before a name only says where a record begins.
    private static let arrayPartLimit = 6

    /// The node of a field that a rule names; -1 where no event of the variant can have it.
    mutating func ruleField(_ name: String, variant: Int) -> Int32 {
        guard Self.mayHave(name) else { return -1 }
        let inside = rulePlaces(of: name, shape: variant % shapes.count)
        guard isSplunk(variant) else { return firstThere(inside) }
        let outside = besideRaw(name)
        let mayHaveBraces = mayHoldArrays && mayHoldObjects(variant)
        let before = outside.before.flatMap { outer in
            let path = RulePath(before: "", name: outer)
            return mayHaveBraces
                ? [value(at: path, orKey: true), membersUnderOneKey(path)] : [value(at: path)]
        }
        let after = outside.after.map { rulePlace(RulePath(before: "", name: $0), of: name) }
        return firstThere((before + inside + after).unique)
    }

    /// The nodes of the places where events of a shape may have a field that a rule names. Shapes that have it in the same
    /// places, as nearly all have nearly all fields, look for them once.
    private mutating func rulePlaces(of name: String, shape index: Int) -> [Int32] {
        let shape = shapes[index]
        let isOwn = shape.rules.names[name] != nil || shape.aliases[name] != nil
        let key = PlacesKey(name: name, shape: isOwn ? ~index : firstAlike[index])
        if let known = knownPlaces[key] { return known }
        let places = rulePaths(of: name, in: shape).map { rulePlace($0, of: name) }.unique
        knownPlaces[key] = places
        return places
    }

    private mutating func rulePlace(_ path: RulePath, of name: String) -> Int32 {
        guard path.plain == "source", name == "Channel" else { return value(at: path) }
        return add(ExpressionNode(operation: .channelOfSource, slot: Int32(layout.slot(for: "source"))))
    }

    private static func mayHave(_ name: String) -> Bool {
        name.utf8.count { $0 == UInt8(ascii: ".") } < partLimit
    }

    /// The node of a field that a rule names where it stands inside one of some objects; -1 where no event of the variant can
    /// have it.
    mutating func ruleField(_ name: String, inside objects: [String], variant: Int) -> Int32 {
        firstThere((objects.map { $0 + "." + name } + [name]).map { field($0, variant: variant) })
    }

    /// The node of a field that a gate looks at: there is no array on its way but where its path says so with `{}`.
    mutating func tellingField(_ name: String, variant: Int) -> Int32 {
        let places = rulePaths(of: name, variant: variant).map { path in
            value(at: RulePath(before: path.plain, name: ""))
        }
        return firstThere(places)
    }

    /// The node of a field in the header, as gates read it.
    mutating func headerField(_ name: String, variant: Int) -> Int32 {
        guard let own = shape(variant).rules.header[name] else { return ruleField(name, variant: variant) }
        var paths = own
        if isSplunk(variant) { paths = besideRaw(name).before + paths + besideRaw(name).after }
        return firstThere(
            paths.map { path in
                path == "source" && name == "Channel"
                    ? add(ExpressionNode(operation: .channelOfSource, slot: Int32(layout.slot(for: path))))
                    : value(at: RulePath(before: path, name: ""))
            })
    }

    /// The channel of an event as gates read it: where there is none, the one that the provider implies.
    mutating func gateChannel(variant: Int, implied channels: [Derivation.Pair]) -> Int32 {
        let channel = headerField("Channel", variant: variant)
        let provider = headerField("Provider_Name", variant: variant)
        guard provider >= 0, !channels.isEmpty else { return channel }
        let implied = add(
            ExpressionNode(
                operation: .mapped, children: [provider],
                patterns: channels.map { TextPattern($0.text) },
                results: channels.map { Array($0.result.utf8) }))
        return first(of: [channel, implied])
    }

    /// The name of the host that an event is about.
    mutating func host(variant: Int) -> Int32 {
        var paths = shape(variant).hosts
        if isSplunk(variant) { paths = [Schema.hostField] + paths + ["host"] }
        return first(
            of: paths.map { add(ExpressionNode(operation: .text, slot: Int32(layout.slot(for: $0)))) })
    }

    /// A node that has a text where the event has a key of this path, whatever it holds.
    mutating func keyThere(_ name: String, variant: Int) -> Int32 {
        let orKey = name.utf8.contains(UInt8(ascii: "{"))
        let slots = rulePaths(of: name, variant: variant).map { path in
            Int32(orKey ? layout.slot(forPathOrKey: path.plain) : layout.slot(for: path.plain))
        }
        return slots.isEmpty ? -1 : add(ExpressionNode(operation: .there, children: slots))
    }

    /// A rule's field with the JSON of an object that stands in its place, so that rules may look for words in it, as they can
    /// where a collector keeps the object as text. The data of Windows events hold no objects.
    mutating func orObject(_ place: Int32, variant: Int) -> Int32 {
        guard place >= 0, mayHoldObjects(variant) else { return place }
        if let known = knownObjects[place] { return known }
        var slots = objectSlots(of: place).unique
        // An object of which a member is what the field asks for is no value of it.
        let paths = slots.map { layout.paths[Int($0)] }
        slots = zip(slots, paths).filter { _, path in
            let (member, element) = (path + ".", path + "{}.")
            return !paths.contains { $0.hasPrefix(member) || $0.hasPrefix(element) }
        }.map(\.0)
        let node = slots.isEmpty ? place : add(ExpressionNode(operation: .orObject, children: [place] + slots))
        knownObjects[place] = node
        return node
    }

    private func mayHoldObjects(_ variant: Int) -> Bool {
        // Looked at in place: a copy of a shape counts a reference for each of its parts.
        let index = variant % shapes.count
        return shapes[index].dataObjects.isEmpty && shapes[index].headerNames.isEmpty
    }

    /// The slots that a node takes values from as they are.
    private func objectSlots(of place: Int32) -> [Int32] {
        guard place >= 0 else { return [] }
        let node = nodes[Int(place)]
        switch node.operation {
        case .value: return [node.slot]
        case .first, .firstThere, .values, .unescaped: return node.children.flatMap { objectSlots(of: $0) }
        default: return []
        }
    }

    // MARK: Paths

    /// Where a field may stand: what the shape says, and the name that was put into it.
    private struct RulePath: Hashable {
        var before: String
        var name: String
        var after = ""

        var plain: String { before + name + after }
    }

    private func besideRaw(_ name: String) -> (before: [String], after: [String]) {
        switch name {
        case "EventID": (["EventID", "EventCode"], [])
        // What Splunk calls the source only stands in for a channel.
        case "Channel": (["Channel"], ["source"])
        default: ([name], [])
        }
    }

    private func rulePaths(of name: String, variant: Int) -> [RulePath] {
        guard Self.mayHave(name) else { return [] }
        let outside = isSplunk(variant) ? besideRaw(name) : (before: [], after: [])
        return
            (outside.before.map { RulePath(before: "", name: $0) } + rulePaths(of: name, in: shape(variant))
            + outside.after.map { RulePath(before: "", name: $0) }).unique
    }

    private func rulePaths(of name: String, in shape: Schema.Shape) -> [RulePath] {
        var paths: [RulePath] = []
        if let named = shape.rules.names[name] {
            paths += named.map { RulePath(before: $0, name: "") }
        } else {
            for template in shape.rules.templates { paths += path(template, name, shape) }
        }
        return paths.unique
    }

    private func path(_ template: String, _ name: String, _ shape: Schema.Shape) -> [RulePath] {
        if template == "alias" { return shape.aliases[name].map { [RulePath(before: $0, name: "")] } ?? [] }
        if let dollar = template.utf8.firstIndex(of: UInt8(ascii: "$")), template[dollar...].hasPrefix("$tag") {
            guard let line = name.utf8.firstIndex(of: UInt8(ascii: "_")) else { return [] }
            let attribute = String(name[name.utf8.index(after: line)...])
            guard line > name.startIndex, !attribute.isEmpty else { return [] }
            let rest = template[dollar...].dropFirst("$tag".count)
            guard let second = rest.utf8.firstIndex(of: UInt8(ascii: "$")), rest[second...].hasPrefix("$attribute")
            else {
                return []
            }
            let end = rest[second...].dropFirst("$attribute".count)
            return [
                RulePath(before: template[..<dollar] + name[..<line] + rest[..<second] + attribute + end, name: "")
            ]
        }
        return template.placing(name).map { [RulePath(before: $0.before, name: $0.name, after: $0.after)] } ?? []
    }

    /// The paths of one that may lead through arrays at each dot of the name.
    private static func spellings(of path: RulePath) -> [String] {
        let parts = path.name.components(at: UInt8(ascii: "."))
        guard parts.count > 1 else { return [path.plain] }
        var found = [path.before]
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            let mayBeArray =
                index >= parts.count - 1 - arrayPartLimit && !isIndex(part) && !(isLast || isIndex(parts[index + 1]))
            let ends = isLast ? [path.after] : mayBeArray ? [".", "{}."] : ["."]
            found = ends.flatMap { end in found.map { $0 + part + end } }
        }
        return found
    }

    /// Whether a part stands for the members of an object that was made of an array: `0`, `1`, or any of them.
    private static func isIndex(_ part: Substring) -> Bool { part == "*" || Int(part) != nil }

    /// - Parameter orKey: whether the path may stand at the top as one key, braces and all; a name with braces in it always may.
    private mutating func value(at path: RulePath, orKey: Bool = false) -> Int32 {
        // Only what the schema says may join two values, not what a rule names.
        if path.name.isEmpty, let joined = Self.joinedParts(path.plain) {
            return add(
                ExpressionNode(
                    operation: .pair, slot: Int32(layout.slot(for: joined.first)),
                    second: Int32(layout.slot(for: joined.second)), text: Array(joined.separator.utf8)))
        }
        let orKey = orKey || path.name.utf8.contains(UInt8(ascii: "{"))
        let places = Self.spellings(of: path).map { spelling in
            add(
                ExpressionNode(
                    operation: .value,
                    slot: Int32(orKey ? layout.slot(forPathOrKey: spelling) : layout.slot(for: spelling)),
                    second: Int32(layout.slot(for: spelling + "{}"))))
        }
        let place = places.count == 1 ? places[0] : add(ExpressionNode(operation: .values, children: places))
        return path.before.isEmpty ? place : plain(place, at: path.plain)
    }

    /// The node of a field's values where Splunk has written the members of an array of texts under one key, as `answers{}`.
    private mutating func membersUnderOneKey(_ path: RulePath) -> Int32 {
        let places = Self.spellings(of: path).map { spelling in
            add(ExpressionNode(operation: .value, slot: Int32(layout.slot(forPathOrKey: spelling + "{}"))))
        }
        return places.count == 1 ? places[0] : add(ExpressionNode(operation: .values, children: places))
    }

    private mutating func firstThere(_ candidates: [Int32]) -> Int32 {
        let possible = candidates.filter { $0 >= 0 }
        guard possible.count != 1 else { return possible[0] }
        return possible.isEmpty ? -1 : add(ExpressionNode(operation: .firstThere, children: possible))
    }
}
