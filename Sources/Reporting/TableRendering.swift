import Values

/// A table whose columns stand side by side.
struct TableRows {
    var table: TextTable
    var measures: [ColumnMeasure]
    /// How many rows were measured.
    var rowCount: Int
    var layout: TableLayout
    var width: Int
    var style: Style

    /// Lines that a cell may take where its column wraps.
    private static let linesOfCell = 6
    /// Lines that a value below its row may take; more than that is cut out of its middle.
    private static let linesBelow = 2
    private static let valuesBelow = 5

    func write(to output: Output) throws(OutputError) {
        try writeCommons(to: output)
        try write(
            layout.columns.map { table.titleLines(measures[$0.index].title, width: $0.width) }, as: .label, to: output)
        try table.forEachRow(of: rowCount) { row throws(OutputError) in
            try write(layout.columns.map { lines(of: table.display(row, $0.index), in: $0) }, to: output)
            try writeBelow(row, to: output)
        }
    }

    /// Cells beside each other, on as many lines as the longest of them takes.
    private func write(
        _ cells: [[DisplayText]], as role: Style.Role? = nil, to output: Output
    ) throws(OutputError) {
        for number in 0..<max(1, cells.map(\.count).max() ?? 1) {
            try output.write(line(of: cells.map { number < $0.count ? $0[number] : DisplayText() }, as: role))
        }
    }

    /// The values that have no column, each with its name: `  process  powershell.exe ...`.
    private func writeBelow(_ row: [Value], to output: Output) throws(OutputError) {
        for index in layout.below where index < row.count {
            let label = table.titleLines(measures[index].title, width: max(6, width / 4))
            let labelWidth = label.map(\.width).max() ?? 0
            let lines = table.lines(
                of: row[index], as: table.columns[index].content,
                width: max(1, width - labelWidth - 2 * TableLayout.gap), linesOfText: Self.linesBelow,
                linesOfMultivalue: Self.valuesBelow)
            if lines.isEmpty { continue }
            var bytes: [UInt8] = []
            bytes.append(lines, labelled: label, labelWidth: labelWidth, style: style)
            try output.write(bytes)
        }
    }

    private func lines(of text: DisplayText, in column: TableLayout.Column) -> [DisplayText] {
        if table.showsWhole { return text.wrapped(to: column.width, lines: .max) }
        return switch table.columns[column.index].overflow {
        case .cut, .below: [text.cut(to: column.width)]
        case .wrap: text.wrapped(to: column.width, lines: Self.linesOfCell)
        }
    }

    private func line(of cells: [DisplayText], as role: Style.Role?) -> [UInt8] {
        var line: [UInt8] = []
        // Spaces are written before something only, so that no line ends in them.
        var pending = 0
        for (column, cell) in zip(layout.columns, cells) {
            let space = column.width - cell.width
            if column.isRightAligned { pending += space }
            if cell.width > 0 {
                line.pad(pending)
                pending = 0
                style.append(cell.bytes, as: role, to: &line)
            }
            pending += TableLayout.gap + (column.isRightAligned ? 0 : space)
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
            var lead = DisplayText("In every row: ")
            lead.append(parts[0])
            parts[0] = lead
            try output.write(flowed(parts, separator: ",", width: width, as: .label, style: style))
        }
    }
}

/// A table as one record after the other, a line a field: for many columns, or few of the terminal.
struct TableRecords {
    var table: TextTable
    /// How many rows were measured.
    var rowCount: Int
    var width: Int
    var style: Style

    /// Lines that one value may take; more than that is cut out of its middle.
    private static let linesOfValue = 3
    private static let linesOfMultivalue = 10
    /// What is left for a value however long the names are. No escape is wider.
    private static let leastValueWidth = 10

    func write(to output: Output) throws(OutputError) {
        let titles = table.columns.map { DisplayText($0.title) }
        let numberWidth = String(table.rowCount).utf8.count
        let rest = width - numberWidth - 2 * TableLayout.gap
        let labelWidth = min(titles.map(\.width).max() ?? 0, max(6, rest / 3), max(1, rest - Self.leastValueWidth))
        let valueWidth = max(1, rest - labelWidth)
        var number = 0
        try table.forEachRow(of: rowCount) { row throws(OutputError) in
            var text: [UInt8] = []
            if number > 0 { text.append(UInt8(ascii: "\n")) }
            number += 1
            let count = Array(String(number).utf8)
            text.pad(numberWidth - count.count)
            style.append(count, as: .label, to: &text)
            var isFirst = true
            for (index, title) in titles.enumerated() where index < row.count {
                let lines = table.lines(
                    of: row[index], as: table.columns[index].content, width: valueWidth,
                    linesOfText: Self.linesOfValue, linesOfMultivalue: Self.linesOfMultivalue)
                if lines.isEmpty { continue }
                if !isFirst { text.pad(numberWidth) }
                isFirst = false
                text.append(
                    lines, labelled: table.titleLines(title, width: labelWidth), labelWidth: labelWidth,
                    indent: numberWidth, style: style)
            }
            if isFirst { text.append(UInt8(ascii: "\n")) }
            try output.write(text)
        }
    }
}

extension [UInt8] {
    /// Lines of a value beside those of its label, of which the first goes on with the line at hand: `  process  powershell.exe`.
    ///
    /// - Parameter indent: of the other lines, before what the first has.
    fileprivate mutating func append(
        _ lines: [DisplayText], labelled label: [DisplayText], labelWidth: Int, indent: Int = 0, style: Style
    ) {
        for number in 0..<Swift.max(lines.count, label.count) {
            let name = number < label.count ? label[number] : DisplayText()
            pad(TableLayout.gap + (number > 0 ? indent : 0))
            style.append(name.bytes, as: .label, to: &self)
            if number < lines.count {
                pad(labelWidth - name.width + TableLayout.gap)
                self += lines[number].bytes
            }
            append(UInt8(ascii: "\n"))
        }
    }
}

extension TextTable {
    /// The name of a column, on one line but where all is shown whole.
    func titleLines(_ title: DisplayText, width: Int) -> [DisplayText] {
        showsWhole ? title.wrapped(to: width, lines: .max) : [title.cut(to: width)]
    }

    /// A value on lines of its own: a text wrapped to a few, several values each on one.
    func lines(
        of value: Value, as content: Content, width: Int, linesOfText: Int, linesOfMultivalue: Int
    ) -> [DisplayText] {
        guard case .multivalue(let texts) = value, texts.count > 1 else {
            return display(value, as: content).wrapped(to: width, lines: showsWhole ? .max : linesOfText)
        }
        if showsWhole { return texts.flatMap { DisplayText($0.bytes).wrapped(to: width, lines: .max) } }
        let shown = texts.count > linesOfMultivalue ? linesOfMultivalue - 1 : texts.count
        var lines = texts.prefix(shown).map { DisplayText($0.bytes).cut(to: width) }
        if shown < texts.count { lines.append(DisplayText("… \(texts.count - shown) more").cut(to: width)) }
        return lines
    }
}

/// Parts one after the other, on as many lines as they need; a part goes to the next line whole, and is cut only where it
/// is wider than a line. Lines after the first are indented by two.
func flowed(
    _ parts: [DisplayText], separator: String, width: Int, as role: Style.Role? = nil, style: Style
) -> [UInt8] {
    var bytes: [UInt8] = []
    var line = DisplayText()
    func endLine() {
        style.append(line.bytes, as: role, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }
    for (index, part) in parts.enumerated() {
        let isLast = index + 1 == parts.count
        var next = part.cut(to: width - 2 - separator.utf8.count)
        if !isLast { next.append(DisplayText(separator)) }
        if index > 0 {
            let fits = line.width + 1 + next.width <= width
            if !fits { endLine() }
            line = fits ? line : DisplayText(" ")
            line.append(DisplayText(" "))
        }
        line.append(next)
    }
    endLine()
    return bytes
}
