/// Why a path could not become archives.
public enum ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing is there.
    case notFound(path: String)
    /// The pattern matches no file.
    case noMatch(pattern: String)
    /// It is there but cannot be listed, opened or examined; `reason` is the system's.
    case unreadable(path: String, reason: String)
    /// A link in a folder to what is not there, or to itself.
    case danglingLink(path: String)
    /// A socket or a device, which cannot be read as an archive.
    case unsupportedKind(path: String)

    /// What is wrong and what to do, in one line.
    public var description: String {
        switch self {
        case .notFound(let path):
            "\(path): no such file or folder; check the path (a pattern such as 'logs/*.zst' may be given in quotes)"
        case .noMatch(let pattern):
            "\(pattern): no file matches this pattern; '*' does not cross '/', '**' does"
        case .unreadable(let path, let reason):
            "\(path): can't be read: \(reason); check its permissions"
        case .danglingLink(let path):
            "\(path): is a link that leads to no file, so nothing is read for it; mend or remove it"
        case .unsupportedKind(let path):
            "\(path): is a socket or device; give a file, a folder, a pipe or '-' for standard input"
        }
    }
}
