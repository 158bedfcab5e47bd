/// Why a YAML text could not be read, and where.
public struct YAMLError: Error, Hashable, Sendable {
    /// The file as it was named by the caller.
    public var file: String
    /// Where in the text.
    public var mark: YAMLMark
    /// What is wrong and, where it can be said, what to do.
    public var reason: String

    /// - Parameter file: as named by the caller.
    public init(file: String, mark: YAMLMark, reason: String) {
        self.file = file
        self.mark = mark
        self.reason = reason
    }
}

extension YAMLError: CustomStringConvertible {
    /// `file:line:column: reason`.
    public var description: String { "\(file):\(mark.line):\(mark.column): \(reason)" }
}

/// A place in a text; line and column count from 1, columns in characters (Unicode scalars).
public struct YAMLMark: Hashable, Sendable {
    /// From 1.
    public var line: Int
    /// From 1, in Unicode scalars.
    public var column: Int

    /// The beginning of a text, where nothing else is given.
    public init(line: Int = 1, column: Int = 1) {
        self.line = line
        self.column = column
    }
}

/// What a YAML text may ask of its reader.
public struct YAMLLimits: Hashable, Sendable {
    /// Of the text, in bytes.
    public var bytes = 8 << 20
    /// Of nested sequences and mappings.
    public var depth = 64
    /// Nodes of the tree with every alias written out, so that aliases of aliases stay small.
    public var nodes = 500_000

    /// Far beyond what rules, macros and schemas take.
    public init() {}
}
