/// A record of Splunk's own audit trail (sourcetype `audittrail`):
///
///     Audit:[timestamp=05-01-2024 10:00:00.123, user=ann, action=login attempt, info=failed reason=user-initiated][n/a]
///     Audit:[timestamp=..., user=ann, action=search, search_id='1714557600.1', search='search index=main | head 1']
///
/// A value goes on to the next comma, bracket or name, so that it may hold spaces; one in quotation marks, be they single, goes on
/// to the mark that something of these follows, so that it may hold any of them.
struct AuditTrailText {
    private let text: UnsafeRawBufferPointer

    private static let start = Array("Audit:[".utf8)

    /// `nil` for any other text.
    init?(_ text: UnsafeRawBufferPointer) {
        guard text.starts(with: Self.start) else { return nil }
        self.text = text
    }

    /// Hands over each pair of a name and a value.
    /// - Complexity: linear in the text.
    func read(_ take: (_ name: Range<Int>, _ value: Range<Int>) -> Void) {
        var index = Self.start.count
        while index < text.count {
            guard let name = name(at: index) else {
                index += 1
                continue
            }
            var start = name.upperBound + 1
            if start < text.count, text[start] == UInt8(ascii: "'") || text[start] == UInt8(ascii: "\"") {
                let mark = text[start]
                start += 1
                let end = closing(mark, from: start)
                take(name, start..<end)
                index = end + 1
            } else {
                let end = valueEnd(from: start)
                take(name, start..<end)
                index = end
            }
        }
    }

    /// Where a value without marks ends.
    private func valueEnd(from start: Int) -> Int {
        var index = start
        while index < text.count {
            if endsValue(at: index) { return index }
            index += 1
        }
        return text.count
    }

    /// The mark that a comma, a bracket, the next name or the end follows; the text's end where there is none.
    private func closing(_ mark: UInt8, from start: Int) -> Int {
        var index = start
        while let found = text[index...].firstIndex(of: mark) {
            if found + 1 >= text.count || endsValue(at: found + 1) { return found }
            index = found + 1
        }
        return text.count
    }

    private func endsValue(at index: Int) -> Bool {
        switch text[index] {
        case UInt8(ascii: ","), UInt8(ascii: "]"), 0x0A, 0x0D: true
        case 0x20: name(at: index + 1) != nil
        default: false
        }
    }

    /// A name with a sign of equality behind it.
    private func name(at start: Int) -> Range<Int>? {
        var index = start
        while index < text.count, isNameByte(text[index]), index - start < Self.nameLimit { index += 1 }
        let isName = index > start && index < text.count && text[index] == UInt8(ascii: "=")
        return isName && (text[start] | 0x20) &- 0x61 < 26 ? start..<index : nil
    }

    /// Keeps looking for names from making reading quadratic.
    private static let nameLimit = 64

    private func isNameByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
