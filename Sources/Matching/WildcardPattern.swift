/// A pattern in which `*` stands for any run of bytes, also an empty one; no other byte is special.
///
/// It is anchored at both ends. Without case it folds as `CaseFolding` says. The pattern is taken apart once, when it is
/// made; matching only reads.
public struct WildcardPattern: Sendable {
    /// The pattern as written, after the language's own unescaping.
    public let source: [UInt8]
    public let isCaseSensitive: Bool
    /// What the pattern is made of between its stars.
    let form: Form

    public init(_ source: [UInt8], isCaseSensitive: Bool = false) {
        self.source = source
        self.isCaseSensitive = isCaseSensitive
        self.form = Form(source, isCaseSensitive: isCaseSensitive)
    }

    public init(_ source: some StringProtocol, isCaseSensitive: Bool = false) {
        self.init(Array(source.utf8), isCaseSensitive: isCaseSensitive)
    }

    static let star: UInt8 = 0x2A

    /// Only stars: every text matches.
    public var matchesEverything: Bool { !source.isEmpty && form.pieces.isEmpty }

    /// No star: one text matches, or its case variants.
    public var isLiteral: Bool { !source.contains(WildcardPattern.star) }

    /// The runs of bytes between the stars, as written, none of them empty. A text that matches holds each of them.
    public var pieces: [[UInt8]] {
        source.split(separator: WildcardPattern.star).map(Array.init)
    }
}

extension WildcardPattern: Hashable {
    public static func == (left: WildcardPattern, right: WildcardPattern) -> Bool {
        left.source == right.source && left.isCaseSensitive == right.isCaseSensitive
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(source)
        hasher.combine(isCaseSensitive)
    }
}

extension WildcardPattern {
    /// The pattern taken apart.
    struct Form: Sendable {
        /// The folded bytes of all pieces, then as many masks: a byte `b` of the text equals the pattern's byte `p` when
        /// `(b | mask) == p`.
        let bytes: [UInt8]
        let pieces: [Piece]
        /// How many bytes all pieces have.
        let count: Int
        let beginsWithPiece: Bool
        let endsWithPiece: Bool
        /// Non-ASCII text is in the pattern and case is ignored: lengths may change when the text is folded.
        let foldsUnicode: Bool

        init(_ source: [UInt8], isCaseSensitive: Bool) {
            var folded: [UInt8] = []
            var pieces: [Piece] = []
            for part in source.split(separator: WildcardPattern.star) {
                let piece = isCaseSensitive ? Array(part) : CaseFolding.folded(Array(part))
                pieces.append(Piece(piece, start: folded.count))
                folded += piece
            }
            let masks = folded.map { isCaseSensitive ? 0 : CaseFolding.mask($0) }
            self.bytes = folded + masks
            self.pieces = pieces
            self.count = folded.count
            self.beginsWithPiece = source.first != WildcardPattern.star
            self.endsWithPiece = source.last != WildcardPattern.star
            self.foldsUnicode = !isCaseSensitive && folded.contains { $0 >= 0x80 }
        }
    }

    /// A run of bytes between two stars.
    struct Piece: Sendable {
        /// Where it begins in the form's bytes.
        let start: Int
        let count: Int
        /// The offsets of its two rarest bytes, which a search looks at first; equal in a piece of one byte.
        let rarest: Int
        let second: Int

        init(_ bytes: [UInt8], start: Int) {
            let order = bytes.indices.sorted {
                let first = ByteStatistics.telemetry.probability(of: bytes[$0])
                let second = ByteStatistics.telemetry.probability(of: bytes[$1])
                return first == second ? $0 < $1 : first < second
            }
            self.start = start
            self.count = bytes.count
            self.rarest = order[0]
            self.second = order.count > 1 ? order[1] : order[0]
        }
    }
}
