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
            if openEvent(text.slot, isSecond: text.isSecond) { return }
        }
        if let list = tables.labelledSlot, values[list].stamp == stamp, isWindowsEvent, openLabels(list) { return }
        if let dataSlot = tables.dataSlot, values[dataSlot].stamp == stamp, values[dataSlot].kind == .string {
            openData(dataSlot)
        }
    }

    /// Reads the event that a text is, if it is one; its first or last bytes tell nearly all others.
    private func openEvent(_ slot: EventLayout.Slot, isSecond: Bool) -> Bool {
        let text = line[Int(values[slot].start)..<Int(values[slot].start + values[slot].length)]
        let isJSON = beginsObject(text.dropFirst(Self.lengthOfMark(text)))
        guard isJSON || beginsRecord(text) || mayEndWithEvent(text), !isWindowsEvent else { return false }
        if !isJSON, !beginsRecord(text) { return openElement(slot) }
        keepsOuter = isSecond
        open(slot)
        return true
    }

    /// Whether the line is a Windows event itself. It may have its own XML beside its fields.
    private var isWindowsEvent: Bool {
        tables.windowsIdentifiers.contains { values[$0].stamp == stamp && values[$0].hasText }
    }

    /// Whether a text begins with a brace and a quote, with nothing but white space before and between.
    func beginsObject(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        let brace = withoutSpace(text)
        guard brace.first == UInt8(ascii: "{") else { return false }
        let key = withoutSpace(brace.dropFirst())
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
    private func openData(_ slot: EventLayout.Slot) {
        decode(slot)
        if let start = inner.firstIndex(where: { !isJSONSpace($0) }), inner[start] == UInt8(ascii: "{") {
            template = nil
            readInner(.json, from: start, of: slot, node: tables.dataNode)
        } else if let element = Self.element(Self.dataTag, in: inner) {
            inner.removeSubrange(..<element)
            if let end = inner.withUnsafeBytes({ XMLText.find(Self.dataEnd, in: $0, from: 0) }) {
                inner.removeSubrange((end + Self.dataEnd.count)...)
            }
            template = nil
            readInner(.xml, from: 0, of: slot)
        }
    }

    /// Reads the labels of a Windows event's message; false where it has none. The message is looked for here, and not with the
    /// other keys, as nearly all events have one that nobody asks for.
    private func openLabels(_ slot: EventLayout.Slot) -> Bool {
        var cursor = JSONCursor(text: line, base: .line, index: root)
        guard cursor.nextByte() == UInt8(ascii: "{") else { return false }
        cursor.index += 1
        while case .key(let key) = cursor.nextMember(), let first = cursor.nextByte() {
            let isMessage = cursor.written(key).elementsEqual(EventLayout.labelled.message.utf8)
            switch first {
            case UInt8(ascii: "\""):
                guard let value = cursor.string() else { return false }
                guard isMessage else { continue }
                decode(value)
                template = nil
                readInner(.text, from: 0, of: slot)
                return true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard !isMessage, cursor.skip() else { return false }
            default:
                guard !isMessage, cursor.token() != nil else { return false }
            }
        }
        return false
    }

    private static let eventTag = Array("<Event".utf8)
    private static let dataTag = Array("<EventData".utf8)
    private static let dataEnd = Array("</EventData>".utf8)

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
        if let end = Self.endOfPriority(of: inner) { inner.removeSubrange(..<end) }
        let mark = inner.withUnsafeBytes { Self.lengthOfMark($0[...]) }
        if mark > 0, inner[mark...].first(where: { !isJSONSpace($0) }) == UInt8(ascii: "{") {
            inner.removeSubrange(..<mark)
        }
        guard var start = inner.firstIndex(where: { !isJSONSpace($0) }) else { return }
        var content = Self.content(of: inner, at: start)
        if content == .text, let element = Self.element(Self.eventTag, in: inner) {
            inner.removeSubrange(..<element)
            start = 0
            content = .xml
        }
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

    /// How long the mark is that some writers put before the JSON in a message: the cookie `@cee:` of syslog, or the time, the
    /// stream and the tag of a container's log, `2024-05-01T10:00:00.123456789Z stdout F ` (the format of Kubernetes'
    /// runtimes). No byte of these is written with an escape.
    static func lengthOfMark(_ text: Slice<UnsafeRawBufferPointer>) -> Int {
        guard let first = text.first else { return 0 }
        if first == UInt8(ascii: "@"), text.starts(with: cookie) { return cookie.count }
        guard first &- 0x30 < 10, let space = text.prefix(40).firstIndex(of: 0x20) else { return 0 }
        let stream = text[space...]
        guard let name = streams.first(where: { stream.starts(with: $0) }),
            let end = stream.dropFirst(name.count).prefix(16).firstIndex(of: 0x20)
        else { return 0 }
        return end + 1 - text.startIndex
    }

    private static let cookie = Array("@cee:".utf8)
    private static let streams = [" stdout ", " stderr "].map { Array($0.utf8) }

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
