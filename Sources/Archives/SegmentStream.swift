import Glibc

/// One segment of an archive being decoded in order: the decoder, the ring that it writes into, and the line that is
/// not finished yet. One worker at a time holds the duty to decode it.
final class SegmentStream: @unchecked Sendable {
    let archive: Int
    let segment: Int
    let decoder: any Decoder

    // Asked for under the job board's lock. The worker that holds the stream, which `isHeld` says, changes the ring and what it
    // wants without it: nobody looks at these of a stream that is held.
    var isHeld = false
    var isStalled = false
    /// The pipe that it reads had nothing when it was last asked.
    var isStarved = false
    var ring: Ring?
    /// Bytes of ring that the decoder asks for.
    var wantedCapacity: Int
    /// `decoder.position` when last published.
    var publishedPosition: Int

    // The duty holder's.
    /// Chunks that have become whole in the last step and are not published yet, with the virtual start of those in the ring.
    var fresh: [(chunk: Chunk, start: Int?)] = []
    var damage: [ArchiveDamage] = []
    /// How many places of damage there are behind those.
    private(set) var untoldDamage = 0
    /// The bytes up to and including the first line end, which may belong to a line that an earlier segment began.
    private(set) var headFragment: LineFragment?
    /// A line has ended within this segment.
    private(set) var hasLineEnd = false
    private(set) var tailFragment: LineFragment?
    private(set) var produced = 0

    private let chunkSize: Int
    private let lineLimit: Int
    private var head = 0
    /// Start of what is not emitted yet; [lineStart, head) is always contiguous in memory.
    private var lineStart = 0
    /// Behind the last line feed in [lineStart, head), or lineStart.
    private var wholeEnd = 0
    /// Where the run of output that `head` continues begins, and where the one before it ended.
    private var runStart = 0
    /// Virtual position of the ring's first byte in the present round; [lineStart, head] never leaves the round.
    private var round = 0
    private var previousRunEnd = 0
    /// Pieces of which the checksum was not taken when last asked: their numbers, and where they begin.
    private var unhashed: [(number: Int, start: Int)] = []
    /// The unfinished line once it has left the ring, or the segment's head.
    private var assembly: LineFragment?
    private var assemblyIsHead = false

    /// The first bytes of the archive's content until they are enough to tell whether it is foreign; empty is not nil.
    private var beginning: [UInt8]?
    private let format: ArchiveFormat

    /// - Parameter beginsLine: that the segment's first byte begins a line for certain.
    init(
        archive: Int, segment: Int, format: ArchiveFormat, decoder: any Decoder, beginsLine: Bool,
        options: ArchiveOptions
    ) {
        self.archive = archive
        self.segment = segment
        self.format = format
        if segment == 0 { beginning = [] }
        self.decoder = decoder
        chunkSize = options.boundedChunkSize
        lineLimit = options.lineLimit
        publishedPosition = decoder.position
        wantedCapacity = 0
        if !beginsLine {
            assembly = LineFragment(segment: segment, offset: 0)
            assemblyIsHead = true
        }
        wantedCapacity = capacity(for: decoder.demand)
    }

    enum Outcome {
        case progressed
        /// Finished extents must come back first.
        case full
        /// The decoder needs a larger ring.
        case outgrown
        case starved
        case ended
    }

    private func capacity(for demand: DecoderDemand) -> Int {
        // Room for the history, for the waste at the ring's end and for the piece, and for chunks that wait to be scanned.
        let page = 4096
        let slack = max(4 * chunkSize, 256 << 10)
        return (demand.history + 2 * demand.piece + slack + page - 1) & ~(page - 1)
    }

    /// Of rings with more bytes only one lives at a time.
    static let largeCapacity = 32 << 20
    var isLarge: Bool { wantedCapacity > Self.largeCapacity }

    /// Where a position of the present round lies. Only called while there is a ring.
    private func address(_ position: Int) -> UnsafeMutableRawPointer {
        guard let ring else { preconditionFailure("no ring") }
        return ring.memory.base + (position - round)
    }

    /// Takes a ring into use; an unfinished line moves over, the decoder must be between frames.
    func adopt(_ new: Ring) {
        drainHash()
        let carry = head - lineStart
        if carry > 0 { new.memory.base.copyMemory(from: address(lineStart), byteCount: carry) }
        round = 0
        wholeEnd = wholeEnd - lineStart
        lineStart = 0
        head = carry
        runStart = carry
        previousRunEnd = carry
        ring = new
    }

    /// Decodes one piece. `oldest` is the oldest extent lent, as of now.
    func advance(oldest: Int?) -> Outcome {
        guard let ring else { return .outgrown }
        let demand = decoder.demand
        guard ring.capacity >= demand.history + 2 * demand.piece + 2 * min(chunkSize, 128 << 10) else {
            emitWhole()
            wantedCapacity = capacity(for: demand)
            return .outgrown
        }
        guard let room = makeRoom(in: ring, demand: demand, oldest: oldest) else {
            return fresh.isEmpty ? .full : .progressed
        }
        switch decoder.step(into: address(head), capacity: room) {
        case .produced(let count):
            if let hash = decoder.contentHash, hash.hasBacklog { unhashed.append((hash.addedCount, head)) }
            if count > 0, decoder.findsLoss() {
                drainHash()
                return .progressed
            }
            take(count)
            return .progressed
        case .damaged(let place, let isGap):
            // A damaged archive may hold a million such places, and nobody is told of all.
            if damage.count < ArchiveAccount.damageLimit { damage.append(place) } else { untoldDamage += 1 }
            if isGap { breakLine() }
            return .progressed
        case .starved:
            emitWhole()
            return .starved
        case .ended:
            finish()
            return .ended
        }
    }

    /// Takes what is left of the checksum, so that its memory can be used again.
    private func drainHash() {
        unhashed.removeAll(keepingCapacity: true)
        decoder.contentHash?.drain()
    }

    /// Where the oldest piece begins that a checksum may still be taken of.
    private func oldestUnhashed() -> Int? {
        guard let first = unhashed.first, let done = decoder.contentHash?.doneCount else { return nil }
        if first.number > done { return first.start }
        unhashed.removeAll { $0.number <= done }
        return unhashed.first?.start
    }

    /// Bytes that may be written at `head`, at least `demand.piece`; nil when something must happen first: publishing of
    /// `fresh`, or the return of extents.
    private func makeRoom(in ring: Ring, demand: DecoderDemand, oldest: Int?) -> Int? {
        let size = ring.capacity
        while true {
            let run = head - runStart
            let history =
                run >= demand.history ? head - demand.history : min(runStart, previousRunEnd - (demand.history - run))
            let floor = min(oldest ?? head, history, lineStart, oldestUnhashed() ?? head)
            let rest = round + size - head
            if rest >= demand.piece {
                let room = min(rest, floor + size - head)
                if room >= demand.piece { return room }
            } else {
                let carry = head - lineStart
                let base = round + size
                if wholeEnd == lineStart, base + carry + demand.piece <= floor + size {
                    memmove(ring.memory.base, address(lineStart), carry)
                    round = base
                    previousRunEnd = head
                    lineStart = base
                    wholeEnd = base
                    head = base + carry
                    runStart = head
                    continue
                }
            }
            if !unhashed.isEmpty {
                drainHash()
                continue
            }
            if wholeEnd > lineStart {
                emitWhole()
                return nil
            }
            if oldest != nil { return nil }
            guard head > lineStart else { return nil }
            spill()
        }
    }

    /// Moves the unfinished line out of the ring.
    private func spill() {
        guard head > lineStart else { return }
        var line = assembly ?? LineFragment(segment: segment, offset: produced - (head - lineStart))
        line.append(
            UnsafeRawBufferPointer(start: address(lineStart), count: head - lineStart), lineLimit: lineLimit)
        assembly = line
        lineStart = head
        wholeEnd = head
    }

    private func take(_ count: Int) {
        guard count > 0 else { return }
        // SAFETY: [lineStart, head) is contiguous in the ring, and `count` bytes were written behind it within the room given.
        let new = UnsafeRawBufferPointer(start: address(head), count: count)
        if beginning != nil { examineBeginning(new) }
        var from = 0
        if assembly != nil {
            let end = new.firstLineFeed().map { $0 + 1 } ?? count
            assembly?.append(UnsafeRawBufferPointer(rebasing: new[..<end]), lineLimit: lineLimit)
            from = end
            lineStart = head + end
            wholeEnd = lineStart
            if assembly?.endsWithLineFeed == true { completeAssembly() }
        }
        head += count
        produced += count
        guard from < count else { return }
        if let last = new.lastLineFeed(before: count), last >= from {
            wholeEnd = head - count + last + 1
        }
        if wholeEnd - lineStart >= chunkSize { emitWhole() }
        if head - wholeEnd > lineLimit {
            emitWhole()
            spill()
        }
    }

    /// Looks at the content's beginning once there is enough of it.
    private func examineBeginning(_ new: UnsafeRawBufferPointer) {
        let missing = ForeignContent.evidence - (beginning?.count ?? 0)
        beginning?.append(contentsOf: new.prefix(missing))
        if let beginning, beginning.count >= ForeignContent.evidence { examine(beginning) }
    }

    private func examine(_ bytes: [UInt8]) {
        beginning = nil
        let foreign = bytes.withUnsafeBytes { ForeignContent($0, isDecompressed: format != .plain) }
        // First, whatever has been found out by now.
        if let foreign { damage.insert(foreign.damage(outer: format), at: 0) }
    }

    private func completeAssembly() {
        guard let line = assembly else { return }
        assembly = nil
        hasLineEnd = true
        if assemblyIsHead {
            assemblyIsHead = false
            headFragment = line
        } else if let chunk = line.chunk(archive: archive, lineLimit: lineLimit) {
            fresh.append((chunk, nil))
        }
    }

    /// Emits all whole lines.
    private func emitWhole() {
        guard wholeEnd > lineStart else { return }
        hasLineEnd = true
        emit(upTo: wholeEnd)
    }

    private func emit(upTo end: Int) {
        guard let ring else { return }
        let start = lineStart
        let offset = produced - (head - start)
        let bytes = UnsafeRawBufferPointer(start: address(start), count: end - start)
        bytes.cutLines(chunkSize: chunkSize, lineLimit: lineLimit) { range, kind, skipped in
            let isLines = kind == .lines
            fresh.append(
                (
                    Chunk(
                        bytes: isLines
                            ? UnsafeRawBufferPointer(rebasing: bytes[range])
                            : UnsafeRawBufferPointer(start: nil, count: 0),
                        archive: archive, segment: segment, offset: offset + range.lowerBound, kind: kind,
                        skipped: skipped,
                        owner: isLines ? .ring(ring, extent: 0) : .none),
                    isLines ? start + range.lowerBound : nil
                ))
        }
        lineStart = end
        wholeEnd = max(wholeEnd, end)
    }

    /// Bytes are missing here: what there is of a line is a line.
    private func breakLine() {
        completeAssembly()
        emitWhole()
        if head > lineStart {
            hasLineEnd = true
            emit(upTo: head)
        }
    }

    private func finish() {
        decoder.contentHash?.discard()
        if let beginning { examine(beginning) }
        emitWhole()
        if assemblyIsHead {
            headFragment = assembly
        } else if let line = assembly {
            tailFragment = line
        } else if head > lineStart {
            spill()
            tailFragment = assembly
        }
        assembly = nil
    }
}
