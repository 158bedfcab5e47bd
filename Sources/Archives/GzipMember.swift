import CISAL
import Glibc

/// How gzip members (RFC 1952) are told from other bytes.
enum GzipStructure: FrameStructure {
    static let firstByte: UInt8 = 0x1F
    static let headerSize = 10
    static let evidence = 1 << 10

    /// The header in all its fixed fields, and as much of the content as can be inflated from what there is.
    static func isFrame(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // Extra flags 0, 2 or 4; a known operating system or "unknown".
        guard bytes.count >= headerSize, FrameMagic.isGzip(bytes), [0, 2, 4].contains(bytes[8]),
            bytes[9] <= 13 || bytes[9] == 255, let size = memberHeaderSize(bytes)
        else { return false }
        return GzipTrial().accepts(UnsafeRawBufferPointer(rebasing: bytes[size...]))
    }

    static func isBoundary(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.isEmpty || FrameMagic.isGzip(bytes) }

    /// Whether bytes too few for a header may be the first of one.
    static func isBegun(by bytes: UnsafeRawBufferPointer) -> Bool {
        [firstByte, 0x8B, 8].starts(with: bytes.prefix(3))
    }

    /// A header with longer name and comment than this is taken for damage.
    static let headerLimit = 1 << 20

    /// Bytes of the member's header; nil when they are not all there.
    static func memberHeaderSize(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let flags = bytes[3]
        var size = 10
        if flags & 0x04 != 0 {
            guard bytes.count >= size + 2 else { return nil }
            size += 2 + Int(bytes[size]) + Int(bytes[size + 1]) << 8
        }
        // Name and comment, each ended by a zero.
        for flag in [UInt8(0x08), 0x10] where flags & flag != 0 {
            guard size < bytes.count, size <= headerLimit, let base = bytes.baseAddress,
                let found = memchr(base + size, 0, min(bytes.count, headerLimit + 1) - size)
            else { return nil }
            size = UnsafeRawPointer(found) - base + 1
        }
        if flags & 0x02 != 0 { size += 2 }
        return bytes.count >= size ? size : nil
    }

    /// Whether a member's header of this size has no checksum, or one that matches: the lower half of its CRC-32.
    static func isHeaderIntact(_ bytes: UnsafeRawBufferPointer, _ size: Int) -> Bool {
        guard bytes[3] & 0x02 != 0, let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            return true
        }
        // SAFETY: the header's bytes, of which there are more than the two of the checksum.
        let checksum = crc32_gzip_refl(0, base, UInt64(size - 2)) & 0xFFFF
        return checksum == UInt32(bytes[size - 2]) | UInt32(bytes[size - 1]) << 8
    }
}

/// An inflater that finds out whether bytes can be inflated, and keeps nothing of what comes out.
struct GzipTrial: ~Copyable {
    // SAFETY: allocated here, freed in deinit; the output is as large as the inflater is told.
    private let inflater: UnsafeMutablePointer<inflate_state>
    private let output: UnsafeMutableRawPointer
    private static let outputSize = 64 << 10

    private init(_ allocated: UnsafeMutablePointer<inflate_state>) {
        inflater = allocated
        output = .allocate(byteCount: Self.outputSize, alignment: 64)
    }

    /// From a member's first byte behind its header.
    init() {
        self.init(.allocate(capacity: 1))
        memset(inflater, 0, MemoryLayout<inflate_state>.size)
        isal_inflate_init(inflater)
        inflater.pointee.crc_flag = UInt32(ISAL_GZIP_NO_HDR_VER)
    }

    /// From where another inflater stands, which is left as it is.
    init(continuing other: UnsafeMutablePointer<inflate_state>) {
        self.init(.allocate(capacity: 1))
        // SAFETY: the state holds its history itself and refers to nothing but the input and output of a call.
        inflater.initialize(from: other, count: 1)
    }

    deinit {
        inflater.deallocate()
        output.deallocate()
    }

    /// Whether the bytes can be inflated to the member's end, or their own. A checksum that does not match is no matter.
    func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let result = inflate(bytes).result
        return result >= 0 || result == ISAL_INCORRECT_CHECKSUM
    }

    /// How many of the bytes the member goes on for, or all of them; nil when they can't be inflated, the checksum does not
    /// match, or the member has not ended where the archive does.
    func continuation(_ bytes: UnsafeRawBufferPointer, isArchiveEnd: Bool) -> Int? {
        let (result, used) = inflate(bytes)
        let hasEnded = inflater.pointee.block_state == ISAL_BLOCK_FINISH
        return result < 0 || isArchiveEnd && !hasEnded ? nil : used
    }

    private func inflate(_ bytes: UnsafeRawBufferPointer) -> (result: Int32, used: Int) {
        let count = UInt32(clamping: bytes.count)
        inflater.pointee.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        inflater.pointee.avail_in = count
        while true {
            inflater.pointee.next_out = output.assumingMemoryBound(to: UInt8.self)
            inflater.pointee.avail_out = UInt32(Self.outputSize)
            let result = isal_inflate(inflater)
            let isStuck = inflater.pointee.avail_out == UInt32(Self.outputSize)
            if result < 0 || isStuck || inflater.pointee.block_state == ISAL_BLOCK_FINISH {
                return (result, Int(count - inflater.pointee.avail_in))
            }
        }
    }
}
