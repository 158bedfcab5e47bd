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
        case searching(FrameSearch)
        case ended
    }

    private let input: ByteInput
    private let ownEnd: Int
    private let windowLimit: Int
    private let context: ZstdContext?
    private var state = State.boundary
    private var isFirst: Bool
    private var frame = FrameRecord(unit: "zstd frame")
    private var hasChecksum = false
    private var blockSizeLimit = 0
    /// The block whose body comes next is the frame's last.
    private var isLastBlock = false
    private var isChecksumNext = false
    private(set) var demand = DecoderDemand(history: 0, piece: 128 << 10)

    var position: Int { input.position }
    var startedAt: Int? { frame.startedAt }
    var endedAt: Int? { frame.endedAt }

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
        case .searching(let search): self.search(search)
        case .ended: .ended
        }
    }

    private func boundary() -> DecoderStep {
        if position >= ownEnd { return end() }
        let bytes = input.available(ZstdFrameHeader.sizeLimit)
        if bytes.count < ZstdFrameHeader.sizeLimit, input.isStarved { return .starved }
        if let failure = input.failure { return failed(failure) }
        if bytes.isEmpty {
            frame.end(at: position)
            return end()
        }
        let mayBeMisplaced = isFirst
        isFirst = false
        frame.arrive(at: position)
        let magic = bytes.number()
        if let magic, FrameMagic.isSkippable(magic), let length = bytes.number(at: 4) {
            frame.begin()
            state = .skipping(rest: 8 + Int(length))
            return .produced(0)
        }
        guard let header = ZstdFrameHeader(bytes) else {
            let isSkippable = magic.map { FrameMagic.isSkippable($0) } ?? false
            let isCutOff =
                isSkippable || bytes.count < 4 || magic == FrameMagic.zstd && bytes.count < ZstdFrameHeader.sizeLimit
            let damage =
                isCutOff
                ? frame.cutOff(input, isSkippable: isSkippable) : frame.misfit(hasMagic: magic == FrameMagic.zstd)
            state = .searching(FrameSearch(beyondFirst: true))
            return mayBeMisplaced ? .misplaced(damage) : .damaged(damage, isGap: true)
        }
        frame.begin()
        hasChecksum = header.hasChecksum
        blockSizeLimit = header.blockSizeLimit
        isChecksumNext = false
        if header.windowSize > UInt64(clamping: windowLimit) {
            return refuse(
                header, "needs a window of \(header.windowSize) bytes, more than the limit of \(windowLimit)")
        }
        if header.dictionary != 0 { return refuse(header, "needs the dictionary \(header.dictionary)") }
        guard let context, ZSTD_isError(ZSTD_decompressBegin(context.pointer)) == 0 else {
            return refuse(header, "finds no memory for its decoder")
        }
        adopt(header)
        state = .frame
        return .produced(0)
    }

    private func endFrame() {
        frame.end(at: position)
        state = .boundary
    }

    private func end() -> DecoderStep {
        state = .ended
        return .ended
    }

    private func decode(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        guard let context else { return end() }
        // A block's header and its body are two calls; the loop ends with the first that brings bytes.
        while true {
            let wanted = ZSTD_nextSrcSizeToDecompress(context.pointer)
            if wanted == 0 {
                endFrame()
                return .produced(0)
            }
            let kind = ZSTD_nextInputType(context.pointer)
            if kind == ZSTDnit_blockHeader, let step = examineBlock() { return step }
            let bytes = input.available(wanted)
            if bytes.count < wanted { return short() }
            // SAFETY: `wanted` bytes are there to read, `capacity` bytes may be written, and the ring keeps the window
            // (demand.history) in place, in at most two runs, as ZSTD_decompressContinue requires.
            let result = ZSTD_decompressContinue(context.pointer, target, capacity, bytes.baseAddress, wanted)
            if ZSTD_isError(result) != 0 { return damaged(result, wanted, kind) }
            input.skip(wanted)
            if result > 0 { return .produced(Int(result)) }
        }
    }

    /// Looks at the block that begins here before any of it is used, so that behind a loss it is the block's first byte
    /// from which the next frame is looked for.
    private func examineBlock() -> DecoderStep? {
        let header = input.available(ZstdBlockHeader.size)
        if header.count < ZstdBlockHeader.size { return short() }
        guard let block = ZstdBlockHeader(header, limit: blockSizeLimit) else {
            state = .searching(FrameSearch(beyondFirst: false))
            return damaged("a block's header is not valid")
        }
        let size = ZstdBlockHeader.size + block.storedSize
        if input.available(size).count < size { return short() }
        isLastBlock = block.isLast
        return nil
    }

    private func damaged(_ result: Int, _ wanted: Int, _ kind: ZSTD_nextInputType_e) -> DecoderStep {
        if ZSTD_getErrorCode(result) == ZSTD_error_checksum_wrong {
            input.skip(wanted)
            endFrame()
            return frame.mismatch()
        }
        let step = damaged(String(cString: ZSTD_getErrorName(result)))
        guard kind == ZSTDnit_block || kind == ZSTDnit_lastBlock else {
            state = .searching(FrameSearch(beyondFirst: false))
            return step
        }
        // The frame's other blocks refer to this one, but say where the next frame begins.
        input.skip(wanted)
        state = .passing
        passed(isLast: isLastBlock)
        return step
    }

    private func damaged(_ reason: String) -> DecoderStep {
        .damaged(
            frame.damaged("is damaged at byte \(position) (\(reason)); reading goes on with the next frame"),
            isGap: true)
    }

    /// There is less than what must follow.
    private func short() -> DecoderStep {
        if input.isStarved { return .starved }
        if let failure = input.failure { return failed(failure) }
        // A damaged block may only seem to reach beyond the archive's end, with frames behind it.
        state = .searching(FrameSearch(beyondFirst: false))
        return .damaged(frame.cutOff(input), isGap: true)
    }

    private func failed(_ failure: SystemError) -> DecoderStep {
        state = .ended
        return frame.failed(failure, at: position)
    }

    private func refuse(_ header: ZstdFrameHeader, _ reason: String) -> DecoderStep {
        input.skip(header.size)
        state = .passing
        return .damaged(frame.damaged(reason), isGap: true)
    }

    private func pass() -> DecoderStep {
        if isChecksumNext {
            if input.available(4).count < 4 { return short() }
            input.skip(4)
            isChecksumNext = false
            endFrame()
            return .produced(0)
        }
        let header = input.available(ZstdBlockHeader.size)
        if header.count < ZstdBlockHeader.size { return short() }
        guard let block = ZstdBlockHeader(header, limit: blockSizeLimit) else {
            state = .searching(FrameSearch(beyondFirst: false))
            return .produced(0)
        }
        let size = ZstdBlockHeader.size + block.storedSize
        if input.available(size).count < size { return short() }
        input.skip(size)
        passed(isLast: block.isLast)
        return .produced(0)
    }

    private func passed(isLast: Bool) {
        guard isLast else { return }
        if hasChecksum { isChecksumNext = true } else { endFrame() }
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
            state = .ended
            return .damaged(frame.cutOff(input, isSkippable: true), isGap: true)
        }
        return .produced(0)
    }

    /// Goes on to the next frame whose header is valid.
    private func search(_ search: FrameSearch) -> DecoderStep {
        var search = search
        let outcome = search.step(
            input, end: ownEnd, first: UInt8(truncatingIfNeeded: FrameMagic.zstd),
            headerSize: ZstdFrameHeader.sizeLimit
        ) { ZstdFrameHeader($0) != nil }
        switch outcome {
        case .found: state = .boundary
        case .more: state = .searching(search)
        case .starved: return .starved
        case .ended: return input.failure.map { failed($0) } ?? end()
        }
        return .produced(0)
    }
}
