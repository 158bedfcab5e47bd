import Values

/// Rows that stand in a search as comma-separated values.
enum CommaSeparatedText {
    /// The cells of each line; empty lines are left out. A cell in quotation marks may hold commas, line ends and, doubled,
    /// quotation marks.
    static func lines(of text: [UInt8]) -> [[Text]] {
        var lines: [[Text]] = []
        var line: [Text] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var index = 0
        func isNewline(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
        while index < text.count {
            let byte = text[index]
            index += 1
            if isQuoted {
                if byte != Byte.quote {
                    cell.append(byte)
                } else if index < text.count, text[index] == Byte.quote {
                    cell.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == Byte.quote, cell.isEmpty {
                isQuoted = true
            } else if byte == Byte.comma || isNewline(byte) {
                line.append(Text(bytes: cell))
                cell = []
                if isNewline(byte) {
                    if line != [Text("")] { lines.append(line) }
                    line = []
                }
            } else {
                cell.append(byte)
            }
        }
        line.append(Text(bytes: cell))
        if line != [Text("")] { lines.append(line) }
        return lines
    }
}
