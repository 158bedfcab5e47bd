import Matching
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
        case .isKind(let kind, let node): return node.value(in: scope).isOfKind(kind, from: node)
        case .isListed(let node, let candidates):
            let value = node.value(in: scope)
            if value.isMissing { return nil }
            return candidates.contains { compare(value, $0.value(in: scope), .equal) == true }
        case .isAmong(let node, let listed):
            let value = node.value(in: scope)
            return value.isMissing ? nil : listed.holds(anyOf: value)
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
        case .isValidJSON(let node):
            return node.value(in: scope).singleText.map { JSONDocument($0.bytes) != nil } ?? false
        case .hasKey(let object, let key):
            guard let text = object.value(in: scope).singleText, let members = JSONDocument(text.bytes)?.members,
                let key = key.value(in: scope).singleText
            else { return nil }
            return members.contains { $0.key == key.bytes }
        case .converted(let node): return Self.truth(of: node.value(in: scope))
        case .search(let predicate, let raw, let columns):
            return predicate.evaluate(
                test: { column, test in column >= 0 && test.holds(for: scope.value(column)) },
                rawText: { pattern in
                    if let raw, !scope.value(raw).isMissing {
                        return scope.value(raw).anyText { pattern.occursAsPhrase(in: $0) }
                    }
                    return (0..<columns).contains { scope.value($0).anyText { pattern.occursAsPhrase(in: $0) } }
                })
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

    /// What `tobool` makes of a value: `true` and `false`, also with a capital, and numbers.
    static func truth(of value: Value) -> Bool? {
        if let number = value.singleNumber { return number != 0 }
        switch value.singleText {
        case "true", "True": return true
        case "false", "False": return false
        default: return nil
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
        case (.multivalue(let first), .multivalue(let second)): return relation.holds(forAny: first, and: second)
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
        case .computed(let node, let cache):
            return node.value(in: scope).singleText.flatMap { cache.pattern($0.bytes) }
        }
    }
}

extension Value {
    /// Whether a value that a node yielded is of a kind; a missing value is of none.
    fileprivate func isOfKind(_ kind: ConditionNode.ValueKind, from node: ValueNode) -> Bool {
        switch kind {
        case .number: return node.isNumber(self)
        case .integer: return node.isNumber(self) && isWhole
        case .fraction: return node.isNumber(self) && !isWhole
        case .text: return !isMissing && !node.isNumber(self)
        case .several: return texts.count > 1
        case .array: return node.container(self).map { $0.members == nil } ?? false
        case .object: return node.container(self)?.members != nil
        }
    }

    /// A number without a point, if it is text; without a fraction, if it was computed.
    private var isWhole: Bool {
        switch self {
        case .number(let number): number == number.rounded()
        default: singleText.map { !$0.bytes.contains(UInt8(ascii: ".")) } ?? false
        }
    }
}
