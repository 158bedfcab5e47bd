import YAML

extension SigmaDetection {
    /// Keys of a detection that name no selection.
    private static let reserved: Set<String> = ["condition", "timeframe"]

    /// Reads selections and conditions, and checks that they fit together.
    ///
    /// - Parameter others: keys that mean something else here.
    init(_ reader: KeyReader, except others: Set<String> = []) throws(SigmaError) {
        var selections: [Selection] = []
        for (key, value) in reader.mapping.entries {
            guard case .scalar(let name, _) = key.content else {
                throw SigmaError(
                    file: reader.file, path: reader.path, mark: key.mark,
                    reason: "the name of a selection has to be a text, not \(key.kindName)")
            }
            if Self.reserved.contains(name) || others.contains(name) { continue }
            let place = SearchReader(file: reader.file, path: reader.path(to: name))
            selections.append(Selection(name: name, search: try place.search(value, mark: key.mark)))
        }
        guard !selections.isEmpty else {
            throw SigmaError(file: reader.file, path: reader.path, mark: reader.mark, reason: "there is no selection")
        }
        self.init(selections: selections, conditions: [])
        if let text = try reader.text("timeframe") {
            guard let length = Timespan.nanoseconds(text) else {
                throw reader.error("timeframe", "\(text) is no length of time; write it as 30s, 15m, 24h or 7d")
            }
            guard length > 0 else { throw reader.error("timeframe", "\(text) is no time at all") }
            timeframe = length
        }
        try readConditions(reader)
    }

    private mutating func readConditions(_ reader: KeyReader) throws(SigmaError) {
        let names = selections.map(\.name)
        _ = try reader.required("condition")
        let texts = try reader.texts("condition")
        guard !texts.isEmpty else { throw reader.error("condition", "the list is empty") }
        for (text, mark) in texts {
            do throws(ConditionParser.Failure) {
                var parser = ConditionParser(text, selections: names)
                let (condition, aggregation) = try parser.parse()
                if aggregation != nil, texts.count > 1 {
                    throw ConditionParser.Failure(reason: "an aggregation has to be the only condition")
                }
                conditions.append(condition)
                self.aggregation = aggregation
            } catch {
                throw SigmaError(
                    error.isUnsupported ? .unsupported : .invalid, file: reader.file,
                    path: reader.path(to: "condition"),
                    mark: mark, reason: error.reason)
            }
        }
    }
}

/// Reads what is under the name of a selection.
struct SearchReader {
    let file: String
    let path: String

    private func error(_ mark: YAMLMark, _ reason: String) -> SigmaError {
        SigmaError(file: file, path: path, mark: mark, reason: reason)
    }

    /// - Parameter mark: where to point for what has no place of its own.
    func search(_ node: YAMLNode, mark: YAMLMark) throws(SigmaError) -> SigmaSearch {
        switch node.content {
        case .mapping(let mapping):
            guard !mapping.entries.isEmpty else { throw error(node.mark, "the mapping is empty") }
            var parts: [SigmaSearch] = []
            for (key, value) in mapping.entries { parts.append(.item(try item(key, value))) }
            return parts.count == 1 ? parts[0] : .all(parts)
        case .sequence(let members):
            guard !members.isEmpty else { throw error(node.mark, "the list is empty") }
            let keywords = members.allSatisfy { if case .scalar = $0.content { true } else { false } }
            if keywords { return .item(try self.keywords(members, mark: mark)) }
            var parts: [SigmaSearch] = []
            for member in members { parts.append(try search(member, mark: member.mark)) }
            return parts.count == 1 ? parts[0] : .any(parts)
        case .scalar:
            if node.isNull { throw error(mark, "there is nothing to look for") }
            return .item(try keywords([node], mark: mark))
        }
    }

    private func keywords(_ nodes: [YAMLNode], mark: YAMLMark) throws(SigmaError) -> SigmaItem {
        SigmaItem(
            field: nil, modifiers: SigmaModifiers(), values: try values(nodes, path: path), path: path, mark: mark)
    }

    private func item(_ key: YAMLNode, _ value: YAMLNode) throws(SigmaError) -> SigmaItem {
        guard case .scalar(let name, _) = key.content else {
            throw error(key.mark, "the name of a field has to be a text, not \(key.kindName)")
        }
        let path = "\(self.path).\(name)"
        var parts = name.utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        let field = parts.removeFirst()
        let modifiers: SigmaModifiers
        do {
            modifiers = try SigmaModifiers(names: parts, field: field.isEmpty ? nil : field)
        } catch {
            throw SigmaError(file: file, path: path, mark: key.mark, reason: error.reason)
        }
        let nodes: [YAMLNode]
        switch value.content {
        case .scalar: nodes = [value]
        case .sequence(let members): nodes = members
        case .mapping:
            throw SigmaError(
                file: file, path: path, mark: value.mark,
                reason: "a value or a list of values is expected, not a mapping")
        }
        guard !nodes.isEmpty || !field.isEmpty else {
            throw SigmaError(file: file, path: path, mark: key.mark, reason: "the list of values is empty")
        }
        // A field with no value at all to have is one that is missing.
        let values = nodes.isEmpty ? [SigmaValue(.null, mark: value.mark)] : try values(nodes, path: path)
        return SigmaItem(
            field: field.isEmpty ? nil : field, modifiers: modifiers, values: values, path: path, mark: key.mark)
    }

    private func values(_ nodes: [YAMLNode], path: String) throws(SigmaError) -> [SigmaValue] {
        var values: [SigmaValue] = []
        values.reserveCapacity(nodes.count)
        for node in nodes {
            guard case .scalar(let text, _) = node.content, let scalar = node.scalar else {
                throw SigmaError(
                    file: file, path: path, mark: node.mark, reason: "a value is expected, not \(node.kindName)")
            }
            let content: SigmaValue.Content
            switch scalar {
            case .null: content = .null
            case .bool(let value): content = .boolean(value)
            case .integer, .float: content = .number(text)
            case .text(let text): content = .text(text)
            }
            values.append(SigmaValue(content, mark: node.mark))
        }
        return values
    }
}
