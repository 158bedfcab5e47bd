import Values

/// `commands`: the names of the commands that a text which is a search is made of.
enum SearchWords {
    /// The first word behind each bar that is neither in quotation marks nor in a subsearch; a search that does not begin
    /// with a bar begins with `search`.
    static func commands(of search: [UInt8]) -> [Text] {
        parts(of: search).enumerated().compactMap { number, part in
            var rest = part.drop(while: isSpace)
            // Leading white space, then a bar: nothing stands before it.
            if rest.isEmpty { return nil }
            if number == 0 { return "search" }
            rest = rest.prefix { !isSpace($0) && $0 != UInt8(ascii: "[") }
            return rest.isEmpty ? nil : Text(bytes: Array(rest))
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }

    private static func parts(of search: [UInt8]) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = 0
        var depth = 0
        var isQuoted = false
        var index = 0
        while index < search.count {
            switch search[index] {
            case UInt8(ascii: "\\") where isQuoted: index += 1
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "[") where !isQuoted: depth += 1
            case UInt8(ascii: "]") where !isQuoted: depth = max(0, depth - 1)
            case UInt8(ascii: "|") where !isQuoted && depth == 0:
                parts.append(search[start..<index])
                start = index + 1
            default: break
            }
            index += 1
        }
        parts.append(search[start...])
        return parts
    }
}
