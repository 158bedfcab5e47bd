import Glibc
import Values

/// Why telemetry could not be made. What was begun is removed; archives that were whole by then remain.
public enum GenerationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An option is outside of what can be made.
    case invalidOption(name: String, requirement: String)
    /// The operating system refused.
    case file(path: String, operation: String, code: Int32)
    /// A compression library refused.
    case compression(path: String, library: String, reason: String)
    /// The task was cancelled.
    case cancelled

    /// One sentence: what, where, and what to do.
    public var description: String {
        switch self {
        case .invalidOption(let name, let requirement):
            return "\(name) is out of range: give \(requirement)"
        case .file(let path, let operation, let code):
            return "can't \(operation) \(path): \(SystemError(code).reason); \(Self.remedy(code))"
        case .compression(let path, let library, let reason):
            return "\(library) could not compress \(path): \(reason); free memory or choose another compression"
        case .cancelled:
            return "generation was cancelled; the archive that was being written has been removed"
        }
    }

    private static func remedy(_ code: Int32) -> String {
        switch code {
        case ENOSPC, EDQUOT: "free some space there, ask for fewer bytes, or choose a compression"
        case EACCES, EPERM, EROFS: "choose a directory that you may write to"
        case ENOENT: "create the folder above it first"
        case ENOTDIR, EEXIST: "choose a path that is a directory or does not exist yet"
        case EMFILE, ENFILE: "raise the limit of open files or use fewer threads"
        default: "check the path and the device"
        }
    }
}
