import Values

/// Two fields of several values each: any value of the one with any value of the other. An event decides how many there are, so
/// that they are not compared in pairs.
extension ConditionNode.Relation {
    /// Whether some value of the one stands in the relation to some value of the other: as numbers where both are, else as
    /// texts.
    ///
    /// - Complexity: linear in the values.
    func holds(forAny first: [Text], and second: [Text]) -> Bool {
        switch self {
        case .equal: Self.haveCommonValue(first, second)
        case .notEqual: Self.differ(first, second)
        case .less, .lessOrEqual: holds(forLeastOf: first, andGreatestOf: second)
        case .greater: Self.less.holds(forLeastOf: second, andGreatestOf: first)
        case .greaterOrEqual: Self.lessOrEqual.holds(forLeastOf: second, andGreatestOf: first)
        }
    }

    /// Those that are the same text are the same number, so that each may be looked for by itself.
    private static func haveCommonValue(_ first: [Text], _ second: [Text]) -> Bool {
        let texts = Set(first)
        if second.contains(where: texts.contains) { return true }
        var numbers: [Double: [Text]] = [:]
        for text in first { if let number = NumberText.parse(text) { numbers[number, default: []].append(text) } }
        guard !numbers.isEmpty else { return false }
        return second.contains { text in
            let near = NumberText.parse(text).flatMap { numbers[$0] } ?? []
            return near.contains { Comparison.ofNumericTexts($0, text) == .same }
        }
    }

    /// Where no value differs from any of the other side, all of both are the same.
    private static func differ(_ first: [Text], _ second: [Text]) -> Bool {
        guard let one = first.first, let other = second.first else { return false }
        return second.contains { Comparison.ofNumericTexts(one, $0) != .same }
            || first.contains { Comparison.ofNumericTexts($0, other) != .same }
    }

    /// A number is compared as a number with numbers, and as a text with what is none.
    private func holds(forLeastOf left: [Text], andGreatestOf right: [Text]) -> Bool {
        let leftNumbers = left.filter { NumberText.parse($0) != nil }
        let rightNumbers = right.filter { NumberText.parse($0) != nil }
        if let least = leftNumbers.min(by: { Comparison.ofNumericTexts($0, $1) == .ascending }),
            let greatest = rightNumbers.max(by: { Comparison.ofNumericTexts($0, $1) == .ascending }),
            holds(.ofNumericTexts(least, greatest))
        {
            return true
        }
        let leftWords = left.filter { NumberText.parse($0) == nil }
        let rightWords = right.filter { NumberText.parse($0) == nil }
        return holds(forLeastTextOf: leftWords, andGreatestOf: right)
            || holds(forLeastTextOf: left, andGreatestOf: rightWords)
    }

    private func holds(forLeastTextOf left: [Text], andGreatestOf right: [Text]) -> Bool {
        guard let least = left.min(by: { Comparison.ofTexts($0, $1) == .ascending }),
            let greatest = right.max(by: { Comparison.ofTexts($0, $1) == .ascending })
        else { return false }
        return holds(.ofTexts(least, greatest))
    }
}
