import CPCRE2
import Glibc

extension RegularExpression {
    /// Whether the expression matches anywhere in the text. A search that is given up is remembered in `isGivenUp`.
    ///
    /// - Complexity: bounded by `stepLimit` and, for long texts, `timeLimit`; allocates nothing once the thread has matched a text as
    ///   long before.
    public func search(_ text: UnsafeRawBufferPointer) -> Outcome {
        let outcome = withSubject(text) { code, subject in
            let matcher = Matcher.current
            guard mayMatch(subject, matcher) else { return Outcome.unmatched }
            return matcher.run(code, subject, from: 0, isRetry: false, within: TextBudget(subject))
        }
        if outcome == .limitReached { isGivenUp = true }
        return outcome
    }

    /// Calls with the compiled pattern that fits a text, and with the text as that one may see it: of the same length, with
    /// the same matches in the same places.
    private func withSubject<Result>(
        _ text: UnsafeRawBufferPointer, _ body: (FittingCode, UnsafeRawBufferPointer) -> Result
    ) -> Result {
        var fitting = FittingCode(
            code: code, groupCount: groupCount, options: 0, isRetryAnchored: asksForStart)
        if !foldsLettersOnly && !hasNegatedClass { return body(fitting, text) }
        if text.isASCII {
            fitting.code = codeForASCII ?? code
            return body(fitting, text)
        }
        if hasNegatedClass {
            if text.isValid, let valid = validCode {
                fitting.code = valid
                fitting.options = PCRE2_NO_UTF_CHECK
            } else {
                fitting.options = PCRE2_NO_JIT
            }
        }
        guard foldsLettersOnly, let harmless = text.withoutFoldingScalars else { return body(fitting, text) }
        return harmless.withUnsafeBytes { body(fitting, $0) }
    }

    private func mayMatch(_ text: UnsafeRawBufferPointer, _ matcher: Matcher) -> Bool {
        guard hasBranches, text.count >= BranchFinder.shortestText, let finder = branchFinder else { return true }
        return finder.mayMatch(text, matcher.scratch)
    }

    /// Finds the first match.
    ///
    /// - Parameters:
    ///   - text: what is searched.
    ///   - start: where the search begins, in bytes; lookbehind sees what stands before.
    ///   - groups: when it matches, the range of the whole match and then of each group, `nil` for a group that took no
    ///     part. Its storage is used again.
    public func firstMatch(
        in text: UnsafeRawBufferPointer, from start: Int = 0, groups: inout [Range<Int>?]
    ) -> Outcome {
        withSubject(text) { code, subject in
            let matcher = Matcher.current
            let outcome = matcher.run(code, subject, from: start, isRetry: false, within: TextBudget(subject))
            if outcome == .matched { matcher.read(groupCount, into: &groups) }
            return outcome
        }
    }

    /// Finds up to `limit` matches that don't overlap, from left to right, as Perl's `g` does: behind an empty match the
    /// search goes on at the same place for one that is not empty, else further on.
    ///
    /// - Complexity: linear in the text times what the pattern takes at each place.
    /// - Parameter body: gets the ranges of each match as `firstMatch` gives them.
    /// - Returns: `matched` when there was at least one; `limitReached` when the search was given up, maybe after matches.
    public func forEachMatch(
        in text: UnsafeRawBufferPointer, limit: Int = .max, _ body: ([Range<Int>?]) -> Void
    ) -> Outcome {
        withSubject(text) { forEachMatch(of: $0, in: $1, limit: limit, body) }
    }

    private func forEachMatch(
        of code: FittingCode, in text: UnsafeRawBufferPointer, limit: Int, _ body: ([Range<Int>?]) -> Void
    ) -> Outcome {
        guard mayMatch(text, Matcher.current) else { return .unmatched }
        var groups: [Range<Int>?] = []
        var count = 0
        var place = 0
        var isRetry = false
        var budget = TextBudget(text)
        while count < limit, place <= text.count {
            budget.matches = count
            if count & 63 == 63, budget.isSpent { return .limitReached }
            let matcher = Matcher.current
            switch matcher.run(code, text, from: place, isRetry: isRetry, within: budget) {
            case .limitReached: return .limitReached
            case .unmatched:
                guard isRetry, asksForStart else { return count > 0 ? .matched : .unmatched }
                isRetry = false
                place = RegularExpression.next(after: place, in: text)
            case .matched:
                matcher.read(groupCount, into: &groups)
                guard let whole = groups.first ?? nil else { return .matched }
                count += 1
                body(groups)
                // With \K a match may end before it began; the search must still go on.
                place = max(whole.upperBound, place)
                isRetry = whole.isEmpty
            }
        }
        return count > 0 ? .matched : .unmatched
    }

    /// The place after the scalar or stray byte at a place.
    private static func next(after place: Int, in text: UnsafeRawBufferPointer) -> Int {
        guard place < text.count, text[place] >= 0x80 else { return place + 1 }
        return place + (CaseFolding.scalar(in: text, at: place)?.length ?? 1)
    }

    /// What stands for a match when it is replaced: text with `\0` to `\9` for the match and its groups. A backslash before
    /// anything else stays as written.
    public struct Template: Hashable, Sendable {
        fileprivate enum Part: Hashable, Sendable {
            case text([UInt8])
            case group(Int)
        }

        fileprivate let parts: [Part]

        /// Any bytes are a template.
        public init(_ source: [UInt8]) {
            var parts: [Part] = []
            var text: [UInt8] = []
            var index = 0
            while index < source.count {
                if source[index] == 0x5C, index + 1 < source.count, source[index + 1] &- 0x30 < 10 {
                    if !text.isEmpty { parts.append(.text(text)) }
                    text = []
                    parts.append(.group(Int(source[index + 1] - 0x30)))
                    index += 2
                } else {
                    text.append(source[index])
                    index += 1
                }
            }
            if !text.isEmpty { parts.append(.text(text)) }
            self.parts = parts
        }
    }

    /// The text with every match replaced; a group that took no part gives nothing. Where the search was given up, the
    /// rest stays as it is and the outcome says so. `nil` where the text would become longer than `limit`.
    public func replacingMatches(
        in text: UnsafeRawBufferPointer, with template: Template, limit: Int = .max
    ) -> (text: [UInt8]?, outcome: Outcome) {
        var result: [UInt8] = []
        var copied = 0
        let outcome = forEachMatch(in: text) { groups in
            guard result.count <= limit, let whole = groups.first ?? nil, whole.lowerBound >= copied else { return }
            result += text[copied..<whole.lowerBound]
            for part in template.parts {
                switch part {
                case .text(let bytes): result += bytes
                case .group(let number):
                    if number < groups.count, let range = groups[number] { result += text[range] }
                }
            }
            copied = whole.upperBound
        }
        guard result.count + text.count - copied <= limit else { return (nil, outcome) }
        result += text[copied...]
        return (result, outcome)
    }
}

/// A compiled pattern that fits one text.
private struct FittingCode {
    var code: OpaquePointer
    var groupCount: Int
    /// For PCRE2, beside those of a single match.
    var options: UInt32
    /// Whether the search behind an empty match may only look right there.
    var isRetryAnchored: Bool
}

/// How long one text may be searched.
///
/// PCRE2 counts steps from each place anew, and translated code counts none in a loop over single characters: a pattern that looks
/// ahead, or begins with `.*`, runs over the rest of the text from each place of it. No count tells that, only time does.
private struct TextBudget {
    /// Shorter texts can't take longer: the square of their length, at a few bytes a nanosecond.
    static let longText = 4 << 10
    /// On the thread's clock; `nil` for a text that is not long.
    private let end: UInt64?

    init(_ text: UnsafeRawBufferPointer) {
        let isLong = text.count > Self.longText
        end = isLong ? Self.now + RegularExpression.timeLimit + UInt64(text.count) * Self.timeOfByte : nil
    }

    var isLimited: Bool { end != nil }

    /// How many were found by now. What is done with each takes time, too, and less than that of one.
    var matches = 0
    private static let timeOfMatch: UInt64 = 10_000
    /// For each byte: more than a pattern takes that looks at it from few places.
    private static let timeOfByte: UInt64 = 100

    var isSpent: Bool { end.map { Self.now > $0 + UInt64(matches) * Self.timeOfMatch } ?? false }

    /// Nanoseconds that the calling thread has worked.
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// What one thread needs to match: PCRE2's results, limits and stack.
private final class Matcher {
    // SAFETY: all three belong to this object, which belongs to one thread, and are freed in `deinit`.
    private var data: OpaquePointer?
    private let context: OpaquePointer?
    private let stack: OpaquePointer?
    private var capacity: UInt32 = 0
    /// For looking for branches.
    private(set) lazy var scratch = MatchScratch()

    private init() {
        context = pcre2_match_context_create_8(nil)
        stack = pcre2_jit_stack_create_8(32 << 10, 1 << 20, nil)
        if let context {
            pcre2_set_match_limit_8(context, RegularExpression.stepLimit)
            pcre2_set_heap_limit_8(context, 20 << 10)
            if let stack { pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
        }
    }

    deinit {
        pcre2_match_data_free_8(data)
        pcre2_match_context_free_8(context)
        pcre2_jit_stack_free_8(stack)
    }

    /// The calling thread's. A task may change threads only where it awaits, and nothing here does.
    static var current: Matcher {
        // SAFETY: the key's values are only ever set here, to retained matchers, which the destructor releases when the
        // thread ends.
        if let known = pthread_getspecific(key) { return Unmanaged<Matcher>.fromOpaque(known).takeUnretainedValue() }
        let matcher = Matcher()
        let retained = Unmanaged.passRetained(matcher)
        if pthread_setspecific(key, retained.toOpaque()) != 0 { retained.release() }
        return matcher
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { value in
            guard let value else { return }
            Unmanaged<Matcher>.fromOpaque(value).release()
        }
        return key
    }()

    /// Searches from a place on; a retry wants no empty match right there, and where it is anchored none further on.
    ///
    /// A long text is searched in slices of places where a match may begin, between which the budget is looked at.
    func run(
        _ expression: FittingCode, _ text: UnsafeRawBufferPointer, from start: Int, isRetry: Bool,
        within budget: TextBudget
    ) -> RegularExpression.Outcome {
        guard start >= 0, start <= text.count else { return .unmatched }
        let pairs = UInt32(expression.groupCount + 1)
        if pairs > capacity {
            pcre2_match_data_free_8(data)
            data = pcre2_match_data_create_8(max(pairs, 16), nil)
            capacity = data == nil ? 0 : max(pairs, 16)
        }
        guard let data, let context else { return .limitReached }
        var options = expression.options
        if isRetry { options |= PCRE2_NOTEMPTY_ATSTART }
        // Translated code knows no such option, and the interpreter looks at the whole rest of the text each time.
        if isRetry, expression.isRetryAnchored { options |= PCRE2_ANCHORED }
        guard budget.isLimited, !expression.isRetryAnchored else {
            return match(expression.code, text, from: start, options, data)
        }
        defer { pcre2_set_offset_limit_8(context, Int(bitPattern: UInt.max)) }
        // The first takes tens of milliseconds at most.
        var (place, length) = (start, max(16, (1 << 28) / text.count))
        while true {
            let last = text.lastOfCharacter(at: min(place + length, text.count))
            pcre2_set_offset_limit_8(context, last)
            let outcome = match(expression.code, text, from: place, options, data)
            guard outcome == .unmatched, last < text.count else { return outcome }
            if budget.isSpent { return .limitReached }
            options &= ~PCRE2_NOTEMPTY_ATSTART
            (place, length) = (last + 1, length * 2)
        }
    }

    private func match(
        _ code: OpaquePointer, _ text: UnsafeRawBufferPointer, from start: Int, _ options: UInt32, _ data: OpaquePointer
    ) -> RegularExpression.Outcome {
        // SAFETY: PCRE2 reads `text.count` bytes during the call; an empty text may have no address and gets one.
        let outcome = withUnsafePointer(to: UInt8(0)) { empty in
            let subject = text.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? empty
            let outcome = pcre2_match_8(code, subject, text.count, start, options, data, context)
            // Translated code has a stack of fixed size; the interpreter takes what it needs, within the limit of steps.
            guard outcome == PCRE2_ERROR_JIT_STACKLIMIT else { return outcome }
            return pcre2_match_8(code, subject, text.count, start, options | PCRE2_NO_JIT, data, context)
        }
        if outcome >= 0 { return .matched }
        return outcome == PCRE2_ERROR_NOMATCH ? .unmatched : .limitReached
    }

    /// The ranges of the last match.
    func read(_ groupCount: Int, into groups: inout [Range<Int>?]) {
        groups.removeAll(keepingCapacity: true)
        guard let data, let offsets = pcre2_get_ovector_pointer_8(data) else { return }
        for group in 0...groupCount {
            // SAFETY: the match data has room for a pair of each group and the whole; PCRE2 marks what is not set.
            let (start, end) = (offsets[2 * group], offsets[2 * group + 1])
            let isSet = start != Int(bitPattern: UInt.max) && end != Int(bitPattern: UInt.max)
            groups.append(isSet ? min(start, end)..<end : nil)
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var isASCII: Bool {
        var offset = 0
        // SAFETY: eight bytes are read only where so many are left.
        while count - offset >= 8 {
            if loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { return false }
            offset += 8
        }
        return self[offset...].allSatisfy { $0 < 0x80 }
    }

    /// The place, or one shortly behind it, behind which a character may begin.
    fileprivate func lastOfCharacter(at place: Int) -> Int {
        var place = place
        while place + 1 < count, self[place + 1] & 0xC0 == 0x80 { place += 1 }
        return place
    }

    /// Whether it is well-formed UTF-8.
    fileprivate var isValid: Bool {
        var place = 0
        while place < count {
            if self[place] < 0x80 {
                place += 1
            } else if let scalar = CaseFolding.scalar(in: self, at: place) {
                place += scalar.length
            } else {
                return false
            }
        }
        return true
    }

    /// A copy in which the two scalars that fold to ASCII letters are others of the same length without a case, or `nil`
    /// where there are none: U+017F (long s) becomes U+0138, U+212A (Kelvin sign) U+2119.
    fileprivate var withoutFoldingScalars: [UInt8]? {
        var copy: [UInt8]?
        for place in indices.dropLast() {
            if self[place] == 0xC5, self[place + 1] == 0xBF {
                if copy == nil { copy = Array(self) }
                copy?[place] = 0xC4
                copy?[place + 1] = 0xB8
            } else if self[place] == 0xE2, self[place + 1] == 0x84, place + 2 < count, self[place + 2] == 0xAA {
                if copy == nil { copy = Array(self) }
                copy?[place + 2] = 0x99
            }
        }
        return copy
    }
}
