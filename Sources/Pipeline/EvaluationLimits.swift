import Synchronization
import Values

/// What one search may make of a row, and how often it wanted more: matches of regular expressions that were given up, values
/// that grew too large, and rows that had too many values to look up.
public final class EvaluationLimits: Sendable {
    /// The most bytes that the texts of a computed value may have together: as many as a line of log by default.
    public static let valueBytes = 16 << 20
    /// The most texts that a computed value may have.
    public static let valueCount = 1_000_000

    private let patterns = Atomic<Int>(0)
    private let values = Atomic<Int>(0)
    private let lookups = Atomic<Int>(0)
    private let ended: (@Sendable () -> Bool)?

    /// - Parameter ended: whether nobody waits any more for what is computed; what takes long is then left as it is.
    public init(until ended: (@Sendable () -> Bool)? = nil) {
        self.ended = ended
    }

    /// Limits of another search, of which nothing was reached.
    public func renewed() -> EvaluationLimits { EvaluationLimits(until: ended) }

    /// How often a regular expression took more steps or memory than one match may; over all threads.
    public var givenUpPatterns: Int { patterns.load(ordering: .relaxed) }

    /// How many values were left out as too large; over all threads.
    public var largeValues: Int { values.load(ordering: .relaxed) }

    /// How often a row was not looked up, as the values of its fields combine to more than ``Combinations`` tells; over all
    /// threads.
    public var excessiveLookups: Int { lookups.load(ordering: .relaxed) }

    /// Whether nobody waits any more for what is computed.
    var isEnded: Bool { ended?() ?? false }

    func countPattern() { patterns.wrappingAdd(1, ordering: .relaxed) }

    func countExcessiveLookup() { lookups.wrappingAdd(1, ordering: .relaxed) }

    func countLargeValue() { values.wrappingAdd(1, ordering: .relaxed) }

    /// Whether a text may become so long; one that may not is counted.
    func allows(bytes: Int) -> Bool {
        if bytes <= Self.valueBytes { return true }
        countLargeValue()
        return false
    }

    /// Texts as one; `nil` where that would be too long, which is counted.
    func joined(_ texts: [Text], by delimiter: [UInt8]) -> Text? {
        let length = texts.reduce(delimiter.count * max(0, texts.count - 1)) { $0 + $1.bytes.count }
        guard allows(bytes: length) else { return nil }
        return Text(bytes: Array(texts.map(\.bytes).joined(separator: delimiter)))
    }

    /// The value, or a missing one where it is too large, which is counted.
    func bounded(_ value: Value) -> Value {
        switch value {
        case .missing, .number: return value
        case .text(let text): return allows(bytes: text.bytes.count) ? value : .missing
        case .multivalue(let texts):
            var growth = ValueGrowth()
            for text in texts where !growth.isOver { growth.add(text.bytes.count) }
            guard growth.isOver else { return value }
            countLargeValue()
            return .missing
        }
    }
}

/// How large a value has become while it is made.
struct ValueGrowth {
    private var count = 0
    private var bytes = 0

    /// Whether it is too large already: what comes behind need not be made.
    var isOver: Bool { bytes > EvaluationLimits.valueBytes || count > EvaluationLimits.valueCount }

    /// Counts a text of so many bytes.
    mutating func add(_ length: Int) {
        count += 1
        bytes += length
    }
}
