import Matching
import Synchronization

/// A regular expression of a search: of `match`, `replace`, `mvfind`, `rex`, `regex`, `makemv`.
struct CompiledPattern: Sendable {
    private let expression: RegularExpression
    /// Where matches that are given up, and values that grow too large, are counted.
    private let limits: EvaluationLimits

    init(_ pattern: [UInt8], counting limits: EvaluationLimits) throws(PipelineError) {
        self.limits = limits
        do {
            expression = try RegularExpression(pattern)
        } catch {
            throw .invalidPattern(
                pattern: String(decoding: pattern, as: UTF8.self), reason: error.reason, offset: error.offset)
        }
    }

    /// The named groups and their numbers, by number.
    var groupNames: [(name: String, number: Int)] { expression.groupNames }

    /// Whether it matches somewhere; null where the search was given up, which is counted.
    func matches(_ text: [UInt8]) -> Bool? {
        switch text.withUnsafeBytes({ expression.search($0) }) {
        case .matched: return true
        case .unmatched: return false
        case .limitReached:
            limits.countPattern()
            return nil
        }
    }

    /// The text with every match replaced; null where the search was given up or the text grew too long, which is counted.
    func replacingAll(in text: [UInt8], with template: [UInt8]) -> [UInt8]? {
        let result = text.withUnsafeBytes {
            expression.replacingMatches(
                in: $0, with: RegularExpression.Template(template), limit: EvaluationLimits.valueBytes)
        }
        guard let text = result.text else {
            limits.countLargeValue()
            return nil
        }
        guard result.outcome != .limitReached else {
            limits.countPattern()
            return nil
        }
        return text
    }

    /// The ranges of the whole and of each group, for up to so many matches; one that is given up ends them and is counted.
    func forEachMatch(in text: UnsafeRawBufferPointer, limit maximum: Int, _ body: ([Range<Int>?]) -> Void) {
        if expression.forEachMatch(in: text, limit: maximum, body) == .limitReached { limits.countPattern() }
    }
}

/// The patterns that rows brought, so that one which many rows share is compiled once. Bounded.
final class PatternCache: Sendable {
    private static let capacity = 256
    /// Bytes of a pattern; a row may bring one that is as long as its line.
    private static let longest = 64 << 10

    private let limits: EvaluationLimits
    private let known = Mutex<[[UInt8]: CompiledPattern?]>([:])

    init(counting limits: EvaluationLimits) {
        self.limits = limits
    }

    /// The compiled pattern, or `nil` where it is invalid.
    func pattern(_ text: [UInt8]) -> CompiledPattern? {
        known.withLock { known in
            if let pattern = known[text] { return pattern }
            if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
            let pattern = try? CompiledPattern(text, counting: limits)
            if text.count <= Self.longest { known[text] = .some(pattern) }
            return pattern
        }
    }
}
