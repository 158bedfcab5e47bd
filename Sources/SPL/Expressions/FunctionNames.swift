import Pipeline

extension EvaluationFunction {
    /// The function of that name, in any case.
    static func named(_ name: String) -> EvaluationFunction? {
        let lowercased = name.asciiLowercased
        return otherNames[lowercased] ?? EvaluationFunction(rawValue: lowercased)
    }

    private static let otherNames: [String: EvaluationFunction] = ["ceil": .ceiling, "length": .len]

    /// Why a function that Splunk has is refused, and what to do; `nil` for a name that is no function's.
    static func refusal(of name: String) -> (message: String, advice: String)? {
        switch name.asciiLowercased {
        case "lookup": ("lookup() is not supported in an expression", "use the lookup command before it")
        case "random":
            ("random() would give other findings each time", "take it out, or use a digest of a field, as md5(_raw)")
        default: nil
        }
    }
}
