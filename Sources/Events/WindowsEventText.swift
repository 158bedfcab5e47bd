/// The text of a Windows event as Splunk's forwarder writes it where it does not render XML: when it happened, the header
/// as one pair a line, and the message to the end of the text.
///
///     08/01/2024 09:18:29 AM
///     LogName=Security
///     EventCode=4720
///     Message=A user account was created.
///
///     Subject:
///     	Account Name:		ann
///
///     New Account:
///     	Account Name:		eve
///
/// The labels of the message are fields, as Splunk extracts them: `Account_Name` has the values `ann` and `eve`. Which of them
/// did it and to whom it was done is told by the sections, so that each label of a section is a field under both names, too:
/// `Subject_Account_Name`, `New_Account_Account_Name`.
struct WindowsEventText {
    /// Takes a name, where its value stands, and whether others of the name may stand beside it.
    typealias Take = (UnsafeRawBufferPointer, Range<Int>, _ isSeveral: Bool) -> Void

    private let text: UnsafeRawBufferPointer
    /// The name of the section, if any, an underscore, and the name of the label.
    private var name: [UInt8] = []
    private var sectionLength = 0
    /// How many values may still be elements of XML: each is looked through to the end of the text.
    private var elementsLeft = 16

    private static let logName = Array("LogName=".utf8)
    private static let message = Array("Message".utf8)
    private static let time = Array("_time".utf8)
    /// By these an event is told, whatever its message says.
    private static let telling = ["LogName", "EventCode", "SourceName", "ComputerName", "Message", "_time"]
        .map { Array($0.utf8) }
    private static let closing = Array("</".utf8)
    /// A longer name is a sentence.
    private static let nameLimit = 80

    /// `nil` for a text that is none of a Windows event.
    init?(_ text: UnsafeRawBufferPointer) {
        var place = 0
        while let found = XMLText.find(Self.logName, in: text, from: place) {
            if found == 0 || text[found - 1] == 0x0A {
                self.text = text
                return
            }
            place = found + 1
        }
        return nil
    }

    /// The message alone.
    init(message: UnsafeRawBufferPointer) { text = message }

    /// Hands over all values. Of a name that comes again, but for values that may stand beside others, the first counts.
    ///
    /// The message comes before the header, since it knows better: `User` is the one that it is about, in the header the
    /// account that logged it.
    /// - Complexity: linear in the text.
    mutating func read(_ take: Take) {
        let header = headerEnd()
        if header < text.count { readLabels(from: header, take) }
        readTime(take)
        readHeader(take)
    }

    // MARK: The header

    /// Where the message begins; the end of the text where there is none.
    private func headerEnd() -> Int {
        var start = 0
        while start < text.count {
            let end = lineEnd(from: start)
            if let name = pairName(from: start, to: end), text[name].elementsEqual(Self.message) {
                return name.upperBound + 1
            }
            start = end + 1
        }
        return text.count
    }

    private func readHeader(_ take: Take) {
        var start = 0
        while start < text.count {
            let end = lineEnd(from: start)
            if let name = pairName(from: start, to: end) {
                let isMessage = text[name].elementsEqual(Self.message)
                let value = trimmed(name.upperBound + 1..<(isMessage ? text.count : end))
                take(UnsafeRawBufferPointer(rebasing: text[name]), value, false)
                if isMessage { return }
            }
            start = end + 1
        }
    }

    /// The date before the header.
    private func readTime(_ take: Take) {
        let start = text.firstIndex { !isJSONSpace($0) } ?? text.count
        let line = trimmed(start..<lineEnd(from: start))
        guard line.count >= 8, isDigit(text[start]), text[line].contains(UInt8(ascii: "/")) else { return }
        Self.time.withUnsafeBytes { take($0, line, false) }
    }

    private func pairName(from start: Int, to end: Int) -> Range<Int>? {
        var index = start
        while index < end, isAlphanumeric(text[index]) || text[index] == UInt8(ascii: "_") { index += 1 }
        return index > start && index < end && text[index] == UInt8(ascii: "=") ? start..<index : nil
    }

    // MARK: The message

    /// Hands over the values that have labels in the message that begins there.
    mutating func readLabels(from start: Int = 0, _ take: Take) {
        // The first line is the message's title.
        var index = lineEnd(from: start) + 1
        name.removeAll(keepingCapacity: true)
        sectionLength = 0
        while index < text.count {
            let end = lineEnd(from: index)
            let line = trimmed(index..<end)
            var next = end + 1
            if line.isEmpty {
                name.removeSubrange(sectionLength...)
            } else {
                let isIndented = line.lowerBound > index
                if !isIndented {
                    name.removeAll(keepingCapacity: true)
                    sectionLength = 0
                }
                if let colon = labelEnd(in: line) {
                    let value = whole(trimmed(colon + 1..<line.upperBound))
                    next = max(next, value.upperBound)
                    setName(line.lowerBound..<colon, isSection: !isIndented && value.isEmpty)
                    give(value, take)
                } else if isIndented {
                    // One more value of the label above: privileges and rights stand in lines of their own.
                    give(line, take)
                }
            }
            index = next
        }
    }

    /// The colon behind the name that a line begins with.
    private func labelEnd(in line: Range<Int>) -> Int? {
        guard isAlphanumeric(text[line.lowerBound]),
            let colon = text[line].prefix(Self.nameLimit).firstIndex(of: UInt8(ascii: ":")),
            colon + 1 == line.upperBound || isJSONSpace(text[colon + 1])
        else { return nil }
        return colon
    }

    /// A value to its end: an element of XML goes on for as many lines as it has.
    private mutating func whole(_ value: Range<Int>) -> Range<Int> {
        guard value.count > 1, text[value.lowerBound] == UInt8(ascii: "<"), elementsLeft > 0 else { return value }
        elementsLeft -= 1
        var start = value.lowerBound
        if text[start + 1] == UInt8(ascii: "?") {
            guard let element = text[(start + 1)...].firstIndex(of: UInt8(ascii: "<")) else { return value }
            start = element
        }
        let nameEnd = text[(start + 1)...].firstIndex { !isAlphanumeric($0) } ?? text.count
        guard nameEnd > start + 1 else { return value }
        let tag = Self.closing + text[(start + 1)..<nameEnd] + [UInt8(ascii: ">")]
        var end = value.upperBound
        var place = start
        while let found = XMLText.find(tag, in: text, from: place) {
            place = found + tag.count
            end = max(end, place)
        }
        return value.lowerBound..<end
    }

    /// A name as Splunk cleans it: what is neither a letter nor a digit is an underscore, and it begins with a letter.
    private mutating func setName(_ label: Range<Int>, isSection: Bool) {
        name.removeSubrange(sectionLength...)
        if !name.isEmpty { name.append(UInt8(ascii: "_")) }
        for byte in text[label].drop(while: { !isLetter($0) }) {
            name.append(isAlphanumeric(byte) ? byte : UInt8(ascii: "_"))
        }
        if isSection { sectionLength = name.count }
    }

    private func give(_ value: Range<Int>, _ take: Take) {
        guard !value.isEmpty, !name.isEmpty else { return }
        name.withUnsafeBytes { whole in
            guard sectionLength > 0, whole.count > sectionLength + 1 else {
                return giveUnlessTelling(whole, value, take)
            }
            take(whole, value, true)
            giveUnlessTelling(UnsafeRawBufferPointer(rebasing: whole[(sectionLength + 1)...]), value, take)
        }
    }

    private func giveUnlessTelling(_ name: UnsafeRawBufferPointer, _ value: Range<Int>, _ take: Take) {
        if !Self.telling.contains(where: { name.elementsEqual($0) }) { take(name, value, true) }
    }

    // MARK: Bytes

    private func lineEnd(from start: Int) -> Int {
        start < text.count ? text[start...].firstIndex(of: 0x0A) ?? text.count : text.count
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var range = range
        while !range.isEmpty, isJSONSpace(text[range.lowerBound]) { range.removeFirst() }
        while !range.isEmpty, isJSONSpace(text[range.upperBound - 1]) { range.removeLast() }
        return range
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    private func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    private func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
}
