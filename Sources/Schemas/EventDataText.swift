import Events

// `EventData_Xml` and `UserData_Xml`, which Splunk's add-on for Windows cuts out of an event's XML, written anew where the
// event is JSON: each member becomes `<Data Name='Image'>C:\a.exe</Data>`, in the order of the event, a null or an empty
// text one without content, and each of several values an element of its own. In user data a member is an element of its
// own name, and an object in it holds others.
extension EventReader {
    func dataElement(_ node: ReaderTables.Node) -> UnsafeRawBufferPointer? {
        let text: UnsafeRawBufferPointer?
        if node.slot >= 0 {
            guard let value = parser.value(of: Int(node.slot)) else { return nil }
            if value.kind == .string {
                parser.noteWhole()
                text = parser.openedData(Int(node.slot), in: &arena)
                if parser.rawContent == .xml { return text }
            } else {
                text = [.object, .array].contains(value.kind) ? parser.textFromObject(value, in: &arena) : nil
            }
        } else {
            text = parser.textFromEvent(in: &arena)
        }
        guard let text else { return nil }
        var writer = EventDataWriter(isData: node.second == 1)
        let headers = node.patterns
        writer.write(text) { key in
            !headers.indices.contains { tables.isEqual(key, tables.patterns[$0].text) }
        }
        guard !writer.output.isEmpty else { return nil }
        // SAFETY: as many bytes are copied as there is room for; they are valid until the next event, as all values are.
        let room = arena.allocate(writer.output.count)
        room.copyBytes(from: writer.output)
        return UnsafeRawBufferPointer(room)
    }
}

/// Writes the members of a JSON object as elements. The text was checked when the line was parsed; what is no JSON all the
/// same ends the writing.
private struct EventDataWriter {
    let isData: Bool
    var output: [UInt8] = []
    private var text = UnsafeRawBufferPointer(start: nil, count: 0)
    private var index = 0

    /// How deep objects may stand in one another.
    private static let depthLimit = 32
    /// The key of a list of pairs.
    private static let listName = Array("Data".utf8)
    /// Winlogbeat's name for the element around the user data.
    private static let elementName = Array("xml_name".utf8)

    init(isData: Bool) { self.isData = isData }

    mutating func write(_ text: UnsafeRawBufferPointer, where isWanted: (UnsafeRawBufferPointer) -> Bool) {
        self.text = text
        if isData, writeNamed(at: 0) { return }
        _ = object(depth: 0, isWanted)
    }

    /// Writes the members of a list of pairs under the names that it gives them; false where there is no such list.
    private mutating func writeNamed(at start: Int) -> Bool {
        guard start < text.count, text[start] == UInt8(ascii: "[") || text[start] == UInt8(ascii: "{") else {
            return false
        }
        var data = NamedData(UnsafeRawBufferPointer(rebasing: text[start...]))
        var isNamed = false
        while let pair = data.next() {
            isNamed = true
            open(data.written(pair.name))
            if pair.value.kind != .null { escape(JSONText.decoded(data.written(pair.value))) }
            close(data.written(pair.name))
        }
        return isNamed
    }

    private mutating func object(depth: Int, _ isWanted: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        let start = output.count
        var name: UnsafeRawBufferPointer?
        while !take(UInt8(ascii: "}")) {
            guard let key = string() else { return false }
            guard take(UInt8(ascii: ":")) else { return false }
            skipSpace()
            if depth == 0, !isData, key.elementsEqual(Self.elementName) {
                name = string()
                guard name != nil else { return false }
            } else if depth == 0, !isWanted(key) {
                guard skipValue() else { return false }
            } else {
                guard value(key, depth: depth) else { return false }
            }
            _ = take(UInt8(ascii: ","))
        }
        if let name {
            let inside = Array(output[start...])
            output.removeSubrange(start...)
            open(name)
            output += inside
            close(name)
        }
        return true
    }

    private mutating func value(_ key: UnsafeRawBufferPointer, depth: Int) -> Bool {
        skipSpace()
        guard index < text.count, depth < Self.depthLimit else { return false }
        if isData, depth == 0, key.elementsEqual(Self.listName), writeNamed(at: index) { return skipValue() }
        switch text[index] {
        case UInt8(ascii: "{"):
            if isData { return skipValue() }
            open(key)
            guard object(depth: depth + 1, { _ in true }) else { return false }
            close(key)
        case UInt8(ascii: "["):
            index += 1
            while !take(UInt8(ascii: "]")) {
                guard value(key, depth: depth + 1) else { return false }
                _ = take(UInt8(ascii: ","))
            }
        case UInt8(ascii: "\""):
            guard let content = string() else { return false }
            open(key)
            escape(JSONText.decoded(content))
            close(key)
        default:
            let start = index
            // What closes an object closes no array: text in `_raw` may say so all the same.
            guard skipValue(), index > start else { return false }
            let token = text[start..<index]
            open(key)
            if !token.elementsEqual("null".utf8) { output += token }
            close(key)
        }
        return true
    }

    private mutating func open(_ key: UnsafeRawBufferPointer) {
        output += isData ? Array("<Data Name='".utf8) : [UInt8(ascii: "<")]
        escape(JSONText.decoded(key))
        output += isData ? Array("'>".utf8) : [UInt8(ascii: ">")]
    }

    private mutating func close(_ key: UnsafeRawBufferPointer) {
        output += Array("</".utf8)
        if isData { output += Array("Data".utf8) } else { escape(JSONText.decoded(key)) }
        output.append(UInt8(ascii: ">"))
    }

    private mutating func escape(_ bytes: [UInt8]) {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "&"): output += Array("&amp;".utf8)
            case UInt8(ascii: "<"): output += Array("&lt;".utf8)
            case UInt8(ascii: ">"): output += Array("&gt;".utf8)
            default: output.append(byte)
            }
        }
    }

    // MARK: Reading

    private mutating func skipSpace() {
        while index < text.count, text[index] == 0x20 || text[index] >= 0x09 && text[index] <= 0x0D { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard index < text.count else { return true }
        guard text[index] == byte else { return false }
        index += 1
        return true
    }

    /// The inside of the string that is next.
    private mutating func string() -> UnsafeRawBufferPointer? {
        skipSpace()
        guard index < text.count, text[index] == UInt8(ascii: "\"") else { return nil }
        let start = index + 1
        index = start
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < text.count else { return nil }
        index += 1
        return UnsafeRawBufferPointer(rebasing: text[start..<(index - 1)])
    }

    private mutating func skipValue() -> Bool {
        var depth = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""):
                guard string() != nil else { return false }
                if depth == 0 { return true }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return true }
                depth -= 1
                if depth == 0 {
                    index += 1
                    return true
                }
            case UInt8(ascii: ","):
                if depth == 0 { return true }
            default: break
            }
            index += 1
        }
        return false
    }
}
