import Values

/// A table whose columns stand side by side.
struct TableRows {
    var table: TextTable
    var measures: [ColumnMeasure]
    var layout: TableLayout
    var width: Int
    var style: Style

    func write(to output: Output) throws(OutputError) {
        try writeCommons(to: output)
        try output.write(line(as: .label) { measures[$0].title })
        for row in table.rows {
            try output.write(line(as: nil) { table.display(row, $0) })
        }
    }

    private func line(as role: Style.Role?, cell: (Int) -> DisplayText) -> [UInt8] {
        var line: [UInt8] = []
        var pending = 0
        for (place, column) in layout.columns.enumerated() {
            if place > 0 { pending += TableLayout.gap }
            let text = cell(column.index).cut(to: column.width)
            let space = column.width - text.width
            if column.isRightAligned { pending += space }
            // Spaces are written before something only, so that no line ends in them.
            if !text.bytes.isEmpty {
                line.pad(pending)
                pending = 0
                style.append(text.bytes, as: role, to: &line)
            } else {
                pending += text.width
            }
            if !column.isRightAligned { pending += space }
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// What all rows share, told once: `In every row: action allowed, os Microsoft Windows`.
    private func writeCommons(to output: Output) throws(OutputError) {
        var parts: [DisplayText] = []
        for index in layout.commons {
            guard let common = measures[index].common, common.width > 0 else { continue }
            var part = measures[index].title
            part.append(DisplayText(" "))
            part.append(common)
            parts.append(part)
        }
        if !parts.isEmpty {
            try output.write(
                flowed(DisplayText("In every row:"), parts, separator: ",", width: width, as: .label, style: style))
        }
    }
}

/// A table as one record after the other, a line a field: for many columns, or few of the terminal.
struct TableRecords {
    var table: TextTable
    var width: Int
    var style: Style

    /// Lines that one value may take; more than that is cut out of its middle.
    private static let linesOfValue = 3
    private static let linesOfMultivalue = 10
    /// What is left for a value however long the names are. No escape is wider.
    private static let leastValueWidth = 10

    func write(to output: Output) throws(OutputError) {
        let titles = table.columns.map { DisplayText($0.title) }
        let numberWidth = String(table.rows.count).utf8.count
        let rest = width - numberWidth - 2 * TableLayout.gap
        let labelWidth = min(titles.map(\.width).max() ?? 0, max(6, rest / 3), max(1, rest - Self.leastValueWidth))
        let valueWidth = max(1, rest - labelWidth)
        for (number, row) in table.rows.enumerated() {
            var text: [UInt8] = []
            if number > 0 { text.append(UInt8(ascii: "\n")) }
            let count = Array(String(number + 1).utf8)
            text.pad(numberWidth - count.count)
            style.append(count, as: .label, to: &text)
            var isFirst = true
            for (index, title) in titles.enumerated() where index < row.count && !row[index].isMissing {
                if !isFirst { text.pad(numberWidth) }
                isFirst = false
                let label = title.cut(to: labelWidth)
                text.pad(TableLayout.gap)
                style.append(label.bytes, as: .label, to: &text)
                var indent = labelWidth - label.width + TableLayout.gap
                for line in lines(of: row[index], as: table.columns[index].content, width: valueWidth) {
                    text.pad(indent)
                    text += line.bytes
                    text.append(UInt8(ascii: "\n"))
                    indent = numberWidth + 2 * TableLayout.gap + labelWidth
                }
            }
            if isFirst { text.append(UInt8(ascii: "\n")) }
            try output.write(text)
        }
    }

    private func lines(of value: Value, as content: TextTable.Content, width: Int) -> [DisplayText] {
        guard case .multivalue(let texts) = value, texts.count > 1 else {
            return table.display(value, as: content).wrapped(to: width, lines: Self.linesOfValue)
        }
        let shown = texts.count > Self.linesOfMultivalue ? Self.linesOfMultivalue - 1 : texts.count
        var lines = texts.prefix(shown).map { DisplayText($0.bytes).cut(to: width) }
        if shown < texts.count { lines.append(DisplayText("… \(texts.count - shown) more").cut(to: width)) }
        return lines
    }
}

/// Parts one after the other, on as many lines as they need; a part goes to the next line whole, and is cut only where it
/// is wider than a line. Lines after the first are indented by two.
func flowed(
    _ lead: DisplayText, _ parts: [DisplayText], separator: String, width: Int, as role: Style.Role? = nil, style: Style
) -> [UInt8] {
    var bytes: [UInt8] = []
    var line = lead.cut(to: width)
    func endLine() {
        style.append(line.bytes, as: role, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }
    for (index, part) in parts.enumerated() {
        let after = index + 1 < parts.count ? separator : ""
        let space = line.width == 0 ? "" : " "
        var next = part.cut(to: max(1, width - 2 - after.utf8.count))
        next.append(DisplayText(after))
        if line.width + space.utf8.count + next.width > width {
            endLine()
            line = DisplayText("  ")
        } else {
            line.append(DisplayText(space))
        }
        line.append(next)
    }
    endLine()
    return bytes
}
