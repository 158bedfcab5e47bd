/// A record of Linux' audit daemon as `ausearch --interpret` writes it for people, whose values are not quoted and may hold spaces:
///
///     type=PROCTITLE msg=audit(10/11/2026 10:11:12.123:456) : proctitle=cat /etc/shadow
///     type=EXECVE msg=audit(10/11/2026 10:11:12.123:456) : argc=3 a0=sh a1=-c a2=echo x=y
///
/// The title of a process goes on to the end of the line, an argument to the next argument, any other value to what looks like
/// the next name.
struct AuditText {
    private let text: UnsafeRawBufferPointer

    private static let mark = Array("msg=audit(".utf8)
    private static let stampEnd = Array(") :".utf8)
    private static let starts = ["type=", "node="].map { Array($0.utf8) }
    private static let stamp = Array("audit(".utf8)
    private static let type = Array("type".utf8)
    private static let title = Array("proctitle".utf8)
    private static let arguments = Array("EXECVE".utf8)
    /// What stands before the first name, and the time, are no longer than this.
    private static let headLimit = 512

    /// `nil` for any other text, the daemon's own form included.
    init?(_ text: UnsafeRawBufferPointer) {
        let head = UnsafeRawBufferPointer(rebasing: text.prefix(Self.headLimit))
        guard Self.starts.contains(where: { head.starts(with: $0) }),
            let mark = XMLText.find(Self.mark, in: head, from: 0),
            let end = head[mark...].firstIndex(of: UInt8(ascii: ")")), XMLText.holds(Self.stampEnd, in: head, at: end)
        else { return nil }
        self.text = text
    }

    /// Hands over each pair of a name and a value.
    /// - Complexity: linear in the text, times two.
    func read(_ take: (_ name: Range<Int>, _ value: Range<Int>) -> Void) {
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: 0x0A) ?? text.count
            readLine(start..<end, take)
            start = end + 1
        }
    }

    private func readLine(_ line: Range<Int>, _ take: (_ name: Range<Int>, _ value: Range<Int>) -> Void) {
        var index = line.lowerBound
        var hasArguments = false
        var isInQuotes = false
        while index < line.upperBound {
            guard let name = name(at: index, before: line.upperBound) else {
                index = (text[index..<line.upperBound].firstIndex(of: 0x20) ?? line.upperBound - 1) + 1
                continue
            }
            let start = name.upperBound + 1
            if start < line.upperBound, text[start] == UInt8(ascii: "'") {
                // What a program said stands in quotes, as pairs again.
                index = start + 1
                isInQuotes = true
                continue
            }
            let value = start..<valueEnd(of: name, from: start, before: line.upperBound, hasArguments: hasArguments)
            if text[name].elementsEqual(Self.type) { hasArguments = text[value].elementsEqual(Self.arguments) }
            take(name, trimmed(value, isInQuotes: isInQuotes))
            index = value.upperBound
            while index < line.upperBound, text[index] == 0x20 { index += 1 }
        }
    }

    private func valueEnd(of name: Range<Int>, from start: Int, before end: Int, hasArguments: Bool) -> Int {
        if text[name].elementsEqual(Self.title) { return end }
        if XMLText.holds(Self.stamp, in: text, at: start) {
            return text[start..<end].firstIndex(of: UInt8(ascii: ")")).map { $0 + 1 } ?? end
        }
        let isArgument = hasArguments && isArgument(name)
        var place = start
        while let space = text[place..<end].firstIndex(of: 0x20) {
            if let next = self.name(at: space + 1, before: end), !isArgument || self.isArgument(next) { return space }
            place = space + 1
        }
        return end
    }

    /// A name and a sign of equality; names are in lower case, so that variables in commands are none.
    private func name(at start: Int, before end: Int) -> Range<Int>? {
        var index = start
        while index < end, isNameByte(text[index]) { index += 1 }
        let isName = index > start && index < end && text[index] == UInt8(ascii: "=") && text[start] &- 0x61 < 26
        return isName ? start..<index : nil
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        byte &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    /// `a0`, `a1`, `a12`.
    private func isArgument(_ name: Range<Int>) -> Bool {
        text[name.lowerBound] == UInt8(ascii: "a") && name.count > 1
            && text[name].dropFirst().allSatisfy { $0 &- 0x30 < 10 }
    }

    /// Without white space, and the signs that end what a value stands in.
    private func trimmed(_ value: Range<Int>, isInQuotes: Bool) -> Range<Int> {
        var value = value
        while let last = text[value].last, isJSONSpace(last) || isInQuotes && last == UInt8(ascii: "'") {
            value.removeLast()
        }
        if value.count > 2, text[value].suffix(2).elementsEqual(" }".utf8) { value.removeLast(2) }
        return value
    }
}
