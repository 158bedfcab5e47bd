public import YAML

/// What is wrong with a Sigma document, and where.
public struct SigmaError: Error, Hashable, Sendable {
    /// Whether the document or the program is to be changed.
    public enum Kind: String, Hashable, Sendable {
        /// The document is not what the specification asks for.
        case invalid
        /// It is Sigma, but it needs what this engine or its user does not give.
        case unsupported
    }

    /// Invalid documents are errors of their authors; unsupported ones are not.
    public var kind: Kind
    /// As named by the caller.
    public var file: String
    /// The keys that lead to the offending one, joined by dots: `detection.selection.Image|foo`. Empty for the document.
    public var path: String
    /// The nearest place in the file that is known.
    public var mark: YAMLMark
    /// What is wrong and, where it can be said, what to do.
    public var reason: String

    /// - Parameter path: keys joined by dots; empty for the document.
    public init(_ kind: Kind = .invalid, file: String, path: String, mark: YAMLMark, reason: String) {
        self.kind = kind
        self.file = file
        self.path = path
        self.mark = mark
        self.reason = reason
    }
}

extension SigmaError: CustomStringConvertible {
    /// `file:line:column: path: reason`.
    public var description: String { "\(file):\(mark.line):\(mark.column): \(detail)" }

    /// `path: reason`.
    public var detail: String { path.isEmpty ? reason : "\(path): \(reason)" }
}
