import Aggregation

/// What all workers have found and is not counted into groups, by stream.
struct StoredResults: Sendable {
    let file: TemporaryFile
    private var runs: [ResultStream: [ResultRun]] = [:]

    init(file: TemporaryFile) {
        self.file = file
    }

    mutating func merge(_ other: [ResultStream: [ResultRun]]) {
        runs.merge(other) { $0 + $1 }
    }

    /// How many records there are of a stream.
    func count(of stream: ResultStream) -> Int {
        runs[stream]?.reduce(0) { $0 + $1.count } ?? 0
    }

    /// Reads a stream's records in input order, from the first on.
    func reader(of stream: ResultStream) -> ResultReader {
        ResultReader(file: file, runs: runs[stream] ?? [])
    }
}

/// Merges the sorted runs of a stream.
///
/// A run is opened only when the first of its records may be next. Workers take chunks in input order, so few are open
/// at a time however many there are.
struct ResultReader {
    let file: TemporaryFile
    /// The one to open next last.
    private var waiting: [ResultRun]
    private var open = MergeHeap<RunCursor>()

    init(file: TemporaryFile, runs: [ResultRun]) {
        self.file = file
        waiting = runs.sorted { ($1.first, $1.number) < ($0.first, $0.number) }
    }

    /// The next record as `read` makes it out; nil behind the last.
    mutating func next<Record>(
        _ read: (EventOrder, inout PartialReader) throws(PartialCodecError) -> Record
    ) throws(StorageError) -> Record? {
        guard let first = try first() else { return nil }
        let record: Record
        do {
            record = try first.read(read)
        } catch {
            throw file.lost()
        }
        try open.advance { [file] cursor throws(StorageError) in try cursor.advance(in: file) }
        return record
    }

    /// Appends the next record as it was written: its place; nil behind the last.
    mutating func next(appendingTo bytes: inout [UInt8]) throws(StorageError) -> EventOrder? {
        guard let first = try first() else { return nil }
        bytes += first.bytes
        let order = first.order
        try open.advance { [file] cursor throws(StorageError) in try cursor.advance(in: file) }
        return order
    }

    /// The run whose record is next.
    private mutating func first() throws(StorageError) -> RunCursor? {
        while let run = waiting.last, open.first.map({ !$0.precedes(run) }) ?? true {
            waiting.removeLast()
            var cursor = RunCursor(run)
            if try cursor.advance(in: file) { open.insert(cursor) }
        }
        return open.first
    }
}

/// One run being read.
private struct RunCursor: MergeCursor {
    private let run: ResultRun
    private(set) var order: EventOrder
    /// What is in memory of the run, and where the record at hand lies in it.
    private var buffer: [UInt8]
    private var next: Int
    private var record = 0..<0
    /// Bytes of the run that are in the file only, from here on.
    private var unread: Range<Int>

    private static let readSize = 128 << 10

    init(_ run: ResultRun) {
        self.run = run
        order = run.first
        switch run.place {
        case .memory(let bytes):
            buffer = bytes
            next = run.range.lowerBound
            unread = 0..<0
        case .file:
            buffer = []
            next = 0
            unread = run.range
        }
    }

    private var end: Int {
        if case .memory = run.place { return run.range.upperBound }
        return buffer.count
    }

    func precedes(_ other: RunCursor) -> Bool { (order, run.number) < (other.order, other.run.number) }

    func precedes(_ other: ResultRun) -> Bool { (order, run.number) < (other.first, other.number) }

    /// Goes on to the next record; false behind the last.
    mutating func advance(in file: TemporaryFile) throws(StorageError) -> Bool {
        if next == end, unread.isEmpty { return false }
        // A length has at most ten bytes.
        try fill(10, from: file)
        do {
            var reader = PartialReader(bytes: buffer, offset: next)
            let length = try reader.variable()
            guard length <= UInt64(end - reader.offset + unread.count) else {
                throw PartialCodecError.damaged(offset: 0)
            }
            next = reader.offset
            record = 0..<Int(length)
        } catch {
            throw file.lost()
        }
        try fill(record.count, from: file)
        record = next..<next + record.count
        next = record.upperBound
        do {
            var reader = PartialReader(bytes: buffer, offset: record.lowerBound)
            order = try reader.order()
            record = reader.offset..<record.upperBound
        } catch {
            throw file.lost()
        }
        return true
    }

    /// Has so many bytes from `next` on in memory, or all that are left.
    private mutating func fill(_ count: Int, from file: TemporaryFile) throws(StorageError) {
        guard end - next < count, !unread.isEmpty else { return }
        buffer.removeSubrange(..<next)
        next = 0
        let step = min(unread.count, max(count - buffer.count, Self.readSize))
        try file.read(step, at: unread.lowerBound, into: &buffer)
        unread = unread.lowerBound + step..<unread.upperBound
    }

    /// Of the record at hand.
    var bytes: ArraySlice<UInt8> { buffer[record] }

    func read<Record>(
        _ read: (EventOrder, inout PartialReader) throws(PartialCodecError) -> Record
    ) throws(PartialCodecError) -> Record {
        var reader = PartialReader(bytes: buffer, offset: record.lowerBound)
        return try read(order, &reader)
    }
}
