/// A line that is no event.
struct DefectiveLine: Sendable {
    var why: String
    /// Whether its first or last byte tells that it is no object; else only a parser can.
    var isSeenByFraming = true
    /// Makes the line, without a newline, from a whole one with its newline.
    var make: @Sendable ([UInt8], inout RandomStream) -> [UInt8]

    private static func fixed(_ why: String, _ text: String, framing: Bool = true) -> DefectiveLine {
        DefectiveLine(why: why, isSeenByFraming: framing) { _, _ in Array(text.utf8) }
    }

    /// Lines that are not one JSON object.
    static let malformed: [DefectiveLine] = [
        DefectiveLine(why: "a truncated object") { whole, random in
            var line = Array(whole.prefix(random.within(12...max(12, whole.count - 3))))
            // Neither a brace nor white space may be last, or it might look whole.
            while let last = line.last, last == UInt8(ascii: "}") || last <= 0x20 { line.removeLast() }
            return line
        },
        DefectiveLine(why: "an array around an event") { whole, _ in
            [UInt8(ascii: "[")] + whole.dropLast() + [UInt8(ascii: "]")]
        },
        fixed("a number", "4688"),
        fixed("a text", "\"Invoke-WmiMethod\""),
        fixed(
            "a line of another kind of log", "<13>Mar 10 07:08:09 collector imfile: state file damaged, starting over"),
        DefectiveLine(why: "binary") { _, random in
            [0]
                + (0..<random.within(40...400)).map { _ in
                    let byte = UInt8(truncatingIfNeeded: random.next())
                    return byte == 0x0A ? 0x0B : byte
                } + [0xFF]
        },
        DefectiveLine(why: "the end of an object") { whole, random in
            // What follows a comma, so that the first byte is a quotation mark.
            let start = whole.indices.filter { whole[$0] == UInt8(ascii: ",") }.dropFirst(2).first ?? 0
            return Array(whole.dropLast()[(start + 1)...])
        },
        DefectiveLine(why: "two objects", isSeenByFraming: false) { whole, _ in whole.dropLast() + whole.dropLast() },
        DefectiveLine(why: "a comma too many", isSeenByFraming: false) { whole, _ in
            whole.dropLast(2) + Array(",}".utf8)
        },
        DefectiveLine(why: "a raw control character in a text", isSeenByFraming: false) { whole, _ in
            whole.dropLast(2) + Array(",\"note\":\"bell \u{7}\"}".utf8)
        },
        DefectiveLine(why: "a number that is none", isSeenByFraming: false) { whole, _ in
            whole.dropLast(2) + Array(",\"ratio\":NaN}".utf8)
        },
        DefectiveLine(why: "a text without an end", isSeenByFraming: false) { whole, _ in
            whole.dropLast(2) + Array(",\"note\":\"no end}".utf8)
        },
    ]

    /// Lines of white space.
    static let blank: [DefectiveLine] = [
        fixed("empty", ""), fixed("a space", " "), fixed("tabs", "\t\t"), fixed("a carriage return", "\r"),
    ]
}
