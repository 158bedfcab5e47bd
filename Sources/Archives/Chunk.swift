/// A run of whole lines of one archive, lent to a worker until it calls `ArchiveReader.finish(_:lines:)`.
///
/// `bytes` begins where a line begins and ends behind a line feed, or where the archive (or what could be read of it)
/// ends. A byte order mark at the archive's start is in it. The `Chunk.padding` bytes behind `bytes` may be read too;
/// what they hold is unspecified and may change at any time.
public struct Chunk: @unchecked Sendable {
    /// Bytes behind `bytes` that can be read without a fault, so that vector loops need no special end.
    public static let padding = 64

    /// What a chunk stands for.
    public enum Kind: Hashable, Sendable {
        case lines
        /// Stands for one line that is longer than `ArchiveOptions.lineLimit`; `bytes` is empty. The length, in bytes,
        /// does not count the line feed, and the carriage return before it.
        case overlongLine(length: Int)
    }

    /// Whole lines with their line feeds; one that the archive's end or damage cuts off has none. Valid until the chunk is
    /// finished.
    public let bytes: UnsafeRawBufferPointer
    /// Index of the archive among those given to the reader.
    public let archive: Int
    /// Archives may be decoded in several segments at a time; (archive, segment, offset) is the order of the input.
    public let segment: Int
    /// Of the first byte within the segment's decompressed bytes. Use `ChunkPositions` for the offset in the archive.
    public let offset: Int
    /// Where this is an overlong line, `bytes` is empty and the chunk counts as one line.
    public let kind: Kind

    /// Bytes before ``offset`` that are its first line's, too: zeros that were passed over.
    var skipped = 0

    let owner: ChunkOwner

    /// Of the lines that it stands for; those that end an overlong one are not counted.
    var byteCount: Int {
        if case .overlongLine(let length) = kind { length } else { bytes.count }
    }
}

// SAFETY: Chunk is @unchecked Sendable because its bytes are not written while it is lent: a buffer or a ring's extent
// is reused only after finish().

/// Whose memory a chunk's bytes are, and so what finishing it gives back.
enum ChunkOwner {
    /// A buffer shared by the chunks cut from it.
    case buffer(SharedBuffer)
    /// An extent of a stream's ring.
    case ring(Ring, extent: Int)
    /// No bytes.
    case none
}
