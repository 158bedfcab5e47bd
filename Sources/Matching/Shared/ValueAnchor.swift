/// What a value must hold to pass a test, as far as a table can look for it.
enum ValueAnchor: Hashable {
    /// Only a value that is equal to this once both are folded.
    case text([UInt8])
    /// Only values that hold one of these runs of two or four bytes once they are folded.
    case grams([[UInt8]])
    /// Nothing that a table could look for: the test has to be tried.
    case none
}

extension ValueTest {
    /// What to look for in folded values: the whole text of a pattern without stars, else the rarest bytes of its pieces.
    ///
    /// Only ASCII is looked for: it folds to ASCII alone, so a value that passes holds the folded bytes whatever else of it
    /// changes its length when it is folded. It is sound for patterns that heed case, too; more is found then.
    func anchor(_ statistics: ByteStatistics) -> ValueAnchor {
        switch self {
        case .equals(let pattern):
            if pattern.isLiteral, !pattern.source.isEmpty, pattern.source.allSatisfy({ $0 < 0x80 }) {
                return .text(pattern.source.map { CaseFolding.folded($0) })
            }
            return Self.rarestGram(in: pattern.pieces, statistics).map { .grams([$0]) } ?? .none
        case .wildcards(let pattern):
            return Self.rarestGram(in: pattern.pieces, statistics).map { .grams([$0]) } ?? .none
        case .expression(let expression):
            guard let texts = RequiredTexts(expression).alternatives else { return .none }
            let grams = texts.compactMap { Self.rarestGram(in: [$0], statistics) }
            // Without one of them some text that matches would be missed.
            return grams.count == texts.count ? .grams(Set(grams).sorted { $0.lexicographicallyPrecedes($1) }) : .none
        default: return .none
        }
    }

    private static func rarestGram(in pieces: [[UInt8]], _ statistics: ByteStatistics) -> [UInt8]? {
        var best: (gram: [UInt8], share: Float)?
        for piece in pieces {
            for run in piece.split(whereSeparator: { $0 >= 0x80 }) {
                let bytes = run.map { CaseFolding.folded($0) }
                let width = bytes.count >= 4 ? 4 : 2
                guard bytes.count >= width else { continue }
                for start in 0...(bytes.count - width) {
                    let gram = Array(bytes[start..<start + width])
                    let share = statistics.probability(of: gram)
                    // Four bytes say more than two, however rare the two are.
                    if let best, (best.gram.count, -best.share) >= (width, -share) { continue }
                    best = (gram, share)
                }
            }
        }
        return best?.gram
    }
}
