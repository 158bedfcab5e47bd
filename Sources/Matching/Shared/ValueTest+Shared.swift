extension ValueTest {
    /// What a matcher is asked of each value; `nil` for mere presence.
    var matcherTest: ValueTest? {
        switch self {
        case .present, .given, .emptyText, .exists: return nil
        case .differs(let pattern): return .equals(pattern)
        case .outside(let network): return .network(network)
        case .equals, .ordered, .wildcards, .expression, .network, .number, .timePart: return self
        }
    }

    /// What a step looks at that asks for no value in particular.
    var presenceKind: PredicateSet.Kind {
        switch self {
        case .given: .given
        case .emptyText: .emptyText
        case .exists: .exists
        default: .present
        }
    }

    /// Whether the test holds where some value passes what the matcher is asked, and else where some value does not.
    var needsPassingValue: Bool {
        switch self {
        case .equals, .ordered, .wildcards, .expression, .network, .number, .timePart: return true
        case .differs, .outside, .present, .given, .emptyText, .exists: return false
        }
    }

    /// A guess at the share of values that pass.
    func expectedShare(_ statistics: ByteStatistics) -> Float {
        // Values have about as many bytes.
        let length: Float = 60
        switch self {
        case .equals(let pattern):
            var share: Float = 1
            pattern.forEachPiece { share = min(share, length * statistics.probability(of: $0)) }
            return share
        case .wildcards(let pattern):
            let pieces = pattern.pieces.filter { !$0.isEmpty }
            return pieces.map { min(1, length * statistics.probability(of: $0)) }.min() ?? 1
        case .expression(let expression):
            guard let alternatives = RequiredTexts(expression).alternatives else { return 0.5 }
            return min(
                1, alternatives.reduce(0) { $0 + length * statistics.probability(of: $1.map(CaseFolding.folded)) })
        // Addresses and numbers that one asks for are few.
        case .network, .number, .timePart: return 0.3
        default: return 0.5
        }
    }
}
