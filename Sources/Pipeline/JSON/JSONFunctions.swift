import Values

/// An argument that may be a value or a condition: a condition is `true` or `false` in JSON.
indirect enum ArgumentNode: Sendable {
    case value(ValueNode)
    case condition(ConditionNode)

    func document<Reader>(in scope: EvaluationScope<Reader>) -> JSONDocument {
        switch self {
        case .value(let node): node.document(node.value(in: scope))
        case .condition(let node): node.truth(in: scope).map { .boolean($0) } ?? .null
        }
    }

    func value<Reader>(in scope: EvaluationScope<Reader>) -> Value {
        switch self {
        case .value(let node): node.value(in: scope)
        case .condition(let node): node.truth(in: scope).map { .text($0 ? "true" : "false") } ?? .missing
        }
    }

    /// Whether an option is switched on; numbers but 0 and the text `true` count too.
    func isOn<Reader>(in scope: EvaluationScope<Reader>) -> Bool {
        switch self {
        case .value(let node): ConditionNode.truth(of: node.value(in: scope)) == true
        case .condition(let node): node.truth(in: scope) == true
        }
    }
}

extension ValueNode {
    /// What a value that this node yielded is in JSON.
    ///
    /// What JSON functions give stays JSON. So does an array, object or number that a field holds, as fields do not
    /// remember what wrote them. Any other text is a string, several values are an array of strings.
    func document(_ value: Value) -> JSONDocument {
        switch value {
        case .missing: return .null
        case .number(let number): return JSONDocument(number)
        case .multivalue(let texts): return .array(texts.map { .string($0.bytes) })
        case .text(let text):
            switch self {
            case .json(.json, _): return JSONDocument(text.bytes) ?? .string(text.bytes)
            case .json, .choose, .coalesce, .nullIf: return JSONDocument(container: text.bytes) ?? .string(text.bytes)
            case .column:
                if let container = JSONDocument(container: text.bytes) { return container }
                if let number = JSONDocument(text.bytes), case .number = number { return number }
                return .string(text.bytes)
            default: return .string(text.bytes)
            }
        }
    }

    /// The array or object that a value of this node is, if it is one; a string literal is none.
    func container(_ value: Value) -> JSONDocument? {
        guard case .text = value else { return nil }
        let document = document(value)
        return document.isContainer ? document : nil
    }
}

extension EvaluationFunction {
    /// The functions on JSON. Where the document is none, the result is missing.
    func applyToJSON<Reader>(_ arguments: [ArgumentNode], in scope: EvaluationScope<Reader>) -> Value {
        switch self {
        case .jsonObject:
            var members: [JSONDocument.Member] = []
            for index in stride(from: 0, to: arguments.count - 1, by: 2) {
                guard let key = arguments[index].value(in: scope).singleText else { return .missing }
                let value = arguments[index + 1].document(in: scope)
                if let place = members.firstIndex(where: { $0.key == key.bytes }) {
                    members[place].value = value
                } else {
                    members.append(JSONDocument.Member(key: key.bytes, value: value))
                }
            }
            return .text(Text(bytes: JSONDocument.object(members).text))
        case .jsonArray:
            return .text(Text(bytes: JSONDocument.array(arguments.map { $0.document(in: scope) }).text))
        case .multivalueToJSONArray: return Self.array(of: arguments, in: scope)
        case .toarray:
            let value = arguments[0].value(in: scope)
            if case .multivalue(let texts) = value {
                return .text(Text(bytes: JSONDocument.array(texts.map { JSONDocument(inferring: $0) }).text))
            }
            guard case .text(let text) = value, case .array(let elements)? = JSONDocument(container: text.bytes) else {
                return .missing
            }
            return .text(Text(bytes: JSONDocument.array(elements.map(\.withShortNumber)).text))
        default:
            guard let text = arguments.first?.value(in: scope).singleText, let document = JSONDocument(text.bytes)
            else { return .missing }
            return apply(to: document, Array(arguments.dropFirst()), in: scope)
        }
    }

    private static func array<Reader>(of arguments: [ArgumentNode], in scope: EvaluationScope<Reader>) -> Value {
        let texts = arguments[0].value(in: scope).texts
        guard !texts.isEmpty else { return .missing }
        let infers = arguments.count > 1 && arguments[1].isOn(in: scope)
        // What is asked for as JSON and is none becomes null.
        let elements = texts.map { infers ? JSONDocument($0.bytes) ?? .null : .string($0.bytes) }
        return .text(Text(bytes: JSONDocument.array(elements).text))
    }

    private func apply<Reader>(
        to document: JSONDocument, _ rest: [ArgumentNode], in scope: EvaluationScope<Reader>
    ) -> Value {
        switch self {
        case .json: return .text(Text(bytes: document.text))
        case .toobject: return document.members == nil ? .missing : .text(Text(bytes: document.text))
        case .jsonExtract: return extract(document, rest, in: scope) { JSONPath($0) }
        case .jsonExtractExact: return extract(document, rest, in: scope) { JSONPath(key: $0) }
        case .jsonKeys:
            return document.members.map {
                .text(Text(bytes: JSONDocument.array($0.map { .string($0.key) }).text))
            } ?? .missing
        case .jsonEntries:
            return document.members.map { members in
                let entries = members.map { member in
                    JSONDocument.object([
                        JSONDocument.Member(key: Array("key".utf8), value: .string(member.key)),
                        JSONDocument.Member(key: Array("value".utf8), value: member.value),
                    ])
                }
                return .text(Text(bytes: JSONDocument.array(entries).text))
            } ?? .missing
        case .jsonArrayToMultivalue:
            guard case .array(let elements) = document else { return .missing }
            let keepsQuotes = !rest.isEmpty && rest[0].isOn(in: scope)
            return .list(elements.map { keepsQuotes ? Text(bytes: $0.text) : $0.plainText })
        case .jsonDelete:
            var deletion = JSONDeletion()
            for argument in rest {
                for text in argument.value(in: scope).texts {
                    // An array of paths stands for each of them.
                    var paths = [text]
                    if case .array(let elements)? = JSONDocument(text.bytes) { paths = elements.map(\.plainText) }
                    for path in paths { deletion.insert(JSONPath(path.bytes)) }
                }
            }
            return .text(Text(bytes: deletion.applied(to: document).text))
        case .jsonSet, .jsonSetExact, .jsonAppend, .jsonExtend: return change(document, rest, in: scope)
        default: return .missing
        }
    }

    private func extract<Reader>(
        _ document: JSONDocument, _ paths: [ArgumentNode], in scope: EvaluationScope<Reader>,
        path: ([UInt8]) -> JSONPath
    ) -> Value {
        if paths.isEmpty { return document.value }
        let found = paths.map { argument in
            argument.value(in: scope).singleText.flatMap { path($0.bytes).find(in: document) }
        }
        if found.count == 1 { return found[0]?.value ?? .missing }
        return .text(Text(bytes: JSONDocument.array(found.map { $0 ?? .null }).text))
    }

    /// Path and value pairs one after the other, each on what the one before left.
    private func change<Reader>(
        _ document: JSONDocument, _ pairs: [ArgumentNode], in scope: EvaluationScope<Reader>
    ) -> Value {
        var result = document
        if self == .jsonSetExact, result.members == nil { return .missing }
        for index in stride(from: 0, to: pairs.count - 1, by: 2) {
            guard let text = pairs[index].value(in: scope).singleText else { continue }
            let path = self == .jsonSetExact ? JSONPath(key: text.bytes) : JSONPath(text.bytes)
            let value = pairs[index + 1].document(in: scope)
            switch self {
            case .jsonAppend: result = path.changing(result) { $0.appending([value]) }
            case .jsonExtend:
                let values: [JSONDocument] = if case .array(let elements) = value { elements } else { [value] }
                result = path.changing(result) { $0.appending(values) }
            default: result = path.setting(value, in: result)
            }
        }
        return .text(Text(bytes: result.text))
    }
}

extension JSONDocument {
    /// The array with more elements; anything else is its first element.
    fileprivate func appending(_ elements: [JSONDocument]) -> JSONDocument {
        if case .array(let held) = self { .array(held + elements) } else { .array([self] + elements) }
    }

    /// A number as short as it can be, as `toarray` writes it.
    fileprivate var withShortNumber: JSONDocument {
        if case .number(let digits) = self, digits.count <= 15, let number = NumberText.parse(digits) {
            return JSONDocument(number)
        }
        return self
    }
}
