import Matching

/// A regular expression of `match`, `replace` and `mvfind`.
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

    /// Whether it matches somewhere; a search that is given up counts as none.
    func matches(_ text: [UInt8]) -> Bool {
        text.withUnsafeBytes { expression.search($0) } == .matched
    }

    func replacingAll(in text: [UInt8], with template: [UInt8]) -> [UInt8] {
        expression.replacingAll(in: text, with: template)
    }
}
