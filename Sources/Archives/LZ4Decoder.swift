import CLZ4
import CXXHash
import Glibc

/// Decodes lz4 frames one after the other, block by block, into the stream's ring: the frame format 1.6, and the legacy
/// frames of the early tool.
final class LZ4Decoder: Decoder {
    private enum State {
        case boundary
        /// Before a block's size field.
        case block
        case legacyBlock
        /// Before the content's checksum.
        case contentChecksum
        case skipping(rest: Int)
        case searching
        case ended
    }

    private let input: ByteInput
    private var state = State.boundary
    private var frame = LZ4FrameHeader.legacy
    private var frameStart = 0
    private var content = 0
    /// Blocks of this frame are passed over: it needs a dictionary, or what it refers to is lost.
    private var isPassing = false
    /// Bytes of this frame's content are missing or doubtful, so that its checksum says nothing new.
    private var isIncomplete = false
    private let hash: OpaquePointer?
    private var history = LZ4History()
    private var pendingDamage: ArchiveDamage?
    private(set) var demand = DecoderDemand(history: 0, piece: 64 << 10)
    let startedAt: Int? = 0
    private(set) var endedAt: Int?

    var position: Int { input.position }

    init(input: ByteInput) {
        self.input = input
        hash = XXH32_createState()
        let bytes = input.available(LZ4FrameHeader.sizeLimit)
        if bytes.number() == FrameMagic.lz4Legacy {
            adopt(.legacy)
        } else if let header = LZ4FrameHeader(bytes) {
            adopt(header)
        }
    }

    deinit { XXH32_freeState(hash) }

    private func adopt(_ header: LZ4FrameHeader) {
        demand = DecoderDemand(history: header.isLinked ? LZ4History.size : 0, piece: header.blockLimit)
    }

    func step(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        if let damage = pendingDamage {
            pendingDamage = nil
            return .damaged(damage, isGap: false)
        }
        return switch state {
        case .boundary: boundary()
        case .block: block(into: target, capacity: capacity)
        case .legacyBlock: legacyBlock(into: target, capacity: capacity)
        case .contentChecksum: contentChecksum()
        case .skipping(let rest): skip(rest)
        case .searching: search()
        case .ended: .ended
        }
    }

    // MARK: Frames

    private func boundary() -> DecoderStep {
        let bytes = input.available(LZ4FrameHeader.sizeLimit)
        if bytes.count < LZ4FrameHeader.sizeLimit, input.isStarved { return .starved }
        if let failure = input.failure { return failed(failure) }
        if bytes.isEmpty {
            endedAt = position
            state = .ended
            return .ended
        }
        endedAt = nil
        frameStart = position
        guard let magic = bytes.number() else { return truncated("frame") }
        if FrameMagic.isSkippable(magic) {
            guard let length = bytes.number(at: 4) else { return truncated("skippable frame") }
            state = .skipping(rest: 8 + Int(length))
            return .produced(0)
        }
        content = 0
        isPassing = false
        isIncomplete = false
        history = LZ4History()
        if magic == FrameMagic.lz4Legacy {
            input.skip(4)
            begin(.legacy)
            state = .legacyBlock
            return .produced(0)
        }
        guard let header = LZ4FrameHeader(bytes) else {
            if magic == FrameMagic.lz4, bytes.count < LZ4FrameHeader.sizeLimit, LZ4FrameHeader.isCutOff(bytes) {
                return truncated("frame")
            }
            state = .searching
            let what =
                magic == FrameMagic.lz4
                ? "the header of the lz4 frame that begins here is damaged" : "no lz4 frame begins here"
            return .damaged(
                ArchiveDamage(offset: frameStart, reason: what + "; reading goes on with the next frame"), isGap: true)
        }
        input.skip(header.size)
        begin(header)
        state = .block
        guard let dictionary = header.dictionary else { return .produced(0) }
        isPassing = true
        isIncomplete = true
        return .damaged(
            ArchiveDamage(
                offset: frameStart, reason: "the lz4 frame that begins here needs the dictionary \(dictionary)"),
            isGap: true)
    }

    private func begin(_ header: LZ4FrameHeader) {
        frame = header
        adopt(header)
        if header.hasContentChecksum { XXH32_reset(hash, 0) }
    }

    private func endFrame() -> DecoderStep {
        endedAt = position
        state = .boundary
        if let size = frame.contentSize, size != UInt64(content), !isIncomplete {
            return .damaged(
                ArchiveDamage(
                    offset: frameStart,
                    reason: "the lz4 frame that begins here says it holds \(size) bytes, but holds \(content)"),
                isGap: false)
        }
        return .produced(0)
    }

    private func contentChecksum() -> DecoderStep {
        guard let stored = input.available(4).number() else {
            return input.isStarved ? .starved : truncated("frame")
        }
        input.skip(4)
        let isRight = isIncomplete || stored == XXH32_digest(hash)
        if isRight { return endFrame() }
        endedAt = position
        state = .boundary
        return .damaged(
            ArchiveDamage(
                offset: frameStart, reason: "the checksum of the lz4 frame that begins here does not match"),
            isGap: false)
    }

    // MARK: Blocks

    private func block(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        let field = input.available(4)
        guard let word = field.number() else { return short() }
        if word == 0 {
            input.skip(4)
            if frame.hasContentChecksum {
                state = .contentChecksum
                return .produced(0)
            }
            return endFrame()
        }
        let isStored = word >> 31 != 0
        let size = Int(word & 0x7FFF_FFFF)
        if size > frame.blockLimit {
            state = .searching
            return .damaged(
                ArchiveDamage(
                    offset: position,
                    reason:
                        "a block of the lz4 frame at byte \(frameStart) says it has \(size) bytes, more than it may; "
                        + "reading goes on with the next frame"),
                isGap: true)
        }
        let whole = 4 + size + (frame.hasBlockChecksums ? 4 : 0)
        let bytes = input.available(whole)
        if bytes.count < whole { return short() }
        let place = position
        if isPassing {
            input.skip(whole)
            return .produced(0)
        }
        let data = UnsafeRawBufferPointer(rebasing: bytes[4..<(4 + size)])
        let isDoubtful = frame.hasBlockChecksums && bytes.number(at: 4 + size) != XXH32(data.baseAddress, size, 0)
        let produced = isStored ? store(data, into: target, capacity) : decompress(data, into: target, capacity)
        input.skip(whole)
        guard let produced else { return lost(place) }
        content += produced
        if frame.hasContentChecksum { XXH32_update(hash, target, produced) }
        if isDoubtful {
            // Told after its bytes, which may still be of use.
            isIncomplete = true
            pendingDamage = ArchiveDamage(
                offset: place,
                reason: "the checksum of this block of the lz4 frame at byte \(frameStart) does not match")
        }
        return .produced(produced)
    }

    /// A block cannot be decoded. Blocks that do not depend on it are.
    private func lost(_ place: Int) -> DecoderStep {
        isIncomplete = true
        isPassing = frame.isLinked
        return .damaged(
            ArchiveDamage(
                offset: place,
                reason: "this block of the lz4 frame at byte \(frameStart) is damaged; reading goes on with the next "
                    + (frame.isLinked ? "frame" : "block")),
            isGap: true)
    }

    private func legacyBlock(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        let field = input.available(4)
        if field.isEmpty, !input.isStarved, input.failure == nil { return endFrame() }
        guard let word = field.number() else { return short() }
        // A legacy frame has no end mark: it ends where something stands that cannot be a block's size.
        if Int(word) > LZ4FrameHeader.legacyStoredLimit { return endFrame() }
        let whole = 4 + Int(word)
        let bytes = input.available(whole)
        if bytes.count < whole { return short() }
        let place = position
        let produced = decompress(UnsafeRawBufferPointer(rebasing: bytes[4..<whole]), into: target, capacity)
        input.skip(whole)
        guard let produced else { return lost(place) }
        return .produced(produced)
    }

    private func store(_ data: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer, _ capacity: Int) -> Int? {
        guard data.count <= capacity else { return nil }
        if let source = data.baseAddress { target.copyMemory(from: source, byteCount: data.count) }
        if frame.isLinked { history.follow(target, data.count) }
        return data.count
    }

    private func decompress(
        _ data: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer, _ capacity: Int
    ) -> Int? {
        let source = data.baseAddress?.assumingMemoryBound(to: CChar.self)
        let output = target.assumingMemoryBound(to: CChar.self)
        let room = Int32(clamping: min(capacity, frame.blockLimit))
        // SAFETY: the library writes at most `room` bytes and reads only the data and the dictionary, whatever they hold;
        // the ring keeps the last 64 KiB in place (demand.history).
        let result: Int32
        if frame.isLinked {
            let dictionary = history.dictionary(before: target)
            result = LZ4_decompress_safe_usingDict(
                source, output, Int32(data.count), room,
                dictionary.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(dictionary.count))
        } else {
            result = LZ4_decompress_safe(source, output, Int32(data.count), room)
        }
        guard result >= 0 else { return nil }
        if frame.isLinked { history.follow(target, Int(result)) }
        return Int(result)
    }

    // MARK: Losses

    private func short() -> DecoderStep {
        if input.isStarved { return .starved }
        if let failure = input.failure { return failed(failure) }
        return truncated("frame")
    }

    private func truncated(_ what: String) -> DecoderStep {
        let end = position + input.available(1).count
        input.skip(end - position)
        state = .ended
        return .damaged(
            ArchiveDamage(
                offset: frameStart,
                reason: "the lz4 \(what) that begins here is cut off: the archive ends at byte \(end)"),
            isGap: true)
    }

    private func failed(_ failure: SystemError) -> DecoderStep {
        state = .ended
        return .damaged(ArchiveDamage(offset: position, reason: "reading failed: \(failure.reason)"), isGap: true)
    }

    private func skip(_ rest: Int) -> DecoderStep {
        let step = input.discard(rest)
        if step == rest {
            endedAt = position
            state = .boundary
        } else if step > 0 {
            state = .skipping(rest: rest - step)
        } else {
            if input.isStarved { return .starved }
            if let failure = input.failure { return failed(failure) }
            return truncated("skippable frame")
        }
        return .produced(0)
    }

    /// Goes on to the next frame whose header is valid; its own checksum makes that certain.
    private func search() -> DecoderStep {
        let bytes = input.available(LZ4FrameHeader.sizeLimit + 1)
        if bytes.count <= LZ4FrameHeader.sizeLimit, input.isStarved { return .starved }
        let window = UnsafeRawBufferPointer(rebasing: bytes.prefix(1 << 20))
        guard let found = window.firstMagic(FrameMagic.lz4, from: 1) else {
            if window.count < 5 {
                input.skip(window.count)
                state = .ended
            } else {
                input.skip(window.count - 4)
            }
            return .produced(0)
        }
        input.skip(found)
        if LZ4FrameHeader(input.available(LZ4FrameHeader.sizeLimit)) != nil { state = .boundary }
        return .produced(0)
    }
}
