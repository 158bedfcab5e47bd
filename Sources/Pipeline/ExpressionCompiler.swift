import Values

/// Turns an expression into nodes: names into columns, conditions told from values, arguments counted, constant patterns
/// compiled.
struct ExpressionCompiler {
    /// Where each field is; a name that is not there is missing in every row.
    let columns: ColumnIndex
    let context: EvaluationContext

    func value(_ expression: Expression) throws(PipelineError) -> ValueNode {
        switch expression {
        case .literal(let value): return .constant(value)
        case .field(let name): return columns[name].map { .column($0) } ?? .constant(.missing)
        case .dotted(let name):
            let parts = Expression.parts(of: name).map { Expression.field($0) }
            let isJoined = parts.count > 1 && parts.allSatisfy { part in part.fields.allSatisfy { columns[$0] != nil } }
            guard isJoined else { return try value(.field(name)) }
            let joined = parts.dropFirst().reduce(parts[0]) { .binary(.concatenate, $0, $1) }
            return .coalesce([try value(.field(name)), try value(joined)])
        case .negate(let inner): return .negate(try value(inner))
        case .not: throw .wrongKind(expression: "NOT", isCondition: true)
        case .search: throw .wrongKind(expression: "searchmatch", isCondition: true)
        // Its place is filled before any row is there.
        case .subsearch: return .constant(.missing)
        case .binary(let symbol, let left, let right): return try binaryValue(symbol, left, right)
        case .call(let function, let arguments):
            try checkCount(function, arguments.count)
            return try callValue(function, arguments)
        }
    }

    func condition(_ expression: Expression) throws(PipelineError) -> ConditionNode {
        switch expression {
        case .not(let inner): return .not(try condition(inner))
        case .search(let predicate):
            return .search(
                predicate.map { columns[$0] ?? -1 }, raw: columns["_raw"], columns: columns.names.count)
        case .binary(let symbol, let left, let right): return try binaryCondition(symbol, left, right)
        case .call(let function, let arguments):
            try checkCount(function, arguments.count)
            return try callCondition(function, arguments)
        case .field(let name), .dotted(let name): throw .wrongKind(expression: name, isCondition: false)
        case .literal(let value):
            throw .wrongKind(expression: value.singleText?.string ?? "null", isCondition: false)
        case .negate: throw .wrongKind(expression: "-", isCondition: false)
        case .subsearch: return .constant(nil)
        }
    }

    private func binaryValue(
        _ symbol: Expression.BinaryOperator, _ left: Expression, _ right: Expression
    ) throws(PipelineError) -> ValueNode {
        let arithmetic: ValueNode.Arithmetic
        switch symbol {
        case .concatenate: return .concatenate(try value(left), try value(right))
        // "+" joins what is surely a text, also one that looks like a number: `"0" + hour` fills up with a zero.
        case .add where left.isText || right.isText: return .concatenate(try value(left), try value(right))
        case .add: arithmetic = .add
        case .subtract: arithmetic = .subtract
        case .multiply: arithmetic = .multiply
        case .divide: arithmetic = .divide
        case .remainder: arithmetic = .remainder
        default: throw .wrongKind(expression: symbol.symbol, isCondition: true)
        }
        return .arithmetic(arithmetic, try value(left), try value(right))
    }

    private func binaryCondition(
        _ symbol: Expression.BinaryOperator, _ left: Expression, _ right: Expression
    ) throws(PipelineError) -> ConditionNode {
        let relation: ConditionNode.Relation
        switch symbol {
        case .and: return .and(try condition(left), try condition(right))
        case .or: return try disjunction(left, right)
        case .xor: return .exclusiveOr(try condition(left), try condition(right))
        case .like: return .like(try value(left), try likePattern(right))
        // Two conditions are equal where both hold or neither does.
        case .equal where left.isCondition && right.isCondition:
            return .not(.exclusiveOr(try condition(left), try condition(right)))
        case .notEqual where left.isCondition && right.isCondition:
            return .exclusiveOr(try condition(left), try condition(right))
        case .equal: relation = .equal
        case .notEqual: relation = .notEqual
        case .less: relation = .less
        case .lessOrEqual: relation = .lessOrEqual
        case .greater: relation = .greater
        case .greaterOrEqual: relation = .greaterOrEqual
        default: throw .wrongKind(expression: symbol.symbol, isCondition: false)
        }
        return .compare(relation, try value(left), try value(right))
    }

    private func callValue(
        _ function: EvaluationFunction, _ arguments: [Expression]
    ) throws(PipelineError) -> ValueNode {
        switch function {
        case .ifThen:
            return .choose([
                (try condition(arguments[0]), try value(arguments[1])), (.constant(true), try value(arguments[2])),
            ])
        case .caseOf: return .choose(try branches(arguments))
        case .validate: return .complain(try branches(arguments))
        case .coalesce: return .coalesce(try values(arguments))
        case .nullif: return .nullIf(try value(arguments[0]), try value(arguments[1]))
        case .null: return .constant(.missing)
        case .pi: return .constant(.number(.pi))
        case .now: return .constant(.number(EpochText.seconds(EpochText.bucket(context.now, span: EpochText.second))))
        case .time: return .constant(.number(EpochText.seconds(context.now)))
        case .replace:
            return .replace(try value(arguments[0]), try pattern(arguments[1]), try value(arguments[2]))
        case .mvfind: return .findPosition(try value(arguments[0]), try pattern(arguments[1]))
        case .mvfilter: return try filterValues(arguments[0])
        case .mvmap: return try mapValues(arguments[0], arguments[1])
        case .sigfig: return .significant(try value(arguments[0]))
        case .tomv: return try multivalue(arguments[0])
        case .tostring where arguments[0].isCondition: return .conditionText(try condition(arguments[0]))
        case .typeof:
            return arguments[0].isCondition
                ? .conditionTypeName(try condition(arguments[0])) : .typeName(try value(arguments[0]))
        case .json, .jsonAppend, .jsonArray, .jsonArrayToMultivalue, .jsonDelete, .jsonEntries, .jsonExtend,
            .jsonExtract, .jsonExtractExact, .jsonKeys, .jsonObject, .jsonSet, .jsonSetExact,
            .multivalueToJSONArray, .toarray, .toobject:
            var nodes: [ArgumentNode] = []
            for argument in arguments {
                nodes.append(
                    argument.isCondition ? .condition(try condition(argument)) : .value(try value(argument)))
            }
            return .json(function, nodes)
        case _ where function.yieldsCondition: throw .wrongKind(expression: function.rawValue, isCondition: true)
        default: return .call(function, try values(arguments))
        }
    }

    private func callCondition(
        _ function: EvaluationFunction, _ arguments: [Expression]
    ) throws(PipelineError) -> ConditionNode {
        switch function {
        case .alwaysTrue: return .constant(true)
        case .alwaysFalse: return .constant(false)
        case .null: return .constant(nil)
        case .isnull, .isnotnull:
            let isMissing: ConditionNode =
                arguments[0].isCondition
                ? .conditionIsMissing(try condition(arguments[0])) : .isMissing(try value(arguments[0]))
            return function == .isnull ? isMissing : .not(isMissing)
        case .isbool:
            return arguments[0].isCondition
                ? .not(.conditionIsMissing(try condition(arguments[0]))) : .constant(false)
        case .tobool where arguments[0].isCondition: return try condition(arguments[0])
        case .tobool: return .converted(try value(arguments[0]))
        case .jsonValid:
            return arguments[0].isCondition ? .constant(true) : .isValidJSON(try value(arguments[0]))
        case .isarray, .isdouble, .isint, .ismv, .isnum, .isobject, .isstr:
            // A condition is of no other kind.
            if arguments[0].isCondition { return .constant(false) }
            return .isKind(Self.kind(of: function), try value(arguments[0]))
        case .jsonHasKeyExact: return .hasKey(object: try value(arguments[0]), key: try value(arguments[1]))
        case .inList: return try list(arguments)
        case .like: return .like(try value(arguments[0]), try likePattern(arguments[1]))
        case .match: return .matches(try value(arguments[0]), try pattern(arguments[1]))
        case .cidrmatch: return .isInNetwork(network: try value(arguments[0]), address: try value(arguments[1]))
        case .ifThen:
            return .choose([
                (try condition(arguments[0]), try condition(arguments[1])),
                (.constant(true), try condition(arguments[2])),
            ])
        case .caseOf:
            var branches: [(ConditionNode, ConditionNode)] = []
            for index in stride(from: 0, to: arguments.count, by: 2) {
                branches.append((try condition(arguments[index]), try condition(arguments[index + 1])))
            }
            return .choose(branches)
        case .coalesce:
            var nodes: [ConditionNode] = []
            for argument in arguments { nodes.append(try condition(argument)) }
            return .coalesce(nodes)
        default: throw .wrongKind(expression: function.rawValue, isCondition: false)
        }
    }

    private static func kind(of function: EvaluationFunction) -> ConditionNode.ValueKind {
        switch function {
        case .isarray: .array
        case .isdouble: .fraction
        case .isint: .integer
        case .ismv: .several
        case .isnum: .number
        case .isobject: .object
        default: .text
        }
    }

    private func values(_ expressions: [Expression]) throws(PipelineError) -> [ValueNode] {
        var nodes: [ValueNode] = []
        for expression in expressions { nodes.append(try value(expression)) }
        return nodes
    }

    private func branches(_ arguments: [Expression]) throws(PipelineError) -> [(ConditionNode, ValueNode)] {
        var branches: [(ConditionNode, ValueNode)] = []
        for index in stride(from: 0, to: arguments.count, by: 2) {
            branches.append((try condition(arguments[index]), try value(arguments[index + 1])))
        }
        return branches
    }

    private func filterValues(_ expression: Expression) throws(PipelineError) -> ValueNode {
        let fields = expression.fields(withParts: false)
        guard fields.count == 1, let field = fields.first else {
            throw .unsupported(word: "mvfilter", reason: "its condition must read exactly one field")
        }
        guard let column = columns[field] else { return .constant(.missing) }
        return .filterValues(column, try condition(expression))
    }

    /// In the second expression the field that the first one reads holds each of its values in turn.
    private func mapValues(_ source: Expression, _ body: Expression) throws(PipelineError) -> ValueNode {
        let fields = source.fields(withParts: false)
        guard fields.count == 1, let field = fields.first else {
            throw .unsupported(word: "mvmap", reason: "its first argument must read exactly one field")
        }
        guard let column = columns[field] else { return .constant(.missing) }
        return .mapValues(try value(source), column, try value(body))
    }

    /// `tomv`: several values stay, the elements of an array keep their quotation marks, anything else is null.
    private func multivalue(_ argument: Expression) throws(PipelineError) -> ValueNode {
        let node = try value(argument)
        let elements = ValueNode.json(.jsonArrayToMultivalue, [.value(node), .condition(.constant(true))])
        return .choose([
            (.isKind(.several, node), node), (.isKind(.array, node), elements),
        ])
    }

    private func likePattern(_ expression: Expression) throws(PipelineError) -> LikeNode {
        if case .literal(let value) = expression, let text = value.singleText {
            return .constant(LikePattern(text.bytes))
        }
        return .computed(try value(expression))
    }

    private func pattern(_ expression: Expression) throws(PipelineError) -> PatternNode {
        if case .literal(let value) = expression, let text = value.singleText {
            return .constant(try CompiledPattern(text.bytes, counting: context.limits))
        }
        return .computed(try value(expression), PatternCache(counting: context.limits))
    }

    private func checkCount(_ function: EvaluationFunction, _ count: Int) throws(PipelineError) {
        let rule = function.argumentRule
        guard rule.accepts(count) else {
            throw .argumentCount(function: function.rawValue, expected: rule.description, found: count)
        }
    }
}
