public import Values

/// `multikv`: a row for each line of a table that stands in `_raw`, with a field for each of its columns.
public struct RawTable: Hashable, Sendable {
    /// The line that names the columns, counted from 1 without empty ones; `nil` for the first that looks like one.
    public var headerLine: Int?
    /// Whether there is no such line, so that columns are called `Column_1` and so on.
    public var hasNoHeader = false
    /// The only fields that are taken; empty for all.
    public var fields: [String] = []
    /// A line must hold one of these; empty for any line.
    public var filter: [Text] = []
    /// Whether the row of the table itself goes.
    public var removesOriginal = true
    /// Whether rows have the other fields of the row that they come from.
    public var copiesFields = true

    /// The first line that looks like a header names the columns, and all fields are taken.
    public init() {}

    func applied(to rows: RowSet, in environment: PipelineEnvironment) -> RowSet {
        guard let source = rows.columns.firstIndex(of: "_raw") else { return rows }
        var columns = ColumnIndex(rows.columns)
        var result: [[Value]] = []
        var budget = environment.budget
        var isFull = false
        for row in rows.rows where !isFull {
            for text in row[source].texts {
                forEachLine(of: text.bytes) { line, cells in
                    isFull = isFull || !budget.take(RowBudget.frame(columns: columns.names.count) + 2 * line.count)
                    guard !isFull else { return }
                    var made = copiesFields ? row : [Value](repeating: .missing, count: row.count)
                    made[source] = .text(Text(bytes: Array(line)))
                    fill(&made, with: cells, &columns, atMost: rows.columns.count + Self.columnLimit)
                    result.append(made)
                }
            }
            if !removesOriginal { result.append(row) }
        }
        // Rows become as wide as the last one, which may be wider than they were when they were weighed.
        let room = environment.rowMemory / RowBudget.frame(columns: columns.names.count)
        if result.count > room {
            result.removeSubrange(room...)
            isFull = true
        }
        if isFull { environment.noteCut("multikv", behind: result.count) }
        for row in result.indices { result[row].pad(to: columns.names.count) }
        return RowSet(columns: columns.names, rows: result)
    }

    /// Puts the cells of a line into their columns. One that would be the first beyond the limit is left out.
    private func fill(
        _ row: inout [Value], with cells: [(name: String, cell: ArraySlice<UInt8>)], _ columns: inout ColumnIndex,
        atMost limit: Int
    ) {
        for (name, cell) in cells where fields.isEmpty || fields.contains(name) {
            guard columns[name] != nil || columns.names.count < limit else { continue }
            let column = columns.number(of: name)
            row.pad(to: column + 1)
            row[column] = Value.read(Text(bytes: Array(cell)))
        }
    }

    /// How many columns tables may add: what an archive holds must not decide how wide every row becomes.
    private static let columnLimit = ColumnDiscovery.columnLimit

    private typealias Cell = Range<Int>

    private func forEachLine(
        of text: [UInt8], _ body: (ArraySlice<UInt8>, [(name: String, cell: ArraySlice<UInt8>)]) -> Void
    ) {
        let lines = text.split { $0 == 0x0A || $0 == 0x0D }.filter { !$0.allSatisfy(Self.isBlank) }
        var first = 0
        var header: [Cell] = []
        var names: [String] = []
        var isList = false
        if !hasNoHeader {
            guard let place = headerLine.map({ $0 - 1 }) ?? Self.headerPlace(lines), lines.indices.contains(place)
            else { return }
            isList = lines[place].contains(UInt8(ascii: ",")) && !lines[place].contains(where: Self.isBlank)
            header = Self.cells(of: lines[place], isList: isList)
            names = header.enumerated().map { Self.name(of: lines[place], $1) ?? "Column_\($0 + 1)" }
            first = place + 1
        }
        for line in lines[min(first, lines.count)...] {
            if !filter.isEmpty, !filter.contains(where: { Self.holds(line, $0) }) { continue }
            let cells = Self.cells(of: line, isList: isList)
            if hasNoHeader {
                body(line, cells.enumerated().map { ("Column_\($0 + 1)", Self.content(line, $1)) })
            } else {
                let placed = Self.placed(cells, under: header)
                body(line, placed.map { (names[$0.column], Self.content(line, $0.cell)) })
            }
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func holds(_ line: ArraySlice<UInt8>, _ text: Text) -> Bool {
        line.indices.contains { line[$0...].starts(with: text.bytes) }
    }

    /// Where the words of a line stand, or what is between its commas, counted from the beginning of the line.
    private static func cells(of line: ArraySlice<UInt8>, isList: Bool) -> [Cell] {
        var result: [Cell] = []
        var start: Int?
        for (position, byte) in line.enumerated() {
            if isList ? byte == UInt8(ascii: ",") : isBlank(byte) {
                if isList || start != nil { result.append((start ?? position)..<position) }
                start = nil
            } else if start == nil {
                start = position
            }
        }
        if isList || start != nil { result.append((start ?? line.count)..<line.count) }
        return result
    }

    private static func content(_ line: ArraySlice<UInt8>, _ cell: Cell) -> ArraySlice<UInt8> {
        line[(line.startIndex + cell.lowerBound)..<(line.startIndex + cell.upperBound)]
    }

    /// The first line of several words that all begin with a capital letter; else the first whose words are no numbers.
    /// The last line names nothing.
    private static func headerPlace(_ lines: [ArraySlice<UInt8>]) -> Int? {
        func place(where test: (ArraySlice<UInt8>) -> Bool) -> Int? {
            lines.dropLast().firstIndex { line in
                let isList = line.contains(UInt8(ascii: ",")) && !line.contains(where: isBlank)
                let cells = cells(of: line, isList: isList)
                return cells.count > 1 && cells.allSatisfy { test(content(line, $0)) }
            }
        }
        func letter(_ word: ArraySlice<UInt8>) -> UInt8? { word.first { ($0 | 0x20) &- 0x61 < 26 } }
        return place { letter($0).map { $0 < 0x61 } == true && NumberText.parse(Array($0)) == nil }
            ?? place { letter($0) != nil }
    }

    /// A column's name: letters, digits and `_` in place of the rest, without `_` before it.
    private static func name(of line: ArraySlice<UInt8>, _ cell: Cell) -> String? {
        let bytes = content(line, cell).map { byte in
            (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte >= 0x80 ? byte : UInt8(ascii: "_")
        }.drop { $0 == UInt8(ascii: "_") }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Which column each cell is of. A line with as many cells as the header has goes by their order; one with more has the
    /// rest in the last column; one with fewer goes by where the cells stand.
    private static func placed(_ cells: [Cell], under header: [Cell]) -> [(column: Int, cell: Cell)] {
        guard let last = header.indices.last else { return [] }
        if cells.count >= header.count {
            return header.indices.map { column in
                (column, column == last ? cells[column].lowerBound..<cells[cells.count - 1].upperBound : cells[column])
            }
        }
        var result: [(column: Int, cell: Cell)] = []
        var next = 0
        for cell in cells {
            // The first column that does not end before the cell, and the one before it: others are further away.
            var behind = next
            while behind < header.count, header[behind].upperBound <= cell.lowerBound { behind += 1 }
            let near = max(next, behind - 1)..<min(behind + 1, header.count)
            guard
                let column = near.first(where: { header[$0].overlaps(cell) })
                    ?? near.min(by: { distance(header[$0], cell) < distance(header[$1], cell) })
            else { break }
            result.append((column, cell))
            next = column + 1
        }
        return result
    }

    private static func distance(_ header: Cell, _ cell: Cell) -> Int {
        min(abs(header.lowerBound - cell.lowerBound), abs(header.upperBound - cell.upperBound))
    }
}
