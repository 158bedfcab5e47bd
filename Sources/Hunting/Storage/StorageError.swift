/// Why results that do not fit in memory could not be kept in the temporary file, or read back from it.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The folder in which the file lies.
    public var folder: String
    /// The system's words, or what is wrong with the file.
    public var reason: String

    /// What happened and what to do, in one line.
    public var description: String {
        "results that do not fit in memory can't be kept in a temporary file in \(folder): \(reason); "
            + "name a folder with room by TMPDIR, or ask for fewer events"
    }
}
