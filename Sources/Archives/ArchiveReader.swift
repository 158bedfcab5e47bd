import Glibc
import Synchronization

/// Turns archives into chunks of whole lines, which any number of workers pull.
///
/// Each worker, a task of its own, loops: `next()`, scan, `finish(_:lines:)`. Reading and decoding is done inside
/// `next()` by whichever worker comes; a worker with nothing to do is suspended and blocks no thread.
///
///     while let chunk = await reader.next() {
///         let lines = scan(chunk)
///         reader.finish(chunk, lines: lines)
///     }
///
/// Every chunk that `next()` returned must be finished, before the same worker asks for the next.
public final class ArchiveReader: Sendable {
    /// In the order given, which `Chunk.archive` and `accounts()` go by.
    public let archives: [Archive]
    /// As given, with limits brought within what sums of them can bear.
    public let options: ArchiveOptions

    let board: Mutex<JobBoard>
    /// What is to be read; `nil` where it is everything.
    private let chosen: ChunkIndex?
    private let cancelled = Atomic<Bool>(false)
    private let isStreaming: Bool

    /// Opens nothing yet: a file that can't be opened is told in its account.
    ///
    /// - Parameters:
    ///   - selection: what an earlier reader of the same archives with the same options has handed out, and is to be handed out
    ///     again: no less comes, but more may. Accounts and positions are then those of what is read; `nil` to read everything.
    ///   - earlier: what an earlier reader has read: files that are not the same any more are told in their accounts, and what was
    ///     added to them is not read.
    public init(
        archives: [Archive], options: ArchiveOptions = ArchiveOptions(), selection: ChunkSelection? = nil,
        after earlier: [ArchiveAccount] = []
    ) {
        self.archives = archives
        let chosen = ChunkIndex(selection)
        self.chosen = chosen
        let options = options.bounded
        self.options = options
        // The largest first, so that both cores are busy to the end; streams, whose size nobody knows, before all.
        let order = archives.indices.filter { chosen?.contains(archive: $0) ?? true }.sorted { left, right in
            let (leftSize, rightSize) = (archives[left].size ?? .max, archives[right].size ?? .max)
            return leftSize == rightSize ? left > right : leftSize < rightSize
        }
        isStreaming = archives.contains { $0.size == nil }
        board = Mutex(
            JobBoard(
                states: archives.enumerated().map {
                    ArchiveState(path: $1.path, file: $0 < earlier.count ? earlier[$0].state : nil)
                }, order: order, options: options))
    }

    // MARK: The workers' side

    /// The next chunk, in no particular order; nil when everything is handed out, or after `cancel()`.
    public func next() async -> Chunk? {
        while true {
            let (job, waiter) = board.withLock { board -> (JobBoard.Job, UnsafeContinuation<Void, Never>?) in
                let job = board.take()
                // Whoever takes a job and sees another one wakes the next worker: a chain, not a storm.
                return (job, board.wake())
            }
            waiter?.resume()
            switch job {
            case .scan(let chunk):
                return chunk
            case .decode(let stream):
                if let chunk = await decode(stream) { return chunk }
            case .hash(let hash):
                hash.work()
            case .readSpan(let file, let index, let buffer):
                if let chunk = readSpan(index, of: file, into: buffer) { return chunk }
            case .walk(let walker):
                walk(walker)
            case .open(let archive, let waiting):
                // A pipe that brings nothing must not keep its thread from other tasks.
                if !open(archive, waiting) { await Task.yield() }
            case .finished:
                return nil
            case .wait:
                await withUnsafeContinuation { continuation in
                    let isNeeded = board.withLock { board in
                        if board.hasWork { return true }
                        board.waiters.append(continuation)
                        return false
                    }
                    if isNeeded { continuation.resume() }
                }
            }
        }
    }

    /// Whether a chunk holds some of what the reader was made for.
    public func isChosen(_ chunk: Chunk) -> Bool {
        guard let chosen else { return true }
        return chosen.overlaps(
            archive: chunk.archive, segment: chunk.segment, bytes: chunk.offset..<chunk.offset + chunk.byteCount)
    }

    /// Gives the chunk's memory back; its bytes must not be touched any more. `lines` is the number of lines in it: 1 for
    /// an overlong one.
    ///
    /// - Parameter isWhole: whether all of its lines were looked at; else its archive is not read whole.
    public func finish(_ chunk: Chunk, lines: Int, isWhole: Bool = true) {
        let waiter = board.withLock { board in
            if !isWhole { board.states[chunk.archive].isCut = true }
            board.finish(chunk, lines: lines)
            return board.wake()
        }
        waiter?.resume()
    }

    // MARK: Everybody's side

    /// Makes `next()` return nil soon: after at most one more piece of a few milliseconds in each worker.
    public func cancel() {
        cancelled.store(true, ordering: .relaxed)
        let waiters = board.withLock { board in
            board.isCancelled = true
            defer { board.waiters.removeAll() }
            return board.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// How far reading has come; cheap, at any time.
    /// - Complexity: O(n) in the archives.
    public var progress: ArchiveProgress {
        let total = isStreaming ? nil : archives.reduce(0) { $0 &+ ($1.size ?? 0) }
        return board.withLock { board in
            ArchiveProgress(
                bytesRead: board.states.reduce(0) { $0 + $1.account.bytesRead }, bytesTotal: total,
                archivesDone: board.archivesDone, archivesTotal: archives.count)
        }
    }

    /// What became of each archive, in the order given; to be asked when the workers have ended.
    public func accounts() -> [ArchiveAccount] {
        board.withLock { board in
            // What was read and nobody took is unread for whoever asks.
            for chunk in board.untaken { board.states[chunk.archive].isCut = true }
            return board.states.map(\.summary)
        }
    }

    /// Where the chunks stand in their archives; to be asked when the workers have ended.
    public func positions() -> ChunkPositions {
        ChunkPositions(board.withLock { $0.states })
    }

    // MARK: Jobs

    private var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// Decodes on while others can scan what comes out; returns a chunk when this worker should scan itself.
    private func decode(_ stream: SegmentStream) async -> Chunk? {
        while true {
            let isOutgrown = stream.ring.map { $0.capacity < stream.wantedCapacity } ?? true
            let oldest = board.withLock { board -> (isProvided: Bool, extent: Int?) in
                if isOutgrown, !board.provide(for: stream) { return (false, nil) }
                return (true, stream.ring?.oldestExtent)
            }
            let outcome = oldest.isProvided ? stream.advance(oldest: oldest.extent) : .full
            let (chunk, isReleased, waiter) = board.withLock { settle(stream, outcome, &$0) }
            waiter?.resume()
            if isReleased {
                if case .starved = outcome, chunk == nil { await Task.yield() }
                return chunk
            }
        }
    }

    /// Publishes what a step brought, and decides whether the worker goes on decoding.
    private func settle(
        _ stream: SegmentStream, _ outcome: SegmentStream.Outcome, _ board: inout JobBoard
    ) -> (Chunk?, isReleased: Bool, UnsafeContinuation<Void, Never>?) {
        let hadFresh = !stream.fresh.isEmpty
        board.publishFresh(of: stream)
        var isReleased = false
        switch outcome {
        case .progressed, .outgrown:
            // With other streams or files to work on, a worker scans what it has decoded while it is in its cache, and
            // so does one that is alone. Beside a single stream, the decoder stays ahead of those who scan.
            if hadFresh {
                let isAlone = board.lent == 0 && !board.isWaitedFor
                isReleased =
                    board.isCancelled || isAlone || board.hasMoreSources || board.readyCount >= JobBoard.readyLimit
            } else {
                isReleased = board.isCancelled
            }
        case .full:
            // Whoever finishes one of the chunks makes room. With none lent and none ready, it is memory that is missing.
            stream.isStalled = stream.ring?.isIdle == false
            isReleased = true
        case .starved:
            stream.isStarved = true
            isReleased = true
        case .ended:
            board.end(stream)
            isReleased = true
        }
        var chunk: Chunk?
        if isReleased {
            stream.isHeld = false
            board.jobEnded()
            if board.readyCount > 0, !board.isCancelled { chunk = board.takeReady() }
        }
        return (chunk, isReleased, board.wake())
    }

    private func readSpan(_ index: Int, of file: PlainFile, into buffer: SharedBuffer) -> Chunk? {
        let span = file.read(span: index, into: buffer) { self.isCancelled }
        let (chunk, waiter) = board.withLock { board -> (Chunk?, UnsafeContinuation<Void, Never>?) in
            board.finishSpan(span, of: file, buffer: buffer)
            let chunk = board.readyCount > 0 && !board.isCancelled ? board.takeReady() : nil
            return (chunk, board.wake())
        }
        waiter?.resume()
        return chunk
    }

    private func walk(_ walker: ZstdWalker) {
        let step = walker.step()
        let waiter = board.withLock { board in
            walker.isHeld = false
            walker.settle(step)
            switch step {
            case .segment(let stream):
                board.add(stream)
            case .more:
                break
            case .finished:
                board.walkers.removeAll { $0 === walker }
                board.states[walker.archive].isWalked = true
                board.endActivity(walker.archive)
            }
            board.jobEnded()
            return board.wake()
        }
        waiter?.resume()
    }

    /// Returns false when the archive's format cannot be told yet.
    private func open(_ archive: Int, _ waiting: OpenedArchive?) -> Bool {
        var account = board.withLock { $0.states[archive].account }
        let source = ArchiveSource.open(
            archives[archive], index: archive, waiting: waiting, options: options, chosen: chosen, account: &account)
        var isKnown = true
        let waiter = board.withLock { board in
            board.states[archive].account = account
            switch source {
            case .plain(let file, let damage):
                board.states[archive].account.format = .plain
                if let damage { board.states[archive].account.damage.append(damage) }
                board.states[archive].extendSegments(to: 0)
                board.states[archive].segments[0].isDecoded = true
                board.states[archive].isWalked = true
                // One activity for each span; that of opening ends below.
                board.states[archive].activity += file.spanCount
                if file.spanCount > 0 { board.files.insert(file, at: 0) }
            case .stream(let format, let stream):
                board.states[archive].account.format = format
                board.states[archive].isWalked = true
                board.add(stream)
            case .unread(let content, let stream):
                board.states[archive].account.unreadFormat = content.formatName
                board.states[archive].isWalked = true
                board.add(stream)
            case .walked(let walker):
                board.states[archive].account.format = .zstd
                board.states[archive].activity += 1
                board.walkers.insert(walker, at: 0)
            case .failed(let error):
                board.states[archive].account.failure = error.reason
                board.states[archive].isWalked = true
            case .changed(let change):
                board.states[archive].account.failure = change.rawValue
                board.states[archive].isWalked = true
            case .waiting(let opened):
                isKnown = false
                board.waiting.append(opened)
            }
            if isKnown { board.endActivity(archive) }
            board.jobEnded()
            return board.wake()
        }
        waiter?.resume()
        return isKnown
    }
}
