import CZstd
import Values

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
        /// Before the body of a block that cannot be decoded.
        case undecodable(size: Int, reason: String)
        /// Passing over the blocks of a frame that cannot be decoded.
        case passing
        /// Passing over a skippable frame.
        case skipping(SkippableFrame<ZstdStructure>)
        /// Looking for the next frame behind a loss.
        case searching(FrameSearch)
        case ended
    }

    private let input: ByteInput
    private var ownEnd: Int
    private var isOpen: Bool
    private let windowLimit: Int
    private let context: ZstdContext?
    private var state = State.boundary
    private var frame = FrameRecord(unit: "zstd frame")
    private var hasChecksum = false
    private var blockSizeLimit = 0
    /// The block whose body comes next is the frame's last.
    private var isLastBlock = false
    /// Bytes that the block has in the archive, with its header.
    private var blockSize = 0
    /// A frame begins within the block, which its frame's checksum follows.
    private var isDoubtful = false
    private var isChecksumNext = false
    /// Blocks whose headers are looked at behind one that is passed over: what stands there can fit by chance.
    private static let depth = 8
    private(set) var demand = DecoderDemand(history: 0, piece: 128 << 10)

    var position: Int { input.position }
    var startedAt: Int? { frame.startedAt }
    var endedAt: Int? { frame.endedAt }

    /// - Parameters:
    ///   - ownEnd: frames that begin at or behind this offset are not this decoder's.
    ///   - isOpen: the frames up to there were not walked to their ends. Where their walk comes to its end, for what stands
    ///     there is no frame or block, all the rest is this decoder's.
    init(input: ByteInput, ownEnd: Int, windowLimit: Int, isOpen: Bool = false) {
        self.input = input
        self.ownEnd = ownEnd
        self.windowLimit = windowLimit
        self.isOpen = isOpen
        context = ZstdContext()
        // What the first frame needs, so that the ring fits from the start.
        if let header = ZstdFrameHeader(input.available(ZstdFrameHeader.sizeLimit)) { adopt(header) }
    }

    private func adopt(_ header: ZstdFrameHeader) {
        guard header.windowSize <= UInt64(clamping: windowLimit) else { return }
        demand = DecoderDemand(history: Int(header.windowSize), piece: max(header.blockSizeLimit, 1 << 10) + 64)
    }

    func findsLoss() -> Bool { input.findsLoss() }

    func step(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        switch state {
        case .boundary: boundary()
        case .frame: decode(into: target, capacity: capacity)
        case .undecodable(let size, let reason): passUndecodable(size, reason)
        case .passing: pass()
        case .skipping(let skippable): skip(skippable)
        case .searching(let search): self.search(search)
        case .ended: .ended
        }
    }

    private func boundary() -> DecoderStep {
        let isBehind = position >= ownEnd
        if isBehind, !isOpen { return end() }
        let bytes = input.available(ZstdFrameHeader.sizeLimit)
        if bytes.count < ZstdFrameHeader.sizeLimit, input.isStarved { return .starved }
        if let failure = input.failure { return failed(failure) }
        if isBehind {
            if ZstdStructure.isBoundary(bytes, at: 0) { return end() }
            settleEnd(.max)
        }
        if bytes.isEmpty {
            frame.end(at: position)
            return end()
        }
        frame.arrive(at: position)
        let magic = bytes.number()
        let isSkippable = magic.map { FrameMagic.isSkippable($0) } ?? false
        if isSkippable, let length = bytes.number(at: 4) {
            frame.begin()
            state = .skipping(SkippableFrame(at: position, length: length))
            return .produced(0)
        }
        guard let header = ZstdFrameHeader(bytes) else {
            let isCutOff =
                isSkippable || magic == nil && FrameMagic.isBegun(by: bytes, FrameMagic.zstd)
                || magic == FrameMagic.zstd && bytes.count < ZstdFrameHeader.sizeLimit
            startSearch(beyondFirst: true)
            return .damaged(
                isCutOff
                    ? frame.cutOff(input, isSkippable: isSkippable) : frame.misfit(hasMagic: magic == FrameMagic.zstd),
                isGap: true)
        }
        if let step = examineStart(header) { return step }
        frame.begin()
        hasChecksum = header.hasChecksum
        blockSizeLimit = header.blockSizeLimit
        isChecksumNext = false
        isDoubtful = false
        if header.windowSize > UInt64(clamping: windowLimit) {
            return refuse(
                header,
                "needs a window of \(header.windowSize) bytes, more than the limit of \(windowLimit); read it with "
                    + "`zstd -dc --long=31 FILE | trawl hunt ... -`")
        }
        if header.dictionary != 0 {
            return refuse(
                header,
                "needs the dictionary \(header.dictionary); read it with "
                    + "`zstd -dc -D DICTIONARY FILE | trawl hunt ... -`")
        }
        guard let context, ZSTD_isError(ZSTD_decompressBegin(context.pointer)) == 0 else {
            return refuse(header, "finds no memory for its decoder")
        }
        adopt(header)
        state = .frame
        return .produced(0)
    }

    /// A frame that is cut off within its header has another one's bytes for the rest of it.
    private func examineStart(_ header: ZstdFrameHeader) -> DecoderStep? {
        let size = header.size + ZstdBlockHeader.size
        let bytes = input.available(size)
        if bytes.count < size, input.isStarved { return .starved }
        guard bytes.count >= size,
            ZstdBlockHeader(
                UnsafeRawBufferPointer(rebasing: bytes[header.size...]), limit: header.blockSizeLimit) == nil
        else { return nil }
        return cut(within: 1..<size)
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
            if kind == ZSTDnit_blockHeader, let step = examineBlock(isPassing: false) { return step }
            if kind == ZSTDnit_checksum, let step = examineChecksum() { return step }
            let bytes = input.available(wanted)
            if bytes.count < wanted { return short() }
            // SAFETY: `wanted` bytes are there to read, `capacity` bytes may be written, and the ring keeps the window
            // (demand.history) in place, in at most two runs, as ZSTD_decompressContinue requires.
            let result = ZSTD_decompressContinue(context.pointer, target, capacity, bytes.baseAddress, wanted)
            if ZSTD_isError(result) != 0 { return damaged(result, wanted, kind) }
            if isDoubtful, kind == ZSTDnit_lastBlock, let step = checkDoubtful(wanted) { return step }
            input.skip(wanted)
            if result > 0 { return .produced(Int(result)) }
        }
    }

    /// Looks at the block that begins here before any of it is used, so that behind a loss it is the block's first byte
    /// from which the next frame is looked for. If what stands behind the block can't follow it, the frame may have been
    /// cut off within, and another one written behind.
    private func examineBlock(isPassing: Bool) -> DecoderStep? {
        let depth = isPassing ? Self.depth : 1
        let header = input.available(ZstdBlockHeader.size)
        if header.count < ZstdBlockHeader.size { return short() }
        guard let block = ZstdBlockHeader(header, limit: blockSizeLimit) else {
            if let step = cut(within: 0..<ZstdBlockHeader.size) { return step }
            startSearch(beyondFirst: false)
            // What is passed over was told of when that began.
            return isPassing ? .produced(0) : damaged("a block's header is not valid")
        }
        let size = ZstdBlockHeader.size + block.storedSize
        let wanted = size + 4 + ZstdStructure.headerSize + (depth - 1) * ZstdStructure.blockLimit
        let bytes = input.available(wanted)
        if bytes.count < wanted, input.isStarved { return .starved }
        if bytes.count < size { return short() }
        isLastBlock = block.isLast
        blockSize = size
        let isContinued = ZstdStructure.isContinued(
            bytes, at: size, behindLast: block.isLast, limit: blockSizeLimit, hasChecksum: hasChecksum, depth: depth)
        if !isContinued { return cut(within: 1..<size) }
        return block.isRaw && !isPassing ? examineRaw(size) : nil
    }

    /// What stands behind the block fits. A frame within it is content, or what fits is a part of that frame, too, or of
    /// another one behind: only the checksum can tell, before any of it is handed on.
    private func examineRaw(_ size: Int) -> DecoderStep? {
        let wanted = size + ZstdStructure.evidence
        let bytes = input.available(wanted)
        if bytes.count < wanted, input.isStarved { return .starved }
        guard let next = ZstdStructure.firstFrame(in: bytes, 1..<size) else { return nil }
        let header = ZstdFrameHeader(UnsafeRawBufferPointer(rebasing: bytes[next...]))
        if let header, next + header.size == size { return cut(within: 1..<size) }
        isDoubtful = isLastBlock && hasChecksum
        return nil
    }

    /// The same for the checksum.
    private func examineChecksum() -> DecoderStep? {
        let wanted = 4 + ZstdStructure.headerSize
        let bytes = input.available(wanted)
        if bytes.count < wanted, input.isStarved { return .starved }
        if bytes.count < 4 { return short() }
        return ZstdStructure.isBoundary(bytes, at: 4) ? nil : cut(within: 0..<4)
    }

    /// Goes on with the frame that begins within the next bytes, if there is one.
    private func cut(within range: Range<Int>) -> DecoderStep? {
        let wanted = range.upperBound + ZstdStructure.evidence
        let bytes = input.available(wanted)
        if bytes.count < wanted, input.isStarved { return .starved }
        guard let next = ZstdStructure.firstFrame(in: bytes, range) else { return nil }
        input.skip(next)
        settleEnd(.max)
        state = .boundary
        return frame.cutShort(at: position)
    }

    private func startSearch(beyondFirst: Bool) {
        settleEnd(.max)
        state = .searching(FrameSearch(beyondFirst: beyondFirst))
    }

    /// What is this decoder's, if that was open.
    private func settleEnd(_ end: Int) {
        guard isOpen else { return }
        isOpen = false
        ownEnd = end
    }

    private func damaged(_ result: Int, _ wanted: Int, _ kind: ZSTD_nextInputType_e) -> DecoderStep {
        if ZSTD_getErrorCode(result) == ZSTD_error_checksum_wrong {
            input.skip(wanted)
            endFrame()
            return frame.mismatch()
        }
        let reason = String(cString: ZSTD_getErrorName(result))
        if kind == ZSTDnit_block || kind == ZSTDnit_lastBlock {
            state = .undecodable(size: wanted, reason: reason)
            return .produced(0)
        }
        state = .searching(FrameSearch(beyondFirst: false))
        return damaged(reason)
    }

    /// A block cannot be decoded: it is damaged, or the frame is cut off within it and another one was written behind.
    private func passUndecodable(_ size: Int, _ reason: String) -> DecoderStep {
        let wanted = size + ZstdStructure.evidence
        let bytes = input.available(wanted)
        if bytes.count < wanted, input.isStarved { return .starved }
        if ZstdStructure.firstFrame(in: bytes, 0..<size) != nil {
            if isOpen {
                // A mapping's bytes are all there. What stands behind the block can fit by chance: the walk then goes on.
                let end = ZstdStructure.frameEnd(
                    bytes, from: size, behindLast: isLastBlock, limit: blockSizeLimit, hasChecksum: hasChecksum)
                settleEnd(end.map { position + $0 } ?? .max)
            }
            if let step = cut(within: 0..<size) { return step }
        }
        let step = damaged(reason)
        // The frame's other blocks refer to this one, but say where the next frame begins.
        input.skip(size)
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
        // It may only seem to reach beyond the archive's end, with frames behind it.
        if let step = cut(within: 0..<input.available(1).count) { return step }
        startSearch(beyondFirst: false)
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
            if let step = examineChecksum() { return step }
            input.skip(4)
            isChecksumNext = false
            endFrame()
            return .produced(0)
        }
        if let step = examineBlock(isPassing: true) { return step }
        input.skip(blockSize)
        passed(isLast: isLastBlock)
        return .produced(0)
    }

    /// The block has been decoded but not handed on: whether the checksum is right decides what the frame within it is.
    private func checkDoubtful(_ size: Int) -> DecoderStep? {
        isDoubtful = false
        let bytes = input.available(size + 4)
        guard let context, let base = bytes.baseAddress, bytes.count >= size + 4 else { return nil }
        // SAFETY: four bytes are there to read; the library writes nothing for a checksum.
        let result = ZSTD_decompressContinue(context.pointer, nil, 0, base + size, 4)
        if ZSTD_isError(result) != 0 { return cut(within: 0..<size) }
        input.skip(4)
        return nil
    }

    private func passed(isLast: Bool) {
        guard isLast else { return }
        if hasChecksum { isChecksumNext = true } else { endFrame() }
    }

    private func skip(_ skippable: SkippableFrame<ZstdStructure>) -> DecoderStep {
        var skippable = skippable
        let outcome = skippable.step(input)
        if let failure = input.failure { return failed(failure) }
        switch outcome {
        case .passed: endFrame()
        case .more: state = .skipping(skippable)
        case .starved:
            state = .skipping(skippable)
            return .starved
        case .holdsFrame:
            state = .boundary
            return frame.lengthMismatch(next: position)
        case .endsBeyond:
            startSearch(beyondFirst: true)
            return .damaged(frame.cutOff(input, isSkippable: true), isGap: true)
        }
        return .produced(0)
    }

    /// Goes on to the next frame.
    private func search(_ search: FrameSearch) -> DecoderStep {
        var search = search
        switch search.step(input, end: ownEnd, for: ZstdStructure.self) {
        case .found: state = .boundary
        case .more: state = .searching(search)
        case .starved: return .starved
        case .ended: return input.failure.map { failed($0) } ?? end()
        }
        return .produced(0)
    }
}
