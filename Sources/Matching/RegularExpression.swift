import CPCRE2
import Synchronization

/// A Perl-compatible regular expression over bytes that are UTF-8 as a rule; compiled once, matched by all workers.
///
/// A dot and a class stand for one Unicode scalar; `\d`, `\w`, `\s` and POSIX classes are ASCII. Bytes that are not UTF-8 match
/// nothing. Matching gives up after a bounded number of steps, so that no log line can stall a hunt.
public final class RegularExpression: Sendable {
    /// What stands for PCRE's flags of the same meaning, given beside the pattern.
    public struct Options: OptionSet, Hashable, Sendable {
        /// One bit an option.
        public let rawValue: Int

        /// Bits without a meaning are kept and do nothing.
        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// `(?i)`
        public static let ignoresCase = Options(rawValue: 1)
        /// `(?m)`: `^` and `$` match at line ends.
        public static let matchesLines = Options(rawValue: 2)
        /// `(?s)`: a dot matches line ends too.
        public static let dotMatchesLineEnds = Options(rawValue: 4)
    }

    /// How a match ended.
    public enum Outcome: Hashable, Sendable {
        case matched, unmatched
        /// It took more steps or memory than is allowed; whether the text matches is not known.
        case limitReached
    }

    /// A pattern that is no regular expression.
    public struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
        /// In bytes of the pattern, from 0.
        public var offset: Int
        /// PCRE2's own words, or the limit that was exceeded.
        public var reason: String

        /// The reason with its place in the pattern.
        public var description: String { "invalid regular expression at offset \(offset): \(reason)" }
    }

    /// How many steps of backtracking one match may take from each place where it may begin, as many as Splunk's `rex` by
    /// default.
    public static let stepLimit: UInt32 = 100_000
    /// How long a text of more than 4 KiB may be searched, in nanoseconds of the thread's time, beside what its length and its
    /// matches take.
    public static let timeLimit: UInt64 = 500_000_000
    /// How long a pattern may be, in bytes.
    public static let patternLimit = 1 << 16

    /// As given to `init`, in UTF-8.
    public let pattern: [UInt8]
    /// As given to `init`; flags inside the pattern are not among them.
    public let options: Options
    /// How many capturing groups there are, the whole match not counted.
    public let groupCount: Int
    /// The named groups and their numbers, by number.
    public let groupNames: [(name: String, number: Int)]

    // SAFETY: compiled and translated in `init` and only read after; PCRE2 lets any number of threads match with it at once.
    // Freed in `deinit`, when nobody can match with it any more.
    nonisolated(unsafe) let code: OpaquePointer
    // SAFETY: as `code`.
    /// The same pattern for texts that are ASCII, where it ignores case and knows nothing but ASCII itself.
    nonisolated(unsafe) let codeForASCII: OpaquePointer?

    /// Whether it ignores case and names neither the Kelvin sign nor the long s, which PCRE2 would take for a `k` and an `s`: texts
    /// beyond ASCII need a look first.
    let foldsLettersOnly: Bool

    private let abandoned = Atomic<Int>(0)

    /// Whether a search was given up since this was last set to false, in whatever thread.
    public var isGivenUp: Bool {
        get { abandoned.load(ordering: .relaxed) > 0 }
        set { abandoned.store(newValue ? 1 : 0, ordering: .relaxed) }
    }

    /// Whether the pattern may hold `\D`, `\S` or `\W`, which PCRE2's translator (seen in 10.42) never lets match a scalar
    /// beyond ASCII in texts that may be invalid. Those that are not have a pattern of their own, and the interpreter matches
    /// those that are: it looks at the whole rest of them each time.
    let hasNegatedClass: Bool
    /// Whether the pattern may ask where the search began, so that it has to begin right there.
    let asksForStart: Bool
    /// Whether the pattern may have branches.
    let hasBranches: Bool
    /// For long texts; made when the first one comes.
    private let branches = Mutex<Branches?>(nil)

    private struct Branches {
        let finder: BranchFinder?
    }

    /// What tells of long texts that they hold no branch of the pattern; `nil` where nothing does.
    var branchFinder: BranchFinder? {
        branches.withLock { known in
            if let known { return known.finder }
            let made = BranchFinder(self)
            known = Branches(finder: made)
            return made
        }
    }

    /// For texts that are surely valid; made when the first one comes.
    private let codeForValid = Mutex<ValidCode?>(nil)

    private struct ValidCode: @unchecked Sendable {
        // SAFETY: as `code`: never changed once it is made, and freed with the expression. None where it does not compile.
        let code: OpaquePointer?
    }

    /// The pattern as texts see it that are valid UTF-8; `nil` where it can't be had.
    var validCode: OpaquePointer? {
        codeForValid.withLock { known in
            if let known { return known.code }
            let made = ValidCode(code: try? Self.compile(pattern, Self.flags(options) | PCRE2_UTF))
            known = made
            return made.code
        }
    }

    /// Whether a pattern ignores case and means neither the Kelvin sign nor the long s.
    private static func foldsLettersOnly(_ pattern: [UInt8], _ options: Options) -> Bool {
        let text = String(decoding: pattern, as: UTF8.self)
        // A pattern that names characters by number or property means characters.
        if ["\\x{", "\\p", "\\P", "\\X", "\\N{", "\\o{"].contains(where: { text.contains($0) }) { return false }
        if text.unicodeScalars.contains(where: { $0 == "\u{212A}" || $0 == "\u{17F}" }) { return false }
        if options.contains(.ignoresCase) { return true }
        return text.indices.contains { index in
            guard text[index...].hasPrefix("(?") else { return false }
            let flags = text[index...].dropFirst(2).prefix { $0.isLetter || $0 == "-" || $0 == "^" }
            let end = text[flags.endIndex...].first
            return (end == ")" || end == ":") && flags.prefix { $0 != "-" }.contains("i")
        }
    }

    /// Compiles a pattern.
    ///
    /// - Throws: `PatternError` with the place in the pattern.
    public init(_ pattern: [UInt8], options: Options = []) throws(PatternError) {
        if pattern.count > RegularExpression.patternLimit {
            throw PatternError(
                offset: RegularExpression.patternLimit,
                reason: "it is longer than \(RegularExpression.patternLimit) bytes")
        }
        let flags = Self.flags(options)
        let compiled = try RegularExpression.compile(pattern, flags | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF)
        // It compiles where the other did: it can do less.
        foldsLettersOnly = RegularExpression.foldsLettersOnly(pattern, options)
        codeForASCII =
            foldsLettersOnly && pattern.allSatisfy { $0 < 0x80 }
            ? try? RegularExpression.compile(pattern, flags) : nil
        hasNegatedClass = zip(pattern, pattern.dropFirst()).contains { pair in
            pair.0 == UInt8(ascii: "\\") && "DSW".utf8.contains(pair.1)
        }
        asksForStart = zip(pattern, pattern.dropFirst()).contains { $0 == (UInt8(ascii: "\\"), UInt8(ascii: "G")) }
        hasBranches = pattern.contains(UInt8(ascii: "|"))
        self.pattern = pattern
        self.options = options
        code = compiled
        var groups: UInt32 = 0
        pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &groups)
        groupCount = Int(groups)
        groupNames = RegularExpression.names(of: compiled)
    }

    private static func flags(_ options: Options) -> UInt32 {
        var flags = PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT
        if options.contains(.ignoresCase) { flags |= PCRE2_CASELESS }
        if options.contains(.matchesLines) { flags |= PCRE2_MULTILINE }
        if options.contains(.dotMatchesLineEnds) { flags |= PCRE2_DOTALL }
        return flags
    }

    private static func compile(_ pattern: [UInt8], _ flags: UInt32) throws(PatternError) -> OpaquePointer {
        var number: Int32 = 0
        var offset = 0
        // SAFETY: the pattern's bytes are read during the call only; an empty array may have no address.
        let compiled = pattern.withUnsafeBufferPointer { bytes in
            withUnsafePointer(to: UInt8(0)) { empty in
                pcre2_compile_8(bytes.baseAddress ?? empty, bytes.count, flags, &number, &offset, nil)
            }
        }
        guard let compiled else {
            throw PatternError(
                offset: min(offset, pattern.count), reason: RegularExpression.message(number))
        }
        // Where the machine has no translator the interpreter does it, slower and with the same outcome.
        pcre2_jit_compile_8(compiled, PCRE2_JIT_COMPLETE)
        return compiled
    }

    /// Compiles a pattern.
    ///
    /// - Throws: `PatternError` with the place in the pattern's UTF-8.
    public convenience init(_ pattern: String, options: Options = []) throws(PatternError) {
        try self.init(Array(pattern.utf8), options: options)
    }

    deinit {
        pcre2_code_free_8(code)
        pcre2_code_free_8(codeForASCII)
        codeForValid.withLock { pcre2_code_free_8($0?.code ?? nil) }
    }

    private static func message(_ number: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(number, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<Int(count)], as: UTF8.self) : "error \(number)"
    }

    private static func names(of code: OpaquePointer) -> [(name: String, number: Int)] {
        var count: UInt32 = 0
        var size: UInt32 = 0
        var table: UnsafePointer<UInt8>?
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        guard let table, count > 0 else { return [] }
        // SAFETY: PCRE2 documents the table as `count` entries of `size` bytes: the number in two, the name, a zero.
        let entries = UnsafeBufferPointer(start: table, count: Int(count) * Int(size))
        return (0..<Int(count)).map { index in
            let entry = entries[index * Int(size)..<(index + 1) * Int(size)]
            let number = Int(entry[entry.startIndex]) << 8 | Int(entry[entry.startIndex + 1])
            return (String(decoding: entry.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self), number)
        }.sorted { $0.number < $1.number }
    }
}

extension RegularExpression: Hashable {
    /// Equal patterns with equal options; what else matches the same is another expression.
    public static func == (left: RegularExpression, right: RegularExpression) -> Bool {
        left.pattern == right.pattern && left.options == right.options
    }

    /// By the pattern and the options.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(pattern)
        hasher.combine(options)
    }
}
