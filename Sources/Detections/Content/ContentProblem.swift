public import YAML

/// Something about a content file that its author or user should know.
public struct ContentProblem: Error, Hashable, Sendable {
    /// How much it matters; the raw values are the words of messages.
    public enum Severity: String, Hashable, Sendable {
        /// The document can't be used.
        case error
        /// It is used, but likely not as it was meant.
        case warning
        /// It is used as it stands; something in it does not add up.
        case note
    }

    /// Errors take a document out of the run; the others don't.
    public var severity: Severity
    /// As named by the caller.
    public var file: String
    /// `nil` where the file as a whole is meant.
    public var mark: YAMLMark?
    /// As a clause without a full stop.
    public var reason: String

    /// - Parameter mark: `nil` for the file as a whole.
    public init(_ severity: Severity, file: String, mark: YAMLMark? = nil, reason: String) {
        self.severity = severity
        self.file = file
        self.mark = mark
        self.reason = reason
    }

    /// What YAML says of a text, with its place.
    public init(_ error: YAMLError, severity: Severity = .error) {
        self.init(severity, file: error.file, mark: error.mark, reason: error.reason)
    }
}

extension ContentProblem: CustomStringConvertible {
    /// `file:line:column: error: reason`, as compilers say it.
    public var description: String {
        let place = mark.map { "\(file):\($0.line):\($0.column)" } ?? file
        return "\(place): \(severity.rawValue): \(reason)"
    }
}
