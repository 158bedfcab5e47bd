/// Why a library could not compress.
struct CompressionFailure: Error {
    var library: String
    var reason: String
}

/// Compresses what an archive holds, piece by piece, in bounded memory. What is returned follows on what was returned before.
protocol Compressor: AnyObject {
    func compress(_ input: [UInt8]) throws(CompressionFailure) -> [UInt8]
    /// The end of the archive; nothing may follow.
    func finish() throws(CompressionFailure) -> [UInt8]
}

extension Compression {
    /// The compressor of archives that are one stream; `nil` where every block is compressed by itself.
    func makeCompressor() throws(CompressionFailure) -> (any Compressor)? {
        switch self {
        case .none: Stored()
        case .zstd: try ZstandardStream()
        case .lz4: try LZ4Stream(isLinked: false)
        case .lz4Linked: try LZ4Stream(isLinked: true)
        case .lz4Legacy: LZ4LegacyStream()
        case .gzip: try GzipStream()
        case .zstdFrames, .zstdSkippable, .zstdSeekable, .lz4Frames, .gzipMembers: nil
        }
    }

    /// A block as a frame or member of its own; as it is where the archive is one stream.
    func compressBlock(_ block: [UInt8]) throws(CompressionFailure) -> [UInt8] {
        switch self {
        case .zstdFrames: return try ZstandardStream.frame(block, hasChecksum: true)
        case .zstdSkippable:
            let frame = try ZstandardStream.frame(block, hasChecksum: false)
            return SkippableFrame.sizeAnnouncement(of: frame) + frame
        case .zstdSeekable: return try ZstandardStream.frame(block, hasChecksum: true)
        case .lz4Frames:
            let stream = try LZ4Stream(isLinked: false)
            return try stream.compress(block) + stream.finish()
        case .gzipMembers:
            let stream = try GzipStream()
            return try stream.compress(block) + stream.finish()
        case .none, .zstd, .lz4, .lz4Linked, .lz4Legacy, .gzip: return block
        }
    }
}

/// No compression.
final class Stored: Compressor {
    func compress(_ input: [UInt8]) -> [UInt8] { input }
    func finish() -> [UInt8] { [] }
}

/// Zstandard's frames that decoders skip: a magic number, a length and content of any meaning.
enum SkippableFrame {
    /// A frame with the number's four bits in its magic number.
    static func make(_ number: UInt32, _ content: [UInt8]) -> [UInt8] {
        bytes(of: 0x184D_2A50 | number & 0xF) + bytes(of: UInt32(content.count)) + content
    }

    /// What `pzstd` puts before a frame so that readers can find the next one: the frame's length.
    static func sizeAnnouncement(of frame: [UInt8]) -> [UInt8] { make(0, bytes(of: UInt32(frame.count))) }

    /// The last frame of the seekable format: for each frame its compressed and its decompressed length, then their number, a
    /// descriptor without checksums and the format's magic number.
    static func seekTable(_ frames: [(stored: Int, bytes: Int)]) -> [UInt8] {
        var content: [UInt8] = []
        for frame in frames { content += bytes(of: UInt32(frame.stored)) + bytes(of: UInt32(frame.bytes)) }
        return make(0xE, content + bytes(of: UInt32(frames.count)) + [0] + bytes(of: 0x8F92_EAB1))
    }

    /// Little-endian.
    static func bytes(of value: UInt32) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
