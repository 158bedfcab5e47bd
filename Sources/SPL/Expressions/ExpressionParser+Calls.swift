import Matching
import Pipeline

/// Calls of functions.
extension ExpressionParser {
    mutating func parseCall(at range: Range<Int>) throws(SPLError) -> Expression {
        let name = scanner.slice(range).string
        if name.asciiLowercased == "searchmatch" { return try parseSearch(at: range) }
        guard let function = EvaluationFunction.named(name) else {
            let refusal = EvaluationFunction.refusal(of: name)
            throw scanner.error(
                refusal?.message ?? "the function \(name) is not supported",
                refusal?.advice ?? "rewrite the expression without it", reason: .unsupportedFunction(name), at: range)
        }
        let rule = function.argumentRule
        let keptDigits = keepsDigits
        keepsDigits = keepsDigits || function == .sigfig
        let arguments = try parseArguments(of: name, rule, at: range)
        keepsDigits = keptDigits
        guard rule.accepts(arguments.count) else {
            throw scanner.error(
                "\(name) takes \(rule), not \(arguments.count)", "give it as many as it takes",
                at: range.lowerBound..<scanner.position)
        }
        return .call(function, arguments)
    }

    /// `searchmatch("search terms")`: the terms are a search of their own, in a string.
    private mutating func parseSearch(at range: Range<Int>) throws(SPLError) -> Expression {
        scanner.skipSpace()
        scanner.position += 1
        scanner.skipSpace()
        let start = scanner.position
        guard scanner.current == Byte.quote else {
            throw scanner.error("searchmatch takes a search in quotation marks", "write the search itself")
        }
        let text = try scanner.readQuoted()
        let stringRange = start..<scanner.position
        try scanner.expect(Byte.close, "close searchmatch(")
        let expanded: ExpandedText
        let predicate: Predicate<String>
        do throws(SPLError) {
            expanded = try MacroExpander.expand(text.string, with: MacroLibrary()).0
            var parser = SearchPredicateParser(
                Scanner(expanded, range: 0..<expanded.bytes.count), position: .later)
            predicate = try parser.parse()
        } catch {
            throw scanner.error(
                "the search in searchmatch can't be read: \(error.message)", error.advice, reason: error.reason,
                at: stringRange)
        }
        return .search(predicate)
    }

    mutating func parseArguments(
        of name: String, _ rule: ArgumentRule?, at range: Range<Int>
    ) throws(SPLError) -> [Expression] {
        scanner.skipSpace()
        scanner.position += 1
        var arguments: [Expression] = []
        scanner.skipSpace()
        if scanner.take(Byte.close) { return arguments }
        while true {
            scanner.skipSpace()
            let start = scanner.position
            let argument = try parse()
            try check(
                argument, rule?.kind(at: arguments.count) ?? .value, of: name, at: start..<endOfOperand)
            arguments.append(argument)
            scanner.skipSpace()
            if scanner.take(Byte.comma) { continue }
            if scanner.take(Byte.close) { return arguments }
            throw scanner.isAtEnd
                ? scanner.error("the arguments of \(name) are not closed", "close them with )", at: range)
                : scanner.error("a comma or ) was expected here", "part arguments by commas")
        }
    }

    /// Conditions where conditions are wanted and values where values are; `null()` goes for both.
    func check(
        _ operand: Expression, _ kind: ArgumentRule.Kind, of name: String, at range: Range<Int>
    ) throws(SPLError) {
        switch kind {
        case .either: return
        case .value:
            guard operand.isCondition else { return }
            throw scanner.error(
                "\(name) takes a value here, not a condition", "write if(condition, value, other value)", at: range)
        case .condition:
            if case .subsearch = operand { return }
            if operand.isCondition || operand == .call(.null, []) { return }
            throw scanner.error(
                "\(name) takes a condition here, not a value", "compare it with something", at: range)
        }
    }
}
