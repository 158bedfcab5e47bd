/// Why a search can't be compiled, and where in the text that was given.
public struct SPLError: Error, Hashable, Sendable {
    /// What stands in the way; the name is that of the command, function, option, construct or macro.
    public enum Reason: Hashable, Sendable {
        case unsupportedCommand(String)
        case unsupportedFunction(String)
        case unsupportedOption(String)
        case unsupportedConstruct(String)
        case macro(String)
        case syntax
    }

    /// What kind of error it is, with the command, function or macro where one is to blame.
    public var reason: Reason
    /// What is wrong, as a clause without a full stop.
    public var message: String
    /// What to do about it, as a clause without a full stop.
    public var advice: String
    /// The word at the place, as it stands in the expanded text; empty at the end of the text.
    public var word: String
    /// Where the word begins in the text that was given: 1-based, counted in Unicode scalars. For a word that came from
    /// a macro it is where the outermost macro call begins.
    public var column: Int
    /// The macro whose definition holds the word, if it came from one.
    public var macro: String?
    /// The command that was being read, if one was.
    public var command: String?

    /// - Parameter column: from 1, in Unicode scalars of the text that was given.
    public init(
        _ reason: Reason, message: String, advice: String, word: String, column: Int, macro: String? = nil,
        command: String? = nil
    ) {
        self.reason = reason
        self.message = message
        self.advice = advice
        self.word = word
        self.column = column
        self.macro = macro
        self.command = command
    }
}

extension SPLError: CustomStringConvertible {
    /// One line: place, word, what is wrong, what to do.
    public var description: String {
        var text = "column \(column)"
        if let command { text += ", in \(command)" }
        if let macro { text += ", from macro `\(macro)`" }
        if !word.isEmpty { text += ", at \"\(word)\"" }
        text += ": \(message)"
        if !advice.isEmpty { text += "; \(advice)" }
        return text
    }
}
