import Glibc

// The event that stands as text in `_raw`, as Splunk exports it, or under another key of an envelope
// (`EventLayout.eventTexts`); and the data of a Windows event in a text.
extension EventParser {
    /// What such a text is.
    public enum RawContent: Sendable {
        case none, json, xml, text
    }

    /// Reads what stands as text in the event at hand.
    @inline(__always)
    func openTexts() {
        if let rawSlot = tables.rawSlot, values[rawSlot].stamp == stamp {
            if values[rawSlot].kind == .string { open(rawSlot) }
            return
        }
        for text in tables.eventTexts where values[text.slot].stamp == stamp && values[text.slot].kind == .string {
            if openEvent(text.slot, isSecond: text.isSecond, mayBeHeader: text.completesHeader) { return }
        }
        for slot in tables.eventObjects where values[slot].stamp == stamp && values[slot].kind == .object {
            if openObject(slot) { return }
        }
        if let slot = labelledSlot { return openLabels(slot) }
        for data in tables.dataTexts where values[data.slot].stamp == stamp && values[data.slot].kind == .string {
            return openData(data.slot, key: data.key, node: data.node)
        }
    }

    /// Reads the event that a text is, if it is one; its first or last bytes tell nearly all others.
    ///
    /// - Parameter mayBeHeader: whether the line may be the header of the Windows event that the text is.
    private func openEvent(_ slot: EventLayout.Slot, isSecond: Bool, mayBeHeader: Bool) -> Bool {
        guard mayBeHeader || !isWindowsEvent else { return false }
        let text = line[Int(values[slot].start)..<Int(values[slot].start + values[slot].length)]
        let hasEvent = beginsEvent(behindHeader(of: text))
        guard hasEvent || mayEndWithEvent(text) else { return false }
        if !hasEvent { return openElement(slot) }
        keepsOuter = isSecond
        open(slot)
        return true
    }

    /// Whether the line is a Windows event itself. It may have its own XML beside its fields.
    var isWindowsEvent: Bool {
        tables.windowsIdentifiers.contains { values[$0].stamp == stamp && values[$0].hasText }
    }

    /// What follows the header of a text, where that is an event; the text itself where it has none.
    func behindHeader(of text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        text.dropFirst(MessageHeader.length(of: text, where: beginsEvent))
    }

    /// Whether a text is an event in JSON, a record of Linux' audit daemon or Splunk's rendering of a Windows event, for all that
    /// its beginning tells.
    func beginsEvent(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        beginsObject(text) || beginsRecord(withoutSpace(text)) || beginsRendering(text)
    }

    /// Whether a text begins as Splunk renders a Windows event: with its log, or with its time and on the next line its log.
    private func beginsRendering(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard let first = text.first, first == UInt8(ascii: "L") || 0x30...0x39 ~= first else { return false }
        if text.starts(with: Self.logLabel) { return true }
        let beginning = UnsafeRawBufferPointer(rebasing: text.prefix(64))
        return XMLText.find(Self.logLine, in: beginning, from: 0) != nil
    }

    private static let logLabel = Array("LogName=".utf8)
    /// With its line end as JSON writes it.
    private static let logLine = Array("\\nLogName=".utf8)

    /// Whether a text, as it is written in JSON, begins with a brace and a quote, with nothing but white space before and between.
    ///
    /// - Parameter isDecoded: whether it is the text itself.
    func beginsObject(_ text: Slice<UnsafeRawBufferPointer>, isDecoded: Bool = false) -> Bool {
        let brace = withoutSpace(text)
        guard brace.first == UInt8(ascii: "{") else { return false }
        let key = withoutSpace(brace.dropFirst())
        if isDecoded { return key.first == UInt8(ascii: "\"") }
        return Self.escapedQuotes.contains { key.starts(with: $0) }
    }

    private static let escapedQuotes = ["\\\"", "\\u0022"].map { Array($0.utf8) }

    /// Whether a text begins as records of Linux' audit daemon do.
    func beginsRecord(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard text.first == UInt8(ascii: "t") || text.first == UInt8(ascii: "n"),
            text.starts(with: Self.recordType) || text.starts(with: Self.recordNode)
        else { return false }
        return XMLText.find(Self.recordMark, in: UnsafeRawBufferPointer(rebasing: text.prefix(256)), from: 0) != nil
    }

    private static let recordType = Array("type=".utf8)
    private static let recordNode = Array("node=".utf8)
    private static let recordMark = Array("msg=audit(".utf8)

    /// What follows white space, of which some may be written as an escape.
    func withoutSpace(_ text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var rest = text
        while let first = rest.first {
            if isJSONSpace(first) {
                rest.removeFirst()
            } else if first == UInt8(ascii: "\\"), let next = rest.dropFirst().first, "nrt".utf8.contains(next) {
                rest.removeFirst(2)
            } else {
                break
            }
        }
        return rest
    }

    /// Whether a text may end with an event in XML: its last bytes tell nearly all others.
    func mayEndWithEvent(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        var text = text
        while let last = text.last {
            if isJSONSpace(last) {
                text.removeLast()
            } else if text.suffix(2).first == UInt8(ascii: "\\"), "nrt".utf8.contains(last) {
                text.removeLast(2)
            } else {
                break
            }
        }
        // Writers that escape for web pages write the bracket by its number.
        return Self.eventEnds.contains { text.suffix($0.count).elementsEqual($0) }
    }

    private static let eventEnds = ["Event>", "Event\\u003e", "Event\\u003E"].map { Array($0.utf8) }

    /// Reads the event in XML that a slot's text ends with; false where there is none.
    private func openElement(_ slot: EventLayout.Slot) -> Bool {
        decode(slot)
        guard let element = Self.element(Self.eventTag, in: inner) else { return false }
        inner.removeSubrange(..<element)
        template = nil
        readInner(.xml, from: 0, of: slot)
        return true
    }

    /// Reads the data of a Windows event, where a slot's text holds one as XML or as JSON. What closes the elements around the
    /// data is not read.
    private func openData(_ slot: EventLayout.Slot, key: [UInt8], node: Int32) {
        decode(slot)
        guard let start = inner.firstIndex(where: { !isJSONSpace($0) }) else { return }
        if inner[start] == UInt8(ascii: "{") {
            template = nil
            readInner(.json, from: start, of: slot, node: node)
        } else if inner[start...].starts(with: Self.nameless) {
            inner = [UInt8(ascii: "<")] + key + [UInt8(ascii: ">")] + inner + Self.closing(key)
            template = nil
            readInner(.xml, from: 0, of: slot)
        } else if let element = Self.element(Self.dataTag, in: inner) {
            inner.removeSubrange(..<element)
            if let end = inner.withUnsafeBytes({ XMLText.find(Self.dataEnd, in: $0, from: 0) }) {
                inner.removeSubrange((end + Self.dataEnd.count)...)
            }
            template = nil
            readInner(.xml, from: 0, of: slot)
        }
    }

    /// Whether the event at hand is one of Windows whose values may have names in the labels of its message alone, and by which
    /// slot that is known.
    private var labelledSlot: EventLayout.Slot? {
        guard let slot = tables.labelledSlots.first(where: { values[$0].stamp == stamp }), isWindowsEvent else {
            return nil
        }
        guard let unlabelled = tables.unlabelledSlot, values[unlabelled].stamp == stamp else { return slot }
        return slot == tables.labelledSlots.last ? nil : slot
    }

    /// Reads the labels of a Windows event's message. The message is looked for here, and not with the other keys, as nearly all
    /// events have one that nobody asks for.
    private func openLabels(_ slot: EventLayout.Slot) {
        var cursor = JSONCursor(text: line, base: .line, index: root)
        guard cursor.nextByte() == UInt8(ascii: "{") else { return }
        cursor.index += 1
        while let member = cursor.member() {
            let key = cursor.written(member.key)
            guard EventLayout.labelledTexts.contains(where: { key.elementsEqual($0.utf8) }) else { continue }
            guard member.value.kind == .string else { return }
            decode(member.value)
            template = nil
            keepsOuter = tables.shellSlot.map { values[$0].stamp == stamp } != true
            return readInner(.text, from: 0, of: slot)
        }
    }

    private static let eventTag = Array("<Event".utf8)
    private static let dataTag = Array("<EventData".utf8)
    private static let dataEnd = Array("</EventData>".utf8)
    private static let nameless = Array("<Data ".utf8)

    private static func closing(_ element: [UInt8]) -> [UInt8] {
        [UInt8(ascii: "<"), UInt8(ascii: "/")] + element + [UInt8(ascii: ">")]
    }

    /// Puts a slot's text where its inside is read.
    private func decode(_ slot: EventLayout.Slot) { decode(values[slot]) }

    private func decode(_ value: EventValue) {
        inner.removeAll(keepingCapacity: true)
        let escaped = UnsafeRawBufferPointer(rebasing: line[Int(value.start)..<Int(value.start + value.length)])
        if value.isEncoded { JSONText.decode(escaped, into: &inner) } else { inner.append(contentsOf: escaped) }
    }

    /// Reads the event inside a slot's text; what cannot be read there is simply missing.
    private func open(_ slot: EventLayout.Slot) {
        template = nil
        decode(slot)
        let header = inner.withUnsafeBytes { bytes in
            MessageHeader.length(of: bytes[...]) { beginsObject($0, isDecoded: true) || beginsRecord(withoutSpace($0)) }
        }
        inner.removeSubrange(..<(header > 0 ? header : Self.endOfPriority(of: inner) ?? 0))
        guard var start = inner.firstIndex(where: { !isJSONSpace($0) }) else { return }
        var content = Self.content(of: inner, at: start)
        if content == .text, let element = Self.element(Self.eventTag, in: inner) {
            inner.removeSubrange(..<element)
            start = 0
            content = .xml
        }
        if content == .text { inner.removeSubrange(..<start) }
        readInner(content, from: start, of: slot)
    }

    /// - Parameter node: whose keys those of JSON are.
    private func readInner(
        _ content: RawContent, from start: Int, of slot: EventLayout.Slot, node: Int32 = 0
    ) {
        isAppending = 0
        switch content {
        case .json:
            base = .innerJSON
            innerRoot = start
            let fault = inner.withUnsafeBytes { walk($0, index: nil, node: node) }
            opened = (slot, .json, fault == nil)
        case .xml:
            base = .innerXML
            let fault = inner.withUnsafeBytes { readXML($0) }
            opened = (slot, .xml, fault == nil)
        case .text, .none:
            base = .innerJSON
            opened = (slot, .text, true)
            inner.withUnsafeBytes { readPairs($0) }
        }
    }

    private static func content(of text: [UInt8], at start: Int) -> RawContent {
        switch text[start] {
        case UInt8(ascii: "{"): return .json
        case UInt8(ascii: "<"):
            guard start + 1 < text.count else { return .text }
            let next = text[start + 1]
            return (next | 0x20) &- 0x61 < 26 || next == UInt8(ascii: "?") || next == UInt8(ascii: "!") ? .xml : .text
        default: return .text
        }
    }

    /// Where a message begins behind the priority that syslog writes before it: `<38>May  6 07:08:09 host ...` (RFC 3164,
    /// section 4.1.1).
    private static func endOfPriority(of text: [UInt8]) -> Int? {
        guard text.first == UInt8(ascii: "<") else { return nil }
        let digits = text.dropFirst().prefix { $0 &- 0x30 < 10 }
        guard (1...3).contains(digits.count), digits.endIndex < text.count, text[digits.endIndex] == UInt8(ascii: ">")
        else { return nil }
        return digits.endIndex + 1
    }

    /// Where an element begins in a text that may have something before it, as a line of the system's log has.
    private static func element(_ tag: [UInt8], in text: [UInt8]) -> Int? {
        var rest = text[...]
        while let start = rest.firstIndex(of: tag[0]) {
            rest = text[start...]
            if rest.starts(with: tag), let next = rest.dropFirst(tag.count).first,
                next == UInt8(ascii: ">") || isJSONSpace(next)
            {
                return start
            }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// What the text that was opened holds; none where there is no such text.
    public var rawContent: RawContent { opened.content }

    /// Whether all of it was read: its JSON or XML has no fault.
    public var isRawIntact: Bool { opened.isIntact }

    /// Where it stands in the line, between its quotes.
    public var rawRange: Range<Int>? {
        guard opened.slot >= 0, let value = value(of: opened.slot), value.kind == .string, value.base == .line else {
            return nil
        }
        return Int(value.start)..<Int(value.start) + Int(value.length)
    }

    /// The event at hand as the text that stands in what a shipper has written around it: JSON, XML, or a record of the audit
    /// daemon, decoded; `nil` where the event is in none. Valid until the next event.
    public func wrappedText(in arena: inout ByteArena) -> UnsafeRawBufferPointer? {
        if let openedObject { return UnsafeRawBufferPointer(rebasing: line[openedObject]) }
        guard tables.eventTexts.contains(where: { $0.slot == opened.slot && !$0.isPart }) else { return nil }
        return innerText(in: &arena)
    }

    /// Whether the event is a record of pairs in what a shipper has written around it.
    public var holdsRecord: Bool {
        opened.content == .text && tables.eventTexts.contains { $0.slot == opened.slot && !$0.isPart && !$0.isSecond }
    }

    /// What a text in a slot holds as the data of a Windows event: their JSON, or what stands in their element; `nil` where no such
    /// text was opened.
    public func openedData(_ slot: EventLayout.Slot, in arena: inout ByteArena) -> UnsafeRawBufferPointer? {
        guard opened.slot == slot else { return nil }
        let text = innerText(from: 0, in: &arena)
        guard opened.content == .xml else { return text }
        guard let start = text.firstIndex(of: UInt8(ascii: ">")),
            let end = XMLText.find(Self.dataEnd, in: text, from: start)
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: text[(start + 1)..<end])
    }

    /// The decoded text of it, in the arena.
    public func innerText(in arena: inout ByteArena) -> UnsafeRawBufferPointer { innerText(from: 0, in: &arena) }
}
