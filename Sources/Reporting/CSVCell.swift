import Values

/// One cell of a CSV file.
enum CSVCell {
    /// A row of the table, with its line end.
    static func line(_ cells: [Value], isSafe: Bool) -> [UInt8] {
        var line: [UInt8] = []
        for (index, cell) in cells.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            append(cell, isSafe: isSafe, to: &line)
        }
        // A single empty cell would be an empty line, which readers skip.
        if line.isEmpty { line = Array("\"\"".utf8) }
        line.append(UInt8(ascii: "\r"))
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// Appends a cell. Line feeds, tabs and a carriage return before a line feed stay, inside quotes; other control
    /// characters and what reorders text become visible escapes (the exact bytes are in JSON Lines). Where the cell is to be
    /// safe, an apostrophe goes before text that a spreadsheet would run as a formula; a number is none.
    static func append(_ value: Value, isSafe: Bool, to line: inout [UInt8]) {
        if case .text(let text) = value, isPlain(text.bytes), !(isSafe && startsAsFormula(text.bytes)) {
            line += text.bytes
            return
        }
        var cell: [UInt8] = []
        switch value {
        case .missing: return
        case .text(let text): append(text.bytes, to: &cell)
        case .number, .multivalue:
            for (index, text) in value.texts.enumerated() {
                if index > 0 { cell.append(UInt8(ascii: "\n")) }
                append(text.bytes, to: &cell)
            }
        }
        if isSafe && startsAsFormula(cell) {
            if case .number = value {} else { cell.insert(UInt8(ascii: "'"), at: 0) }
        }
        let space = UInt8(ascii: " ")
        let quote = UInt8(ascii: "\"")
        let unquoted = cell.plainRun(from: 0) { $0 >= space && $0 != UInt8(ascii: ",") && $0 != quote }
        if unquoted.count == cell.count, cell.first != space, cell.last != space {
            line += cell
            return
        }
        line.append(quote)
        var index = 0
        while index < cell.count {
            let run = cell.plainRun(from: index) { $0 != quote }
            line += cell[run]
            index = run.upperBound
            if index < cell.count {
                line.append(quote)
                line.append(quote)
                index += 1
            }
        }
        line.append(quote)
    }

    /// Whether a cell is its text, as nearly all are: printable ASCII that needs no quotes.
    private static func isPlain(_ text: [UInt8]) -> Bool {
        let (space, comma, quote) = (UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "\""))
        let run = text.plainRun(from: 0) { 0x20..<0x7F ~= $0 && $0 != comma && $0 != quote }
        return run.count == text.count && text.first != space && text.last != space
    }

    private static func append(_ text: [UInt8], to cell: inout [UInt8]) {
        var index = 0
        while index < text.count {
            let run = text.plainRun(from: index) { 0x20..<0x7F ~= $0 || $0 == 0x0A || $0 == 0x09 }
            if !run.isEmpty {
                cell += text[run]
                index = run.upperBound
                continue
            }
            let decoded = DecodedScalar(text, at: index)
            let next = index + decoded.length
            let endsLine = decoded.scalar == 0x0D && next < text.count && text[next] == UInt8(ascii: "\n")
            if !decoded.isValid {
                cell += replacementCharacter
            } else if ActiveScalar.contains(decoded.scalar) && !endsLine {
                ActiveScalar.appendEscape(of: decoded.scalar, to: &cell)
            } else {
                cell += text[index..<next]
            }
            index = next
        }
    }

    /// What OWASP's page on CSV injection lists, the full-width forms among it.
    private static func startsAsFormula(_ cell: [UInt8]) -> Bool {
        guard !cell.isEmpty else { return false }
        switch DecodedScalar(cell, at: 0).scalar {
        case 0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0A, 0x0D, 0xFF1D, 0xFF0B, 0xFF0D, 0xFF20: return true
        default: return false
        }
    }
}
