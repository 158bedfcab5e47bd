import Aggregation
import Archives
import Events

/// The first malformed lines of each archive, as one worker came across them.
struct MalformedLog {
    /// How many are told of each archive.
    static let limit = 100

    struct Entry {
        var reason: MalformedReason
        var place: ChunkPlace
    }

    private(set) var entries: [Int: [Entry]] = [:]

    /// Whether a line may be among the first of its archive.
    func wants(_ place: ChunkPlace) -> Bool {
        guard let known = entries[place.archive], known.count >= Self.limit, let last = known.last else { return true }
        return place < last.place
    }

    mutating func append(_ reason: MalformedReason, at place: ChunkPlace) {
        let entry = Entry(reason: reason, place: place)
        var known = entries.removeValue(forKey: place.archive) ?? []
        // Chunks come nearly in order: the place is found from the end.
        var index = known.count
        while index > 0, entry.place < known[index - 1].place { index -= 1 }
        known.insert(entry, at: index)
        if known.count > Self.limit { known.removeLast() }
        entries[place.archive] = known
    }

    /// Takes back the lines of a chunk that begin behind a place in it.
    mutating func removeLines(of chunk: Chunk, behind offset: Int) {
        entries[chunk.archive]?.removeAll { entry in
            (entry.place.segment, entry.place.chunkOffset) == (chunk.segment, chunk.offset)
                && entry.place.offset > offset
        }
    }

    /// The lines by their places in the archives as a whole, in input order.
    func located(_ archives: [Archive], _ positions: ChunkPositions) -> [MalformedLine] {
        entries.sorted { $0.key < $1.key }.flatMap { archive, entries in
            entries.map { entry in
                let (line, offset) = entry.place.position(in: positions)
                return MalformedLine(
                    archive: archives[archive].path, line: line, offset: offset, reason: entry.reason.message)
            }
        }
    }

    mutating func merge(_ other: MalformedLog) {
        for (archive, more) in other.entries {
            let all = ((entries[archive] ?? []) + more).sorted { $0.place < $1.place }
            entries[archive] = Array(all.prefix(Self.limit))
        }
    }
}

/// Where a line stands, without its bytes: the chunk by its place in the input, and the line in the chunk.
struct ChunkPlace: Comparable {
    var archive: Int
    var segment: Int
    /// Of the chunk's first byte in its segment.
    var chunkOffset: Int
    /// Of the line's first byte in the chunk.
    var offset: Int
    /// The line's number in the chunk, from 0.
    var line: Int

    init(_ chunk: Chunk, offset: Int, line: Int) {
        archive = chunk.archive
        segment = chunk.segment
        chunkOffset = chunk.offset
        self.offset = offset
        self.line = line
    }

    /// From where the line stands in its segment, and in its chunk.
    init(order: EventOrder, offset: Int, line: Int) {
        archive = Int(order.archive)
        segment = Int(order.segment)
        chunkOffset = Int(clamping: order.offset) - offset
        self.offset = offset
        self.line = line
    }

    /// The line's number, from 1, and its offset in the decompressed archive.
    func position(in positions: ChunkPositions) -> (line: Int, offset: Int) {
        let chunk = positions.position(archive: archive, segment: segment, offset: chunkOffset)
        return ((chunk?.firstLine ?? 1) + line, (chunk?.offset ?? chunkOffset) + offset)
    }

    static func < (left: ChunkPlace, right: ChunkPlace) -> Bool {
        (left.archive, left.segment, left.chunkOffset + left.offset)
            < (right.archive, right.segment, right.chunkOffset + right.offset)
    }
}
