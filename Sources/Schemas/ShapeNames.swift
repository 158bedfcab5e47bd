import Values

extension Text {
    /// Whether a path leads through an array.
    var isOfArray: Bool { bytes.suffix(2).elementsEqual("{}".utf8) || string.contains("{}.") }
}

/// What the paths of one shape are called.
struct ShapeNames: Sendable {
    struct Name: Sendable {
        var text: Text
        /// Of several values of one name the one with the least rank counts.
        var rank: Int
        /// Whether the path leads through an array.
        var isOfArray = false
        /// Whether texts are escaped once more.
        var isEscaped = false
    }

    private var exact: [Text: Name] = [:]
    /// With the dot behind them.
    private let escapedObjects: [[UInt8]]
    private var templates: [(before: [UInt8], hasAnyKey: Bool, isCamel: Bool)] = []

    init(_ shape: Schema.Shape) {
        escapedObjects = shape.escapedObjects.map { Array(($0 + ".").utf8) }
        for template in shape.templates where template != "alias" {
            guard let before = template.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false).first
            else { continue }
            let hasAnyKey = before.suffix(2).elementsEqual("*.".utf8)
            templates.append(
                (Array(hasAnyKey ? before.dropLast(2) : before), hasAnyKey, template.isCamelTemplate))
        }
        // Where an event's own keys are its names, they stay what they are.
        guard templates.contains(where: { !$0.before.isEmpty }) else { return }
        for (name, paths) in shape.names {
            // The places where a value may stand instead keep their own names, unless they are part of the first one.
            for (rank, path) in paths.enumerated() where rank == 0 || path.hasPrefix(paths[0] + ".") {
                let known = exact[Text(path)]
                if known.map({ ($0.rank, $0.text) > (rank, Text(name)) }) ?? true {
                    exact[Text(path)] = Name(text: Text(name), rank: rank)
                    if let attribute = path.firstRange(of: Self.attributes) {
                        let beside = path[..<attribute.lowerBound] + ".@" + path[attribute.upperBound...]
                        exact[Text(String(beside))] = Name(text: Text(name), rank: rank)
                    }
                }
            }
        }
    }

    private static let templateRank = 100
    private static let attributes = ".#attributes."

    func isEscaped(_ path: [UInt8]) -> Bool { escapedObjects.contains { path.starts(with: $0) } }

    func name(of path: [UInt8]) -> Name {
        if let name = exact[Text(bytes: path)] { return name }
        for (number, template) in templates.enumerated() where path.starts(with: template.before) {
            var rest = path[template.before.count...]
            if template.hasAnyKey {
                guard let dot = rest.firstIndex(of: UInt8(ascii: ".")) else { continue }
                rest = rest[(dot + 1)...]
            }
            if template.isCamel, let first = rest.first, (0x61...0x7A).contains(first) {
                rest = [first & ~0x20] + rest.dropFirst()
            }
            if !rest.isEmpty { return Name(text: Text(bytes: Array(rest)), rank: Self.templateRank + number) }
        }
        return Name(text: Text(bytes: path), rank: Self.templateRank + templates.count)
    }
}
