import Aggregation
import Pipeline
public import Values

/// The rows that a search ends with, in order: in memory where the search's last stages made them, else read from where
/// the workers have put them, as often as wanted.
public struct Findings: Sendable {
    /// Column names, in the order in which they are shown. No name occurs twice.
    public let columns: [String]
    /// How many rows there are to be told.
    public private(set) var count: Int
    /// How many there were before a limit dropped some.
    public let foundCount: Int
    private let storage: Storage

    private enum Storage: Sendable {
        case rows([[Value]])
        case stored(StoredRows)
    }

    /// Rows that are in memory.
    public init(_ set: RowSet = RowSet()) {
        columns = set.columns
        count = set.rows.count
        foundCount = count
        storage = .rows(set.rows)
    }

    init(_ rows: StoredRows, count: Int) {
        columns = rows.columns
        self.count = count
        foundCount = count
        storage = .stored(rows)
    }

    /// Whether there is no row; there may be columns all the same.
    public var isEmpty: Bool { count == 0 }

    /// Drops all rows but the first ones.
    public mutating func limit(to limit: Int) { count = min(count, max(0, limit)) }

    /// Reads the rows from the first on.
    public func reader() -> Reader { Reader(self) }

    /// Reads rows one after the other; memory for one row, whatever their number.
    public struct Reader {
        private var left: Int
        private var source: Source

        private enum Source {
            case rows(IndexingIterator<[[Value]]>)
            case stored(StoredRows.Reader)
            /// While the reader is moved on: it must be held once, or all that it holds would be copied for each row.
            case taken
        }

        fileprivate init(_ findings: Findings) {
            left = findings.count
            switch findings.storage {
            case .rows(let rows): source = .rows(rows.makeIterator())
            case .stored(let rows): source = .stored(rows.reader())
            }
        }

        /// The next rows, of about so many bytes, but at least one; none behind the last.
        /// - Parameter columns: how wide whoever takes the rows makes each.
        /// - Throws: `StorageError` when the temporary file can't be read.
        public mutating func next(within bytes: Int, columns: Int = 0) throws(StorageError) -> FindingRows {
            if case .stored(var rows) = source, rows.isOfRecords {
                source = .taken
                defer { source = .stored(rows) }
                let most = max(1, bytes / max(1, columns * MemoryLayout<Value>.stride))
                let records = try rows.nextRecords(within: bytes, limit: min(left, most))
                left -= records.count
                return records
            }
            var set: [[Value]] = []
            var taken = 0
            while taken < bytes, let row = try next() {
                taken += RowBudget.bytes(of: row)
                set.append(row)
            }
            return FindingRows(set, bytes: taken)
        }

        /// The next row, with a value for each column; nil behind the last.
        /// - Throws: `StorageError` when the temporary file can't be read.
        public mutating func next() throws(StorageError) -> [Value]? {
            guard left > 0 else { return nil }
            left -= 1
            let taken = source
            source = .taken
            switch consume taken {
            case .rows(var rows):
                defer { source = .rows(rows) }
                return rows.next()
            case .stored(var rows):
                defer { source = .stored(rows) }
                return try rows.next()
            case .taken: return nil
            }
        }
    }
}

/// Rows that the workers have put away, and what is still to be done with each.
struct StoredRows: Sendable {
    let results: StoredResults
    let stream: ResultStream
    /// Of the rows as they are read.
    let columns: [String]
    /// Where the fields beside the columns go, in rows that have some.
    var layout: OpenRowLayout?
    var stages: [Stage] = []

    /// What needs one row at a time.
    enum Stage: Sendable {
        case program(RowProgram)
        /// `head`: the first rows that come so far.
        case first(Int)
    }

    func reader() -> Reader { Reader(self) }

    private var programs: [RowProgram] {
        stages.compactMap { if case .program(let program) = $0 { program } else { nil } }
    }

    /// The least of the limits.
    private var firstCount: Int {
        stages.reduce(.max) { if case .first(let limit) = $1 { min($0, limit) } else { $0 } }
    }

    /// So many parts are counted together, of so many bytes each: few enough that an interruption is met soon.
    private static let groupSize = 16
    private static let partBytes = 256 << 10

    /// The same as ``count(until:)`` by all processors, where no row's fate hangs on those before it.
    private func countTogether(until interruption: Interruption) throws(StorageError) -> (rows: Int, isWhole: Bool) {
        var reader = reader()
        var count = 0
        while true {
            var group: [FindingRows] = []
            while group.count < Self.groupSize {
                let rows = try reader.nextRecords(within: Self.partBytes, limit: .max)
                if rows.count == 0 { break }
                group.append(rows)
            }
            if group.isEmpty { return (count, true) }
            let counts = group.concurrentMap { rows in
                Result { () throws(StorageError) in
                    var kept = 0
                    try rows.withEach { _, _ in kept += 1 }
                    return kept
                }
            }
            for part in counts { count += try part.get() }
            if interruption.endsRows { return (count, false) }
        }
    }

    /// How many rows are read; where an interruption ends the counting, how many there are at least. O(1), or O(n) where a
    /// stage may drop some.
    func count(until interruption: Interruption) throws(StorageError) -> (rows: Int, isWhole: Bool) {
        let stored = results.count(of: stream)
        // What a program finds to tell has to be known before the first row is told.
        if programs.allSatisfy(\.onlyMovesColumns) { return (min(stored, firstCount), true) }
        if programs.count == stages.count { return try countTogether(until: interruption) }
        var reader = reader()
        var count = 0
        while try reader.next() != nil {
            if interruption.endsRows { return (count, false) }
            count += 1
        }
        return (count, true)
    }

    struct Reader {
        private var records: ResultReader
        private let layout: OpenRowLayout?
        private let programs: [RowProgram]
        private let stages: [Stage]
        /// How many rows have come to each stage.
        private var counts: [Int]

        init(_ rows: StoredRows) {
            records = rows.results.reader(of: rows.stream)
            layout = rows.layout
            programs = rows.programs
            stages = rows.stages
            counts = Array(repeating: 0, count: rows.stages.count)
        }

        mutating func next() throws(StorageError) -> [Value]? {
            while true {
                // Nothing comes behind the first rows: the rest is not read at all.
                for (stage, count) in zip(stages, counts) {
                    if case .first(let limit) = stage, count >= limit { return nil }
                }
                guard
                    var row = try records.next({ [layout] _, record throws(PartialCodecError) -> [Value] in
                        if let layout { try layout.wholeRow(&record) } else { try record.row() }
                    })
                else { return nil }
                if pass(&row) { return row }
            }
        }

        /// Whether rows may be read as they were stored, and go through what is to be done with each later on: each record is one
        /// row, as long as no more are read than there are.
        var isOfRecords: Bool { !programs.contains(where: \.mayDropRows) }

        /// The next rows as they were stored, of about so many bytes, but at least one, and no more than `limit`.
        mutating func nextRecords(within bytes: Int, limit: Int) throws(StorageError) -> FindingRows {
            var taken: [UInt8] = []
            var count = 0
            while count < limit, taken.count < bytes, try records.next(appendingTo: &taken) != nil { count += 1 }
            return FindingRows(
                records: taken, count: count, layout: layout, programs: programs, file: records.file)
        }

        private mutating func pass(_ row: inout [Value]) -> Bool {
            for (index, stage) in stages.enumerated() {
                counts[index] += 1
                if case .program(let program) = stage, !program.apply(to: &row) { return false }
            }
            return true
        }
    }
}
