/// Finds the frames of a mapped zstd archive by walking their block headers, and cuts the archive into segments of whole
/// frames that are decoded independently: small frames are put together, and a large one is handed out before its end
/// is known, so that decoding need not wait for the walk.
///
/// A segment is the frames that begin within [start, end). Where segments begin depends on the archive's bytes alone.
final class ZstdWalker: @unchecked Sendable {
    let archive: Int

    // Guarded by the job board's lock.
    var isHeld = false
    private var newest: SegmentStream?
    private var reached = 0

    // The holder's.
    private let mapping: MappedFile
    private let options: ArchiveOptions
    private var segmentStart = 0
    private var frameStart = 0
    private var cursor = 0
    private var hasChecksum = false
    private var blockSizeLimit = 0
    private var isInFrame = false
    /// The frame being walked was handed out already.
    private var isHandedOut = false
    /// The frame before the cursor was.
    private var isBehindHandedOut = false
    private var nextSegment = 0

    /// Compressed bytes walked in one step.
    private static let stride = 8 << 20
    /// Compressed bytes that the walk may be ahead of the decoder: on a cold disk it would read everything twice.
    private static let lead = 64 << 20

    enum Step {
        case segment(SegmentStream)
        case more
        case finished
    }

    init(archive: Int, mapping: MappedFile, options: ArchiveOptions) {
        self.archive = archive
        self.mapping = mapping
        self.options = options
    }

    /// Under the lock.
    var isFarAhead: Bool {
        guard let newest else { return false }
        return reached > newest.publishedPosition + Self.lead
    }

    /// Notes how far the walk has come; under the lock.
    func settle(_ step: Step) {
        reached = cursor
        if case .segment(let stream) = step { newest = stream }
    }

    /// The stream has ended; under the lock.
    func forget(_ stream: SegmentStream) {
        if newest === stream { newest = nil }
    }

    /// Walks on to the next segment's end, for at most `stride` bytes.
    func step() -> Step {
        let limit = cursor + Self.stride
        while true {
            if segmentStart >= mapping.size { return .finished }
            if !isInFrame {
                if cursor >= mapping.size { return segment(upTo: cursor) }
                guard ZstdStructure.isBoundary(bytes) else { return rest() }
                if cursor - segmentStart >= options.segmentSize { return segment(upTo: cursor) }
                isBehindHandedOut = false
                guard beginFrame() else { return rest() }
            } else {
                guard walkBlock() else { return rest() }
            }
            if isInFrame, !isHandedOut, cursor - frameStart > options.largeFrame {
                // What precedes it first; the large frame is found again at once.
                if frameStart > segmentStart {
                    let end = frameStart
                    cursor = frameStart
                    isInFrame = false
                    return segment(upTo: end)
                }
                isHandedOut = true
                return .segment(stream(from: frameStart, to: frameStart + 1, isOpen: true))
            }
            if cursor > limit { return .more }
        }
    }

    private func segment(upTo end: Int) -> Step {
        let start = segmentStart
        segmentStart = end
        return .segment(stream(from: start, to: end))
    }

    /// The walk cannot go on: the rest of the archive is one segment, whose decoder finds out what is wrong. That of a large
    /// frame comes to the same place by itself and goes on behind it.
    private func rest() -> Step {
        let start = segmentStart
        let isOwned = isHandedOut || isBehindHandedOut
        segmentStart = mapping.size
        return isOwned ? .finished : .segment(stream(from: start, to: .max))
    }

    private func stream(from start: Int, to end: Int, isOpen: Bool = false) -> SegmentStream {
        defer { nextSegment += 1 }
        let input = ByteInput(mapping: mapping, position: start)
        let decoder = ZstdDecoder(input: input, ownEnd: end, windowLimit: options.windowLimit, isOpen: isOpen)
        return SegmentStream(
            archive: archive, segment: nextSegment, format: .zstd, decoder: decoder, beginsLine: nextSegment == 0,
            options: options)
    }

    private var bytes: UnsafeRawBufferPointer {
        // SAFETY: cursor < size wherever this is called; the mapping outlives the walker.
        UnsafeRawBufferPointer(start: mapping.base + cursor, count: mapping.size - cursor)
    }

    private func beginFrame() -> Bool {
        let bytes = bytes
        guard let magic = bytes.number() else { return false }
        frameStart = cursor
        if FrameMagic.isSkippable(magic) {
            return bytes.number(at: 4).map { passSkippable($0) } ?? false
        }
        guard let header = ZstdFrameHeader(bytes) else { return false }
        hasChecksum = header.hasChecksum
        blockSizeLimit = header.blockSizeLimit
        cursor += header.size
        isInFrame = true
        return true
    }

    /// Looks at a long one until its end, which takes as long as reading it.
    private func passSkippable(_ length: UInt32) -> Bool {
        let input = ByteInput(mapping: mapping, position: cursor)
        var frame = SkippableFrame<ZstdStructure>(at: cursor, length: length)
        while true {
            switch frame.step(input) {
            case .more: continue
            case .passed:
                cursor = input.position
                return true
            case .holdsFrame, .starved, .endsBeyond: return false
            }
        }
    }

    private func walkBlock() -> Bool {
        guard cursor < mapping.size, let block = ZstdBlockHeader(bytes, limit: blockSizeLimit) else { return false }
        let end = cursor + ZstdBlockHeader.size + block.storedSize
        guard end <= mapping.size else { return false }
        cursor = end
        if block.isLast {
            if hasChecksum {
                guard mapping.size - cursor >= 4 else { return false }
                cursor += 4
            }
            isInFrame = false
            if isHandedOut {
                isHandedOut = false
                isBehindHandedOut = true
                segmentStart = cursor
            }
        }
        return true
    }
}
