/// Turns an archive's bytes into decompressed bytes, a piece at a time; used by one worker at a time.
protocol Decoder: AnyObject {
    /// What the next step needs. Changes with the frames.
    var demand: DecoderDemand { get }
    /// Does one step of at most a few milliseconds; writes at most `capacity` bytes, which is at least `demand.piece`.
    /// The decoder may rely on the last `demand.history` bytes that it wrote being still where it wrote them.
    func step(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep
    /// Whether what the last step wrote was made of bytes that are not the archive's: it is to be thrown away, and the next
    /// step tells of it.
    func findsLoss() -> Bool
    /// The checksum that the decoder leaves to others to take of what it writes.
    var contentHash: ContentHash? { get }
    /// Offset on disk up to which the archive has been used.
    var position: Int { get }
    /// Offset on disk where this decoder's first frame or member began, once it has begun one.
    var startedAt: Int? { get }
    /// Offset on disk where its last frame or member ended; nil inside one and behind a loss.
    var endedAt: Int? { get }
}

extension Decoder {
    var contentHash: ContentHash? { nil }

    func findsLoss() -> Bool { false }
}

struct DecoderDemand: Equatable {
    /// Bytes of output that must stay in place behind the write position.
    var history: Int
    /// The most bytes that one step writes.
    var piece: Int
}

enum DecoderStep {
    /// So many bytes were written; may be 0.
    case produced(Int)
    /// Something is wrong with the archive. With `isGap`, bytes are missing at this place of the output.
    case damaged(ArchiveDamage, isGap: Bool)
    /// The pipe has nothing at present.
    case starved
    case ended
}

/// Passes a stream through as it is.
final class PlainDecoder: Decoder {
    private let input: ByteInput
    let demand = DecoderDemand(history: 0, piece: 128 << 10)
    private var hasFailed = false

    init(input: ByteInput) { self.input = input }

    var position: Int { input.position }
    var startedAt: Int? { 0 }
    var endedAt: Int? { input.position }

    func step(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        if hasFailed { return .ended }
        let count = input.read(into: target, capacity: capacity)
        if count > 0 { return .produced(count) }
        if let failure = input.failure {
            hasFailed = true
            return .damaged(
                ArchiveDamage(offset: input.position, reason: "reading failed: \(failure.reason)"), isGap: true)
        }
        return input.isStarved ? .starved : .ended
    }
}
