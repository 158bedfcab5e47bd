import YAML

/// Reads the keys of a mapping as what they should be, and notes what is something else instead of failing.
struct DocumentReader {
    let file: String
    let mapping: YAMLMapping
    /// How the mapping is called in messages, with its dot: `tags.`.
    var prefix = ""
    var problems: [ContentProblem] = []

    init(_ mapping: YAMLMapping, file: String, prefix: String = "") {
        self.mapping = mapping
        self.file = file
        self.prefix = prefix
    }

    mutating func note(_ key: String, _ reason: String, severity: ContentProblem.Severity = .note) {
        problems.append(
            ContentProblem(
                severity, file: file, mark: mapping.entry(key)?.key.mark, reason: "\(prefix)\(key) \(reason)"))
    }

    /// The text under a key; empty where there is none.
    mutating func text(_ key: String) -> String {
        guard let node = mapping[key], !node.isNull else { return "" }
        if let text = node.text { return text }
        note(key, "should be text, not \(node.kindName); it is ignored", severity: .warning)
        return ""
    }

    /// The texts of a list; a single scalar is a list of one.
    mutating func texts(_ key: String) -> [String] {
        guard let node = mapping[key], !node.isNull else { return [] }
        if let text = node.text { return text.isEmpty ? [] : [text] }
        guard let nodes = node.sequence else {
            note(key, "should be a list, not \(node.kindName); it is ignored", severity: .warning)
            return []
        }
        let texts = nodes.compactMap(\.text)
        if texts.count != nodes.count {
            note(key, "should be a list of texts; other members are ignored", severity: .warning)
        }
        return texts
    }

    /// A number, also when it is quoted; one whose whole part a double doesn't hold exactly is none that anybody meant.
    mutating func number(_ key: String) -> Double? {
        guard let node = mapping[key], !node.isNull else { return nil }
        if let text = node.text {
            switch YAMLScalar(plain: text) {
            case .integer(let value) where value.magnitude <= 1 << 53: return Double(value)
            case .float(let value) where value.magnitude <= 0x1p53: return value
            default: break
            }
        }
        note(key, "should be a number of no more than 2^53; it is ignored", severity: .warning)
        return nil
    }

    mutating func integer(_ key: String) -> Int? {
        number(key).flatMap { Int(exactly: $0.rounded()) }
    }

    /// What the mappings of a list are read as; a single mapping is a list of one.
    ///
    /// - Parameter read: `nil` for a member that is left out.
    mutating func list<Element>(_ key: String, _ read: (inout DocumentReader) -> Element?) -> [Element] {
        guard let node = mapping[key], !node.isNull else { return [] }
        let nodes = node.sequence ?? [node]
        let mappings = nodes.compactMap(\.mapping)
        if mappings.count != nodes.count {
            note(key, "should be a list of mappings; other members are ignored", severity: .warning)
        }
        var elements: [Element] = []
        for mapping in mappings {
            var reader = DocumentReader(mapping, file: file, prefix: "\(prefix)\(key).")
            if let element = read(&reader) { elements.append(element) }
            absorb(reader)
        }
        return elements
    }

    /// The mapping under a key; an empty one where there is none.
    mutating func section(_ key: String) -> DocumentReader {
        let node = mapping[key]
        if let node, node.mapping == nil, !node.isNull {
            note(key, "should be a mapping, not \(node.kindName); it is ignored", severity: .warning)
        }
        return DocumentReader(node?.mapping ?? YAMLMapping(), file: file, prefix: "\(prefix)\(key).")
    }

    /// Takes over what another reader of a part of this document noted.
    mutating func absorb(_ part: DocumentReader) {
        problems += part.problems
    }
}
