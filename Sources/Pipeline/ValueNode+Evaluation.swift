import Glibc
import Values

extension ValueNode {
    /// The value in one row. An empty text may come out of it, which is a value.
    func value<Reader>(in scope: EvaluationScope<Reader>) -> Value {
        switch self {
        case .constant(let value): return value
        case .column(let column): return scope.value(column)
        case .negate(let inner):
            return inner.value(in: scope).singleNumber.map { .number(-$0) } ?? .missing
        case .arithmetic(let operation, let left, let right):
            return operation.apply(left.value(in: scope), right.value(in: scope), scope.context.limits)
        case .concatenate(let left, let right):
            guard let first = left.value(in: scope).singleText, let second = right.value(in: scope).singleText else {
                return .missing
            }
            return Self.joined(first, second, scope.context.limits)
        case .choose(let branches):
            for (condition, result) in branches where condition.truth(in: scope) == true {
                return result.value(in: scope)
            }
            return .missing
        case .complain(let branches):
            for (condition, result) in branches where condition.truth(in: scope) != true {
                return result.value(in: scope)
            }
            return .missing
        case .coalesce(let nodes):
            for node in nodes {
                let value = node.value(in: scope)
                if !value.isMissing { return value }
            }
            return .missing
        case .nullIf(let left, let right):
            let isEqual = ConditionNode.compare(.equal, left, right).truth(in: scope) == true
            return isEqual ? .missing : left.value(in: scope)
        case .call(let function, let arguments):
            let result = function.apply(arguments.map { $0.value(in: scope) }, context: scope.context)
            return scope.context.limits.bounded(result)
        case .replace(let subject, let pattern, let replacement):
            let value = subject.value(in: scope)
            guard let expression = pattern.expression(in: scope),
                let template = replacement.value(in: scope).singleText
            else { return .missing }
            // A text that was given up is left out: half of it replaced would be neither the one nor the other.
            var growth = ValueGrowth()
            var results: [Text] = []
            for text in value.texts where !growth.isOver {
                guard let replaced = expression.replacingAll(in: text.bytes, with: template.bytes) else { continue }
                growth.add(replaced.count)
                results.append(Text(bytes: replaced))
            }
            if growth.isOver {
                scope.context.limits.countLargeValue()
                return .missing
            }
            if value.isMultivalue { return .list(results) }
            return results.first.map { .text($0) } ?? .missing
        case .findPosition(let node, let pattern):
            let value = node.value(in: scope)
            guard let expression = pattern.expression(in: scope),
                let position = value.texts.firstIndex(where: {
                    expression.matches($0.bytes) == true
                })
            else { return .missing }
            return .number(Double(position))
        case .json(let function, let arguments):
            return scope.context.limits.bounded(function.applyToJSON(arguments, in: scope))
        case .filterValues(let column, let condition):
            return filter(column, condition, in: scope)
        case .mapValues(let source, let column, let body):
            return map(source.value(in: scope).texts, column, body, in: scope)
        case .significant(let node): return SignificantNumber(node, in: scope)?.rounded ?? .missing
        case .conditionText(let condition):
            return condition.truth(in: scope).map { .text($0 ? "True" : "False") } ?? NumberConversion.nullText
        case .typeName(let node):
            let value = node.value(in: scope)
            if value.isMissing { return "Invalid" }
            return node.isNumber(value) ? "Number" : "String"
        case .conditionTypeName(let condition):
            return condition.truth(in: scope) == nil ? "Invalid" : "Boolean"
        }
    }

    /// Whether a value that this node yielded counts as a number: a computed one, or text of a field that is one.
    /// A literal in quotes and what a text function yields are text, whatever they look like.
    func isNumber(_ value: Value) -> Bool {
        if case .number = value { return true }
        switch self {
        case .column: return value.singleNumber != nil
        case .choose(let branches): return branches.contains { $0.1.isNumber(value) }
        case .coalesce(let nodes): return nodes.contains { $0.isNumber(value) }
        case .nullIf(let node, _): return node.isNumber(value)
        default: return false
        }
    }

    /// Two texts as one; missing where that is too long.
    fileprivate static func joined(_ first: Text, _ second: Text, _ limits: EvaluationLimits) -> Value {
        guard limits.allows(bytes: first.bytes.count + second.bytes.count) else { return .missing }
        return .text(Text(bytes: first.bytes + second.bytes))
    }

    private func map<Reader>(
        _ texts: [Text], _ column: Int, _ body: ValueNode, in scope: EvaluationScope<Reader>
    ) -> Value {
        var results: [Value] = []
        var growth = ValueGrowth()
        for text in texts {
            if scope.context.limits.isEnded { return .missing }
            let result = body.value(in: scope.replacing(column, with: .text(text)))
            for text in result.texts { growth.add(text.bytes.count) }
            results.append(result)
            if growth.isOver {
                scope.context.limits.countLargeValue()
                return .missing
            }
        }
        return results.count == 1 ? results[0] : .list(results.flatMap(\.texts))
    }

    private func filter<Reader>(
        _ column: Int, _ condition: ConditionNode, in scope: EvaluationScope<Reader>
    ) -> Value {
        let value = scope.value(column)
        let kept = value.texts.filter { text in
            !scope.context.limits.isEnded
                && condition.truth(in: scope.replacing(column, with: .text(text))) == true
        }
        return kept.isEmpty ? .missing : value.isMultivalue ? .list(kept) : value
    }
}

extension ValueNode.Arithmetic {
    /// Null unless both are numbers, but `+` joins two texts; null too where there is no finite result.
    func apply(_ left: Value, _ right: Value, _ limits: EvaluationLimits) -> Value {
        guard let first = left.singleNumber, let second = right.singleNumber else {
            guard case .add = self, left.singleNumber == nil, right.singleNumber == nil, let first = left.singleText,
                let second = right.singleText
            else { return .missing }
            return ValueNode.joined(first, second, limits)
        }
        let result =
            switch self {
            case .add: first + second
            case .subtract: first - second
            case .multiply: first * second
            case .divide: first / second
            case .remainder: fmod(first, second)
            }
        return Value.number(result).normalised
    }
}

extension Value {
    var isMultivalue: Bool {
        if case .multivalue = self { true } else { false }
    }

    /// Each text transformed: one of one, several of several.
    func mapTexts(_ transform: (Text) -> Text) -> Value {
        switch self {
        case .missing: .missing
        case .multivalue(let texts): .list(texts.map(transform))
        case .text(let text): .text(transform(text))
        case .number(let number): .text(transform(NumberText.text(number)))
        }
    }
}
