/// Why the commands of a search cannot run: found before any row is read, but for what only the rows tell, as that other rows
/// are needed first or that there would be too many columns or spans.
public enum PipelineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `expected` says in words how many arguments the function takes.
    case argumentCount(function: String, expected: String, found: Int)
    /// A function or option that this program does not have.
    case unsupported(word: String, reason: String)
    /// A regular expression that does not compile; `offset` is in bytes, from 0.
    case invalidPattern(pattern: String, reason: String, offset: Int)
    /// `expression` is a condition where a value is wanted (`isCondition`), or a value where a condition is.
    case wrongKind(expression: String, isCondition: Bool)
    /// The two sides of a renaming hold different numbers of `*`.
    case unequalWildcards(from: String, to: String)
    /// The rows of another search are needed first; `PipelineEnvironment.awaited` names it.
    case awaits

    /// What is wrong, as a clause without a full stop; whoever knows the place puts it in front.
    public var description: String {
        switch self {
        case .argumentCount(let function, let expected, let found):
            "\(function) takes \(expected), not \(found)"
        case .unsupported(let word, let reason): "\(word): \(reason)"
        case .invalidPattern(let pattern, let reason, let offset):
            "invalid regular expression \"\(Self.shown(pattern))\" at offset \(offset): \(reason)"
        case .wrongKind(let expression, true): "\(Self.shown(expression)) is a condition, where a value is needed"
        case .wrongKind(let expression, false): "\(Self.shown(expression)) is a value, where a condition is needed"
        case .unequalWildcards(let from, let to):
            "rename \"\(Self.shown(from))\" as \"\(Self.shown(to))\": both sides need the same number of *"
        case .awaits: "the rows of a subsearch are not there"
        }
    }

    /// As much of what was written as an error shows of the word at its place.
    private static func shown(_ text: String) -> String {
        String(decoding: text.utf8.prefix(60), as: UTF8.self)
    }
}
