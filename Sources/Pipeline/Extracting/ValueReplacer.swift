import Values

/// `replace`: each value is replaced at most once. A rule without `*` goes before those with one, of several the last; of
/// those with `*` the one that asks for most.
struct ValueReplacer: Sendable {
    private struct Rule: Sendable {
        var pattern: WildcardTemplate
        var replacement: WildcardTemplate
    }

    private let rules: [Rule]

    init(_ rules: [ValueReplacement.Rule]) {
        let compiled = rules.map {
            Rule(pattern: WildcardTemplate($0.pattern.bytes), replacement: WildcardTemplate($0.replacement.bytes))
        }
        let exact = compiled.filter { $0.pattern.wildcards == 0 }.reversed()
        let open = compiled.filter { $0.pattern.wildcards > 0 }.enumerated().sorted { left, right in
            let (first, second) = (left.element.pattern.literalLength, right.element.pattern.literalLength)
            return first == second ? left.offset < right.offset : first > second
        }
        self.rules = Array(exact) + open.map(\.element)
    }

    func replaced(_ value: Value) -> Value {
        switch value {
        case .missing: return .missing
        case .text(let text): return replaced(text).map(Value.text) ?? value
        case .number(let number): return replaced(NumberText.text(number)).map(Value.text) ?? value
        case .multivalue(let texts): return .list(texts.map { replaced($0) ?? $0 })
        }
    }

    private func replaced(_ text: Text) -> Text? {
        for rule in rules {
            if let captures = rule.pattern.captures(text.bytes) {
                return Text(bytes: rule.replacement.filled(with: captures))
            }
        }
        return nil
    }
}

/// `makemv`.
struct ValueSplitter: Sendable {
    private enum Separation: Sendable {
        case delimiter([UInt8])
        case tokens(CompiledPattern)
    }

    private let separation: Separation
    private let keepsEmpty: Bool

    init(_ splitting: ValueSplitting, counting limits: EvaluationLimits) throws(PipelineError) {
        keepsEmpty = splitting.keepsEmpty
        switch splitting.separation {
        case .delimiter(let text): self.separation = .delimiter(text.bytes)
        case .tokens(let pattern): self.separation = .tokens(try CompiledPattern(pattern.bytes, counting: limits))
        }
    }

    /// The values that each value is made of; a value in which nothing is found stays.
    func split(_ value: Value) -> Value {
        let texts = value.texts
        var parts: [Text] = []
        // More than a value may have: it is left out whatever comes behind.
        for text in texts where parts.count <= EvaluationLimits.valueCount {
            switch separation {
            case .delimiter(let delimiter): parts += Self.parts(of: text.bytes, delimiter)
            case .tokens(let pattern): parts += Self.tokens(of: text.bytes, pattern)
            }
        }
        let found = keepsEmpty ? parts : parts.filter { !$0.isEmpty }
        if found.isEmpty || texts.isEmpty { return value }
        return found.count == 1 ? .text(found[0]) : .multivalue(found)
    }

    private static func parts(of text: [UInt8], _ delimiter: [UInt8]) -> [Text] {
        guard let first = delimiter.first else { return [Text(bytes: text)] }
        var parts: [Text] = []
        var start = 0
        var index = 0
        while parts.count <= EvaluationLimits.valueCount, let found = text[index...].firstIndex(of: first) {
            if text[found...].starts(with: delimiter) {
                parts.append(Text(bytes: Array(text[start..<found])))
                start = found + delimiter.count
                index = start
            } else {
                index = found + 1
            }
        }
        parts.append(Text(bytes: Array(text[start...])))
        return parts
    }

    private static func tokens(of text: [UInt8], _ pattern: CompiledPattern) -> [Text] {
        var tokens: [Text] = []
        var growth = ValueGrowth()
        text.withUnsafeBytes { bytes in
            pattern.forEachMatch(in: bytes, limit: .max) { groups in
                let token = groups.count > 1 ? groups[1] : groups.first ?? nil
                guard let token, !growth.isOver else { return }
                growth.add(token.count)
                tokens.append(Text(copying: UnsafeRawBufferPointer(rebasing: bytes[token])))
            }
        }
        return tokens
    }
}
