import Pipeline

extension CommandSyntax {
    /// `eval`.
    static let evaluating: [CommandSyntax] = [CommandSyntax("eval", parse: parseEvaluations)]

    /// `field = expression, field = expression ...`
    private static func parseEvaluations(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var assignments: [Assignment] = []
        repeat {
            let column = try readTarget(&scanner)
            try scanner.expect(Byte.equals, "write field = expression")
            scanner.skipSpace()
            let start = scanner.position
            var parser = ExpressionParser(scanner)
            let expression = try parser.parse()
            scanner = parser.scanner
            if expression.isBoolean {
                throw scanner.error(
                    "a field can't hold true or false", "write if(condition, value, other value)",
                    at: start..<scanner.position)
            }
            assignments.append(Assignment(column: column, expression: expression))
            scanner.skipSpace()
        } while scanner.take(Byte.comma)
        try scanner.expectEnd("part assignments by commas")
        return [.evaluate(assignments)]
    }

    private static func readTarget(_ scanner: inout Scanner) throws(SPLError) -> String {
        scanner.skipSpace()
        let start = scanner.position
        if let quote = scanner.current, quote == Byte.quote || quote == Byte.apostrophe {
            guard let close = closingQuote(of: start, in: scanner.slice(start..<scanner.end)) else {
                throw scanner.error("the field name is not closed", "close it")
            }
            scanner.position = close + 1
            return unescaped(scanner.slice((start + 1)..<close), mark: quote).string
        }
        while let byte = scanner.current, !byte.isWhiteSpace, byte != Byte.equals, byte != Byte.comma {
            scanner.position += 1
        }
        let name = scanner.slice(start..<scanner.position)
        guard !name.isEmpty else {
            throw scanner.error("a field name was expected here", "write field = expression")
        }
        var previous = UInt8(0)
        for byte in name {
            if previous == Byte.openBrace, byte != Byte.closeBrace {
                throw scanner.error(
                    "a field name can't be computed", "write the name out",
                    reason: .unsupportedConstruct("field name in braces"), at: start..<scanner.position)
            }
            previous = byte
        }
        return name.string
    }
}
