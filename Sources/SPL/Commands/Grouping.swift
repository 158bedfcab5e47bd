import Aggregation
import Pipeline

extension CommandSyntax {
    /// `stats`.
    static let grouping: [CommandSyntax] = [CommandSyntax("stats", parse: parseStats)]

    /// `[options] aggregate [AS name] ... [by field ...] [dedup_splitvals=]`
    private static func parseStats(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var aggregates = AggregateParser(scanner, takesExpressions: true)
        var keys: [GroupKey] = []
        scanner.skipSeparators()
        while !scanner.isAtEnd {
            if scanner.takeKeyword("by") {
                var parser = GroupKeyParser(scanner, takesSpan: false)
                try parser.parse()
                scanner = parser.scanner
                keys = parser.keys
                context.note(parser.notes)
            } else if let option = try scanner.readOption() {
                try check(option, in: scanner)
            } else {
                aggregates.resume(at: scanner.position)
                try aggregates.parseOne()
                scanner = aggregates.scanner
            }
            scanner.skipSeparators()
        }
        guard !aggregates.calls.isEmpty else {
            throw scanner.error("stats needs an aggregate", "write one, as count or values(field)")
        }
        for call in aggregates.calls where keys.contains(where: { $0.column == call.column }) {
            throw scanner.error(
                "an aggregate has the name of the by-field \(call.column)", "give it another one with AS")
        }
        let grouping = Command.stats(Aggregation.Grouping(keys: keys, functions: aggregates.calls))
        return aggregates.assignments.isEmpty ? [grouping] : [.evaluate(aggregates.assignments), grouping]
    }

    /// Options that change nothing are taken as long as they ask for nothing.
    private static func check(_ option: Scanner.Option, in scanner: Scanner) throws(SPLError) {
        switch option.name {
        case "partitions":
            _ = try scanner.count(option)
            return
        case "allnum", "dedup_splitvals":
            if try !scanner.boolean(option) { return }
        default: break
        }
        throw scanner.error(
            "stats \(option.name)= is not supported", "take it out", reason: .unsupportedOption(option.name),
            at: option.range)
    }
}
