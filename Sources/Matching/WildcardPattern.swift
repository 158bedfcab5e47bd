/// A pattern in which `*` stands for any run of bytes, also an empty one; no other byte is special.
///
/// It is anchored at both ends. Without case it folds as `CaseFolding` says. The pattern is taken apart once, when it is
/// made; matching only reads.
public struct WildcardPattern: Sendable {
    /// The pattern as written, after the language's own unescaping.
    public let source: [UInt8]
    /// Where false, pattern and values are folded as `CaseFolding` says.
    public let isCaseSensitive: Bool
    /// What the pattern is made of between its stars.
    let form: PatternForm

    /// - Parameter source: `*` stands for any run of bytes, also an empty one; there is no way to write a literal star.
    public init(_ source: [UInt8], isCaseSensitive: Bool = false) {
        self.source = source
        self.isCaseSensitive = isCaseSensitive
        self.form = PatternForm(source, isCaseSensitive: isCaseSensitive)
    }

    /// As above, for a string.
    public init(_ source: some StringProtocol, isCaseSensitive: Bool = false) {
        self.init(Array(source.utf8), isCaseSensitive: isCaseSensitive)
    }

    static let star: UInt8 = 0x2A

    /// Only stars: every text matches.
    public var matchesEverything: Bool { !source.isEmpty && form.pieceCount == 0 }

    /// No star: one text matches, or its case variants.
    public var isLiteral: Bool { !source.contains(WildcardPattern.star) }

    /// The runs of bytes between the stars, as written, none of them empty. A text that matches holds each of them.
    public var pieces: [[UInt8]] {
        source.split(separator: WildcardPattern.star).map(Array.init)
    }

    /// Calls `body` for each of the pieces, which are not copied for it.
    func forEachPiece(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        source.withUnsafeBufferPointer { bytes in
            var start = 0
            for index in 0...bytes.count where index == bytes.count || bytes[index] == WildcardPattern.star {
                if index > start { body(UnsafeBufferPointer(rebasing: bytes[start..<index])) }
                start = index + 1
            }
        }
    }
}

extension WildcardPattern: Hashable {
    /// The same source with the same regard to case.
    public static func == (left: WildcardPattern, right: WildcardPattern) -> Bool {
        left.source == right.source && left.isCaseSensitive == right.isCaseSensitive
    }

    /// By a digest of the pattern's form, taken when it was made: sets of thousands of patterns hash quickly.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(form.digest)
    }
}
