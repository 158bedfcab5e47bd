import Values

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
        case skipping(SkippableFrame<LZ4Structure>)
        case searching(FrameSearch)
        case ended
    }

    private let input: ByteInput
    private var state = State.boundary
    private var header = LZ4FrameHeader.legacy
    private var frame = FrameRecord(unit: "lz4 frame")
    private var content = 0
    /// Blocks of this frame are passed over: it needs a dictionary, or what it refers to is lost.
    private var isPassing = false
    /// Bytes of this frame's content are missing or doubtful, so that its checksum says nothing new.
    private var isIncomplete = false
    private let hash = ContentHash()
    /// The checksum of the block at hand was taken already.
    private var isHashed = false
    private var blocks = LZ4BlockContent(.legacy)
    private(set) var demand = DecoderDemand(history: 0, piece: 64 << 10)

    var position: Int { input.position }
    var contentHash: ContentHash? { hash }
    var startedAt: Int? { frame.startedAt }
    var endedAt: Int? { frame.endedAt }

    init(input: ByteInput) {
        self.input = input
        let bytes = input.available(LZ4FrameHeader.sizeLimit)
        if bytes.number() == FrameMagic.lz4Legacy {
            adopt(.legacy)
        } else if let header = LZ4FrameHeader(bytes) {
            adopt(header)
        }
    }

    private func adopt(_ header: LZ4FrameHeader) {
        demand = DecoderDemand(history: header.isLinked ? LZ4History.size : 0, piece: header.blockLimit)
    }

    func findsLoss() -> Bool { input.findsLoss() }

    func step(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        if let pending = frame.takePending() { return pending }
        return switch state {
        case .boundary: boundary()
        case .block: block(into: target, capacity: capacity)
        case .legacyBlock: legacyBlock(into: target, capacity: capacity)
        case .contentChecksum: contentChecksum()
        case .skipping(let skippable): skip(skippable)
        case .searching(let search): self.search(search)
        case .ended: .ended
        }
    }

    // MARK: Frames

    private func boundary() -> DecoderStep {
        let bytes = input.available(LZ4FrameHeader.sizeLimit)
        if bytes.count < LZ4FrameHeader.sizeLimit, input.isStarved { return .starved }
        if let failure = input.failure { return failed(failure) }
        if bytes.isEmpty {
            frame.end(at: position)
            state = .ended
            return .ended
        }
        frame.arrive(at: position)
        let magic = bytes.number()
        if let magic, FrameMagic.isSkippable(magic), let length = bytes.number(at: 4) {
            frame.begin()
            state = .skipping(SkippableFrame(at: position, length: length))
            return .produced(0)
        }
        content = 0
        isPassing = false
        isIncomplete = false
        if magic == FrameMagic.lz4Legacy {
            input.skip(4)
            begin(.legacy)
            state = .legacyBlock
            return .produced(0)
        }
        guard let header = LZ4FrameHeader(bytes) else {
            state = .searching(FrameSearch(beyondFirst: true))
            let isSkippable = magic.map { FrameMagic.isSkippable($0) } ?? false
            let isCutOff =
                isSkippable
                || magic == nil
                    && (FrameMagic.isBegun(by: bytes, FrameMagic.lz4)
                        || FrameMagic.isBegun(by: bytes, FrameMagic.lz4Legacy))
                || magic == FrameMagic.lz4 && bytes.count < LZ4FrameHeader.sizeLimit && LZ4FrameHeader.isCutOff(bytes)
            return .damaged(
                isCutOff
                    ? frame.cutOff(input, isSkippable: isSkippable) : frame.misfit(hasMagic: magic == FrameMagic.lz4),
                isGap: true)
        }
        if let step = examineStart(header) { return step }
        input.skip(header.size)
        begin(header)
        state = .block
        guard let dictionary = header.dictionary else { return .produced(0) }
        isPassing = true
        isIncomplete = true
        return .damaged(frame.damaged("needs the dictionary \(dictionary); \(Self.dictionaryRemedy)"), isGap: true)
    }

    private static let dictionaryRemedy = "read it with `lz4 -dc -D DICTIONARY FILE | trawl hunt ... -`"

    /// A frame that is cut off within its header has another one's bytes for the rest of it.
    private func examineStart(_ header: LZ4FrameHeader) -> DecoderStep? {
        let size = header.size + 4
        let bytes = input.available(size)
        if bytes.count < size, input.isStarved { return .starved }
        guard let word = bytes.number(at: header.size), !header.fits(word) else { return nil }
        return cut(within: 1..<size)
    }

    private func begin(_ header: LZ4FrameHeader) {
        frame.begin()
        self.header = header
        blocks = LZ4BlockContent(header)
        adopt(header)
        hash.begin()
    }

    private func endFrame() -> DecoderStep {
        frame.end(at: position)
        state = .boundary
        if let size = header.contentSize, size != UInt64(content), !isIncomplete {
            return .damaged(frame.damaged("says it holds \(size) bytes, but holds \(content)"), isGap: true)
        }
        return .produced(0)
    }

    private func contentChecksum() -> DecoderStep {
        guard let stored = input.available(4).number() else { return short() }
        input.skip(4)
        let isRight = isIncomplete || stored == hash.digest()
        if isRight { return endFrame() }
        frame.end(at: position)
        state = .boundary
        return frame.mismatch()
    }

    // MARK: Blocks

    private func block(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        guard let word = input.available(4).number() else { return short() }
        if word == 0 { return endMark() }
        let block = LZ4Block(word, of: header)
        if block.size > header.blockLimit { return oversized(block) }
        if let step = examine(block.whole, isLast: false) { return step }
        guard !isPassing else {
            input.skip(block.whole)
            return .produced(0)
        }
        return decode(block, into: target, capacity)
    }

    private func endMark() -> DecoderStep {
        if let step = examine(4 + (header.hasContentChecksum ? 4 : 0), isLast: true) { return step }
        input.skip(4)
        guard header.hasContentChecksum else { return endFrame() }
        state = .contentChecksum
        return .produced(0)
    }

    private func oversized(_ block: LZ4Block) -> DecoderStep {
        if let step = cut(within: 0..<4) { return step }
        state = .searching(FrameSearch(beyondFirst: false))
        return .damaged(
            ArchiveDamage(
                offset: position,
                reason:
                    "a block of the lz4 frame at byte \(frame.start) says it has \(block.size) bytes, more than it may; "
                    + "reading goes on with the next frame"),
            isGap: true)
    }

    private func decode(_ block: LZ4Block, into target: UnsafeMutableRawPointer, _ capacity: Int) -> DecoderStep {
        let bytes = input.available(block.whole)
        let place = position
        let data = block.content(of: bytes)
        let isDoubtful = block.isDoubtful(bytes, of: header)
        let produced = blocks.write(data, isStored: block.isStored, to: target, capacity)
        if produced == nil || isDoubtful || block.isStored && isMisplaced(target, produced ?? 0, size: block.whole),
            let step = cut(within: 1..<block.whole)
        {
            return step
        }
        let mayNeedDictionary =
            produced == nil && content == 0 && !isDoubtful && blocks.refersBack(data, into: target, capacity)
        input.skip(block.whole)
        guard let produced else { return mayNeedDictionary ? lostWithoutDictionary() : lost(place) }
        content += produced
        defer { isHashed = false }
        if header.hasContentChecksum, !isIncomplete, !isHashed {
            hash.add(UnsafeRawBufferPointer(start: target, count: produced))
        }
        if isDoubtful { doubt(place) }
        return .produced(produced)
    }

    /// The checksum of a block does not match. That is told after its bytes, which may still be of use; what is made of
    /// them in the blocks behind is not.
    private func doubt(_ place: Int) {
        isIncomplete = true
        isPassing = header.isLinked
        let consequence =
            header.isLinked ? ", and those behind it refer to it; reading goes on with the next frame" : ""
        frame.tellLater(
            .damaged(
                ArchiveDamage(
                    offset: place,
                    reason: "the checksum of this block of the lz4 frame at byte \(frame.start) does not match"
                        + consequence),
                isGap: true))
    }

    /// A block cannot be decoded. Blocks that do not depend on it are.
    private func lost(_ place: Int) -> DecoderStep {
        isIncomplete = true
        isPassing = header.isLinked
        return .damaged(
            ArchiveDamage(
                offset: place,
                reason: "this block of the lz4 frame at byte \(frame.start) is damaged; reading goes on with the next "
                    + (header.isLinked ? "frame" : "block")),
            isGap: true)
    }

    /// The frame's first block refers to what precedes it. The second one that does shows that they all do.
    private func lostWithoutDictionary() -> DecoderStep {
        if isIncomplete {
            isPassing = true
            return .produced(0)
        }
        isIncomplete = true
        isPassing = header.isLinked
        return .damaged(
            frame.damaged(
                "needs a dictionary, or is damaged: its first block refers to bytes before it; \(Self.dictionaryRemedy)"
            ),
            isGap: true)
    }

    private func legacyBlock(into target: UnsafeMutableRawPointer, capacity: Int) -> DecoderStep {
        let field = input.available(4)
        if field.isEmpty, !input.isStarved, input.failure == nil { return endFrame() }
        guard let word = field.number() else { return short() }
        // A legacy frame has no end mark: it ends where something stands that cannot be a block's size.
        if word == 0 || Int(word) > LZ4FrameHeader.legacyStoredLimit { return endFrame() }
        let whole = 4 + Int(word)
        if let step = examine(whole, isLast: false) { return step }
        let bytes = input.available(whole)
        let place = position
        let data = UnsafeRawBufferPointer(rebasing: bytes[4..<whole])
        let produced = blocks.write(data, isStored: false, to: target, capacity)
        input.skip(whole)
        guard let produced else { return lost(place) }
        return .produced(produced)
    }

    // MARK: Losses

    /// Looks at what stands behind the block or mark of `size` bytes that comes next, before any of it is used: where that
    /// can't follow it, the frame may have been cut off within, and another one written behind.
    private func examine(_ size: Int, isLast: Bool) -> DecoderStep? {
        let wanted = size + LZ4Structure.evidence
        let bytes = input.available(wanted)
        if bytes.count < wanted, input.isStarved { return .starved }
        if bytes.count < size { return short() }
        if case .legacyBlock = state {
            // A legacy frame ends where something stands that is no block's size.
            let word = bytes.number(at: size).map(Int.init) ?? .max
            if word > 0, word <= LZ4FrameHeader.legacyStoredLimit { return nil }
            if LZ4Structure.isBoundary(bytes, at: size) { return nil }
        } else if isLast {
            if LZ4Structure.isBoundary(bytes, at: size) { return nil }
        } else if let word = bytes.number(at: size), header.fits(word) {
            // That may be the first block's size of the other frame, whose header then ends here.
            let isOther = LZ4FrameHeader.sizes.contains { headerSize in
                size > headerSize
                    && LZ4FrameHeader(UnsafeRawBufferPointer(rebasing: bytes[(size - headerSize)...]))?.size
                        == headerSize
            }
            if !isOther { return nil }
        }
        return cut(within: 1..<size)
    }

    /// Whether the frame's checksum, which comes next, shows that a stored block is not the frame's: if it was cut off, what
    /// stands behind the block can be another frame's end.
    private func isMisplaced(_ content: UnsafeMutableRawPointer, _ count: Int, size: Int) -> Bool {
        guard header.hasContentChecksum, !isIncomplete else { return false }
        let bytes = input.available(size + 8)
        guard bytes.number(at: size) == 0, let stored = bytes.number(at: size + 4),
            LZ4Structure.firstFrame(in: bytes, 1..<size) != nil
        else { return false }
        hash.add(UnsafeRawBufferPointer(start: content, count: count))
        isHashed = true
        return hash.digest() != stored
    }

    /// Goes on with the frame that begins within the next bytes, if there is one.
    private func cut(within range: Range<Int>) -> DecoderStep? {
        let wanted = range.upperBound + LZ4Structure.evidence
        let bytes = input.available(wanted)
        if bytes.count < wanted, input.isStarved { return .starved }
        guard let next = LZ4Structure.firstFrame(in: bytes, range) else { return nil }
        input.skip(next)
        state = .boundary
        return frame.cutShort(at: position)
    }

    /// There is less than what must follow.
    private func short() -> DecoderStep {
        if input.isStarved { return .starved }
        if let failure = input.failure { return failed(failure) }
        // A damaged size may only seem to reach beyond the archive's end, with frames behind it.
        if let step = cut(within: 0..<input.available(1).count) { return step }
        state = .searching(FrameSearch(beyondFirst: false))
        return .damaged(frame.cutOff(input), isGap: true)
    }

    private func failed(_ failure: SystemError) -> DecoderStep {
        state = .ended
        return frame.failed(failure, at: position)
    }

    private func skip(_ skippable: SkippableFrame<LZ4Structure>) -> DecoderStep {
        var skippable = skippable
        let outcome = skippable.step(input)
        if let failure = input.failure { return failed(failure) }
        switch outcome {
        case .passed:
            frame.end(at: position)
            state = .boundary
        case .more: state = .skipping(skippable)
        case .starved:
            state = .skipping(skippable)
            return .starved
        case .holdsFrame:
            state = .boundary
            return frame.lengthMismatch(next: position)
        case .endsBeyond:
            state = .searching(FrameSearch(beyondFirst: true))
            return .damaged(frame.cutOff(input, isSkippable: true), isGap: true)
        }
        return .produced(0)
    }

    /// Goes on to the next frame.
    private func search(_ search: FrameSearch) -> DecoderStep {
        var search = search
        switch search.step(input, for: LZ4Structure.self) {
        case .found: state = .boundary
        case .more: state = .searching(search)
        case .starved: return .starved
        case .ended:
            if let failure = input.failure { return failed(failure) }
            state = .ended
        }
        return .produced(0)
    }
}
