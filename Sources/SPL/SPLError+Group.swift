extension SPLError {
    /// What many searches may be refused for alike, in a few words: `the command transaction`, `malformed: a quotation mark
    /// is not closed`.
    public var group: String {
        switch reason {
        case .unsupportedCommand(let name): "the command \(name)"
        case .unsupportedFunction(let name): "the function \(name)"
        case .unsupportedOption(let name): "the option \(name)"
        case .unsupportedConstruct(let name): name
        case .macro(let name): "macro \(name): \(message)"
        case .syntax: "malformed: \(message)"
        }
    }
}
