import Values

extension ConditionNode {
    /// True, false or null.
    func truth<Reader>(in scope: EvaluationScope<Reader>) -> Bool? {
        switch self {
        case .constant(let value): return value
        case .not(let inner): return inner.truth(in: scope).map { !$0 }
        case .and(let left, let right):
            let first = left.truth(in: scope)
            if first == false { return false }
            let second = right.truth(in: scope)
            if second == false { return false }
            return first == nil || second == nil ? nil : true
        case .or(let left, let right):
            let first = left.truth(in: scope)
            if first == true { return true }
            let second = right.truth(in: scope)
            if second == true { return true }
            return first == nil || second == nil ? nil : false
        case .exclusiveOr(let left, let right):
            guard let first = left.truth(in: scope), let second = right.truth(in: scope) else { return nil }
            return first != second
        case .compare(let relation, let left, let right):
            return compare(left.value(in: scope), right.value(in: scope), relation)
        case .isMissing(let node): return node.value(in: scope).isMissing
        case .conditionIsMissing(let node): return node.truth(in: scope) == nil
        case .isNumber(let node): return node.isNumber(node.value(in: scope))
        case .isText(let node):
            let value = node.value(in: scope)
            return !value.isMissing && !node.isNumber(value)
        case .isListed(let node, let candidates):
            let value = node.value(in: scope)
            if value.isMissing { return nil }
            return candidates.contains { compare(value, $0.value(in: scope), .equal) == true }
        case .like(let node, let like):
            return anyText(node.value(in: scope)) { text in
                switch like {
                case .constant(let pattern): pattern.matches(text.bytes)
                case .computed(let pattern):
                    pattern.value(in: scope).singleText.map { LikePattern($0.bytes).matches(text.bytes) }
                }
            }
        case .matches(let node, let pattern):
            let value = node.value(in: scope)
            guard let expression = pattern.expression(in: scope) else { return nil }
            return anyText(value) { expression.matches($0.bytes) }
        case .isInNetwork(let network, let address):
            guard let network = network.value(in: scope).singleText.flatMap({ AddressNetwork($0.bytes) }) else {
                return nil
            }
            return anyText(address.value(in: scope)) { text in
                InternetAddress(text.bytes).map(network.contains) ?? false
            }
        case .choose(let branches):
            for (condition, result) in branches where condition.truth(in: scope) == true {
                return result.truth(in: scope)
            }
            return nil
        case .coalesce(let nodes):
            for node in nodes { if let truth = node.truth(in: scope) { return truth } }
            return nil
        }
    }

    /// Whether any value passes; null for a missing value, and where nothing passed and a test was null.
    private func anyText(_ value: Value, _ test: (Text) -> Bool?) -> Bool? {
        var result: Bool? = value.isMissing ? nil : false
        for text in value.texts {
            switch test(text) {
            case true?: return true
            case false?: continue
            case nil: result = nil
            }
        }
        return result
    }

    /// Null with a missing side; else whether any value of the one stands in the relation to any value of the other.
    private func compare(_ left: Value, _ right: Value, _ relation: Relation) -> Bool? {
        switch (left, right) {
        case (.missing, _), (_, .missing): return nil
        case (.number(let first), .number(let second)): return relation.holds(.ofNumbers(first, second))
        case (.multivalue(let texts), _):
            return texts.contains { compare(.text($0), right, relation) == true }
        case (_, .multivalue(let texts)):
            return texts.contains { compare(left, .text($0), relation) == true }
        case (.text(let first), .text(let second)): return relation.holds(.ofNumericTexts(first, second))
        case (.number(let first), .text(let second)):
            guard let number = NumberText.parse(second) else {
                return relation.holds(.ofTexts(NumberText.text(first), second))
            }
            return relation.holds(.ofNumbers(first, number))
        case (.text(let first), .number(let second)):
            guard let number = NumberText.parse(first) else {
                return relation.holds(.ofTexts(first, NumberText.text(second)))
            }
            return relation.holds(.ofNumbers(number, second))
        }
    }
}

extension PatternNode {
    /// The expression to match with; `nil` where the row's is missing or invalid.
    func expression<Reader>(in scope: EvaluationScope<Reader>) -> CompiledPattern? {
        switch self {
        case .constant(let expression): return expression
        case .computed(let node):
            guard let text = node.value(in: scope).singleText else { return nil }
            return try? CompiledPattern(text.bytes)
        }
    }
}
