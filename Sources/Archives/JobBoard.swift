import Glibc

/// What there is to do, and who waits. All of it is guarded by the reader's one lock, which is held for a few
/// instructions at a time; the work itself is done outside, by the worker that took the job.
struct JobBoard {
    /// What a worker does next.
    enum Job {
        case scan(Chunk)
        case decode(SegmentStream)
        case hash(ContentHash)
        case readSpan(PlainFile, index: Int, SharedBuffer)
        case walk(ZstdWalker)
        case open(archive: Int, OpenedArchive?)
        case wait
        case finished
    }

    /// Chunks ready to be scanned beyond which workers scan rather than decode.
    static let readyLimit = 3

    var states: [ArchiveState]
    /// Archives not opened yet, the one to open next last.
    var unopened: [Int]
    var files: [PlainFile] = []
    var streams: [SegmentStream] = []
    var walkers: [ZstdWalker] = []
    /// Pipes whose format is not known yet.
    var waiting: [OpenedArchive] = []
    var waiters: [UnsafeContinuation<Void, Never>] = []
    var isCancelled = false
    var archivesDone = 0

    private var ready: [Chunk] = []
    private var taken = 0
    /// Jobs under way that may make new work.
    private var working = 0
    /// Chunks that workers hold.
    private(set) var lent = 0
    private var spanBuffers: [SharedBuffer] = []
    private var rings: [SharedBuffer] = []
    private var ringBytes = 0
    private var largeRings = 0
    /// Bytes of long lines that wait or are lent.
    private var longBytes = 0
    private let memoryLimit: Int
    private let longLimit: Int
    private let lineLimit: Int

    init(states: [ArchiveState], order: [Int], options: ArchiveOptions) {
        self.states = states
        unopened = order
        memoryLimit = options.memoryLimit
        longLimit = max(2 * options.lineLimit, 32 << 20)
        lineLimit = options.lineLimit
    }

    /// Chunks that wait for a worker.
    var untaken: ArraySlice<Chunk> { ready[taken...] }

    var readyCount: Int { ready.count - taken }
    var isWaitedFor: Bool { !waiters.isEmpty }

    // MARK: Taking jobs

    /// The next job for a worker. In order: keep the decoders going (a single stream's decoder is the critical path, and
    /// its ring bounds how far it gets ahead), hand out what is decoded, then begin something new.
    mutating func take() -> Job {
        if isCancelled { return .finished }
        if readyCount < JobBoard.readyLimit, let stream = streams.first(where: { isDecodable($0) }) {
            stream.isHeld = true
            working += 1
            return .decode(stream)
        }
        if taken < ready.count { return .scan(takeReady()) }
        if let hash = backlog { return .hash(hash) }
        if let file = files.last {
            let span = file.takeSpan()
            if span.isLast { files.removeLast() }
            working += 1
            return .readSpan(file, index: span.index, spanBuffer(file.bufferCapacity))
        }
        if mayBegin {
            if let walker = walkers.last(where: { !$0.isHeld && !$0.isFarAhead }) {
                walker.isHeld = true
                working += 1
                return .walk(walker)
            }
            if let archive = unopened.popLast() {
                working += 1
                states[archive].activity += 1
                return .open(archive: archive, nil)
            }
        }
        // Pipes that had nothing when they were last asked: asking again waits a little.
        if let stream = streams.first(where: { $0.isStarved && !$0.isHeld }) {
            stream.isStarved = false
            stream.isHeld = true
            working += 1
            return .decode(stream)
        }
        if let opened = waiting.popLast() {
            working += 1
            return .open(archive: opened.index, opened)
        }
        return isOver ? .finished : .wait
    }

    /// Whether a worker that came now would find something to do other than `ready` chunks.
    var hasMoreSources: Bool {
        !files.isEmpty || streams.contains { isDecodable($0) }
            || (mayBegin && (!unopened.isEmpty || walkers.contains { !$0.isHeld && !$0.isFarAhead }))
    }

    var hasWork: Bool {
        isCancelled || taken < ready.count || hasMoreSources || isOver || !waiting.isEmpty || backlog != nil
            || streams.contains { $0.isStarved && !$0.isHeld }
    }

    /// A checksum that is behind what was decoded.
    private var backlog: ContentHash? {
        for stream in streams { if let hash = stream.decoder.contentHash, hash.isWaiting { return hash } }
        return nil
    }

    private var isOver: Bool {
        working == 0 && streams.isEmpty && walkers.isEmpty && files.isEmpty && unopened.isEmpty && waiting.isEmpty
            && taken == ready.count
    }

    /// No stream waits for memory already, and there is some left.
    private var mayBegin: Bool {
        (ringBytes < memoryLimit || ringBytes == 0) && !streams.contains { $0.ring == nil && !$0.isHeld }
    }

    private func isDecodable(_ stream: SegmentStream) -> Bool {
        guard !stream.isHeld, !stream.isStalled, !stream.isStarved else { return false }
        if longBytes > longLimit, lent > 0 { return false }
        guard let ring = stream.ring, ring.capacity >= stream.wantedCapacity else { return mayAllocate(for: stream) }
        return true
    }

    /// A stream without a ring begins while there is memory. One that outgrew its ring goes on at once, lest two wait
    /// for each other, but of the large windows only one lives at a time.
    private func mayAllocate(for stream: SegmentStream) -> Bool {
        if stream.isLarge, largeRings > (isLarge(stream.ring?.capacity ?? 0) ? 1 : 0) { return false }
        return stream.ring != nil || ringBytes == 0 || ringBytes + stream.wantedCapacity <= memoryLimit
    }

    private func isLarge(_ capacity: Int) -> Bool { capacity > SegmentStream.largeCapacity }

    mutating func takeReady() -> Chunk {
        let chunk = ready[taken]
        taken += 1
        if taken >= 64, taken * 2 >= ready.count {
            ready.removeFirst(taken)
            taken = 0
        } else if taken == ready.count {
            ready.removeAll(keepingCapacity: true)
            taken = 0
        }
        lent += 1
        return chunk
    }

    private mutating func spanBuffer(_ capacity: Int) -> SharedBuffer {
        while let buffer = spanBuffers.popLast() {
            if buffer.capacity >= capacity { return buffer }
        }
        return SharedBuffer(capacity: capacity, isPooled: true)
    }

    /// A waiting worker, where there is something to do now; to be resumed outside the lock.
    mutating func wake() -> UnsafeContinuation<Void, Never>? {
        guard !waiters.isEmpty, hasWork else { return nil }
        return waiters.removeLast()
    }

    // MARK: Giving back

    mutating func jobEnded() { working -= 1 }

    mutating func publish(_ chunk: Chunk) {
        if case .buffer(let buffer) = chunk.owner {
            buffer.users += 1
            if !buffer.isPooled { longBytes += buffer.capacity }
        }
        ready.append(chunk)
    }

    /// A span has been read.
    mutating func finishSpan(_ span: PlainFile.Span, of file: PlainFile, buffer: SharedBuffer) {
        for chunk in span.chunks { publish(chunk) }
        if buffer.users == 0 { spanBuffers.append(buffer) }
        states[file.archive].account.bytesRead += span.bytesRead
        if let damage = span.damage { note(damage, archive: file.archive, size: file.size) }
        working -= 1
        if !span.isCut { endActivity(file.archive) }
    }

    /// Notes damage to a plain file of `size` bytes. That it shrank is told once, with the lowest offset.
    mutating func note(_ damage: ArchiveDamage, archive: Int, size: Int) {
        let shrinkage = PlainFile.shrinkage(at: damage.offset, from: size)
        let known = states[archive].account.damage.firstIndex { $0.reason == shrinkage.reason }
        if damage == shrinkage, let known {
            let lowest = min(states[archive].account.damage[known].offset, damage.offset)
            states[archive].account.damage[known].offset = lowest
        } else {
            states[archive].account.damage.append(damage)
        }
    }

    /// A worker is done with a chunk.
    mutating func finish(_ chunk: Chunk, lines: Int) {
        states[chunk.archive].record(chunk, lines: lines)
        lent -= 1
        switch chunk.owner {
        case .buffer(let buffer):
            buffer.users -= 1
            if buffer.isPooled {
                if buffer.users == 0 { spanBuffers.append(buffer) }
            } else {
                longBytes -= buffer.capacity
            }
        case .ring(let ring, let extent):
            ring.release(extent)
            if ring.isRetired {
                if ring.isIdle { reclaim(ring) }
            } else if let stream = streams.first(where: { $0.ring === ring }) {
                stream.isStalled = false
            }
        case .none:
            break
        }
    }

    // MARK: Streams

    mutating func add(_ stream: SegmentStream) {
        states[stream.archive].extendSegments(to: stream.segment)
        states[stream.archive].activity += 1
        streams.append(stream)
    }

    /// Publishes what the stream has emitted. Under its holder's duty.
    mutating func publishFresh(of stream: SegmentStream) {
        for (chunk, start) in stream.fresh {
            if case .ring(let ring, _) = chunk.owner, let start {
                let extent = ring.nextExtent
                ring.lend(from: start)
                publish(
                    Chunk(
                        bytes: chunk.bytes, archive: chunk.archive, segment: chunk.segment, offset: chunk.offset,
                        kind: chunk.kind, skipped: chunk.skipped, owner: .ring(ring, extent: extent)))
            } else {
                publish(chunk)
            }
        }
        stream.fresh.removeAll(keepingCapacity: true)
        let position = stream.decoder.position
        states[stream.archive].account.bytesRead += position - stream.publishedPosition
        stream.publishedPosition = position
    }

    /// Gives the stream a ring of the size it wants. False when it has to wait for memory.
    mutating func provide(for stream: SegmentStream) -> Bool {
        guard mayAllocate(for: stream) else { return false }
        let wanted = stream.wantedCapacity
        let memory: SharedBuffer
        if let index = rings.firstIndex(where: { $0.capacity >= wanted && $0.capacity <= max(2 * wanted, 8 << 20) }) {
            memory = rings.remove(at: index)
        } else {
            memory = SharedBuffer(capacity: wanted)
        }
        let old = stream.ring
        stream.adopt(Ring(memory: memory))
        ringBytes += memory.capacity
        if isLarge(memory.capacity) { largeRings += 1 }
        if let old { retire(old) }
        return true
    }

    private mutating func retire(_ ring: Ring) {
        ring.isRetired = true
        if ring.isIdle { reclaim(ring) }
    }

    private mutating func reclaim(_ ring: Ring) {
        ringBytes -= ring.capacity
        if isLarge(ring.capacity) { largeRings -= 1 }
        // Kept for the next stream, but for the large ones.
        if ring.capacity <= 16 << 20, rings.count < 4 { rings.append(ring.memory) }
    }

    /// The stream has come to its end.
    mutating func end(_ stream: SegmentStream) {
        streams.removeAll { $0 === stream }
        for walker in walkers { walker.forget(stream) }
        if let ring = stream.ring { retire(ring) }
        let archive = stream.archive
        states[archive].segments[stream.segment].accept(stream)
        endActivity(archive)
    }

    mutating func endActivity(_ archive: Int) {
        states[archive].activity -= 1
        var seams: [Chunk] = []
        states[archive].resolveSeams(archive: archive, lineLimit: lineLimit) { seams.append($0) }
        for chunk in seams { publish(chunk) }
        if states[archive].activity == 0, states[archive].isWalked {
            states[archive].account.isComplete = states[archive].account.failure == nil
            archivesDone += 1
        }
    }
}

extension SegmentRecord {
    /// Takes over what a stream found out.
    mutating func accept(_ stream: SegmentStream) {
        length = stream.produced
        damage = stream.damage
        untoldDamage = stream.untoldDamage
        startedAt = stream.decoder.startedAt
        endedAt = stream.decoder.endedAt
        head = stream.headFragment
        tail = stream.tailFragment
        hasLineEnd = stream.hasLineEnd
        isDecoded = true
    }
}
