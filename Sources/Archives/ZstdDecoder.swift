import CZstd

/// A zstd decoding context, which costs more to make than a small frame to decode.
final class ZstdContext: @unchecked Sendable {
    // SAFETY: owned by this object alone and used by the one decoder that holds it.
    let pointer: OpaquePointer

    init?() {
        guard let pointer = ZSTD_createDCtx() else { return nil }
        self.pointer = pointer
    }

    deinit { ZSTD_freeDCtx(pointer) }
}

/// Decodes zstd frames one after the other, block by block, straight into the stream's ring.
///
/// The buffer-less functions of the library spare the copy out of its own window that ZSTD_decompressStream makes, and
/// they say where each block lies, so that what is lost behind a damaged block is the same however the bytes come in.
final class ZstdDecoder: Decoder {
    private enum State {
        case boundary
        /// Within a frame.
        case frame
        /// Passing over the blocks of a frame that cannot be decoded.
        case passing
        /// Passing over a skippable frame.
        case skipping(rest: Int)
        /// Looking for the next frame behind a loss.
        case searching
        case ended
    }

    private let input: ByteInput
    private let ownEnd: Int
    private let windowLimit: Int
    private let context: ZstdContext?
    private var state = State.boundary
    private var isFirst: Bool
    private var frameStart = 0
    private var hasChecksum = false
    private var isChecksumNext = false
    private(set) var demand = DecoderDemand(history: 0, piece: 128 << 10)
    private(set) var startedAt: Int?
    private(set) var endedAt: Int?

    var position: Int { input.position }

    /// - Parameters:
    ///   - ownEnd: frames that begin at or behind this offset are not this decoder's.
    ///   - isContinuation: other segments precede; see `DecoderStep.misplaced`.
    init(input: ByteInput, ownEnd: Int, windowLimit: Int, isContinuation: Bool = false) {
        self.input = input
        self.ownEnd = ownEnd
        self.windowLimit = windowLimit
        isFirst = isContinuation
        context = ZstdContext()
        // What the first frame needs, so that the ring fits from the start.
        if let header = ZstdFrameHeader(input.available(ZstdFrameHeader.sizeLimit)) { adopt(header) }
    }

    private func adopt(_ header: ZstdFrameHeader) {
        guard header.windowSize <= UInt64(clamping: windowLimit) else { return }
        demand = DecoderDemand(history: Int(header.windowSize), piece: max(header.blockSizeLimit, 1 << 10) + 64)
    }

    func step(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        switch state {
        case .boundary: boundary()
        case .frame: decode(into: target, capacity: capacity)
        case .passing: pass()
        case .skipping(let rest): skip(rest)
        case .searching: search()
        case .ended: .ended
        }
    }

    private func boundary() -> DecoderStep {
        if position >= ownEnd { return end() }
        let bytes = input.available(ZstdFrameHeader.sizeLimit)
        if bytes.count < ZstdFrameHeader.sizeLimit, input.isStarved { return .starved }
        if let failure = input.failure { return failed(failure) }
        if bytes.isEmpty {
            endedAt = position
            return end()
        }
        let mayBeMisplaced = isFirst
        isFirst = false
        frameStart = position
        if let magic = bytes.number(), FrameMagic.isSkippable(magic) {
            begin()
            guard let length = bytes.number(at: 4) else { return truncated("skippable frame") }
            state = .skipping(rest: 8 + Int(length))
            return .produced(0)
        }
        guard let header = ZstdFrameHeader(bytes) else {
            if bytes.number() == FrameMagic.zstd || bytes.count < 4 {
                if bytes.count < ZstdFrameHeader.sizeLimit { return truncated("zstd frame") }
            }
            state = .searching
            endedAt = nil
            let isFrame = bytes.number() == FrameMagic.zstd
            let place = ArchiveDamage(
                offset: frameStart,
                reason: isFrame
                    ? "the header of the zstd frame that begins here is damaged; reading goes on with the next frame"
                    : "no zstd frame begins here; reading goes on with the next frame")
            return mayBeMisplaced ? .misplaced(place) : .damaged(place, isGap: true)
        }
        begin()
        hasChecksum = header.hasChecksum
        if header.windowSize > UInt64(clamping: windowLimit) {
            return refuse(
                header, "needs a window of \(header.windowSize) bytes, more than the limit of \(windowLimit)")
        }
        if header.dictionary != 0 { return refuse(header, "needs the dictionary \(header.dictionary)") }
        guard let context, ZSTD_isError(ZSTD_decompressBegin(context.pointer)) == 0 else {
            return refuse(header, "finds no memory for its decoder")
        }
        adopt(header)
        isChecksumNext = false
        state = .frame
        return .produced(0)
    }

    private func begin() {
        if startedAt == nil { startedAt = position }
        endedAt = nil
    }

    private func endFrame() {
        endedAt = position
        state = .boundary
    }

    private func end() -> DecoderStep {
        state = .ended
        return .ended
    }

    private func decode(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        guard let context else { return end() }
        var room = target
        var left = capacity
        // A block's header and its body are two calls; the loop ends with the first that brings bytes.
        while true {
            let wanted = ZSTD_nextSrcSizeToDecompress(context.pointer)
            if wanted == 0 {
                endFrame()
                return .produced(0)
            }
            let bytes = input.available(wanted)
            if bytes.count < wanted {
                if input.isStarved { return .starved }
                if let failure = input.failure { return failed(failure) }
                return truncated("zstd frame")
            }
            // SAFETY: `wanted` bytes are there to read, `left` bytes may be written, and the ring keeps the window
            // (demand.history) in place, in at most two runs, as ZSTD_decompressContinue requires.
            let result = ZSTD_decompressContinue(context.pointer, room, left, bytes.baseAddress, wanted)
            if ZSTD_isError(result) != 0 { return damaged(result, wanted) }
            input.skip(wanted)
            if result > 0 { return .produced(Int(result)) }
            room = target
            left = capacity
        }
    }

    private func damaged(_ result: Int, _ wanted: Int) -> DecoderStep {
        let reason = String(cString: ZSTD_getErrorName(result))
        if ZSTD_getErrorCode(result) == ZSTD_error_checksum_wrong {
            input.skip(wanted)
            endFrame()
            return .damaged(
                ArchiveDamage(
                    offset: frameStart, reason: "the checksum of the zstd frame that begins here does not match"),
                isGap: false)
        }
        state = .searching
        return .damaged(
            ArchiveDamage(
                offset: frameStart,
                reason: "the zstd frame that begins here is damaged at byte \(position) (\(reason)); "
                    + "reading goes on with the next frame"),
            isGap: true)
    }

    private func truncated(_ what: String) -> DecoderStep {
        let end = position + input.available(1).count
        input.skip(end - position)
        state = .ended
        endedAt = nil
        return .damaged(
            ArchiveDamage(
                offset: frameStart, reason: "the \(what) that begins here is cut off: the archive ends at byte \(end)"),
            isGap: true)
    }

    private func failed(_ failure: SystemError) -> DecoderStep {
        state = .ended
        endedAt = nil
        return .damaged(
            ArchiveDamage(offset: position, reason: "reading failed: \(failure.reason)"), isGap: true)
    }

    private func refuse(_ header: ZstdFrameHeader, _ reason: String) -> DecoderStep {
        input.skip(header.size)
        state = .passing
        return .damaged(
            ArchiveDamage(offset: frameStart, reason: "the zstd frame that begins here \(reason)"), isGap: true)
    }

    private func pass() -> DecoderStep {
        if isChecksumNext {
            let bytes = input.available(4)
            if bytes.count < 4 { return input.isStarved ? .starved : truncated("zstd frame") }
            input.skip(4)
            isChecksumNext = false
            endFrame()
            return .produced(0)
        }
        let bytes = input.available(ZstdBlockHeader.size)
        if bytes.count < ZstdBlockHeader.size { return input.isStarved ? .starved : truncated("zstd frame") }
        guard let block = ZstdBlockHeader(bytes) else {
            state = .searching
            return .produced(0)
        }
        let size = ZstdBlockHeader.size + block.storedSize
        if input.available(size).count < size { return input.isStarved ? .starved : truncated("zstd frame") }
        input.skip(size)
        if block.isLast {
            if hasChecksum { isChecksumNext = true } else { endFrame() }
        }
        return .produced(0)
    }

    private func skip(_ rest: Int) -> DecoderStep {
        let step = input.discard(rest)
        if step == rest {
            endFrame()
        } else if step > 0 {
            state = .skipping(rest: rest - step)
        } else {
            if input.isStarved { return .starved }
            if let failure = input.failure { return failed(failure) }
            return truncated("skippable frame")
        }
        return .produced(0)
    }

    /// Goes on to the next frame whose header is valid.
    private func search() -> DecoderStep {
        if position >= ownEnd { return end() }
        let bytes = input.available(ZstdFrameHeader.sizeLimit + 1)
        if bytes.count <= ZstdFrameHeader.sizeLimit, input.isStarved { return .starved }
        let window = UnsafeRawBufferPointer(rebasing: bytes.prefix(1 << 20))
        // From the second byte on: at the first one is what turned out to be damaged.
        guard let found = window.firstMagic(FrameMagic.zstd, from: 1) else {
            if window.count < 5 {
                input.skip(window.count)
                return end()
            }
            input.skip(window.count - 4)
            return .produced(0)
        }
        input.skip(found)
        let isValid = ZstdFrameHeader(input.available(ZstdFrameHeader.sizeLimit)) != nil
        if isValid, position < ownEnd { state = .boundary }
        return .produced(0)
    }
}
