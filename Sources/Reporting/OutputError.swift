/// Why results could not be written.
public enum OutputError: Error, Hashable, Sendable {
    /// Whoever read from the pipe has gone (`trawl hunt … | head`): no failure, the command ends quietly.
    case closedPipe
    /// There is nothing to write to: the output was closed before the command began.
    case closed(destination: String)
    /// The disk or the user's quota is full.
    case noSpace(destination: String)
    case isDirectory(path: String)
    /// The file or the temporary file beside it could not be made.
    case cannotCreate(path: String, reason: String, remedy: String)
    case cannotWrite(destination: String, reason: String)
    /// Whoever reads took nothing for too long after the end was asked for.
    case stopped(destination: String)
    /// Results that did not fit in memory could not be read back; the reason says from where, and what to do.
    case lostResults(reason: String)
}

extension OutputError: CustomStringConvertible {
    /// `place: what; remedy`, as it stands in the log or the path: sanitise it with `Diagnostic` before a terminal sees it.
    public var description: String {
        switch self {
        case .closedPipe:
            "standard output: the reading end of the pipe is closed"
        case .closed(let destination):
            "\(destination): is closed; leave it open, or name a file with --output"
        case .noSpace(let destination):
            "\(destination): no space left; free some or write to another disk"
        case .isDirectory(let path):
            "\(path): is a folder; give the name of a file in it"
        case .cannotCreate(let path, let reason, let remedy):
            "\(path): cannot be created: \(reason); \(remedy)"
        case .cannotWrite(let destination, let reason):
            "\(destination): cannot be written: \(reason); check the disk or write elsewhere"
        case .stopped(let destination):
            "\(destination): stopped while its reader took nothing; what was written ends within a record"
        case .lostResults(let reason):
            reason
        }
    }
}
