import CPCRE2

/// A Perl-compatible regular expression, searched for anywhere in a text.
///
/// Patterns and texts are UTF-8; text that is not is matched around. Classes such as `\w` and `\d` are ASCII. The compiled
/// form never changes, so workers share it.
public final class RegularExpression: @unchecked Sendable {
    /// What a search came to.
    public enum Outcome: Hashable, Sendable {
        case matched
        case unmatched
        /// The search was given up: it would have taken too long.
        case limitReached
    }

    /// A pattern that is no regular expression.
    public struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
        /// In bytes of the pattern, from 0.
        public var offset: Int
        public var reason: String

        public var description: String { "invalid regular expression at offset \(offset): \(reason)" }
    }

    /// Steps of a search after which it is given up; an ordinary match takes some tens.
    public static let stepLimit: UInt32 = 1_000_000

    // SAFETY: both are made in init, only read by matching (PCRE2 documents compiled code and match contexts as safe to
    // share then), and freed in deinit.
    private let code: OpaquePointer
    private let context: OpaquePointer
    /// Groups in the pattern, the whole match not counted.
    public let groupCount: Int

    /// Compiles a pattern.
    /// - Throws: `PatternError` with the place and PCRE2's own words.
    public init(_ pattern: [UInt8]) throws(PatternError) {
        var number: Int32 = 0
        var offset = 0
        let options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF
        let compiled = pattern.withUnsafeBufferPointer { bytes in
            // An empty array may have no address, which PCRE2 does not take.
            var none: UInt8 = 0
            return withUnsafePointer(to: &none) { empty in
                pcre2_compile_8(bytes.baseAddress ?? empty, bytes.count, options, &number, &offset, nil)
            }
        }
        guard let compiled, let context = pcre2_match_context_create_8(nil) else {
            throw PatternError(offset: offset, reason: Self.message(number))
        }
        pcre2_set_match_limit_8(context, Self.stepLimit)
        // Without a just-in-time compiler on this machine matching is interpreted: slower, and the same.
        pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
        var count: UInt32 = 0
        pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        code = compiled
        self.context = context
        groupCount = Int(count)
    }

    deinit {
        pcre2_code_free_8(code)
        pcre2_match_context_free_8(context)
    }

    private static func message(_ number: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(number, &buffer, buffer.count)
        return length < 0 ? "error \(number)" : String(decoding: buffer[..<Int(length)], as: UTF8.self)
    }

    /// Whether the pattern matches somewhere in the text.
    public func search(_ text: UnsafeRawBufferPointer) -> Outcome {
        var outcome = Outcome.unmatched
        withMatchData { data in outcome = Self.outcome(of: match(text, from: 0, data)) }
        return outcome
    }

    /// The ranges of the groups of the first match at or after `start`, the whole match first; `nil` for a group that did
    /// not take part. Nothing where there is no match or the limit was reached.
    public func firstMatch(in text: UnsafeRawBufferPointer, from start: Int = 0) -> [Range<Int>?]? {
        var groups: [Range<Int>?]?
        withMatchData { data in
            guard match(text, from: start, data) > 0 else { return }
            groups = ranges(data)
        }
        return groups
    }

    /// The names of groups with their numbers, in the order of the numbers.
    public var groupNames: [(name: String, number: Int)] {
        var count: UInt32 = 0
        var size: UInt32 = 0
        var table: UnsafePointer<UInt8>?
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        guard let table, count > 0 else { return [] }
        // SAFETY: the table has `count` entries of `size` bytes: the number in two bytes, then the name with a zero behind.
        let entries = (0..<Int(count)).map { index in
            let entry = table + index * Int(size)
            return (name: String(cString: entry + 2), number: Int(entry[0]) << 8 | Int(entry[1]))
        }
        return entries.sorted { $0.number < $1.number }
    }

    /// The text with every match replaced. In the template `\1` to `\9` stand for groups, `\0` for the whole match, and a
    /// backslash before anything else for itself. Where the limit is reached, the rest of the text stays.
    public func replacingAll(in text: [UInt8], with template: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        text.withUnsafeBytes { bytes in
            var copied = 0
            var start = 0
            while start <= bytes.count, let groups = firstMatch(in: bytes, from: start), let whole = groups[0] {
                result.append(contentsOf: bytes[copied..<whole.lowerBound])
                append(template, groups, bytes, to: &result)
                copied = whole.upperBound
                start = whole.upperBound
                if whole.isEmpty {
                    // On past the character behind an empty match.
                    start += 1
                    while start < bytes.count, bytes[start] & 0xC0 == 0x80 { start += 1 }
                }
            }
            result.append(contentsOf: bytes[copied...])
        }
        return result
    }

    private func append(
        _ template: [UInt8], _ groups: [Range<Int>?], _ text: UnsafeRawBufferPointer, to result: inout [UInt8]
    ) {
        var index = 0
        while index < template.count {
            let byte = template[index]
            index += 1
            if byte == UInt8(ascii: "\\"), index < template.count, template[index] &- 0x30 < 10 {
                let group = Int(template[index] - 0x30)
                index += 1
                if group < groups.count, let range = groups[group] { result.append(contentsOf: text[range]) }
            } else {
                result.append(byte)
            }
        }
    }

    // MARK: Matching

    private func withMatchData(_ body: (OpaquePointer) -> Void) {
        guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return }
        defer { pcre2_match_data_free_8(data) }
        body(data)
    }

    private func match(_ text: UnsafeRawBufferPointer, from start: Int, _ data: OpaquePointer) -> Int32 {
        var none: UInt8 = 0
        return withUnsafePointer(to: &none) { empty in
            // SAFETY: PCRE2 reads the text's bytes only; of an empty text, which may have no address, none.
            pcre2_match_8(
                code, text.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? empty, text.count, start, 0, data,
                context)
        }
    }

    private static func outcome(of result: Int32) -> Outcome {
        if result > 0 { return .matched }
        return result == PCRE2_ERROR_NOMATCH ? .unmatched : .limitReached
    }

    private func ranges(_ data: OpaquePointer) -> [Range<Int>?] {
        let count = Int(pcre2_get_ovector_count_8(data))
        guard let ends = pcre2_get_ovector_pointer_8(data) else { return [] }
        // SAFETY: the vector has a start and an end for each of `count` groups.
        return (0..<count).map { group in
            let (lower, upper) = (ends[group * 2], ends[group * 2 + 1])
            return lower == Int(bitPattern: .max) || lower > upper ? nil : Int(lower)..<Int(upper)
        }
    }
}
