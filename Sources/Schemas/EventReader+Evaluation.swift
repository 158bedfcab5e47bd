import Events
import Values

// Getting values by the nodes of a field map. Nodes name only nodes that were made before them, so this ends; how deep
// they may be nested is limited where the files are read.
extension EventReader {
    @inline(__always)
    func evaluate(_ place: Int32) -> FieldValues {
        let place = settled(place)
        guard place >= 0 else { return FieldValues() }
        if tables.nodes[Int(place)].operation == .text { return allTexts(ofSlot: Int(tables.nodes[Int(place)].slot)) }
        return derive(tables.nodes.baseAddress! + Int(place))
    }

    /// The first value of a node.
    func text(of place: Int32) -> UnsafeRawBufferPointer? { evaluate(place).first }

    private func derive(_ node: UnsafeMutablePointer<ReaderTables.Node>) -> FieldValues {
        let children = node.pointee.children
        switch node.pointee.operation {
        case .text:
            return allTexts(ofSlot: Int(node.pointee.slot))
        case .value: return value(node.pointee)
        case .values: return union(children)
        case .firstThere:
            for index in children.indices {
                let values = evaluate(tables.numbers[index])
                if values.exists { return values }
            }
            return FieldValues()
        case .there:
            for index in children.indices where parser.has(Int(tables.numbers[index])) {
                return FieldValues(tables.bytes(tables.there))
            }
            return FieldValues()
        case .orObject:
            let values = evaluate(tables.numbers[Int(children.start)])
            return values.isMissing ? objects(node.pointee) ?? values : values
        case .pair:
            guard let second = text(ofSlot: Int(node.pointee.second)) else { return FieldValues() }
            guard let first = text(ofSlot: Int(node.pointee.slot)) else { return FieldValues(second) }
            return FieldValues(arena.join(first, tables.bytes(node.pointee.text), second))
        case .channelOfSource:
            return FieldValues(text(ofSlot: Int(node.pointee.slot)).map(Derived.channel))
        case .constant:
            return FieldValues(tables.bytes(node.pointee.text))
        case .first:
            var none = FieldValues()
            for index in children.indices {
                let values = evaluate(tables.numbers[index])
                if !values.isMissing { return values }
                none.presence.formUnion(values.presence)
            }
            return none
        case .all:
            return all(children)
        case .sum:
            return FieldValues(sum(children))
        case .shown:
            var values = evaluate(tables.numbers[Int(children.start)])
            let shown = values.count
            guard shown > 0 else { return values }
            for index in children.indices.dropFirst() { append(evaluate(tables.numbers[index]), to: &values) }
            values.hiddenCount = values.testedCount - shown
            return values
        case .joined:
            return joined(children, separator: tables.bytes(node.pointee.text))
        case .mapped:
            return mapped(node.pointee)
        case .conditional:
            return holds(node.pointee.conditions) ? evaluate(tables.numbers[Int(children.start)]) : FieldValues()
        case .unless:
            return holds(node.pointee.conditions) ? FieldValues() : evaluate(tables.numbers[Int(children.start)])
        case .same:
            guard let left = text(of: tables.numbers[Int(children.start) + 1]),
                let right = text(of: tables.numbers[Int(children.start) + 2]), left.elementsEqual(right)
            else { return FieldValues() }
            return evaluate(tables.numbers[Int(children.start)])
        case .together:
            return FieldValues(together(evaluate(tables.numbers[Int(children.start)]), tables.bytes(node.pointee.text)))
        case .item:
            let values = evaluate(tables.numbers[Int(children.start)])
            let index = Int(node.pointee.second)
            return index < values.count ? FieldValues(values[index]) : FieldValues()
        case .named: return named(node.pointee)
        case .unescaped: return unescaped(evaluate(tables.numbers[Int(children.start)]))
        case .split:
            return split(evaluate(tables.numbers[Int(children.start)]), at: tables.bytes(node.pointee.text))
        case .dataElement:
            return FieldValues(dataElement(node.pointee))
        case .counted:
            let count = evaluate(tables.numbers[Int(children.start)]).count
            return FieldValues(count == 0 ? nil : arena.decimal(UInt64(count)))
        default:
            return steps(node.pointee, over: evaluate(tables.numbers[Int(children.start)]))
        }
    }

    /// What is empty or null stays so.
    private func unescaped(_ values: FieldValues) -> FieldValues {
        guard values.count > 0 else { return values }
        var made = FieldValues()
        made.presence = values.presence
        for index in 0..<values.count { made.append(EscapedText.decode(values[index], in: &arena), in: &arena) }
        return made
    }

    private func append(_ more: FieldValues, to values: inout FieldValues) {
        for index in 0..<more.count { values.append(more[index], in: &arena) }
    }

    private func all(_ children: ReaderTables.Span) -> FieldValues {
        var values = FieldValues()
        for index in children.indices { append(evaluate(tables.numbers[index]), to: &values) }
        return values
    }

    /// Texts that are no numbers count as missing ones do: for nothing.
    private func sum(_ children: ReaderTables.Span) -> UnsafeRawBufferPointer? {
        var total: Double?
        for index in children.indices {
            let values = evaluate(tables.numbers[index])
            for place in 0..<values.count {
                if let number = NumberText.parse(values[place]) { total = (total ?? 0) + number }
            }
        }
        guard let total, total.isFinite else { return nil }
        if total.magnitude < 1e15, let whole = UInt64(exactly: total) { return arena.decimal(whole) }
        var digits: [UInt8] = []
        NumberText.append(total, to: &digits)
        let room = arena.allocate(digits.count)
        room.copyBytes(from: digits)
        return UnsafeRawBufferPointer(room)
    }

    private func joined(_ children: ReaderTables.Span, separator: UnsafeRawBufferPointer) -> FieldValues {
        var whole: UnsafeRawBufferPointer?
        for index in children.indices {
            guard let part = text(of: tables.numbers[index]) else { return FieldValues() }
            whole = whole.map { arena.join($0, separator, part) } ?? part
        }
        return FieldValues(whole)
    }

    private func together(_ values: FieldValues, _ separator: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard values.count > 1 else { return values.first }
        var length = separator.count * (values.count - 1)
        for index in 0..<values.count { length += values[index].count }
        let whole = arena.allocate(length)
        var end = 0
        for index in 0..<values.count {
            // SAFETY: room was made for all values and separators.
            if index > 0 {
                UnsafeMutableRawBufferPointer(rebasing: whole[end...]).copyMemory(from: separator)
                end += separator.count
            }
            UnsafeMutableRawBufferPointer(rebasing: whole[end...]).copyMemory(from: values[index])
            end += values[index].count
        }
        return UnsafeRawBufferPointer(whole)
    }

    private func mapped(_ node: ReaderTables.Node) -> FieldValues {
        let source = tables.numbers[Int(node.children.start)]
        let other = node.children.count > 1 ? tables.numbers[Int(node.children.start) + 1] : -1
        let keys = evaluate(source)
        var values = FieldValues()
        var hasOther = false
        for index in 0..<keys.count {
            if let place = node.patterns.indices.first(where: { tables.matches(keys[index], tables.patterns[$0]) }) {
                let result = tables.texts[Int(node.results.start) + place - Int(node.patterns.start)]
                if result.count > 0 { values.append(tables.bytes(result), in: &arena) }
            } else if other >= 0, let own = ownValue(of: other, from: source, keys[index]) {
                if let own, !own.isEmpty { values.append(own, in: &arena) }
            } else if other >= 0, !hasOther {
                // However many keys are in no table, another field has its values once.
                hasOther = true
                append(evaluate(other), to: &values)
            }
        }
        return values
    }

    /// What a node makes of one value of another; `nil` where it does not go by single ones of these.
    private func ownValue(
        of place: Int32, from source: Int32, _ value: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer?? {
        if place == source { return .some(value) }
        let node = tables.nodes[Int(place)]
        guard node.operation.isStep, tables.numbers[Int(node.children.start)] == source else { return nil }
        return .some(step(node, value))
    }

    private func split(_ texts: FieldValues, at separator: UnsafeRawBufferPointer) -> FieldValues {
        var values = FieldValues()
        for index in 0..<texts.count {
            let text = texts[index]
            var start = 0
            while start < text.count {
                let end = Derived.find(separator, in: text, from: start) ?? text.count
                if end > start { values.append(UnsafeRawBufferPointer(rebasing: text[start..<end]), in: &arena) }
                start = end + separator.count
            }
        }
        return values
    }

    /// The values of the pairs of one name. Pairs that lack a name or a value would shift all behind them: then there are none.
    private func named(_ node: ReaderTables.Node) -> FieldValues {
        var found = FieldValues()
        var name = parser.value(of: Int(node.slot))
        var value = parser.value(of: Int(node.second))
        while let key = name, let text = value {
            guard parser.standInOneObject(key, text) else { return FieldValues() }
            if key.hasText, text.hasText, parser.text(of: key, in: &arena).elementsEqual(tables.bytes(node.text)) {
                found.append(parser.text(of: text, in: &arena), in: &arena)
            }
            name = parser.member(after: key)
            value = parser.member(after: text)
        }
        return name == nil && value == nil ? found : FieldValues()
    }

    // MARK: Steps

    private func steps(_ node: ReaderTables.Node, over texts: FieldValues) -> FieldValues {
        if texts.count < 2 { return FieldValues(texts.first.flatMap { step(node, $0) }) }
        var values = FieldValues()
        for index in 0..<texts.count {
            if let made = step(node, texts[index]), !made.isEmpty { values.append(made, in: &arena) }
        }
        return values
    }

    private func step(_ node: ReaderTables.Node, _ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        switch node.operation {
        case .lastPart: return Derived.lastPart(text)
        case .folder: return Derived.folder(text)
        case .decimal: return Derived.decimal(text, in: &arena)
        case .hexText: return HexText.decode(text, in: &arena)
        case .lower: return Derived.cased(text, upper: false, in: &arena)
        // Every byte but those that go on with a scalar begins one.
        case .length: return arena.decimal(text.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 })
        case .upper: return Derived.cased(text, upper: true, in: &arena)
        case .given: return text.count == 1 && text[0] == UInt8(ascii: "-") ? nil : text
        case .insideParentheses: return Derived.parenthesised(text)?.inside
        case .beforeParentheses: return Derived.parenthesised(text)?.word
        case .afterLast: return Derived.after(last: tables.bytes(node.text), in: text)
        case .beforeLast: return Derived.before(last: tables.bytes(node.text), in: text)
        case .between: return Derived.between(tables.bytes(node.text), tables.bytes(node.other), in: text)
        case .line: return Derived.line(tables.bytes(node.text), in: text)
        case .prefixed:
            return arena.join(tables.bytes(node.text), UnsafeRawBufferPointer(start: nil, count: 0), text)
        case .startReplaced:
            for index in node.patterns.indices {
                let start = tables.patterns[index].text
                guard tables.starts(text, start) else { continue }
                let result = tables.texts[Int(node.results.start) + index - Int(node.patterns.start)]
                let rest = UnsafeRawBufferPointer(rebasing: text[Int(start.count)...])
                return result.count == 0
                    ? rest : arena.join(tables.bytes(result), UnsafeRawBufferPointer(start: nil, count: 0), rest)
            }
            return text
        default: return text
        }
    }

    // MARK: Conditions

    func holds(anyOf alternatives: ReaderTables.Span) -> Bool {
        for alternative in alternatives.indices where holds(tables.spans[alternative]) { return true }
        return false
    }

    func holds(_ conditions: ReaderTables.Span) -> Bool {
        for index in conditions.indices {
            let condition = tables.conditions[index]
            if condition.slot >= 0 {
                guard parser.isPresent(Int(condition.slot), orObject: true) else { return false }
            } else {
                guard holds(condition) else { return false }
            }
        }
        return true
    }

    private func holds(_ condition: ReaderTables.Condition) -> Bool {
        let values = evaluate(condition.node)
        if values.isMissing { return condition.isLenient }
        if condition.texts.count == 0 { return true }
        for index in 0..<values.testedCount {
            for text in condition.texts.indices where tables.matches(values[index], tables.patterns[text]) {
                return true
            }
        }
        return false
    }

    // MARK: Slots

    /// The first text of a slot.
    func text(ofSlot slot: EventLayout.Slot) -> UnsafeRawBufferPointer? {
        guard slot >= 0, let value = parser.value(of: slot), value.hasText else { return nil }
        return parser.text(of: value, in: &arena)
    }

    /// What rules may ask of one place: its texts, and whether it holds a null or an empty text.
    private func value(_ node: ReaderTables.Node) -> FieldValues {
        guard var value = parser.value(of: Int(node.slot)) else { return FieldValues() }
        var found = FieldValues()
        var hasArray = false
        while true {
            if value.kind == .array { hasArray = true }
            take(value, into: &found)
            guard let next = parser.member(after: value) else { break }
            value = next
        }
        guard hasArray, node.second >= 0, var member = parser.value(of: Int(node.second)) else { return found }
        // In a result of Splunk's the members of an array are the field's own, too, and have been taken.
        if let first = parser.value(of: Int(node.slot)), let second = parser.member(after: first),
            second.start == member.start, second.base == member.base
        {
            return found
        }
        while true {
            take(member, into: &found)
            guard let next = parser.member(after: member) else { return found }
            member = next
        }
    }

    private func take(_ value: EventValue, into found: inout FieldValues) {
        if value.hasText {
            found.append(parser.text(of: value, in: &arena), in: &arena)
            return
        }
        switch value.kind {
        case .string: found.presence.formUnion(.emptyText)
        case .null, .array: found.presence.formUnion(.key)
        case .object, .number, .trueLiteral, .falseLiteral: break
        }
    }

    /// The first object, or array of objects, at the slots of a node that asks for them.
    func objectValue(_ node: ReaderTables.Node) -> EventValue? {
        for index in node.children.indices.dropFirst() {
            if let value = parser.value(of: Int(tables.numbers[index])), parser.holdsObject(value) { return value }
        }
        return nil
    }

    /// The JSON of the objects at the first of the slots that has some, one value for each.
    private func objects(_ node: ReaderTables.Node) -> FieldValues? {
        guard var value = objectValue(node) else { return nil }
        var found = FieldValues()
        while true {
            if parser.holdsObject(value) { found.append(parser.objectText(of: value, in: &arena), in: &arena) }
            guard let next = parser.member(after: value) else { return found }
            value = next
        }
    }

    private func union(_ children: ReaderTables.Span) -> FieldValues {
        var values = FieldValues()
        for index in children.indices {
            let more = evaluate(tables.numbers[index])
            values.presence.formUnion(more.presence)
            append(more, to: &values)
        }
        return values
    }

    func allTexts(ofSlot slot: EventLayout.Slot) -> FieldValues {
        guard slot >= 0, var value = parser.value(of: slot) else { return FieldValues() }
        var found = FieldValues()
        while true {
            if value.hasText {
                let text = parser.text(of: value, in: &arena)
                found.append(text, in: &arena)
            }
            guard let next = parser.member(after: value) else { return found }
            value = next
        }
    }
}
