/// What the job board knows of one archive while it is read.
struct ArchiveState {
    var account: ArchiveAccount
    var segments: [SegmentRecord] = []
    /// Jobs, streams and walkers that still work on it.
    var activity = 0
    /// A line that earlier segments began and none has ended yet.
    private var openLine: LineFragment?
    /// Segments below are resolved: their lines across seams have been emitted.
    private var resolved = 0
    /// All segments are known.
    var isWalked = false
    /// Lines of it were left out because the work was cancelled.
    var isCut = false
    /// Of the chunks that were finished.
    private var finishedBytes = 0

    /// - Parameter file: what an earlier reader has read.
    init(path: String, file: FileState? = nil) {
        account = ArchiveAccount(path: path)
        account.state = file
    }

    mutating func record(_ chunk: Chunk, lines: Int) {
        extendSegments(to: chunk.segment)
        segments[chunk.segment].chunks.append(
            ChunkRecord(offset: chunk.offset, lines: Int32(truncatingIfNeeded: lines)))
        account.lines += lines
        finishedBytes += chunk.byteCount
    }

    mutating func extendSegments(to segment: Int) {
        while segments.count <= segment { segments.append(SegmentRecord()) }
    }

    /// Emits the lines that cross the seams of segments that have become known in order.
    mutating func resolveSeams(archive: Int, lineLimit: Int, emit: (Chunk) -> Void) {
        while resolved < segments.count, segments[resolved].isDecoded {
            let previousEnd = resolved == 0 ? nil : segments[resolved - 1].endedAt
            let isJoined = previousEnd != nil && previousEnd == segments[resolved].startedAt
            if !isJoined { flushOpenLine(archive: archive, lineLimit: lineLimit, emit: emit) }
            if let head = segments[resolved].head {
                if openLine == nil {
                    openLine = head
                } else {
                    openLine?.append(head, lineLimit: lineLimit)
                }
            }
            if segments[resolved].hasLineEnd {
                flushOpenLine(archive: archive, lineLimit: lineLimit, emit: emit)
            }
            if let tail = segments[resolved].tail { openLine = tail }
            segments[resolved].head = nil
            segments[resolved].tail = nil
            resolved += 1
        }
        if isWalked, activity == 0, resolved == segments.count {
            flushOpenLine(archive: archive, lineLimit: lineLimit, emit: emit)
        }
    }

    private mutating func flushOpenLine(archive: Int, lineLimit: Int, emit: (Chunk) -> Void) {
        if let chunk = openLine?.chunk(archive: archive, lineLimit: lineLimit) { emit(chunk) }
        openLine = nil
    }

    /// The account as it stands.
    var summary: ArchiveAccount {
        var account = account
        if isCut { account.isComplete = false }
        let isPlain = account.format == .plain
        account.bytesDecompressed =
            !account.isComplete ? finishedBytes : isPlain ? account.bytesRead : segments.reduce(0) { $0 + $1.length }
        var damage = account.damage
        for segment in segments { damage += segment.damage }
        // Stable by construction: equal offsets keep the order in which they were met.
        damage = damage.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
            .map(\.element)
        let untold = segments.reduce(0) { $0 + $1.untoldDamage }
        if damage.count + untold > ArchiveAccount.damageLimit {
            let rest = damage.count + untold - ArchiveAccount.damageLimit + 1
            let place = damage[ArchiveAccount.damageLimit - 1].offset
            damage.removeSubrange((ArchiveAccount.damageLimit - 1)...)
            damage.append(ArchiveDamage(offset: place, reason: "\(rest) more damaged places from here on"))
        }
        account.damage = damage
        return account
    }
}

struct ChunkRecord {
    var offset: Int
    var lines: Int32
}

/// What is kept of one segment.
struct SegmentRecord {
    var chunks: [ChunkRecord] = []
    /// Decompressed bytes.
    var length = 0
    var damage: [ArchiveDamage] = []
    /// How many places of damage there are behind those.
    var untoldDamage = 0
    var startedAt: Int?
    var endedAt: Int?
    var isDecoded = false
    var head: LineFragment?
    var tail: LineFragment?
    var hasLineEnd = false
}
