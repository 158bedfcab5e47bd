import Matching
import Pipeline

extension CommandSyntax {
    /// `search` and `where`.
    static let filtering: [CommandSyntax] = [
        CommandSyntax("search", parse: parseSearch),
        CommandSyntax("where", parse: parseWhere),
    ]

    private static func parseSearch(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        scanner.skipSpace()
        // A macro that is a search of its own makes it two: `| search `filter``.
        var ahead = scanner
        if ahead.takeKeyword("search"), ahead.current?.isWhiteSpace == true,
            ![Byte.equals, Byte.exclamation, Byte.less, Byte.greater].contains(ahead.nextSolid ?? Byte.equals)
        {
            scanner = ahead
            context.note("The word search stands twice and is read once.")
        }
        var parser = SearchPredicateParser(scanner, position: .later, context: context)
        let predicate = try parser.parse()
        scanner = parser.scanner
        context = parser.finishedContext
        return predicate == .constant(true) ? [] : [.search(predicate)]
    }

    private static func parseWhere(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        scanner.skipSpace()
        guard !scanner.isAtEnd else {
            throw scanner.error("the condition is missing", "write one after where")
        }
        var parser = ExpressionParser(scanner, context: context)
        let expression = try parser.parse()
        scanner = parser.scanner
        context = parser.context ?? context
        try scanner.expectEnd("join conditions with AND or OR")
        return [.filter(expression)]
    }
}
