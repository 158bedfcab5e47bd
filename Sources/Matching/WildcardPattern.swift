/// A pattern in which `*` stands for any run of bytes, also an empty one; no other byte is special.
public struct WildcardPattern: Hashable, Sendable {
    /// The pattern as written, after the language's own unescaping.
    public let source: [UInt8]
    public let isCaseSensitive: Bool

    public init(_ source: [UInt8], isCaseSensitive: Bool = false) {
        self.source = source
        self.isCaseSensitive = isCaseSensitive
    }
}
