import Values
import YAML

/// A comma-separated table with a header line, read as `CSVReader` does: short rows are filled with empty cells, and cells
/// beyond the header are dropped.
struct CSVTable: Sendable {
    private(set) var columns: [Text] = []
    private(set) var rows: [[Text]] = []
    /// The first line that has more or fewer cells than the header.
    private(set) var raggedLine: (line: Int, cells: Int)?

    /// - Throws: `ContentProblem` where a quoted cell is not closed, something but a comma follows one, or the text is UTF-16.
    init(_ bytes: [UInt8], file: String) throws(ContentProblem) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw ContentProblem(
                .error, file: file,
                reason: "the text is UTF-16; make it UTF-8, for instance by iconv -f UTF-16 -t UTF-8")
        }
        var reader = CSVReader(bytes)
        func next() throws(ContentProblem) -> [Text]? {
            do {
                return try reader.row()
            } catch {
                throw ContentProblem(.error, file: file, mark: YAMLMark(line: error.line), reason: error.reason)
            }
        }
        columns = try next() ?? []
        while var row = try next() {
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
