// Raw text that is neither JSON nor XML, read for its `name=value` pairs as Splunk reads them when it searches:
//
//     type=EXECVE msg=audit(1723044684.257:15795): argc=2 a0="sudo" a1="id"
//
// and the text of a Windows event as Splunk's forwarder writes it, one pair a line, the last one to the end of the text:
//
//     LogName=Security
//     EventCode=4698
//     Message=A scheduled task was created.
extension EventParser {
    /// Records the wanted values; of several pairs of one name the first counts.
    func readPairs(_ text: UnsafeRawBufferPointer) {
        readPairs(text) { name, value in record(name, value: value, in: text) }
    }

    /// Hands over each pair: where its name stands, and the value.
    func readPairs(_ text: UnsafeRawBufferPointer, take: (Range<Int>, EventValue) -> Void) {
        if XMLText.find(Pairs.logName, in: text, from: 0) != nil {
            readLines(of: text, take)
        } else {
            readWords(of: text, take)
        }
    }

    private enum Pairs {
        static let logName = Array("\nLogName=".utf8)
        static let message = Array("Message".utf8)
    }

    private func readLines(of text: UnsafeRawBufferPointer, _ take: (Range<Int>, EventValue) -> Void) {
        var start = 0
        while start < text.count {
            let lineEnd = text[start...].firstIndex(of: 0x0A) ?? text.count
            let nameEnd = endOfName(in: text, from: start)
            if nameEnd > start, nameEnd < lineEnd, text[nameEnd] == UInt8(ascii: "=") {
                let isMessage = text[start..<nameEnd].elementsEqual(Pairs.message)
                var end = isMessage ? text.count : lineEnd
                while end > nameEnd + 1, isJSONSpace(text[end - 1]) { end -= 1 }
                take(start..<nameEnd, value(at: nameEnd + 1..<end))
                if isMessage { return }
            }
            start = lineEnd + 1
        }
    }

    private func readWords(of text: UnsafeRawBufferPointer, _ take: (Range<Int>, EventValue) -> Void) {
        var index = 0
        while index < text.count {
            let start = index
            index = endOfName(in: text, from: start)
            guard index > start, index < text.count, text[index] == UInt8(ascii: "=") else {
                // What is no name of a value ends at the next separator.
                while index < text.count, !isSeparator(text[index]) { index += 1 }
                while index < text.count, isSeparator(text[index]) { index += 1 }
                continue
            }
            let name = start..<index
            index += 1
            var first = index
            if index < text.count, text[index] == UInt8(ascii: "\"") {
                first += 1
                index = text[first...].firstIndex(of: UInt8(ascii: "\"")) ?? text.count
                take(name, value(at: first..<index))
                index = min(index + 1, text.count)
            } else {
                while index < text.count, !isSeparator(text[index]) { index += 1 }
                take(name, value(at: first..<index))
            }
        }
    }

    /// White space, control characters, commas, and the quotes around auditd's inner messages.
    private func isSeparator(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "'")
    }

    private func endOfName(in text: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                index += 1
            default: return index
            }
        }
        return index
    }

    private func value(at range: Range<Int>) -> EventValue {
        EventValue(
            start: range.lowerBound, length: range.count, kind: .string, base: .innerJSON, isEncoded: false,
            stamp: stamp)
    }

    private func record(_ name: Range<Int>, value: EventValue, in text: UnsafeRawBufferPointer) {
        let entry = tables.findPath(UnsafeRawBufferPointer(rebasing: text[name]))
        guard entry >= 0, tables.entries[entry].slot >= 0 else { return }
        let slot = Int(tables.entries[entry].slot)
        if values[slot].stamp == stamp { return }
        store(value, in: slot)
    }
}
