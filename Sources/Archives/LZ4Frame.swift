import CXXHash
import Glibc

/// How lz4 frames are told from other bytes.
enum LZ4Structure: FrameStructure {
    static let firstByte = UInt8(truncatingIfNeeded: FrameMagic.lz4)
    static let headerSize = LZ4FrameHeader.sizeLimit
    static let evidence = headerSize + 4

    /// The header, which has a checksum of its own, and the first block's size.
    static func isFrame(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let header = LZ4FrameHeader(bytes) else { return false }
        guard let word = bytes.number(at: header.size) else { return true }
        return header.fits(word)
    }

    static func isBoundary(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let magic = bytes.number() else { return bytes.isEmpty }
        return magic == FrameMagic.lz4 || magic == FrameMagic.lz4Legacy || FrameMagic.isSkippable(magic)
    }
}

/// What an lz4 frame's header says (LZ4 frame format 1.6, "Frame descriptor").
struct LZ4FrameHeader {
    var size: Int
    /// The most bytes that a block decompresses to.
    var blockLimit: Int
    /// Blocks refer to the 64 KiB before them.
    var isLinked: Bool
    var hasBlockChecksums: Bool
    var hasContentChecksum: Bool
    var contentSize: UInt64?
    var dictionary: UInt32?

    /// Bytes that are always enough to read a header: magic, flags, content size, dictionary, checksum.
    static let sizeLimit = 19
    /// Of all headers: without and with the content's size and the dictionary.
    static let sizes = [7, 11, 15, 19]
    private static let legacyBlock = 8 << 20
    /// The most bytes that a legacy block has in the archive: LZ4_compressBound of 8 MiB.
    static let legacyStoredLimit = legacyBlock + legacyBlock / 255 + 16

    /// A legacy frame: nothing but a magic, and blocks of 8 MiB.
    static let legacy = LZ4FrameHeader(
        size: 4, blockLimit: legacyBlock, isLinked: false, hasBlockChecksums: false, hasContentChecksum: false)

    private init(size: Int, blockLimit: Int, isLinked: Bool, hasBlockChecksums: Bool, hasContentChecksum: Bool) {
        self.size = size
        self.blockLimit = blockLimit
        self.isLinked = isLinked
        self.hasBlockChecksums = hasBlockChecksums
        self.hasContentChecksum = hasContentChecksum
    }

    /// Nil when no valid header is there, or not all of it.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.number() == FrameMagic.lz4, bytes.count >= 7 else { return nil }
        let flags = bytes[4]
        let descriptor = bytes[5]
        // Version 01; reserved bits 0; block sizes 4 to 7.
        guard flags & 0xC2 == 0x40, descriptor & 0x8F == 0, descriptor >> 4 >= 4 else { return nil }
        self.init(
            size: Self.size(flags), blockLimit: 1 << (8 + 2 * Int(descriptor >> 4)), isLinked: flags & 0x20 == 0,
            hasBlockChecksums: flags & 0x10 != 0, hasContentChecksum: flags & 0x04 != 0)
        guard bytes.count >= size, let baseAddress = bytes.baseAddress else { return nil }
        var offset = 6
        if flags & 0x08 != 0 {
            contentSize = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        if flags & 0x01 != 0 {
            dictionary = bytes.number(at: offset)
            offset += 4
        }
        let checksum = UInt8(truncatingIfNeeded: XXH32(baseAddress + 4, offset - 4, 0) >> 8)
        guard bytes[offset] == checksum else { return nil }
    }

    /// Whether this can be the size of a block, or the mark of the frame's end.
    func fits(_ word: UInt32) -> Bool { Int(word & 0x7FFF_FFFF) <= blockLimit }

    private static func size(_ flags: UInt8) -> Int { 7 + (flags & 0x08 != 0 ? 8 : 0) + (flags & 0x01 != 0 ? 4 : 0) }

    /// Whether the bytes, which begin with the magic and end with the archive, are too few for the header that they begin.
    static func isCutOff(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count < 7 || bytes.count < size(bytes[4])
    }
}
