import Values

/// Constants that a value is compared with, looked up where there may be thousands of them: the rows of a subsearch, or a list
/// of indicators.
struct ListedValues: Sendable {
    /// Those that are no numbers.
    private var texts: Set<Text> = []
    private var numbers: [Double: [Value]] = [:]

    /// Fewer are compared one by one in no more time.
    static let fewest = 8

    /// - Parameter values: texts and numbers.
    init(_ values: [Value]) {
        for value in values {
            for single in value.texts {
                if let number = NumberText.parse(single) {
                    numbers[number, default: []].append(value)
                } else {
                    texts.insert(single)
                }
            }
        }
    }

    /// Whether one of a value's texts, or its number, equals one of the constants as `=` has it: as numbers where both are.
    func holds(anyOf value: Value) -> Bool {
        switch value {
        case .missing: false
        case .number(let number): numbers[number] != nil
        case .text(let text): holds(text)
        case .multivalue(let texts): texts.contains(where: holds)
        }
    }

    private func holds(_ text: Text) -> Bool {
        guard let number = NumberText.parse(text) else { return texts.contains(text) }
        return numbers[number]?.contains { constant in
            guard case .text(let other) = constant else { return true }
            // They may differ in digits that doubles do not have.
            return Comparison.ofNumericTexts(text, other) == .same
        } ?? false
    }
}

extension ExpressionCompiler {
    /// `OR` of any number of conditions. Those that compare one field with constants become one look-up, so that thousands of
    /// alternatives take no longer than one.
    func disjunction(_ left: Expression, _ right: Expression) throws(PipelineError) -> ConditionNode {
        var pending = [right, left]
        var listed: [String: [Value]] = [:]
        var names: [String] = []
        var nodes: [ConditionNode] = []
        while let next = pending.popLast() {
            if case .binary(.or, let first, let second) = next {
                pending += [second, first]
            } else if let (name, values) = next.listedConstants {
                if listed[name] == nil { names.append(name) }
                listed[name, default: []] += values
            } else {
                nodes.append(try condition(next))
            }
        }
        for name in names {
            let field = try value(.field(name))
            let values = listed[name] ?? []
            if values.count >= ListedValues.fewest {
                nodes.append(.isAmong(field, ListedValues(values)))
            } else {
                nodes += values.map { .compare(.equal, field, .constant($0)) }
            }
        }
        return Self.joined(nodes[...])
    }

    /// Halves of halves: what is evaluated part by part must not nest as deep as there are alternatives.
    private static func joined(_ nodes: ArraySlice<ConditionNode>) -> ConditionNode {
        guard nodes.count > 1 else { return nodes.first ?? .constant(false) }
        let middle = nodes.startIndex + nodes.count / 2
        return .or(joined(nodes[..<middle]), joined(nodes[middle...]))
    }

    /// `field IN (...)`
    func list(_ arguments: [Expression]) throws(PipelineError) -> ConditionNode {
        if let (name, values) = Expression.call(.inList, arguments).listedConstants, values.count >= ListedValues.fewest
        {
            return .isAmong(try value(.field(name)), ListedValues(values))
        }
        var candidates: [ValueNode] = []
        for argument in arguments.dropFirst() { candidates.append(try value(argument)) }
        return .isListed(try value(arguments[0]), candidates)
    }
}

extension Expression {
    /// The field that is compared with constants, any of which will do, and these.
    fileprivate var listedConstants: (field: String, values: [Value])? {
        switch self {
        case .binary(.equal, .field(let name), .literal(let value)),
            .binary(.equal, .literal(let value), .field(let name)):
            return value.isMissing ? nil : (name, [value])
        case .call(.inList, let arguments):
            guard case .field(let name)? = arguments.first, arguments.count > 1 else { return nil }
            var values: [Value] = []
            for argument in arguments.dropFirst() {
                guard case .literal(let value) = argument, !value.isMissing else { return nil }
                values.append(value)
            }
            return (name, values)
        default: return nil
        }
    }
}
