import Values

/// Where a decoder stands among the frames of its archive, and how it tells what is wrong with one: the same for every
/// format.
struct FrameRecord {
    /// What messages call a frame: `zstd frame`, `gzip member`.
    let unit: String
    /// Where the frame begins that is being decoded, or that could not be.
    private(set) var start = 0
    /// See `Decoder.startedAt` and `Decoder.endedAt`.
    private(set) var startedAt: Int?
    private(set) var endedAt: Int?
    /// Told at the next step, as the bytes before it are handed on first.
    private var pending: DecoderStep?

    init(unit: String) {
        self.unit = unit
    }

    /// Something stands here that may be a frame.
    mutating func arrive(at position: Int) {
        start = position
        endedAt = nil
    }

    /// It is one.
    mutating func begin() {
        if startedAt == nil { startedAt = start }
    }

    /// The frame, or the archive, ends here with nothing lost.
    mutating func end(at position: Int) { endedAt = position }

    mutating func takePending() -> DecoderStep? {
        defer { pending = nil }
        return pending
    }

    mutating func tellLater(_ step: DecoderStep) { pending = step }

    /// The word of the unit without its format: `frame`, `member`.
    private var kind: String { unit.split(separator: " ").last.map(String.init) ?? unit }

    // MARK: What is wrong

    /// No frame begins here, or none whose header is valid.
    mutating func misfit(hasMagic: Bool) -> ArchiveDamage {
        endedAt = nil
        let what = hasMagic ? "the header of the \(unit) that begins here is damaged" : "no \(unit) begins here"
        return ArchiveDamage(offset: start, reason: "\(what); reading goes on with the next \(kind)")
    }

    /// Zeros stand here, and more behind them.
    func zeros() -> ArchiveDamage {
        ArchiveDamage(
            offset: start, reason: "zeros stand where a \(unit) should begin; reading goes on behind them")
    }

    /// The archive ends within the frame, or the skippable one.
    mutating func cutOff(_ input: ByteInput, isSkippable: Bool = false) -> ArchiveDamage {
        endedAt = nil
        let end = input.position + input.available(1).count
        let what = isSkippable ? "skippable frame" : unit
        return ArchiveDamage(
            offset: start, reason: "the \(what) that begins here is cut off: the archive ends at byte \(end)")
    }

    /// Another frame begins where this one should go on, so that the bytes between are all that is left of it.
    mutating func cutShort(at next: Int) -> DecoderStep {
        endedAt = nil
        let damage = ArchiveDamage(
            offset: start, reason: "the \(unit) that begins here is cut off: another begins at byte \(next)")
        return .damaged(damage, isGap: true)
    }

    /// The skippable frame that begins here says another length than it has.
    mutating func lengthMismatch(next: Int) -> DecoderStep {
        endedAt = nil
        let damage = ArchiveDamage(
            offset: start,
            reason:
                "the length of the skippable frame that begins here is wrong; reading goes on with the \(unit) at byte "
                + "\(next)")
        return .damaged(damage, isGap: true)
    }

    /// `what` is wrong with the frame, as `needs the dictionary 7`.
    func damaged(_ what: String) -> ArchiveDamage {
        ArchiveDamage(offset: start, reason: "the \(unit) that begins here \(what)")
    }

    /// The checksum of the content does not match. All of it has been handed on, as it may still be of use; but bytes of it
    /// may be missing, so that a line that it leaves unfinished does not go on in the next frame.
    mutating func mismatch(_ what: String = "checksum") -> DecoderStep {
        endedAt = nil
        return .damaged(
            ArchiveDamage(offset: start, reason: "the \(what) of the \(unit) that begins here does not match"),
            isGap: true)
    }

    /// The checksum of the header does not match, which is nothing to the content.
    func headerMismatch() -> DecoderStep {
        .damaged(
            ArchiveDamage(
                offset: start, reason: "the header's checksum of the \(unit) that begins here does not match"),
            isGap: false)
    }

    /// The system could not read on.
    mutating func failed(_ failure: SystemError, at position: Int) -> DecoderStep {
        endedAt = nil
        return .damaged(
            ArchiveDamage(offset: position, reason: "reading failed: \(failure.reason)"), isGap: true)
    }
}
