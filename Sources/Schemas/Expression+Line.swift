// Which values stand in the event's line as they are.
extension ExpressionCompiler {
    /// With more texts than these beside the line, anything is taken to be.
    private static let mostTexts = 64

    /// By node, the texts of which its values may have parts that don't stand in the event's line as they are (but for escapes):
    /// constants. None where all of them stand there, `nil` where anything may be.
    ///
    /// Such a text is a whole value, or what is beside it is cut off by a separator of paths: what holds no separator stands
    /// either in one of the texts or in the line.
    var textsBesideLine: [Set<[UInt8]>?] {
        // Children stand before the nodes that are made of them.
        var known: [Set<[UInt8]>?] = []
        known.reserveCapacity(nodes.count)
        for node in nodes {
            let texts = textsBesideLine(of: node, known)
            known.append(texts.flatMap { $0.count > Self.mostTexts ? nil : $0 })
        }
        return known
    }

    private func textsBesideLine(of node: ExpressionNode, _ known: [Set<[UInt8]>?]) -> Set<[UInt8]>? {
        switch node.operation {
        case .text, .value, .channelOfSource, .named: return []
        case .first, .firstThere, .values, .all, .shown, .unescaped, .lastPart, .folder, .given, .insideParentheses,
            .beforeParentheses,
            .afterLast, .beforeLast, .split, .between, .line, .item:
            return Self.union(node.children.lazy.map { known[Int($0)] })
        case .conditional, .unless, .same, .orObject: return known[Int(node.children[0])]
        case .constant: return [node.text]
        case .joined where Self.isCut(node.text): return Self.union(node.children.map { known[Int($0)] })
        case .prefixed where Self.endsCut(node.text):
            return known[Int(node.children[0])]?.union(Self.isCut(node.text) ? [] : [node.text])
        case .startReplaced where node.results.allSatisfy({ $0.isEmpty || Self.endsCut($0) }):
            return known[Int(node.children[0])]?.union(node.results.filter { !$0.isEmpty })
        case .mapped:
            // What is looked up in the table is no part of what comes of it; what is not in the table may be.
            return Self.union(node.children.dropFirst().map { known[Int($0)] })?.union(node.results)
        case .pair, .there, .joined, .sum, .together, .decimal, .hexText, .lower, .upper, .prefixed, .startReplaced,
            .counted, .length, .dataElement:
            return nil
        }
    }

    private static func union(_ sets: some Sequence<Set<[UInt8]>?>) -> Set<[UInt8]>? {
        var all: Set<[UInt8]> = []
        for set in sets {
            guard let set else { return nil }
            if !set.isEmpty { all.formUnion(set) }
        }
        return all
    }

    /// Whether a text is made of separators of paths, which no literal holds that lines are searched for.
    private static func isCut(_ text: [UInt8]) -> Bool { text.allSatisfy(isSeparator) }

    private static func endsCut(_ text: [UInt8]) -> Bool { text.last.map(isSeparator) ?? false }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == 0x5C || byte == 0x2F }
}
