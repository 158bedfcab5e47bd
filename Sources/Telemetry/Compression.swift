/// How an archive's bytes are stored.
public enum Compression: String, CaseIterable, Sendable, Hashable {
    /// As they are.
    case none
    /// One Zstandard frame with a checksum and without a content size, as a pipe produces it.
    case zstd
    /// A Zstandard frame for every block, with content size and checksum.
    case zstdFrames = "zstd-frames"
    /// A skippable frame before every Zstandard frame, without checksums, as `pzstd` writes.
    case zstdSkippable = "zstd-skippable"
    /// Zstandard's seekable format: a frame for every block and a seek table in a last skippable frame.
    case zstdSeekable = "zstd-seekable"
    /// One LZ4 frame, independent blocks, content checksum.
    case lz4
    /// One LZ4 frame whose blocks refer to those before, with block checksums.
    case lz4Linked = "lz4-linked"
    /// An LZ4 frame for every block.
    case lz4Frames = "lz4-frames"
    /// The legacy LZ4 format: blocks of 8 MiB without checksums.
    case lz4Legacy = "lz4-legacy"
    /// One gzip member.
    case gzip
    /// A gzip member for every block.
    case gzipMembers = "gzip-members"

    /// What the archive's name ends in.
    public var fileExtension: String {
        switch self {
        case .none: "jsonl"
        case .zstd, .zstdFrames, .zstdSkippable, .zstdSeekable: "jsonl.zst"
        case .lz4, .lz4Linked, .lz4Frames, .lz4Legacy: "jsonl.lz4"
        case .gzip, .gzipMembers: "jsonl.gz"
        }
    }
}
