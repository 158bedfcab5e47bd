import Synchronization

/// Finds all patterns of a list that a value matches, of thousands in about the time that reading it takes.
public final class PatternSet: Sendable {
    private let matcher: ValueMatcher
    /// What matching needs, for one caller at a time.
    private let scratch = Mutex(MatchScratch())

    /// - Complexity: linear in the lengths of all patterns.
    public init(_ patterns: [WildcardPattern]) {
        matcher = ValueMatcher(patterns.map(ValueTest.equals), statistics: .telemetry)
    }

    /// The places of the patterns that the value matches, in order. An empty value matches none.
    public func matches(_ value: [UInt8]) -> [Int] {
        if value.isEmpty || matcher.isEmpty { return [] }
        return scratch.withLock { scratch in
            value.withUnsafeBytes { matcher.match($0, scratch) }
            return (0..<scratch.hitCount).map { Int(scratch.hits[$0]) }.sorted()
        }
    }
}
