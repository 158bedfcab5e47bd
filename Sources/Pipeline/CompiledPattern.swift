/// A regular expression of `match`, `replace` and `mvfind`.
struct CompiledPattern: Sendable {
    init(_ pattern: [UInt8]) throws(PipelineError) {
        throw .unsupported(
            word: String(decoding: pattern, as: UTF8.self), reason: "regular expressions are not available")
    }

    func matches(_ text: [UInt8]) -> Bool { false }

    func replacingAll(in text: [UInt8], with template: [UInt8]) -> [UInt8] { text }
}
