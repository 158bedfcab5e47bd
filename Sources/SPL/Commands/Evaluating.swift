import Pipeline

extension CommandSyntax {
    /// `eval`.
    static let evaluating: [CommandSyntax] = [CommandSyntax("eval", parse: parseEvaluations)]

    /// `field = expression, field = expression ...`
    private static func parseEvaluations(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var commands: [Command] = []
        var assignments: [Assignment] = []
        repeat {
            scanner.skipSpace()
            let name = scanner.position..<scanner.end
            let isQuoted = scanner.current == Byte.quote || scanner.current == Byte.apostrophe
            let column = try readTarget(&scanner)
            try scanner.expect(Byte.equals, "write field = expression")
            scanner.skipSpace()
            let start = scanner.position
            // A name that rows make is known only by what stands in them, and so is not waited for.
            let isComputed = !isQuoted && column.utf8.contains(Byte.openBrace)
            var parser = ExpressionParser(scanner, context: isComputed ? nil : context)
            let expression = try parser.parse()
            scanner = parser.scanner
            context = parser.context ?? context
            if expression.isCondition {
                throw scanner.error(
                    "a field can't hold true or false", "write if(condition, value, other value)",
                    at: start..<scanner.position)
            }
            if !isQuoted, let parts = try computedName(column, in: scanner, at: name) {
                if !assignments.isEmpty { commands.append(.evaluate(assignments)) }
                assignments = []
                commands.append(
                    .extract(.computedName(ComputedAssignment(name: parts, expression: expression))))
            } else {
                assignments.append(Assignment(column: column, expression: expression))
            }
            scanner.skipSpace()
        } while scanner.take(Byte.comma)
        try scanner.expectEnd("part assignments by commas")
        return assignments.isEmpty ? commands : commands + [.evaluate(assignments)]
    }

    /// The parts of a name with fields in braces, or `nil` where it has none; `{}` alone is part of a name.
    private static func computedName(
        _ name: String, in scanner: Scanner, at range: Range<Int>
    ) throws(SPLError) -> [ComputedAssignment.Part]? {
        var parts: [ComputedAssignment.Part] = []
        var isComputed = false
        var rest = Array(name.utf8)[...]
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == Byte.openBrace, rest.first != Byte.closeBrace else {
                text.append(byte)
                continue
            }
            guard let close = rest.firstIndex(of: Byte.closeBrace) else {
                throw scanner.error(
                    "the brace in the field name is not closed", "close it behind a field",
                    at: range.lowerBound..<(range.lowerBound + name.utf8.count))
            }
            if !text.isEmpty { parts.append(.text(text.string)) }
            text = []
            parts.append(.field(rest[..<close].string))
            rest = rest[(close + 1)...]
            isComputed = true
        }
        if !text.isEmpty { parts.append(.text(text.string)) }
        return isComputed ? parts : nil
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
        return name.string
    }
}
