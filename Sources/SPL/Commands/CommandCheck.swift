import Pipeline

/// Asks the pipeline whether it can run what was parsed, so that a search that can't run is refused before it starts.
enum CommandCheck {
    /// - Parameter scanner: stands over the whole command; the error points into it.
    /// - Throws: `SPLError` for invalid regular expressions, and for conditions and values in each other's place.
    static func check(_ commands: [Command], in scanner: Scanner) throws(SPLError) {
        do throws(PipelineError) {
            try RowPipeline.check(commands, context: EvaluationContext.withoutTimes)
        } catch {
            throw described(error, in: scanner)
        }
    }

    private static func described(_ error: PipelineError, in scanner: Scanner) -> SPLError {
        switch error {
        case .argumentCount(let function, _, _):
            scanner.error("\(error)", "give it as many as it takes", at: range(of: function, in: scanner))
        case .unsupported(let word, let reason):
            scanner.error(
                reason, "rewrite the command without it", reason: .unsupportedFunction(word),
                at: range(of: word, in: scanner))
        case .invalidPattern(let pattern, _, _):
            scanner.error(
                "\(error)", "correct it; in a string \\\\ is one backslash", at: range(of: pattern, in: scanner))
        case .wrongKind(let expression, let isCondition):
            scanner.error(
                "\(error)", isCondition ? "write if(condition, value, other value)" : "compare it with something",
                at: range(of: expression, in: scanner))
        case .awaits: scanner.error("\(error)", "run the subsearch on its own")
        case .unequalWildcards(let from, _):
            scanner.error("\(error)", "write as many into each", at: range(of: from, in: scanner))
        }
    }

    /// Where the text stands in the command, as it is or as a string would hold it; the whole command if nowhere.
    static func range(of word: String, in scanner: Scanner) -> Range<Int> {
        let command = scanner.slice(scanner.position..<scanner.end)
        let escaped = QuotedText.string(Array(word.utf8)).utf8.dropFirst().dropLast()
        for spelling in [Array(word.utf8), Array(escaped)] where !spelling.isEmpty {
            var start = command.startIndex
            while start + spelling.count <= command.endIndex {
                if command[start...].starts(with: spelling) { return start..<(start + spelling.count) }
                start += 1
            }
        }
        return scanner.position..<scanner.end
    }
}
