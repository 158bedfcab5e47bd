import Matching

/// Turns the items of a rule into conditions over fields.
struct ItemCompiler {
    let file: String
    let placeholders: SigmaPlaceholders

    /// - Throws: `SigmaError` at the item's key.
    func predicate(_ item: SigmaItem) throws(SigmaError) -> Predicate<String> {
        var parts: [Predicate<String>] = []
        parts.reserveCapacity(item.values.count)
        for value in item.values { parts.append(try predicate(item, value)) }
        if parts.count == 1 { return parts[0] }
        // What differs from a list differs from all in it.
        // Not all of them, or none of them.
        return item.modifiers.isAll != item.modifiers.isNegated ? .all(parts) : .any(parts)
    }

    private func error(_ item: SigmaItem, _ value: SigmaValue, _ reason: String) -> SigmaError {
        SigmaError(file: file, path: item.path, mark: value.mark, reason: reason)
    }

    /// A test of the item's field, or of any value of the event.
    private func test(_ item: SigmaItem, _ test: ValueTest) -> Predicate<String> {
        item.field.map { .field($0, test) } ?? .anyValue(test)
    }

    private func predicate(_ item: SigmaItem, _ value: SigmaValue) throws(SigmaError) -> Predicate<String> {
        switch item.modifiers.kind {
        case .text:
            if value.content == .null { return try null(item, value) }
            return try texts(item, value)
        case .expression: return try expressions(item, value)
        case .network:
            return try each(item, value) { text in
                AddressNetwork(Array(text.utf8)).map { .network($0) }
            } orElse: {
                "\($0) is no network, such as 10.0.0.0/8 or fe80::/10"
            }
        case .number(let comparison):
            return try each(item, value) { text in
                let bytes = Array(text.utf8)
                let isNumber = bytes.withUnsafeBytes { DecimalNumber($0) != nil }
                return isNumber ? .number(comparison.ordering, bound: bytes) : nil
            } orElse: {
                "\($0) is no decimal number"
            }
        case .timePart(let part, let comparison): return try timePart(item, value, part, comparison)
        case .exists:
            guard let isThere = value.truth, let field = item.field else {
                throw error(item, value, "exists takes true or false")
            }
            return isThere ? .field(field, .exists) : .not(.field(field, .exists))
        case .fieldReference(let anchoring): return try reference(item, value, anchoring)
        }
    }

    // MARK: Texts

    private func null(_ item: SigmaItem, _ value: SigmaValue) throws(SigmaError) -> Predicate<String> {
        guard let field = item.field else { throw error(item, value, "null is no keyword; it needs a field") }
        guard item.modifiers.transformations.isEmpty else {
            throw error(item, value, "null takes no modifiers that change a text")
        }
        return item.modifiers.isNegated ? .field(field, .given) : .not(.field(field, .given))
    }

    private func texts(_ item: SigmaItem, _ value: SigmaValue) throws(SigmaError) -> Predicate<String> {
        let modifiers = item.modifiers
        var texts: [SigmaText]
        switch value.content {
        case .null: texts = []
        case .boolean(let value): texts = [SigmaText(bytes: Array((value ? "true" : "false").utf8))]
        case .number(let text): texts = [SigmaText(bytes: Array(text.utf8))]
        case .text(let text): texts = [SigmaText(text, expandsPlaceholders: modifiers.expandsPlaceholders)]
        }
        if modifiers.expandsPlaceholders {
            texts = try fill(item, value) { placeholders throws(SigmaPlaceholders.Refusal) in
                try placeholders.expand(texts[0])
            }
        }
        for transformation in modifiers.transformations {
            var changed: [SigmaText] = []
            for text in texts { changed += try apply(transformation, to: text, item, value) }
            texts = changed
        }
        if item.field == nil, !modifiers.transformations.contains(where: { $0 == .startsWith || $0 == .endsWith }) {
            texts = texts.map { $0.openedAtStart().openedAtEnd() }
        }
        let parts = texts.map { predicate(item, $0) }
        if parts.count == 1 { return parts[0] }
        return modifiers.isNegated ? .all(parts) : .any(parts)
    }

    private func apply(
        _ transformation: SigmaModifiers.Transformation, to text: SigmaText, _ item: SigmaItem, _ value: SigmaValue
    ) throws(SigmaError) -> [SigmaText] {
        switch transformation {
        case .contains: return [text.openedAtStart().openedAtEnd()]
        case .startsWith: return [text.openedAtEnd()]
        case .endsWith: return [text.openedAtStart()]
        case .windowsDash: return text.withWindowsDashes()
        case .utf16(let encoding):
            guard !text.hasDashes else { throw error(item, value, "there are too many dashes to encode all ways") }
            return [text.utf16(encoding)]
        case .base64, .base64Offset:
            guard !text.hasDashes else { throw error(item, value, "there are too many dashes to encode all ways") }
            guard !text.hasWildcards else {
                throw error(item, value, "a text with wildcards can't be encoded; escape them with a backslash")
            }
            let bytes = text.plainBytes
            if transformation == .base64 { return [SigmaText(bytes: Base64.encode(bytes))] }
            guard bytes.count > 1 else {
                throw error(item, value, "a text of fewer than two bytes can't be told inside Base64")
            }
            return Base64.insideEncodings(bytes).map { SigmaText(bytes: $0) }
        }
    }

    private func predicate(_ item: SigmaItem, _ text: SigmaText) -> Predicate<String> {
        let isNegated = item.modifiers.isNegated
        if text.isEmpty {
            guard let field = item.field else { return .anyValue(.given) }
            if isNegated { return .all([.field(field, .given), .not(.field(field, .emptyText))]) }
            return .any([.not(.field(field, .given)), .field(field, .emptyText)])
        }
        if text.matchesEverything { return isNegated ? .constant(false) : test(item, .given) }
        let matching = text.test(isCaseSensitive: item.modifiers.isCaseSensitive)
        return isNegated ? negated(item, test(item, matching)) : test(item, matching)
    }

    /// What has a value, and none that passes.
    private func negated(_ item: SigmaItem, _ predicate: Predicate<String>) -> Predicate<String> {
        .all([test(item, .given), .not(predicate)])
    }

    // MARK: Other kinds of values

    /// One test for each text that the value stands for.
    private func each(
        _ item: SigmaItem, _ value: SigmaValue, _ make: (String) -> ValueTest?, orElse reason: (String) -> String
    ) throws(SigmaError) -> Predicate<String> {
        var parts: [Predicate<String>] = []
        for text in try plainTexts(item, value) {
            guard let made = make(text) else { throw error(item, value, reason(text)) }
            parts.append(test(item, made))
        }
        let joined: Predicate<String> = parts.count == 1 ? parts[0] : .any(parts)
        return item.modifiers.isNegated ? negated(item, joined) : joined
    }

    /// The value as it is written, with its placeholders filled in.
    private func plainTexts(_ item: SigmaItem, _ value: SigmaValue) throws(SigmaError) -> [String] {
        let text: String
        switch value.content {
        case .null: throw error(item, value, "a value is needed, not null")
        case .boolean(let value): text = value ? "true" : "false"
        case .number(let number): text = number
        case .text(let written): text = written
        }
        guard item.modifiers.expandsPlaceholders else { return [text] }
        return try fill(item, value) { placeholders throws(SigmaPlaceholders.Refusal) in
            try placeholders.expand(expression: text)
        }
    }

    private func fill<Filled>(
        _ item: SigmaItem, _ value: SigmaValue,
        _ fill: (SigmaPlaceholders) throws(SigmaPlaceholders.Refusal) -> [Filled]
    ) throws(SigmaError) -> [Filled] {
        do throws(SigmaPlaceholders.Refusal) {
            return try fill(placeholders)
        } catch {
            let reason =
                switch error {
                case .unknown(let name): "the placeholder %\(name)% has no value; give one with --placeholders"
                case .tooMany: "the placeholders make too many values"
                }
            throw SigmaError(.unsupported, file: file, path: item.path, mark: value.mark, reason: reason)
        }
    }

    private func expressions(_ item: SigmaItem, _ value: SigmaValue) throws(SigmaError) -> Predicate<String> {
        guard case .expression(let ignoresCase, let matchesLines, let dotMatchesLineEnds) = item.modifiers.kind else {
            return .constant(false)
        }
        var options: RegularExpression.Options = []
        if ignoresCase { options.insert(.ignoresCase) }
        if matchesLines { options.insert(.matchesLines) }
        if dotMatchesLineEnds { options.insert(.dotMatchesLineEnds) }
        var parts: [Predicate<String>] = []
        for text in try plainTexts(item, value) {
            do throws(RegularExpression.PatternError) {
                // On its own, so that a message about it tells places in the text as it is written.
                var expression = try RegularExpression(text, options: options)
                let anchored = Self.anchored(text, item.modifiers.transformations)
                if anchored != text { expression = try RegularExpression(anchored, options: options) }
                parts.append(test(item, .expression(expression)))
                let empty = UnsafeRawBufferPointer(start: nil, count: 0)
                if expression.search(empty) == .matched { parts.append(test(item, .emptyText)) }
            } catch {
                throw self.error(item, value, error.description)
            }
        }
        let joined: Predicate<String> = parts.count == 1 ? parts[0] : .any(parts)
        return item.modifiers.isNegated ? negated(item, joined) : joined
    }

    /// A regular expression is looked for anywhere; `startswith` alone ties it to the start, `endswith` alone to the end.
    private static func anchored(_ text: String, _ transformations: [SigmaModifiers.Transformation]) -> String {
        guard !transformations.contains(.contains) else { return text }
        switch (transformations.contains(.startsWith), transformations.contains(.endsWith)) {
        case (true, false): return #"\A(?:\#(text))"#
        case (false, true): return #"(?:\#(text))\z"#
        default: return text
        }
    }

    private func timePart(
        _ item: SigmaItem, _ value: SigmaValue, _ part: SigmaModifiers.Part, _ comparison: SigmaModifiers.Comparison?
    ) throws(SigmaError) -> Predicate<String> {
        var parts: [Predicate<String>] = []
        for text in try plainTexts(item, value) {
            guard let number = Int(text) else { throw error(item, value, "\(text) is no whole number") }
            let range = part.range(comparedBy: comparison)
            guard range.contains(number) else {
                throw error(
                    item, value,
                    "\(text) is no \(part.rawValue): it goes from \(range.lowerBound) to \(range.upperBound)")
            }
            let relation = comparison.map { TimePart.Relation.ordered($0.ordering) } ?? .equal
            let matching = test(item, .timePart(part.timePart, relation, number))
            // Values that are no times do not differ from a time.
            let other = test(item, .timePart(part.timePart, .notEqual, number))
            parts.append(item.modifiers.isNegated ? .all([other, .not(matching)]) : matching)
        }
        if parts.count == 1 { return parts[0] }
        return item.modifiers.isNegated ? .all(parts) : .any(parts)
    }

    private func reference(
        _ item: SigmaItem, _ value: SigmaValue, _ anchoring: SigmaModifiers.Anchoring
    ) throws(SigmaError) -> Predicate<String> {
        guard let field = item.field else { return .constant(false) }
        var parts: [Predicate<String>] = []
        for name in try plainTexts(item, value) {
            guard !name.isEmpty else { throw error(item, value, "the name of a field is needed") }
            guard !SigmaText(name).hasWildcards else {
                throw error(item, value, "the name of a field has no wildcards")
            }
            let kind: FieldRelation.Kind =
                switch anchoring {
                case .whole: .equals
                case .start: .startsWith
                case .end: .endsWith
                case .anywhere: .contains
                }
            parts.append(
                .compare(
                    field,
                    FieldRelation(
                        kind, isCaseSensitive: item.modifiers.isCaseSensitive, isNegated: item.modifiers.isNegated),
                    name))
        }
        if parts.count == 1 { return parts[0] }
        return item.modifiers.isNegated ? .all(parts) : .any(parts)
    }
}

extension SigmaModifiers.Comparison {
    fileprivate var ordering: ValueTest.Ordering {
        switch self {
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        }
    }
}

extension SigmaModifiers.Part {
    fileprivate var timePart: TimePart {
        switch self {
        case .minute: .minute
        case .hour: .hour
        case .day: .day
        case .week: .week
        case .month: .month
        case .year: .year
        }
    }

    /// What values may be compared with: what is below the first one, or above the last, says as much as nothing.
    fileprivate func range(comparedBy comparison: SigmaModifiers.Comparison?) -> ClosedRange<Int> {
        let values: ClosedRange<Int> =
            switch self {
            case .minute: 0...59
            case .hour: 0...23
            case .day: 1...31
            case .week: 1...53
            case .month: 1...12
            case .year: 0...9999
            }
        return switch comparison {
        case .less: values.lowerBound...(values.upperBound + 1)
        case .greater: (values.lowerBound - 1)...values.upperBound
        case .lessOrEqual, .greaterOrEqual, nil: values
        }
    }
}
