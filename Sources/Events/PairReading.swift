// Raw text that is neither JSON nor XML, read for its `name=value` pairs as Splunk reads them when it searches:
//
//     type=EXECVE msg=audit(1723044684.257:15795): argc=2 a0="sudo" a1="id"
//
// or, where it is the text of a Windows event, an interpreted record of the audit daemon, or one of Splunk's audit trail, as
// `WindowsEventText`, `AuditText` and `AuditTrailText` tell.
extension EventParser {
    /// Takes a name and a value, and whether others of the name may stand beside it.
    typealias PairTake = (UnsafeRawBufferPointer, EventValue, _ isSeveral: Bool) -> Void

    /// Records the wanted values; of several pairs of one name the first counts, but for those that may stand together.
    func readPairs(_ text: UnsafeRawBufferPointer) {
        readPairs(text) { name, value, isSeveral in record(name, value: value, isSeveral: isSeveral) }
    }

    /// Hands over each pair.
    func readPairs(_ text: UnsafeRawBufferPointer, take: PairTake) {
        if isOfLabels {
            var message = WindowsEventText(message: text)
            message.readLabels { name, range, _ in take(name, value(at: range), true) }
        } else if var windows = WindowsEventText(text) {
            windows.read { name, range, isSeveral in take(name, value(at: range), isSeveral) }
        } else if let audit = AuditText(text) {
            audit.read { name, range in take(UnsafeRawBufferPointer(rebasing: text[name]), value(at: range), false) }
        } else if let trail = AuditTrailText(text) {
            trail.read { name, range in take(UnsafeRawBufferPointer(rebasing: text[name]), value(at: range), false) }
        } else {
            readWords(of: text) { name, value in take(UnsafeRawBufferPointer(rebasing: text[name]), value, false) }
        }
    }

    /// Whether the text at hand is the message of an event whose values have names in its labels alone.
    private var isOfLabels: Bool { opened.slot >= 0 && tables.labelledSlots.contains(opened.slot) }

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

    private func record(_ name: UnsafeRawBufferPointer, value: EventValue, isSeveral: Bool) {
        let entry = tables.findPath(name)
        guard entry >= 0, tables.entries[entry].slot >= 0, !(isSeveral && tables.entries[entry].refusesLabels) else {
            return
        }
        let slot = Int(tables.entries[entry].slot)
        if values[slot].stamp == stamp {
            let isOuter = values[slot].base == .line
            if isSeveral ? isOuter && isOfLabels && keepsOuter : !isOuter || keepsOuter { return }
        }
        isAppending = isSeveral ? 1 : 0
        store(value, in: slot)
        isAppending = 0
    }
}
