import Aggregation

/// Which records belong together: the rows, or the matched events, of one hunt, and of one window where its schedule is
/// replayed.
struct ResultStream: Hashable, Comparable, Sendable {
    enum Kind: UInt8 {
        case row, match
    }

    private var number: UInt32
    /// The window's run time in nanoseconds; 0 without a schedule.
    private var run: Int64

    init(_ kind: Kind, of hunt: Int, run: Int64 = 0) {
        number = UInt32(truncatingIfNeeded: hunt) << 1 | UInt32(kind.rawValue)
        self.run = run
    }

    static func < (left: ResultStream, right: ResultStream) -> Bool {
        (left.number, left.run) < (right.number, right.run)
    }
}

/// Records of one stream in their order, as one worker wrote them: in memory, or in the temporary file.
///
/// Each is its length, its `EventOrder`, and what its kind has to say.
struct ResultRun: Sendable {
    enum Place: Sendable {
        case memory([UInt8])
        case file
    }

    var place: Place
    /// Bytes of the records, in the array or the file.
    var range: Range<Int>
    var count: Int
    var first: EventOrder
    /// Records of one event may go on in the worker's next run, which has a higher number.
    var number: Int
}

/// What one worker has found and is not counted into groups: rows and matched events, in memory up to a budget, beyond
/// it in sorted runs in the temporary file.
struct ResultSpool {
    private struct Entry {
        var stream: ResultStream
        var order: EventOrder
        var start: Int
        var end: Int
    }

    /// The first records of a stream of which only so many are wanted.
    private struct Bound {
        let limit: Int
        /// Of those kept since the last cut.
        var orders: [EventOrder] = []
        /// No wanted record stands behind this.
        var last: EventOrder?
    }

    private let file: TemporaryFile
    private let budget: Int
    private var records = PartialWriter()
    private var entries: [Entry] = []
    private var bounds: [ResultStream: Bound] = [:]
    private var runCount = 0
    private(set) var runs: [ResultStream: [ResultRun]] = [:]

    /// A cut costs a sort, so it waits until there is something to drop.
    private static let leastCut = 1024
    /// Of streams with a higher limit no bound is kept: it would itself take memory.
    private static let largestBound = 1 << 16
    private static let blockSize = 256 << 10

    /// - Parameter budget: bytes that this worker's records may take in memory.
    init(file: TemporaryFile, budget: Int) {
        self.file = file
        self.budget = budget
    }

    /// Drops records of a stream that are surely not among its first ones. Whoever reads has to count, too.
    mutating func bound(_ stream: ResultStream, to limit: Int) {
        if limit <= Self.largestBound { bounds[stream] = Bound(limit: limit) }
    }

    /// Adds a record, which `write` appends to what it is given.
    mutating func append(
        _ stream: ResultStream, at order: EventOrder, write: (inout PartialWriter) -> Void
    ) {
        if !bounds.isEmpty, isBeyondBound(stream, order) { return }
        let start = records.bytes.count
        write(&records)
        entries.append(Entry(stream: stream, order: order, start: start, end: records.bytes.count))
        if records.bytes.count + entries.count * MemoryLayout<Entry>.stride > budget { writeRun() }
    }

    private mutating func isBeyondBound(_ stream: ResultStream, _ order: EventOrder) -> Bool {
        guard var bound = bounds.removeValue(forKey: stream) else { return false }
        defer { bounds[stream] = bound }
        if let last = bound.last, last < order { return true }
        if bound.limit == 0 { return true }
        bound.orders.append(order)
        if bound.orders.count >= max(Self.leastCut, 2 * bound.limit) {
            bound.orders.sort()
            bound.orders.removeSubrange(bound.limit...)
            bound.last = bound.orders.last
        }
        return false
    }

    /// Puts what is in memory into order, where it stays; to be called when there is nothing more to add.
    mutating func finish() {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(records.bytes.count + entries.count * 16)
        let parts = sortedParts { writer in
            bytes += writer.bytes
            writer.bytes.removeAll(keepingCapacity: true)
        }
        for (stream, part) in parts {
            var part = part
            part.place = .memory(bytes)
            runs[stream, default: []].append(part)
        }
        records = PartialWriter()
        entries = []
    }

    /// Writes what is in memory to the file. After a failure, which the file remembers, records are lost.
    private mutating func writeRun() {
        var blocks = 0
        var isWritten = true
        // Room is taken before the blocks are known: a record's frame never has more bytes than this.
        let room = records.bytes.count + entries.count * Self.frameLimit
        do {
            let start = try file.reserve(room)
            let parts = sortedParts { [file] writer in
                defer {
                    blocks += writer.bytes.count
                    writer.bytes.removeAll(keepingCapacity: true)
                }
                guard isWritten else { return }
                do {
                    try file.write(writer.bytes, at: start + blocks)
                } catch {
                    isWritten = false
                }
            }
            if isWritten {
                for (stream, part) in parts {
                    var part = part
                    part.range = start + part.range.lowerBound..<start + part.range.upperBound
                    runs[stream, default: []].append(part)
                }
            }
        } catch {
            // The file remembers why.
        }
        records.bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    /// The most bytes of a record's length and order.
    private static let frameLimit = 10 + 5 + 5 + 10

    /// Sorts the records and hands them over in blocks, as bytes that count from 0; which of them are which stream's.
    private mutating func sortedParts(
        emit: (inout PartialWriter) -> Void
    ) -> [(stream: ResultStream, run: ResultRun)] {
        // Records of one event stay as they came.
        entries.sort { left, right in
            if left.stream != right.stream { return left.stream < right.stream }
            return left.order == right.order ? left.start < right.start : left.order < right.order
        }
        var parts: [(stream: ResultStream, run: ResultRun)] = []
        var writer = PartialWriter()
        var frame = PartialWriter()
        var written = 0
        records.bytes.withUnsafeBytes { bytes in
            for entry in entries {
                if parts.last?.stream != entry.stream {
                    let start = written + writer.bytes.count
                    parts.append(
                        (
                            entry.stream,
                            ResultRun(
                                place: .file, range: start..<start, count: 0, first: entry.order, number: runCount)
                        ))
                }
                frame.bytes.removeAll(keepingCapacity: true)
                frame.write(entry.order)
                writer.variable(UInt64(frame.bytes.count + entry.end - entry.start))
                writer.bytes += frame.bytes
                writer.bytes.append(contentsOf: bytes[entry.start..<entry.end])
                parts[parts.count - 1].run.count += 1
                let lower = parts[parts.count - 1].run.range.lowerBound
                parts[parts.count - 1].run.range = lower..<written + writer.bytes.count
                if writer.bytes.count >= Self.blockSize {
                    written += writer.bytes.count
                    emit(&writer)
                }
            }
        }
        emit(&writer)
        runCount += 1
        return parts
    }
}
