/// How an archive is compressed, told by its first bytes.
public enum ArchiveFormat: String, Sendable, CaseIterable {
    case plain, zstd, lz4, gzip
}

/// A place in an archive that could not be read as it should be.
public struct ArchiveDamage: Hashable, Sendable {
    /// In the archive as it lies on disk, from 0: where the frame, member or block begins that is damaged, or where
    /// reading failed.
    public var offset: Int
    /// What is wrong, as a clause without a full stop, for people.
    public var reason: String

    /// - Parameter offset: in the archive as it lies on disk, from 0.
    public init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }
}

/// What became of one archive.
public struct ArchiveAccount: Sendable {
    /// As `Archive.path` has it.
    public var path: String
    /// Nil when it was not opened, or is of a format that is not read.
    public var format: ArchiveFormat?
    /// The name of a format that is not read, as `xz`; `damage` says what to do.
    public var unreadFormat: String?
    /// Bytes taken from the disk or pipe, compressed where they are.
    public var bytesRead = 0
    /// Bytes after decompression. Where reading was cancelled, only those of chunks that were finished.
    public var bytesDecompressed = 0
    /// The sum of what `finish(_:lines:)` was told.
    public var lines = 0
    /// In order of their offsets; at most `ArchiveAccount.damageLimit`, the last of which then says how many more there are.
    public var damage: [ArchiveDamage] = []
    /// Reading came to the archive's end, past whatever damage there is. False when reading was cancelled before, or
    /// when the archive could not be opened.
    public var isComplete = false
    /// Why it could not be opened.
    public var failure: String?
    /// Of a regular file, when it was opened.
    var state: FileState?

    /// How many places of damage are told of one archive.
    static let damageLimit = 1000
}

/// How far a reader has come.
public struct ArchiveProgress: Sendable {
    /// Bytes taken from disk, compressed where they are.
    public var bytesRead = 0
    /// Nil when one of the archives is a stream.
    public var bytesTotal: Int?
    /// Archives that are through, those that could not be opened among them.
    public var archivesDone = 0
    /// All that were given to the reader.
    public var archivesTotal = 0
}
