import Events
import Values

/// Names and values that stand in plain text.
enum KeyValueText {
    /// The pairs of a text as `extract` finds them, as many as the format allows, each with its name cleaned.
    ///
    /// - Complexity: linear.
    static func forEachPair(
        in text: [UInt8], _ format: KeyValueFormat, _ body: (_ name: [UInt8], _ value: ArraySlice<UInt8>) -> Void
    ) {
        let text = text.prefix(max(0, format.maximumLength))
        var count = 0
        func emit(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
            let name = format.cleansNames ? cleaned(name) : Array(name)
            guard !name.isEmpty, count < format.maximumPairs else { return }
            count += 1
            body(name, value)
        }
        if let delimiters = format.delimiters {
            delimitedPairs(in: text, delimiters, emit)
        } else {
            automaticPairs(in: text, emit)
        }
    }

    /// A pair ends at any of the characters that part pairs, a name at the first of those that part it from its value;
    /// neither counts between quotation marks. With such a one in its value a pair is left out, as Splunk documents.
    private static func delimitedPairs(
        in text: ArraySlice<UInt8>, _ delimiters: KeyValueFormat.Delimiters,
        _ emit: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void
    ) {
        var index = text.startIndex
        while index < text.endIndex {
            let start = index
            var parting: Int?
            var isSplit = false
            var isQuoted = false
            while index < text.endIndex {
                let byte = text[index]
                if byte == UInt8(ascii: "\"") {
                    isQuoted.toggle()
                } else if !isQuoted {
                    if delimiters.pairs.bytes.contains(byte) { break }
                    if delimiters.values.bytes.contains(byte) {
                        if parting == nil { parting = index } else { isSplit = true }
                    }
                }
                index += 1
            }
            if let parting, !isSplit {
                emit(trimmed(text[start..<parting]), unquoted(trimmed(text[(parting + 1)..<index])))
            }
            index += 1
        }
    }

    /// `name=value` and `name="a value"`: the name is the run of name characters before the sign, the value ends at white
    /// space, a comma, a semicolon, or what closes a bracket.
    private static func automaticPairs(
        in text: ArraySlice<UInt8>, _ emit: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void
    ) {
        var index = text.startIndex
        var nameStart: Int?
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "="), let start = nameStart {
                nameStart = nil
                var end = index + 1
                if end < text.endIndex, text[end] == UInt8(ascii: "\"") {
                    let name = text[start..<index]
                    end = quoteEnd(in: text, from: end + 1)
                    emit(name, text[(index + 2)..<min(end, text.endIndex)])
                    index = end + 1
                    continue
                }
                while end < text.endIndex, !endsValue(text[end]) { end += 1 }
                if end > index + 1 { emit(text[start..<index], text[(index + 1)..<end]) }
                index = end
                continue
            }
            if isNameByte(byte) {
                if nameStart == nil { nameStart = index }
            } else {
                nameStart = nil
            }
            index += 1
        }
    }

    private static func quoteEnd(in text: ArraySlice<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.endIndex, text[index] != UInt8(ascii: "\"") {
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, text.endIndex)
    }

    private static func endsValue(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"),
            UInt8(ascii: "\""):
            true
        default: false
        }
    }

    /// The elements of a text that hold nothing but text: `<name attributes>value</name>`.
    static func forEachElement(in text: [UInt8], _ body: (_ name: [UInt8], _ value: Text) -> Void) {
        guard let first = text.firstIndex(of: UInt8(ascii: "<")) else { return }
        var open: (name: Range<Int>, valueStart: Int)?
        var index = first
        while index < text.count, let tag = text[index...].firstIndex(of: UInt8(ascii: "<")) {
            guard let end = text[tag...].firstIndex(of: UInt8(ascii: ">")) else { return }
            let isEnd = text[tag + 1] == UInt8(ascii: "/")
            let start = tag + (isEnd ? 2 : 1)
            var nameEnd = start
            while nameEnd < end, isNameByte(text[nameEnd]) || text[nameEnd] == UInt8(ascii: ":") { nameEnd += 1 }
            let name = start..<max(start, nameEnd)
            if isEnd {
                if let open, text[open.name].elementsEqual(text[name]) {
                    let value = text[open.valueStart..<tag]
                    body(Array(text[name]), Text(bytes: value.withUnsafeBytes { XMLText.decoded($0) }))
                }
                open = nil
            } else {
                open = name.isEmpty || text[end - 1] == UInt8(ascii: "/") ? nil : (name, end + 1)
            }
            index = end + 1
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }

    /// What is no letter, digit or underscore becomes an underscore; those at the beginning go.
    private static func cleaned(_ name: ArraySlice<UInt8>) -> [UInt8] {
        let replaced = name.map { byte in
            byte >= 0x80 || byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 ? byte : UInt8(ascii: "_")
        }
        return Array(replaced.drop { $0 == UInt8(ascii: "_") })
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let first = text.first, first <= 0x20 { text.removeFirst() }
        while let last = text.last, last <= 0x20 { text.removeLast() }
        return text
    }

    private static func unquoted(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard text.count >= 2, text.first == UInt8(ascii: "\""), text.last == text.first else { return text }
        return text.dropFirst().dropLast()
    }
}
