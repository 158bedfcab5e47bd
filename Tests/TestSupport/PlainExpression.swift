import CPCRE2
import Matching

/// A regular expression as PCRE2 alone understands it: characters, no properties beyond ASCII.
final class PlainExpression {
    // SAFETY: compiled in `init`, freed in `deinit`, used by one task at a time: the class is not `Sendable`.
    private let code: OpaquePointer?

    init(_ expression: RegularExpression) {
        var flags = PCRE2_UTF | PCRE2_NEVER_UCP
        if expression.options.contains(.ignoresCase) { flags |= PCRE2_CASELESS }
        if expression.options.contains(.matchesLines) { flags |= PCRE2_MULTILINE }
        if expression.options.contains(.dotMatchesLineEnds) { flags |= PCRE2_DOTALL }
        var number: Int32 = 0
        var offset = 0
        code = pcre2_compile_8(expression.pattern, expression.pattern.count, flags, &number, &offset, nil)
    }

    deinit { pcre2_code_free_8(code) }

    /// Whether the expression matches some part of the text.
    func matches(_ text: String) -> Bool {
        guard let code, let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return false }
        defer { pcre2_match_data_free_8(data) }
        let bytes = Array(text.utf8)
        return pcre2_match_8(code, bytes, bytes.count, 0, 0, data, nil) >= 0
    }
}
