import Aggregation
import Pipeline
public import Values

/// Rows of findings that were read one after the other. What was stored need not be made out by who has read it: several
/// threads may do so, each with rows of its own.
public struct FindingRows: Sendable {
    private enum Content: Sendable {
        case rows([[Value]])
        /// As they were stored, each behind the other, and what is still to be done with each.
        case records([UInt8], OpenRowLayout?, [RowProgram], TemporaryFile)
    }

    /// How many there are, before the programs that some go through.
    public let count: Int
    /// About how many bytes they take in memory.
    public let bytes: Int
    private let content: Content

    init(_ rows: [[Value]], bytes: Int) {
        count = rows.count
        self.bytes = bytes
        content = .rows(rows)
    }

    /// - Parameters:
    ///   - programs: what the rows go through.
    ///   - file: where the records were.
    init(records: [UInt8], count: Int, layout: OpenRowLayout?, programs: [RowProgram], file: TemporaryFile) {
        self.count = count
        bytes = records.count
        content = .records(records, layout, programs, file)
    }

    /// Calls `body` with each row that no program drops: its values, and the number of the column under which each stands, in ascending order. Some
    /// of the values may be missing, as those of all other columns are.
    ///
    /// - Throws: `StorageError` when what was stored is damaged.
    public func withEach(_ body: (_ columns: [Int], _ values: [Value]) -> Void) throws(StorageError) {
        switch content {
        case .rows(let rows):
            let columns = Array((rows.first ?? []).indices)
            for row in rows { body(columns, row) }
        case .records(let bytes, let layout, let programs, let file):
            var record = PartialReader(bytes: bytes)
            var columns: [Int] = []
            do {
                for _ in 0..<count {
                    if !programs.isEmpty {
                        var row = if let layout { try layout.wholeRow(&record) } else { try record.row() }
                        guard programs.allSatisfy({ $0.apply(to: &row) }) else { continue }
                        if columns.count != row.count { columns = Array(row.indices) }
                        body(columns, row)
                    } else if let layout {
                        let row = try layout.row(&record)
                        body(row.columns, row.values)
                    } else {
                        let row = try record.row()
                        if columns.count != row.count { columns = Array(row.indices) }
                        body(columns, row)
                    }
                }
            } catch {
                throw file.lost()
            }
        }
    }
}
