import CISAL
import CLZ4
import CZstd
import Glibc
import TestRandom

enum Sample {
    /// Lines of all kinds: usual ones, empty ones, ones that end with a carriage return, a few long ones.
    static func text(lines: Int, seed: UInt64, finalLineFeed: Bool = true, longest: Int = 3000) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        for number in 0..<lines {
            switch Int.random(in: 0..<20, using: &random) {
            case 0: break
            case 1: bytes += Array("{\"n\":\(number)}\r".utf8)
            case 2:
                let length = Int.random(in: 0...longest, using: &random)
                bytes += (0..<length).map { _ in UInt8.random(in: 32...126, using: &random) }
            default:
                let user = Int.random(in: 0..<50, using: &random)
                bytes += Array(
                    "{\"EventID\":\(number % 7),\"Channel\":\"Security\",\"User\":\"user\(user)\",\"n\":\(number)}".utf8
                )
            }
            if number < lines - 1 || finalLineFeed { bytes.append(10) }
        }
        return bytes
    }

    /// The definition: lines end with a line feed, the last may lack it.
    static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
        if lines.last == [] { lines.removeLast() }
        return lines
    }

    /// `bytes` in parts of about `size`.
    static func parts(_ bytes: [UInt8], _ size: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }
}

/// Makes archives in the formats' many forms.
enum Pack {
    static func zstd(
        _ bytes: [UInt8], hasSize: Bool = true, hasChecksum: Bool = true, level: Int32 = 3, windowLog: Int32 = 0
    ) -> [UInt8] {
        let context = ZSTD_createCCtx()
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, hasChecksum ? 1 : 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, hasSize ? 1 : 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog)
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        // Without the pledge of a size the frame has a window, as one that is made from a pipe.
        let count = output.withUnsafeMutableBytes { target in
            bytes.withUnsafeBytes { source -> Int in
                guard !hasSize else {
                    return ZSTD_compress2(context, target.baseAddress, target.count, source.baseAddress, source.count)
                }
                var out = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                _ = ZSTD_compressStream2(context, &out, &input, ZSTD_e_continue)
                while ZSTD_compressStream2(context, &out, &input, ZSTD_e_end) > 0 {}
                return out.pos
            }
        }
        return Array(output.prefix(count))
    }

    static func number(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

    static func skippable(_ content: [UInt8], nibble: UInt32 = 0) -> [UInt8] {
        number(0x184D_2A50 + nibble) + number(UInt32(content.count)) + content
    }

    /// Frames with a table of them in a skippable frame behind: zstd's seekable format.
    static func seekable(_ parts: [[UInt8]]) -> [UInt8] {
        var archive: [UInt8] = []
        var table: [UInt8] = []
        for part in parts {
            let frame = zstd(part)
            archive += frame
            table += number(UInt32(frame.count)) + number(UInt32(part.count))
        }
        return archive + skippable(table + number(UInt32(parts.count)) + [0] + number(0x8F92_EAB1), nibble: 14)
    }

    static func lz4(
        _ bytes: [UInt8], linked: Bool = false, blockChecksum: Bool = false, contentChecksum: Bool = true,
        hasSize: Bool = false, block: LZ4F_blockSizeID_t = LZ4F_max64KB
    ) -> [UInt8] {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.blockMode = linked ? LZ4F_blockLinked : LZ4F_blockIndependent
        preferences.frameInfo.blockSizeID = block
        preferences.frameInfo.blockChecksumFlag = blockChecksum ? LZ4F_blockChecksumEnabled : LZ4F_noBlockChecksum
        preferences.frameInfo.contentChecksumFlag =
            contentChecksum ? LZ4F_contentChecksumEnabled : LZ4F_noContentChecksum
        preferences.frameInfo.contentSize = hasSize ? UInt64(bytes.count) : 0
        var output = [UInt8](repeating: 0, count: LZ4F_compressFrameBound(bytes.count, &preferences) + 64)
        let count = LZ4F_compressFrame(&output, output.count, bytes, bytes.count, &preferences)
        precondition(LZ4F_isError(count) == 0)
        return Array(output.prefix(count))
    }

    /// A frame made with a dictionary that its header does not name, as the lz4 tool makes it.
    static func lz4(_ bytes: [UInt8], linked: Bool, dictionary: [UInt8]) -> [UInt8] {
        var frame = Array(lz4(bytes, linked: linked, contentChecksum: false).prefix(7))
        let stream = LZ4_createStream()
        defer { LZ4_freeStream(stream) }
        let all = dictionary + bytes
        all.withUnsafeBytes { source in
            guard let base = source.baseAddress?.assumingMemoryBound(to: CChar.self) else { return }
            LZ4_loadDict(stream, base, Int32(dictionary.count))
            var start = dictionary.count
            while start < all.count {
                let size = min(64 << 10, all.count - start)
                if !linked { LZ4_loadDict(stream, base, Int32(dictionary.count)) }
                var output = [CChar](repeating: 0, count: Int(LZ4_compressBound(Int32(size))))
                let count = LZ4_compress_fast_continue(
                    stream, base + start, &output, Int32(size), Int32(output.count), 1)
                frame += number(UInt32(count)) + output.prefix(Int(count)).map { UInt8(bitPattern: $0) }
                start += size
            }
        }
        return frame + number(0)
    }

    static func lz4Legacy(_ bytes: [UInt8]) -> [UInt8] {
        var archive = number(0x184C_2102)
        for part in Sample.parts(bytes, 8 << 20) {
            var output = [CChar](repeating: 0, count: Int(LZ4_compressBound(Int32(part.count))))
            let count = part.withUnsafeBytes {
                LZ4_compress_default(
                    $0.baseAddress?.assumingMemoryBound(to: CChar.self), &output, Int32(part.count), Int32(output.count)
                )
            }
            archive += number(UInt32(count)) + output.prefix(Int(count)).map { UInt8(bitPattern: $0) }
        }
        return archive
    }

    /// One member, with a header of all optional fields if `name` is given.
    static func gzip(_ bytes: [UInt8], name: String? = nil) -> [UInt8] {
        var stream = isal_zstream()
        var output = [UInt8](repeating: 0, count: bytes.count * 2 + 1024)
        var input = bytes
        let count = output.withUnsafeMutableBufferPointer { target in
            input.withUnsafeMutableBufferPointer { source -> Int in
                isal_deflate_stateless_init(&stream)
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                stream.end_of_stream = 1
                stream.flush = UInt16(NO_FLUSH)
                stream.gzip_flag = UInt16(IGZIP_GZIP)
                let result = isal_deflate_stateless(&stream)
                precondition(result == COMP_OK)
                return Int(stream.total_out)
            }
        }
        let member = Array(output.prefix(count))
        guard let name else { return member }
        var header = Array(member.prefix(10))
        header[3] = 0x02 | 0x04 | 0x08 | 0x10
        header += [5, 0, 1, 2, 3, 4, 5] + Array(name.utf8) + [0] + Array("a comment".utf8) + [0]
        let checksum = crc32(header)
        return header + [UInt8(truncatingIfNeeded: checksum), UInt8(truncatingIfNeeded: checksum >> 8)]
            + member.dropFirst(10)
    }

    /// Bit by bit, as RFC 1952 defines it.
    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { register, byte in
            (0..<8).reduce(register ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }

    /// One member whose content stands in it as it is.
    static func storedGzip(_ bytes: [UInt8]) -> [UInt8] {
        var member: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        let blocks = bytes.isEmpty ? [[]] : Sample.parts(bytes, 60_000)
        for (index, block) in blocks.enumerated() {
            let size = UInt16(block.count)
            member.append(index == blocks.count - 1 ? 1 : 0)
            member += [size, ~size].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
            member += block
        }
        return member + number(crc32_gzip_refl(0, bytes, UInt64(bytes.count))) + number(UInt32(bytes.count))
    }

    /// Every form of archive, by name, of the same text.
    static func all(_ text: [UInt8]) -> [(name: String, bytes: [UInt8])] {
        let parts = Sample.parts(text, max(1, text.count / 7 + 3))
        return [
            ("plain", text),
            ("zstd", zstd(text)),
            ("zstd without size and checksum", zstd(text, hasSize: false, hasChecksum: false)),
            ("zstd frames", parts.flatMap { zstd($0) }),
            ("zstd frames of few bytes", Sample.parts(text, 97).flatMap { zstd($0, hasChecksum: false) }),
            (
                "zstd with skippable frames",
                skippable([]) + skippable([1, 2, 3], nibble: 15)
                    + parts.flatMap { zstd($0, hasSize: false) + skippable(Array("skip\nme\n".utf8), nibble: 3) }
            ),
            ("zstd seekable", seekable(parts)),
            ("lz4", lz4(text)),
            ("lz4 linked", lz4(text, linked: true, contentChecksum: false)),
            ("lz4 with all checksums", lz4(text, linked: true, blockChecksum: true, hasSize: true)),
            ("lz4 frames", skippable([9]) + parts.flatMap { lz4($0, blockChecksum: true) + skippable([7, 7]) }),
            ("lz4 legacy", lz4Legacy(text)),
            ("lz4 legacy then lz4", lz4Legacy(parts[0]) + lz4(Array(text.dropFirst(parts[0].count)))),
            ("gzip", gzip(text)),
            ("gzip members", parts.flatMap { gzip($0, name: "a name") } + [UInt8](repeating: 0, count: 700)),
        ]
    }
}
