import Aggregation
import Glibc

/// Sorts records by the bytes of their keys: in memory up to a budget, beyond it by way of the temporary file. Records
/// with equal keys stay as they came.
struct RecordSorter {
    /// Where a record lies in the bytes of those at hand.
    private struct Entry {
        var start: Int
        var keyEnd: Int
        var end: Int
    }

    /// Records in order.
    fileprivate enum Run {
        case memory([UInt8], [Range<Int>])
        /// Bytes of the file.
        case file(Range<Int>)
    }

    private let file: TemporaryFile
    private let budget: Int
    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    private var runs: [Run] = []
    private(set) var count = 0

    private static let blockSize = 256 << 10
    /// The most bytes of a record's two lengths.
    private static let frameLimit = 20

    /// - Parameter budget: bytes that the records may take in memory.
    init(file: TemporaryFile, budget: Int) {
        self.file = file
        self.budget = budget
    }

    mutating func append(key: [UInt8], payload: [UInt8]) throws(StorageError) {
        let start = bytes.count
        bytes += key
        bytes += payload
        entries.append(Entry(start: start, keyEnd: start + key.count, end: bytes.count))
        count += 1
        if bytes.count + entries.count * MemoryLayout<Entry>.stride > budget { try writeRun() }
    }

    /// Puts what is in memory into order, where it stays; to be called when there is nothing more to add.
    mutating func finish() {
        guard !entries.isEmpty else { return }
        sort()
        var packed: [UInt8] = []
        var places: [Range<Int>] = []
        packed.reserveCapacity(bytes.count + entries.count * 4)
        places.reserveCapacity(entries.count)
        for entry in entries {
            let start = packed.count
            append(entry, to: &packed)
            places.append(start..<packed.count)
        }
        runs.append(.memory(packed, places))
        bytes = []
        entries = []
    }

    /// Reads all records from the first on.
    func reader() -> Reader { Reader(file: file, runs: runs, budget: budget) }

    private mutating func sort() {
        bytes.withUnsafeBytes { bytes in
            entries.sort { left, right in
                let order = UnsafeRawBufferPointer(rebasing: bytes[left.start..<left.keyEnd])
                    .compare(UnsafeRawBufferPointer(rebasing: bytes[right.start..<right.keyEnd]))
                return order == 0 ? left.start < right.start : order < 0
            }
        }
    }

    private func append(_ entry: Entry, to packed: inout [UInt8]) {
        var writer = PartialWriter()
        swap(&writer.bytes, &packed)
        writer.variable(UInt64(entry.keyEnd - entry.start))
        writer.variable(UInt64(entry.end - entry.keyEnd))
        writer.bytes += bytes[entry.start..<entry.end]
        swap(&writer.bytes, &packed)
    }

    private mutating func writeRun() throws(StorageError) {
        sort()
        // Room is taken before the lengths are known: they never take more than this.
        let start = try file.reserve(bytes.count + entries.count * Self.frameLimit)
        var end = start
        var block: [UInt8] = []
        for (index, entry) in entries.enumerated() {
            append(entry, to: &block)
            if block.count >= Self.blockSize || index == entries.count - 1 {
                try file.write(block, at: end)
                end += block.count
                block.removeAll(keepingCapacity: true)
            }
        }
        runs.append(.file(start..<end))
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }
}

extension RecordSorter {
    /// A record with its key.
    struct Record {
        fileprivate(set) var bytes: [UInt8]
        fileprivate(set) var keyCount: Int

        var key: ArraySlice<UInt8> { bytes[..<keyCount] }

        /// Reads what stands behind the key.
        var payload: PartialReader { PartialReader(bytes: bytes, offset: keyCount) }
    }

    /// Merges the runs of a sorter.
    struct Reader {
        private let file: TemporaryFile
        private var open = MergeHeap<Cursor>()
        private var waiting: [Cursor]

        fileprivate init(file: TemporaryFile, runs: [Run], budget: Int) {
            self.file = file
            let readSize = max(4 << 10, min(128 << 10, budget / max(1, runs.count)))
            waiting = runs.enumerated().map { Cursor($0.element, number: $0.offset, readSize: readSize) }
        }

        /// The next record; nil behind the last.
        mutating func next() throws(StorageError) -> Record? {
            while var cursor = waiting.popLast() {
                if try cursor.advance(in: file) { open.insert(cursor) }
            }
            guard let record = open.first?.record else { return nil }
            try open.advance { [file] cursor throws(StorageError) in try cursor.advance(in: file) }
            return record
        }
    }

    /// One run being read.
    private struct Cursor: MergeCursor {
        private let run: Run
        private let number: Int
        private let readSize: Int
        private(set) var record = Record(bytes: [], keyCount: 0)
        /// Of a run in memory: the next record. Of one in the file: what is read and not handed over, from `next` on, and
        /// the bytes that are not read.
        private var next = 0
        private var buffer: [UInt8] = []
        private var unread = 0..<0

        init(_ run: Run, number: Int, readSize: Int) {
            self.run = run
            self.number = number
            self.readSize = readSize
            if case .file(let range) = run { unread = range }
        }

        func precedes(_ other: Cursor) -> Bool {
            let order = record.bytes.withUnsafeBytes { left in
                other.record.bytes.withUnsafeBytes { right in
                    UnsafeRawBufferPointer(rebasing: left[..<record.keyCount])
                        .compare(UnsafeRawBufferPointer(rebasing: right[..<other.record.keyCount]))
                }
            }
            return order == 0 ? number < other.number : order < 0
        }

        /// Goes on to the next record; false behind the last.
        mutating func advance(in file: TemporaryFile) throws(StorageError) -> Bool {
            switch run {
            case .memory(let bytes, let places):
                guard next < places.count else { return false }
                let place = places[next]
                next += 1
                do {
                    var reader = PartialReader(bytes: bytes, offset: place.lowerBound)
                    let keyCount = Int(try reader.variable())
                    _ = try reader.variable()
                    record = Record(bytes: Array(bytes[reader.offset..<place.upperBound]), keyCount: keyCount)
                } catch {
                    throw file.lost()
                }
                return true
            case .file:
                if next == buffer.count, unread.isEmpty { return false }
                try fill(RecordSorter.frameLimit, from: file)
                let keyCount: Int
                let count: Int
                do {
                    var reader = PartialReader(bytes: buffer, offset: next)
                    let (first, second) = (try reader.variable(), try reader.variable())
                    let left = UInt64(buffer.count - reader.offset + unread.count)
                    guard first <= left, second <= left - first else { throw PartialCodecError.damaged(offset: next) }
                    (keyCount, count) = (Int(first), Int(first + second))
                    next = reader.offset
                } catch {
                    throw file.lost()
                }
                try fill(count, from: file)
                record = Record(bytes: Array(buffer[next..<next + count]), keyCount: keyCount)
                next += count
                return true
            }
        }

        /// Has so many bytes from `next` on in memory, or all that are left.
        private mutating func fill(_ count: Int, from file: TemporaryFile) throws(StorageError) {
            guard buffer.count - next < count, !unread.isEmpty else { return }
            buffer.removeSubrange(..<next)
            next = 0
            let step = min(unread.count, max(count - buffer.count, readSize))
            try file.read(step, at: unread.lowerBound, into: &buffer)
            unread = unread.lowerBound + step..<unread.upperBound
        }
    }
}
