import Values
import YAML

/// A comma-separated table with a header line, as RFC 4180 describes it.
///
/// Lenient where that is harmless: a line feed alone ends a row, a byte order mark goes, short rows are filled with empty
/// cells, cells beyond the header are dropped, empty lines are no rows, and a quote inside an unquoted cell is text.
struct CSVTable: Sendable {
    private(set) var columns: [Text] = []
    private(set) var rows: [[Text]] = []
    /// The first line that has more or fewer cells than the header.
    private(set) var raggedLine: (line: Int, cells: Int)?

    /// - Throws: `ContentProblem` where a quoted cell is not closed or something but a comma follows one.
    init(_ bytes: [UInt8], file: String) throws(ContentProblem) {
        var reader = CSVReader(bytes, file: file)
        columns = try reader.row() ?? []
        while var row = try reader.row() {
            if row.count != columns.count, raggedLine == nil { raggedLine = (reader.rowLine, row.count) }
            if row.count < columns.count {
                row += Array(repeating: Text(bytes: []), count: columns.count - row.count)
            } else {
                row.removeLast(row.count - columns.count)
            }
            rows.append(row)
        }
    }

    func column(_ name: String) -> Int? { columns.firstIndex(of: Text(name)) }
}

private struct CSVReader {
    private let bytes: [UInt8]
    private let file: String
    private var index = 0
    private var line = 1
    /// Where the last row began.
    private(set) var rowLine = 1

    init(_ bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    /// The next row that is no empty line; `nil` at the end.
    mutating func row() throws(ContentProblem) -> [Text]? {
        while takeLineEnd() {}
        guard index < bytes.count else { return nil }
        rowLine = line
        var cells = [try cell()]
        while index < bytes.count, bytes[index] == UInt8(ascii: ",") {
            index += 1
            cells.append(try cell())
        }
        _ = takeLineEnd()
        return cells
    }

    private mutating func cell() throws(ContentProblem) -> Text {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
            let start = index
            while index < bytes.count, bytes[index] != UInt8(ascii: ","), !isLineEnd { index += 1 }
            return Text(bytes: Array(bytes[start..<index]))
        }
        let opening = line
        index += 1
        var text: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return try closed(text) }
                index += 1
            } else if byte == UInt8(ascii: "\n") {
                line += 1
            }
            text.append(byte)
        }
        throw ContentProblem(
            .error, file: file, mark: YAMLMark(line: opening),
            reason: "the quoted cell that begins here is never closed")
    }

    private func closed(_ text: [UInt8]) throws(ContentProblem) -> Text {
        guard index == bytes.count || bytes[index] == UInt8(ascii: ",") || isLineEnd else {
            throw ContentProblem(
                .error, file: file, mark: YAMLMark(line: line), reason: "a comma must follow the quoted cell")
        }
        return Text(bytes: text)
    }

    private var isLineEnd: Bool {
        bytes[index] == UInt8(ascii: "\n")
            || (bytes[index] == UInt8(ascii: "\r")
                && (index + 1 == bytes.count || bytes[index + 1] == UInt8(ascii: "\n")))
    }

    private mutating func takeLineEnd() -> Bool {
        guard index < bytes.count, isLineEnd else { return false }
        if bytes[index] == UInt8(ascii: "\r") { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "\n") { index += 1 }
        line += 1
        return true
    }
}
