/// How archives are read. Nothing here changes what is found in them, but for the limits.
public struct ArchiveOptions: Sendable {
    /// How the bytes of a regular file get into memory.
    public enum Access: String, Sendable, CaseIterable {
        /// What was measured to be fastest: plain files are read, compressed ones mapped.
        case automatic
        /// Regular files are mapped wherever the file system allows it.
        case mapped
        /// Nothing is mapped.
        case read
    }

    /// A chunk ends with the first line that reaches this many bytes; with 1, each chunk is one line. At most 8 MiB count.
    ///
    /// Half a mebibyte stays in a core's second-level cache between being read or decoded and being scanned.
    public var chunkSize = 512 << 10
    /// A line with more bytes than this (without what ends it: a line feed, or that and a carriage return) is not handed out
    /// but told as `.overlongLine`.
    public var lineLimit = 16 << 20
    /// How the bytes get into memory; a matter of speed alone.
    public var access = Access.automatic
    /// The largest zstd window that is decoded, in bytes; a frame that needs more is damage. The zstd tool's own limit.
    public var windowLimit = 128 << 20
    /// Bytes of decoding buffers beyond which no further stream is begun.
    public var memoryLimit = 64 << 20

    /// Compressed bytes that a segment of whole zstd frames has at least.
    var segmentSize = 64 << 10
    /// A zstd frame with more compressed bytes is a segment of its own, begun before its end is known.
    var largeFrame = 4 << 20

    /// The defaults, which are what was measured to be fastest.
    public init() {}

    /// The chunk size within its bounds. Not more than a line may have: then only the last line of a chunk, the one
    /// that crosses the chunk's nominal end, can be overlong.
    var boundedChunkSize: Int { max(1, min(chunkSize, lineLimit, 8 << 20)) }

    /// With limits that sums and products of them can bear.
    var bounded: ArchiveOptions {
        var options = self
        options.lineLimit = max(1, min(lineLimit, 1 << 40))
        options.windowLimit = max(1 << 10, min(windowLimit, 1 << 32))
        options.memoryLimit = max(0, min(memoryLimit, 1 << 40))
        return options
    }
}
