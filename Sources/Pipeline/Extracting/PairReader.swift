import Values

/// Reads names and values out of a text, for ``PairExtraction``.
struct PairReader: Sendable {
    private let form: PairExtraction.Form

    init(_ form: PairExtraction.Form) {
        self.form = form
    }

    /// What each column gets; a name without a column is left out. In order of first appearance.
    func values(in value: Value, column: (String) -> Int?) -> [(column: Int, value: Value)] {
        var columns: [Int] = []
        var texts: [Int: [Text]] = [:]
        for text in value.texts {
            forEachPair(in: text.bytes) { name, text, isFirstOnly in
                guard !text.isEmpty, !name.isEmpty, let column = column(String(decoding: name, as: UTF8.self)) else {
                    return
                }
                if texts[column] == nil { columns.append(column) } else if isFirstOnly { return }
                texts[column, default: []].append(text)
            }
        }
        return columns.map { column in
            let found = texts[column] ?? []
            return (column, found.count == 1 ? .text(found[0]) : .several(found))
        }
    }

    private func forEachPair(in text: [UInt8], _ body: (_ name: [UInt8], _ text: Text, _ isFirstOnly: Bool) -> Void) {
        switch form {
        case .document:
            switch DocumentKind(of: text) {
            case .json: text.withUnsafeBytes { JSONWalker($0).forEachValue { body($0, $1, false) } }
            case .xml: XMLDocument(text)?.forEachValue { body($0, $1, false) }
            case nil: break
            }
        case .elements: KeyValueText.forEachElement(in: text) { body($0, $1, false) }
        case .pairs(let format):
            KeyValueText.forEachPair(in: text, format) { name, value in
                body(name, Text(bytes: Array(value)), !format.isMultivalue)
            }
        case .members(let prefix):
            text.withUnsafeBytes { bytes in
                let document = JSONWalker(bytes)
                document.forEachMember { name, value in
                    let name = Array(prefix.utf8) + name
                    if document.isArray(at: value) {
                        for element in document.elements(at: value) { body(name, element, false) }
                    } else if let text = document.text(at: value) {
                        body(name, text, false)
                    }
                }
            }
        }
    }
}

/// `eval {field} = expression`, with names resolved to columns.
struct ComputedName: Sendable {
    private enum Part: Sendable {
        case text([UInt8])
        case column(Int)
    }

    private let parts: [Part]
    private let node: ValueNode

    init(
        _ assignment: ComputedAssignment, columns: ColumnIndex, context: EvaluationContext
    ) throws(PipelineError) {
        parts = assignment.name.map { part in
            switch part {
            case .text(let text): .text(Array(text.utf8))
            case .field(let name): .column(columns[name] ?? -1)
            }
        }
        node = try ExpressionCompiler(columns: columns, context: context).value(assignment.expression)
    }

    /// The name and the value for a row; `nil` where the name lacks a field or is empty.
    func assignment(for row: [Value], context: EvaluationContext) -> (name: String, value: Value)? {
        var name: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): name += text
            case .column(let column):
                guard column >= 0, column < row.count, let text = row[column].singleText else { return nil }
                name += text.bytes
            }
        }
        guard !name.isEmpty else { return nil }
        let value = node.value(in: EvaluationScope(RowView(row), context: context)).normalised
        return (String(decoding: name, as: UTF8.self), value)
    }
}

/// `foreach mode=multivalue` and `mode=json_array`: assignments that run once for each value of a field.
struct ItemIteration: Sendable {
    private let source: Int
    private let isArray: Bool
    private let assignments: [(column: Int, node: ValueNode)]
    /// A column that no row has: it stands for the value at hand.
    private let item: Int

    init(
        _ iteration: FieldIteration, layout: inout ColumnLayout, context: EvaluationContext
    ) throws(PipelineError) {
        guard case .values(let field, let isArray) = iteration.mode else {
            throw .unsupported(word: "foreach", reason: "a foreach stands inside another")
        }
        source = layout.index[field] ?? -1
        self.isArray = isArray
        var targets: [(Int, Expression)] = []
        for command in iteration.body {
            guard case .evaluate(let body) = command else {
                throw .unsupported(word: "foreach", reason: "over values it runs nothing but eval")
            }
            for assignment in body {
                targets.append((layout.index.number(of: assignment.column), assignment.expression.withItems))
            }
        }
        var columns = layout.index
        item = columns.number(of: String(Character(FieldIteration.Placeholder.item.scalar)))
        var assignments: [(Int, ValueNode)] = []
        for (column, expression) in targets {
            assignments.append((column, try ExpressionCompiler(columns: columns, context: context).value(expression)))
        }
        self.assignments = assignments
    }

    func apply(to row: inout [Value], context: EvaluationContext) {
        guard source >= 0 else { return }
        let values = row[source].texts
        let items =
            isArray ? values.flatMap { text in text.bytes.withUnsafeBytes { JSONWalker($0).elements() } } : values
        for text in items {
            if context.limits.isEnded { return }
            for (column, node) in assignments {
                let scope = EvaluationScope(RowView(row), context: context)
                    .replacing(item, with: .text(text))
                row[column] = node.value(in: scope).normalised
            }
        }
    }
}

extension Expression {
    /// With each text that holds the placeholder of the value at hand made of what stands around it and that value.
    fileprivate var withItems: Expression {
        let placeholder = FieldIteration.Placeholder.item
        let item = Expression.field(String(Character(placeholder.scalar)))
        switch self {
        case .literal(.text(let text)):
            guard let string = String(validating: text.bytes, as: UTF8.self),
                FieldIteration.holdsPlaceholder(string)
            else { return self }
            let parts = string.split(separator: Character(placeholder.scalar), omittingEmptySubsequences: false)
            var joined: Expression?
            for (number, part) in parts.enumerated() {
                for next in (number > 0 ? [item] : []) + (part.isEmpty ? [] : [.literal(.text(Text(part)))]) {
                    joined = joined.map { .binary(.concatenate, $0, next) } ?? next
                }
            }
            return joined ?? self
        case .field(let name):
            return name == String(Character(placeholder.quotedScalar)) ? item : self
        case .literal, .dotted: return self
        case .not(let inner): return .not(inner.withItems)
        case .negate(let inner): return .negate(inner.withItems)
        case .binary(let symbol, let left, let right): return .binary(symbol, left.withItems, right.withItems)
        case .call(let function, let arguments): return .call(function, arguments.map(\.withItems))
        case .search, .subsearch: return self
        }
    }
}
