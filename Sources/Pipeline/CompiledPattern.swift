import Matching

/// A regular expression of a search: of `match`, `replace`, `mvfind`, `rex`, `regex`, `makemv`.
struct CompiledPattern: Sendable {
    private let expression: RegularExpression

    init(_ pattern: [UInt8]) throws(PipelineError) {
        do {
            expression = try RegularExpression(pattern)
        } catch {
            throw .invalidPattern(
                pattern: String(decoding: pattern, as: UTF8.self), reason: error.reason, offset: error.offset)
        }
    }

    /// The named groups and their numbers, by number.
    var groupNames: [(name: String, number: Int)] { expression.groupNames }

    /// Whether it matches somewhere; a search that is given up counts as none.
    func matches(_ text: [UInt8]) -> Bool {
        text.withUnsafeBytes { expression.search($0) } == .matched
    }

    func replacingAll(in text: [UInt8], with template: [UInt8]) -> [UInt8] {
        expression.replacingAll(in: text, with: template)
    }

    /// The ranges of the whole and of each group, for up to `limit` matches; a search that is given up ends them.
    func forEachMatch(in text: UnsafeRawBufferPointer, limit: Int, _ body: ([Range<Int>?]) -> Void) {
        _ = expression.forEachMatch(in: text, limit: limit, body)
    }
}
