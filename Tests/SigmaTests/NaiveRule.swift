import Sigma

/// A plain, slow reading of a rule over an event, to hold the compiled condition against. It shares nothing with it but what
/// the rule's text was parsed to.
struct NaiveRule {
    let rule: SigmaRule

    func takes(_ event: Event) -> Bool {
        rule.detection.conditions.contains { holds($0, event) }
    }

    private func holds(_ condition: SigmaCondition, _ event: Event) -> Bool {
        switch condition {
        case .selection(let name): return selection(name, event)
        case .all(let parts): return parts.allSatisfy { holds($0, event) }
        case .any(let parts): return parts.contains { holds($0, event) }
        case .not(let inner): return !holds(inner, event)
        case .some(let count, let names):
            let fitting = names.filter(rule.detection.selections.map(\.name))
            return fitting.filter { selection($0, event) }.count >= count ?? fitting.count
        }
    }

    private func selection(_ name: String, _ event: Event) -> Bool {
        rule.detection.selections.contains { $0.name == name && finds($0.search, event) }
    }

    private func finds(_ search: SigmaSearch, _ event: Event) -> Bool {
        switch search {
        case .all(let parts): parts.allSatisfy { finds($0, event) }
        case .any(let parts): parts.contains { finds($0, event) }
        case .item(let item): finds(item, event)
        }
    }

    private func finds(_ item: SigmaItem, _ event: Event) -> Bool {
        let outcomes = item.values.map { finds(item, $0.content, event) }
        return item.modifiers.isAll != item.modifiers.isNegated
            ? outcomes.allSatisfy(\.self) : outcomes.contains(true)
    }

    private func finds(_ item: SigmaItem, _ value: SigmaValue.Content, _ event: Event) -> Bool {
        let modifiers = item.modifiers
        let isThere = item.field.map { event.fields[$0] != nil } ?? true
        let texts = item.field.map { event.fields[$0]?.texts ?? [] } ?? event.fields.values.flatMap(\.texts)
        let wanted: String
        switch value {
        case .null: return texts.isEmpty != modifiers.isNegated
        case .boolean(let value):
            if modifiers.kind == .exists { return isThere == value }
            wanted = value ? "true" : "false"
        case .number(let text), .text(let text): wanted = text
        }
        switch modifiers.kind {
        case .number(let comparison):
            guard let bound = Double(wanted) else { return false }
            return texts.contains { text in
                guard let number = Double(text) else { return false }
                switch comparison {
                case .less: return number < bound
                case .lessOrEqual: return number <= bound
                case .greater: return number > bound
                case .greaterOrEqual: return number >= bound
                }
            }
        case .fieldReference(let anchoring):
            let others = event.fields[wanted]?.texts ?? []
            let isMatch = texts.contains { text in
                others.contains { other in
                    if text.isEmpty || other.isEmpty { return anchoring == .whole && text.isEmpty && other.isEmpty }
                    let left = folded(text, modifiers.isCaseSensitive)
                    let right = folded(other, modifiers.isCaseSensitive)
                    return switch anchoring {
                    case .whole: left == right
                    case .start: left.starts(with: right)
                    case .end: left.reversed().starts(with: right.reversed())
                    case .anywhere: left.indices.contains { left[$0...].starts(with: right) }
                    }
                }
            }
            return modifiers.isNegated ? !texts.isEmpty && !others.isEmpty && !isMatch : isMatch
        case .text:
            return findsText(item, wanted, texts, isNumber: { if case .number = value { true } else { false } }())
        case .expression, .network, .timePart, .exists: return false
        }
    }

    private func findsText(_ item: SigmaItem, _ wanted: String, _ texts: [String], isNumber: Bool) -> Bool {
        let modifiers = item.modifiers
        var patterns = [NaivePattern(wanted)]
        for transformation in modifiers.transformations {
            switch transformation {
            case .contains: patterns = patterns.map { NaivePattern([.run] + $0.parts + [.run]) }
            case .startsWith: patterns = patterns.map { NaivePattern($0.parts + [.run]) }
            case .endsWith: patterns = patterns.map { NaivePattern([.run] + $0.parts) }
            case .windowsDash: patterns = patterns.flatMap(\.windowsDashes)
            case .base64, .base64Offset, .utf16: return false
            }
        }
        let isAnchored = modifiers.transformations.contains { $0 == .startsWith || $0 == .endsWith }
        if item.field == nil, !isAnchored {
            patterns = patterns.map { NaivePattern([.run] + $0.parts + [.run]) }
        }
        let matches = { (text: String) in
            patterns.contains { $0.matches(text, isCaseSensitive: modifiers.isCaseSensitive) }
        }
        if modifiers.isNegated {
            // What differs has to differ from each way in which the value may be written, in all members.
            return !texts.isEmpty && !texts.contains(where: matches)
        }
        if item.field != nil, patterns.contains(where: \.parts.isEmpty), texts.isEmpty { return true }
        return texts.contains(where: matches)
    }
}

private func folded(_ text: String, _ isCaseSensitive: Bool) -> [Unicode.Scalar] {
    let scalars = Array(text.unicodeScalars)
    return isCaseSensitive ? scalars : scalars.map { $0.properties.lowercaseMapping.unicodeScalars.first ?? $0 }
}

/// A text of a rule as single characters and wildcards.
struct NaivePattern {
    enum Part: Equatable {
        case one(Unicode.Scalar)
        case single, run
    }

    var parts: [Part]

    init(_ parts: [Part]) { self.parts = parts }

    init(_ text: String) {
        parts = []
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            if scalar == "\\", let next = rest.first, next == "\\" || next == "*" || next == "?" {
                rest.removeFirst()
                parts.append(.one(next))
            } else if scalar == "*" {
                parts.append(.run)
            } else if scalar == "?" {
                parts.append(.single)
            } else {
                parts.append(.one(scalar))
            }
        }
    }

    func matches(_ text: String, isCaseSensitive: Bool) -> Bool {
        let wanted = parts.map { part -> Part in
            guard case .one(let scalar) = part else { return part }
            return folded(String(scalar), isCaseSensitive).first.map { .one($0) } ?? part
        }
        return Self.matches(wanted[...], folded(text, isCaseSensitive)[...])
    }

    private static func matches(_ parts: ArraySlice<Part>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        switch parts.first {
        case nil: text.isEmpty
        case .run: matches(parts.dropFirst(), text) || (!text.isEmpty && matches(parts, text.dropFirst()))
        case .single: !text.isEmpty && matches(parts.dropFirst(), text.dropFirst())
        case .one(let scalar): text.first == scalar && matches(parts.dropFirst(), text.dropFirst())
        }
    }

    /// With each dash before a word and not behind one written in all five ways.
    var windowsDashes: [NaivePattern] {
        let dashes: [Unicode.Scalar] = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"]
        func isWord(_ index: Int) -> Bool {
            guard parts.indices.contains(index), case .one(let scalar) = parts[index] else { return false }
            return scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
        for index in parts.indices.reversed() {
            guard case .one(let scalar) = parts[index], dashes.contains(scalar), isWord(index + 1), !isWord(index - 1)
            else { continue }
            let before = NaivePattern(Array(parts[..<index])).windowsDashes
            return before.flatMap { front in
                dashes.map { NaivePattern(front.parts + [.one($0)] + parts[(index + 1)...]) }
            }
        }
        return [self]
    }
}
