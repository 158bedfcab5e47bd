/// Parts of archives that are worth reading again: those that some chunks of an earlier reading stood for.
public struct ChunkSelection: Sendable {
    /// Bytes of one segment, as `Chunk.offset` counts them.
    struct Run: Sendable {
        var archive: Int
        var segment: Int
        var bytes: Range<Int>
    }

    private(set) var runs: [Run] = []
    /// So many parts were inserted that all is as good.
    private(set) var isEverything = false

    /// More parts than this are not told apart: 32 bytes for each chunk of a very large archive would become many.
    private static let most = 100_000

    /// Selects nothing.
    public init() {}

    /// Selects all bytes that the chunk stands for.
    /// - Complexity: O(1), amortised.
    public mutating func insert(_ chunk: Chunk) {
        guard !isEverything else { return }
        // Whoever reads again looks for the lines that begin there.
        let bytes = chunk.offset - chunk.skipped..<chunk.offset + chunk.byteCount
        if let last = runs.last, last.archive == chunk.archive, last.segment == chunk.segment {
            if last.bytes.lowerBound <= bytes.lowerBound, bytes.upperBound <= last.bytes.upperBound { return }
            if last.bytes.upperBound == bytes.lowerBound {
                runs[runs.count - 1].bytes = last.bytes.lowerBound..<bytes.upperBound
                return
            }
        }
        runs.append(Run(archive: chunk.archive, segment: chunk.segment, bytes: bytes))
        bound()
    }

    /// Selects what `other` does, too.
    public mutating func formUnion(_ other: ChunkSelection) {
        runs += other.runs
        isEverything = isEverything || other.isEverything
        bound()
    }

    private mutating func bound() {
        guard isEverything || runs.count > Self.most else { return }
        isEverything = true
        runs = []
    }
}

/// A selection made ready for looking things up in it.
struct ChunkIndex: Sendable {
    /// By archive and segment, in order and apart from each other.
    private var ranges: [Int: [Int: [Range<Int>]]] = [:]

    /// `nil` where everything is selected.
    init?(_ selection: ChunkSelection?) {
        guard let selection, !selection.isEverything else { return nil }
        for run in selection.runs.sorted(by: { $0.bytes.lowerBound < $1.bytes.lowerBound }) {
            ranges[run.archive, default: [:]][run.segment, default: []].append(run.bytes)
        }
        for (archive, segments) in ranges {
            for (segment, sorted) in segments {
                var joined: [Range<Int>] = []
                for range in sorted {
                    if let last = joined.last, range.lowerBound <= last.upperBound {
                        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
                    } else {
                        joined.append(range)
                    }
                }
                ranges[archive]?[segment] = joined
            }
        }
    }

    func contains(archive: Int) -> Bool { ranges[archive] != nil }

    /// Whether a part that is selected begins or goes on within some bytes.
    /// - Complexity: O(log n) in the parts of the segment.
    func overlaps(archive: Int, segment: Int, bytes: Range<Int>) -> Bool {
        guard let sorted = ranges[archive]?[segment] else { return false }
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].upperBound <= bytes.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low].lowerBound < bytes.upperBound
    }
}
