/// Where each command of a search begins and ends.
struct PipelineSplitter {
    /// The ranges between the pipes, in order; the first is empty when the search begins with a pipe.
    ///
    /// A pipe in quotation marks, behind a backslash or in a subsearch parts nothing.
    static func split(_ text: ExpandedText) throws(SPLError) -> [Range<Int>] {
        let bytes = text.bytes[...]
        var ranges: [Range<Int>] = []
        var start = 0
        var depth = 0
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case Byte.backslash:
                index += 1
            case Byte.quote:
                guard let close = closingQuote(of: index, in: bytes) else {
                    throw Scanner(text, range: index..<bytes.count).error(
                        "the quotation mark is not closed", "close it, or write \\\" for one that is text")
                }
                index = close
            case Byte.openBracket where opensSubsearch(at: index, in: bytes):
                depth += 1
            case Byte.closeBracket where depth > 0:
                depth -= 1
            case Byte.pipe where depth == 0:
                ranges.append(start..<index)
                start = index + 1
            default:
                break
            }
            index += 1
        }
        ranges.append(start..<bytes.count)
        return ranges
    }

    /// A bracket that begins a word and is followed by a command; others are text of values.
    private static func opensSubsearch(at index: Int, in bytes: ArraySlice<UInt8>) -> Bool {
        if index > bytes.startIndex {
            let before = bytes[index - 1]
            guard before.isWhiteSpace || before == Byte.open || before == Byte.comma else { return false }
        }
        guard let next = bytes[(index + 1)...].first(where: { !$0.isWhiteSpace }) else { return false }
        return next == Byte.pipe || next.isLetter
    }
}
