/// The four bytes that frames begin with, as little-endian numbers, and what else tells a frame's start.
enum FrameMagic {
    static let zstd: UInt32 = 0xFD2F_B528
    static let lz4: UInt32 = 0x184D_2204
    static let lz4Legacy: UInt32 = 0x184C_2102

    /// 0x184D2A50 to 0x184D2A5F, in zstd's format and in lz4's alike.
    static func isSkippable(_ magic: UInt32) -> Bool { magic & 0xFFFF_FFF0 == 0x184D_2A50 }

    /// Whether bytes that are fewer than a magic are the first of one: of `magic`, or of a skippable frame's.
    static func isBegun(by bytes: UnsafeRawBufferPointer, _ magic: UInt32) -> Bool {
        [magic, 0x184D_2A50].contains { magic in
            bytes.enumerated().allSatisfy { index, byte in
                let wanted = UInt8(truncatingIfNeeded: magic >> (8 * UInt32(index)))
                return byte == wanted || index == 0 && wanted == 0x50 && byte & 0xF0 == wanted
            }
        }
    }

    /// A gzip member by its fixed header fields (RFC 1952): the magic, the one method, no reserved flag.
    static func isGzip(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 4 && bytes[0] == 0x1F && bytes[1] == 0x8B && bytes[2] == 8 && bytes[3] & 0xE0 == 0
    }
}

extension UnsafeRawBufferPointer {
    /// The little-endian number at `offset`; nil when fewer than four bytes are there.
    func number(at offset: Int = 0) -> UInt32? {
        guard offset >= 0, count - offset >= 4 else { return nil }
        return UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
