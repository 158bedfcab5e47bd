import Glibc
import Values

/// A plain regular file that is cut at fixed places: span i is the lines that start in its i-th part, so that workers
/// take spans independently of each other.
///
/// Reading into a buffer that stays in the second-level cache was measured against mapping, over 1.16 GB in the page
/// cache with two threads counting line feeds: pread into 256 KiB to 1 MiB 0.031 s; mapped with faults as they come
/// 0.035 s and 0.009 s more for unmapping; mapped with MADV_POPULATE_READ for each chunk 0.048 s; with MAP_POPULATE
/// for the whole 0.053 s, for each chunk 0.12 s; mapped with MADV_DONTNEED behind 0.050 s.
///
/// SAFETY: unchecked because of `nextSpan` alone, which only the job board touches, under its lock; all else is set in init.
final class PlainFile: @unchecked Sendable {
    let archive: Int
    let file: OpenFile
    let mapping: MappedFile?
    let size: Int
    /// Guarded by the job board's lock.
    private var nextSpan = 0
    let spanSize: Int
    /// How many spans are to be read.
    let spanCount: Int
    /// These, in order; `nil` where it is all of them.
    private let chosenSpans: [Int]?
    private let chunkSize: Int
    private let lineLimit: Int

    /// Bytes read beyond a span's end at first: most lines end within.
    private static let reach = 8 << 10
    /// The span begins so far into its buffer, the byte before it one byte earlier: with the file's pages and the buffer
    /// aligned alike, the kernel copies about a tenth faster than when they are one byte apart.
    private static let lead = 64
    private static let longReach = 256 << 10

    /// Of a buffer that holds a span.
    var bufferCapacity: Int { Self.lead + spanSize + Self.reach }

    init(archive: Int, file: OpenFile, mapping: MappedFile?, size: Int, options: ArchiveOptions, chosen: ChunkIndex?) {
        self.archive = archive
        self.file = file
        self.mapping = mapping
        self.size = size
        chunkSize = options.boundedChunkSize
        lineLimit = options.lineLimit
        let spanSize = max(chunkSize, 128 << 10)
        self.spanSize = spanSize
        let all = (size + spanSize - 1) / spanSize
        chosenSpans = chosen.map { chosen in
            (0..<all).filter { span in
                let bytes = span * spanSize..<min(size, (span + 1) * spanSize)
                return chosen.overlaps(archive: archive, segment: 0, bytes: bytes)
            }
        }
        spanCount = chosenSpans?.count ?? all
    }

    /// The next span to be read; the last one where `isLast`. To be called under the job board's lock, `spanCount` times.
    func takeSpan() -> (index: Int, isLast: Bool) {
        defer { nextSpan += 1 }
        return (chosenSpans?[nextSpan] ?? nextSpan, nextSpan + 1 == spanCount)
    }

    struct Span {
        var chunks: [Chunk] = []
        var damage: ArchiveDamage?
        /// Bytes of the span itself that were there.
        var bytesRead = 0
        /// Reading was cancelled within a long line.
        var isCut = false
    }

    /// Reads span `index` into `buffer`, which is given back unused when no chunk holds it.
    func read(span index: Int, into buffer: SharedBuffer, isCancelled: () -> Bool) -> Span {
        var result = Span()
        let start = index * spanSize
        let end = min(start + spanSize, size)
        let first = max(start - 1, 0)
        let wanted = min(end + Self.reach, size) - first
        // SAFETY: with the byte before the span, if there is one, reading begins one byte earlier and is one byte longer, so
        // it ends within `bufferCapacity`, which the job board makes sure that the buffer has. Nobody else has the buffer:
        // it is taken from the store, and goes back there only when every chunk of it, which holds it, is finished.
        let target = buffer.base + Self.lead - (start - first)
        let (count, error) = read(into: target, count: wanted, at: first)
        let bytes = UnsafeRawBufferPointer(start: target, count: count)
        if first + count < end {
            result.damage = damage(at: first + count, error)
        }
        result.bytesRead = max(0, min(end, first + count) - start)
        guard let lineStart = firstLineStart(in: bytes, index: index, end: min(end - first, count)) else {
            return result
        }
        let ownEnd = min(end - first, count)
        var lineEnd = count
        var long: LineFragment?
        // SAFETY: a line starts within the span, so at least one byte of it was read.
        if bytes[ownEnd - 1] == UInt8(ascii: "\n") {
            lineEnd = ownEnd
        } else if let found = bytes.firstLineFeed(from: ownEnd) {
            lineEnd = found + 1
        } else if first + count < size, result.damage == nil {
            lineEnd = bytes.lastLineFeed(before: ownEnd).map { $0 + 1 } ?? 0
            lineEnd = max(lineEnd, lineStart)
            var line = LineFragment(segment: 0, offset: first + lineEnd)
            line.append(UnsafeRawBufferPointer(rebasing: bytes[lineEnd...]), lineLimit: lineLimit)
            readOn(&line, from: first + count, result: &result, isCancelled: isCancelled)
            long = line
        }
        cut(
            UnsafeRawBufferPointer(rebasing: bytes[lineStart..<lineEnd]), at: first + lineStart, of: buffer,
            into: &result)
        if let chunk = long?.chunk(archive: archive, lineLimit: lineLimit) { result.chunks.append(chunk) }
        return result
    }

    /// Where the first line begins that starts within the span; `bytes` begins with the byte before the span, if there is one.
    private func firstLineStart(in bytes: UnsafeRawBufferPointer, index: Int, end: Int) -> Int? {
        if index == 0 { return end > 0 ? 0 : nil }
        guard end > 1 else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[..<(end - 1)]).firstLineFeed().map { $0 + 1 }
    }

    private func cut(
        _ bytes: UnsafeRawBufferPointer, at fileOffset: Int, of buffer: SharedBuffer, into result: inout Span
    ) {
        bytes.cutLines(chunkSize: chunkSize, lineLimit: lineLimit) { range, kind, skipped in
            let isLines = kind == .lines
            result.chunks.append(
                Chunk(
                    bytes: isLines
                        ? UnsafeRawBufferPointer(rebasing: bytes[range]) : UnsafeRawBufferPointer(start: nil, count: 0),
                    archive: archive, segment: 0, offset: fileOffset + range.lowerBound, kind: kind,
                    skipped: skipped,
                    owner: isLines ? .buffer(buffer) : .none))
        }
    }

    /// Bytes of the file from `offset` on: fewer than `count` where it ends or can't be read further. A mapping is copied
    /// from, too: what is scanned is then the worker's own, and a file that shrinks or changes meanwhile can't make what
    /// was counted and what was found differ.
    private func read(
        into target: UnsafeMutableRawPointer, count: Int, at offset: Int
    ) -> (count: Int, error: SystemError?) {
        if let mapping {
            (mapping.read(into: target, count: count, at: offset), nil)
        } else {
            file.read(into: target, count: count, at: offset)
        }
    }

    /// Reads the rest of a line that goes far beyond its span.
    private func readOn(_ line: inout LineFragment, from: Int, result: inout Span, isCancelled: () -> Bool) {
        let piece = SharedBuffer(capacity: Self.longReach)
        var offset = from
        while offset < size {
            if isCancelled() {
                result.isCut = true
                return
            }
            let wanted = min(Self.longReach, size - offset)
            let (count, error) = read(into: piece.base, count: wanted, at: offset)
            let bytes = UnsafeRawBufferPointer(start: piece.base, count: count)
            if let found = bytes.firstLineFeed() {
                line.append(UnsafeRawBufferPointer(rebasing: bytes[...found]), lineLimit: lineLimit)
                return
            }
            line.append(bytes, lineLimit: lineLimit)
            offset += count
            // The span in which reading fails reports it.
            if count < wanted || error != nil { return }
        }
    }

    private func damage(at offset: Int, _ error: SystemError?) -> ArchiveDamage {
        error.map { ArchiveDamage(offset: offset, reason: "reading failed: \($0.reason)") }
            ?? Self.shrinkage(at: offset, from: size)
    }

    static func shrinkage(at offset: Int, from size: Int) -> ArchiveDamage {
        ArchiveDamage(
            offset: offset,
            reason: "the file ends here, or cannot be read from here on; it had \(size) bytes when it was opened")
    }
}
