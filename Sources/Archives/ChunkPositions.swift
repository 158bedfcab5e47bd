/// Where chunks stand in their archives as a whole: line numbers and offsets. Made once everything is finished.
public struct ChunkPositions: Sendable {
    private struct Entry {
        var offset: Int
        var firstLine: Int
    }
    private struct Segment {
        var start: Int
        var entries: [Entry]
    }
    private var archives: [[Segment]]

    init(_ states: [ArchiveState]) {
        archives = states.map { state in
            var line = 1
            var start = 0
            return state.segments.map { segment in
                let entries = segment.chunks.sorted { $0.offset < $1.offset }.map { chunk in
                    defer { line += Int(chunk.lines) }
                    return Entry(offset: chunk.offset, firstLine: line)
                }
                defer { start += segment.length }
                return Segment(start: start, entries: entries)
            }
        }
    }

    /// The number of the chunk's first line, from 1, and the offset of its first byte in the decompressed archive.
    /// Nil for a chunk that was not finished.
    /// - Complexity: O(log n) in the chunks of the segment.
    public func position(archive: Int, segment: Int, offset: Int) -> (firstLine: Int, offset: Int)? {
        guard archives.indices.contains(archive), archives[archive].indices.contains(segment) else { return nil }
        let segment = archives[archive][segment]
        var low = 0
        var high = segment.entries.count
        while low < high {
            let middle = (low + high) / 2
            if segment.entries[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        guard low < segment.entries.count, segment.entries[low].offset == offset else { return nil }
        return (segment.entries[low].firstLine, segment.start + offset)
    }
}
