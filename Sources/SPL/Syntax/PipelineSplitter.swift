/// Where each command of a search begins and ends.
struct PipelineSplitter {
    /// The ranges between the pipes, in order; the first is empty when the search begins with a pipe.
    ///
    /// A pipe in quotation marks, behind a backslash or in a subsearch parts nothing.
    static func split(_ text: ExpandedText, in range: Range<Int>) throws(SPLError) -> [Range<Int>] {
        let bytes = text.bytes[range]
        var ranges: [Range<Int>] = []
        var start = range.lowerBound
        var depth = 0
        var index = range.lowerBound
        while index < range.upperBound {
            switch bytes[index] {
            case Byte.backslash:
                index += 1
            case Byte.quote:
                guard let close = closingQuote(of: index, in: bytes) else {
                    throw Scanner(text, range: index..<range.upperBound).error(
                        "the quotation mark is not closed", "close it, or write \\\" for one that is text")
                }
                index = close
            case Byte.openBracket where opensSubsearch(at: index, in: bytes, of: start):
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
        ranges.append(start..<range.upperBound)
        return ranges
    }

    /// What stands in the brackets that open at `opening`, without them; `nil` where they are not closed.
    static func bracketed(_ opening: Int, in text: ExpandedText, upTo end: Int) -> Range<Int>? {
        let bytes = text.bytes[opening..<end]
        var depth = 0
        var index = opening
        while index < end {
            switch bytes[index] {
            case Byte.backslash: index += 1
            case Byte.quote:
                guard let close = closingQuote(of: index, in: bytes) else { return nil }
                index = close
            case Byte.openBracket: depth += 1
            case Byte.closeBracket:
                depth -= 1
                if depth == 0 { return (opening + 1)..<index }
            default: break
            }
            index += 1
        }
        return nil
    }

    /// Commands that end in a search: there a bracket begins one wherever it stands, as in `join user[search ...]`.
    private static let endingInSearch: Set<String> = [
        "join", "append", "appendcols", "appendpipe", "union", "multisearch", "foreach",
    ]

    /// Commands in which a search may be an operand.
    private static let computing: Set<String> = ["where", "eval"]
    private static let operators = Array("+-*/%.".utf8)

    /// A bracket that begins a word and is followed by a command; others are text of values.
    ///
    /// - Parameter start: where the command begins that the bracket stands in.
    private static func opensSubsearch(at index: Int, in bytes: ArraySlice<UInt8>, of start: Int) -> Bool {
        if index > bytes.startIndex {
            let before = bytes[index - 1]
            let beginsWord = before.isWhiteSpace || before == Byte.open || before == Byte.comma
            let mayBegin =
                before == Byte.equals || before == Byte.less || before == Byte.greater || before == Byte.close
                || operators.contains(before) && computing.contains(command(in: bytes[start..<index]))
            guard
                beginsWord || mayBegin && opensSubsearchValue(at: index, in: bytes)
                    || isBehindOperatorWord(index, in: bytes[start...])
                    || endingInSearch.contains(command(in: bytes[start..<index]))
            else { return false }
        }
        guard let next = bytes[(index + 1)...].first(where: { !$0.isWhiteSpace }) else { return false }
        return next == Byte.pipe || next.isLetter
    }

    /// Whether `NOT`, `AND` or `OR` ends directly before a place.
    private static func isBehindOperatorWord(_ index: Int, in bytes: ArraySlice<UInt8>) -> Bool {
        let start = bytes[..<index].lastIndex { !$0.isLetter }.map { $0 + 1 } ?? bytes.startIndex
        guard ["NOT", "AND", "OR"].contains(bytes[start..<index].string) else { return false }
        guard start > bytes.startIndex else { return true }
        let before = bytes[start - 1]
        return before.isWhiteSpace || before == Byte.open || before == Byte.close || before == Byte.quote
    }

    /// A bracket before which a value is expected, followed by a command that begins a search; others begin a value.
    static func opensSubsearchValue(at index: Int, in bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.indices.contains(index), bytes[index] == Byte.openBracket else { return false }
        let inside = bytes[(index + 1)...].drop { $0.isWhiteSpace }
        if inside.first == Byte.pipe { return true }
        let name = command(in: inside)
        let behind = inside.dropFirst(name.utf8.count).first
        return behind?.isWhiteSpace == true
            && (name == "search" || name == "tstats" || GeneratingSyntax.all[name] != nil)
    }

    /// The name of a command, in lower case; of a longer word, which is none, its beginning.
    private static func command(in bytes: ArraySlice<UInt8>) -> String {
        bytes.drop { $0.isWhiteSpace }.prefix(longestName).prefix { $0.isLetter }.lowercased.string
    }

    private static let longestName = 32
}
