import Matching
import Synchronization

/// A regular expression of a search: of `match`, `replace`, `mvfind`, `rex`, `regex`, `makemv`.
struct CompiledPattern: Sendable {
    private let expression: RegularExpression
    /// Where matches that are given up are counted.
    private let limit: PatternLimit

    init(_ pattern: [UInt8], counting limit: PatternLimit) throws(PipelineError) {
        self.limit = limit
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
            limit.count()
            return nil
        }
    }

    /// The text with every match replaced; null where the search was given up, which is counted.
    func replacingAll(in text: [UInt8], with template: [UInt8]) -> [UInt8]? {
        let result = text.withUnsafeBytes {
            expression.replacingMatches(in: $0, with: RegularExpression.Template(template))
        }
        guard result.outcome != .limitReached else {
            limit.count()
            return nil
        }
        return result.text
    }

    /// The ranges of the whole and of each group, for up to so many matches; one that is given up ends them and is counted.
    func forEachMatch(in text: UnsafeRawBufferPointer, limit maximum: Int, _ body: ([Range<Int>?]) -> Void) {
        if expression.forEachMatch(in: text, limit: maximum, body) == .limitReached { limit.count() }
    }
}

/// How often a regular expression was given up because it took more steps or memory than one match may.
public final class PatternLimit: Sendable {
    private let occurrences = Atomic<Int>(0)

    /// A count of its own, which begins at 0.
    public init() {}

    /// So far, over all threads.
    public var reached: Int { occurrences.load(ordering: .relaxed) }

    func count() {
        occurrences.wrappingAdd(1, ordering: .relaxed)
    }
}

/// The patterns that rows brought, so that one which many rows share is compiled once. Bounded.
final class PatternCache: Sendable {
    private static let capacity = 256

    private let limit: PatternLimit
    private let known = Mutex<[[UInt8]: CompiledPattern?]>([:])

    init(counting limit: PatternLimit) {
        self.limit = limit
    }

    /// The compiled pattern, or `nil` where it is invalid.
    func pattern(_ text: [UInt8]) -> CompiledPattern? {
        known.withLock { known in
            if let pattern = known[text] { return pattern }
            if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
            let pattern = try? CompiledPattern(text, counting: limit)
            known[text] = .some(pattern)
            return pattern
        }
    }
}
