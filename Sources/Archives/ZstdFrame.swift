import CZstd

/// How zstd frames are told from other bytes.
enum ZstdStructure: FrameStructure {
    static let firstByte = UInt8(truncatingIfNeeded: FrameMagic.zstd)
    static let headerSize = ZstdFrameHeader.sizeLimit
    /// The most bytes that a block has in the archive, with its header.
    static let blockLimit = ZstdBlockHeader.size + 128 << 10
    static let evidence = headerSize + blockLimit + ZstdBlockHeader.size

    /// The frame's header, its first block's, and the next one's.
    static func isFrame(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let header = ZstdFrameHeader(bytes) else { return false }
        guard bytes.count >= header.size + ZstdBlockHeader.size else { return true }
        let first = UnsafeRawBufferPointer(rebasing: bytes[header.size...])
        guard let block = ZstdBlockHeader(first, limit: header.blockSizeLimit) else { return false }
        let next = ZstdBlockHeader.size + block.storedSize
        if block.isLast || first.count < next + ZstdBlockHeader.size { return true }
        return ZstdBlockHeader(
            UnsafeRawBufferPointer(rebasing: first[next...]), limit: header.blockSizeLimit) != nil
    }

    /// The frame's header and those of its first blocks, down to what stands behind a frame of fewer: more than `isFrame`
    /// asks for, where no magic speaks for it. Gets `evidence` times `depth` bytes, fewer only where the archive ends.
    static func isFrame(_ bytes: UnsafeRawBufferPointer, depth: Int) -> Bool {
        guard let header = ZstdFrameHeader(bytes) else { return false }
        return isContinued(
            bytes, at: header.size, behindLast: false, limit: header.blockSizeLimit, hasChecksum: header.hasChecksum,
            depth: depth)
    }

    static func isBoundary(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.isEmpty || ZstdFrameHeader(bytes) != nil { return true }
        return bytes.number().map { FrameMagic.isSkippable($0) } == true && bytes.count >= 8
    }

    /// Where a frame ends that goes on at `start` with a block's header, if something stands behind it that can follow.
    /// `bytes` go on to the archive's end.
    static func frameEnd(
        _ bytes: UnsafeRawBufferPointer, from start: Int, behindLast isLast: Bool, limit: Int, hasChecksum: Bool
    ) -> Int? {
        var (end, isLast) = (start, isLast)
        while !isLast {
            guard end <= bytes.count,
                let block = ZstdBlockHeader(UnsafeRawBufferPointer(rebasing: bytes[end...]), limit: limit)
            else { return nil }
            end += ZstdBlockHeader.size + block.storedSize
            isLast = block.isLast
        }
        if hasChecksum { end += 4 }
        return isBoundary(bytes, at: end) ? end : nil
    }

    /// Whether what stands behind a block can follow it: the next block's header, or the frame's end and what can follow that.
    /// So it goes on for as many blocks as `depth` says.
    ///
    /// - Parameter end: where the block ends; `bytes` go on from there for `blockLimit` times `depth` bytes, a checksum and
    ///   `headerSize`, or to the archive's end.
    static func isContinued(
        _ bytes: UnsafeRawBufferPointer, at end: Int, behindLast isLast: Bool, limit: Int, hasChecksum: Bool, depth: Int
    ) -> Bool {
        var (end, isLast) = (end, isLast)
        for _ in 0..<depth {
            if isLast { return isBoundary(bytes, at: end + (hasChecksum ? 4 : 0)) }
            guard end <= bytes.count,
                let block = ZstdBlockHeader(UnsafeRawBufferPointer(rebasing: bytes[end...]), limit: limit)
            else { return false }
            end += ZstdBlockHeader.size + block.storedSize
            isLast = block.isLast
        }
        return true
    }
}

/// What a zstd frame's header says (RFC 8878, 3.1.1.1).
struct ZstdFrameHeader {
    let size: Int
    let windowSize: UInt64
    let blockSizeLimit: Int
    let dictionary: UInt32
    let hasChecksum: Bool

    /// Bytes that are always enough to read a header.
    static let sizeLimit = 18

    /// Nil when no valid header is there, or not all of it.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let baseAddress = bytes.baseAddress, bytes.number() == FrameMagic.zstd else { return nil }
        var header = ZSTD_frameHeader()
        guard ZSTD_getFrameHeader(&header, baseAddress, min(bytes.count, Self.sizeLimit)) == 0,
            header.frameType == ZSTD_frame
        else { return nil }
        size = Int(header.headerSize)
        windowSize = header.windowSize
        blockSizeLimit = Int(header.blockSizeMax)
        dictionary = header.dictID
        hasChecksum = header.checksumFlag != 0
    }
}

/// A zstd block's header: three bytes (RFC 8878, 3.1.1.2).
struct ZstdBlockHeader {
    let isLast: Bool
    /// Its content stands in the archive as it is.
    let isRaw: Bool
    /// Bytes that the block has in the archive, behind its header.
    let storedSize: Int

    static let size = 3

    /// Nil when no valid header is there: a reserved type, or more bytes than the frame's blocks may have.
    init?(_ bytes: UnsafeRawBufferPointer, limit: Int) {
        guard bytes.count >= Self.size else { return nil }
        let word = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16
        isLast = word & 1 != 0
        isRaw = word >> 1 & 3 == 0
        let size = word >> 3
        switch word >> 1 & 3 {
        case 1: storedSize = 1
        case 3: return nil
        default: storedSize = size
        }
        if size > limit { return nil }
    }
}
