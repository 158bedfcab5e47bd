import Aggregation
import Pipeline

/// Reads what `stats`, `eventstats` and `streamstats` have in common: aggregates, by-fields, options among them.
struct StatisticsParser {
    private(set) var scanner: Scanner
    private(set) var aggregates: AggregateParser
    private(set) var keys: [GroupKey] = []
    /// `allnum=`.
    private(set) var wantsNumbersOnly = false
    /// Where a chart stood that was left out.
    private var chart: Range<Int>?
    private let command: String

    init(_ scanner: Scanner, command: String) {
        self.scanner = scanner
        self.command = command
        aggregates = AggregateParser(scanner, takesExpressions: true, takesWildcards: true)
    }

    /// Reads to the end of the command. `option` takes an option that not every such command has, and says whether it
    /// did; it is asked before a value is read.
    mutating func parse(
        _ context: inout CompilationContext,
        option: (inout Scanner) throws(SPLError) -> Bool = { (_: inout Scanner) throws(SPLError) in false }
    ) throws(SPLError) {
        while scanner.moveToNextArgument() {
            if scanner.takeKeyword("by") {
                var parser = GroupKeyParser(scanner, takesSpan: false)
                try parser.parse()
                scanner = parser.scanner
                keys = parser.keys
                context.note(parser.notes)
            } else if try option(&scanner) {
                // It is behind the option already.
            } else if command == "stats", scanner.takeKeyword("sparkline") {
                try skipChart(&context)
            } else if let option = try scanner.readOption() {
                try apply(option, &context)
            } else {
                aggregates.resume(at: scanner.position)
                try aggregates.parseOne()
                scanner = aggregates.scanner
            }
        }
        if let chart, aggregates.calls.isEmpty { throw aggregates.unsupported("sparkline", at: chart) }
        guard !aggregates.calls.isEmpty else {
            throw scanner.error("\(command) needs an aggregate", "write one, as count or values(field)")
        }
        for call in aggregates.calls where keys.contains(where: { $0.column == call.column }) {
            throw scanner.error(
                "an aggregate has the name of the by-field \(call.column)", "give it another one with AS")
        }
    }

    /// A chart in a cell is read and left out: `sparkline`, `sparkline(count, 1h) AS name`.
    private mutating func skipChart(_ context: inout CompilationContext) throws(SPLError) {
        chart = (scanner.position - "sparkline".utf8.count)..<scanner.position
        scanner.skipSpace()
        if scanner.current == Byte.open { _ = try scanner.takeParenthesised(of: "sparkline") }
        _ = try scanner.readAlias()
        context.note("sparkline draws a chart in a column of its own, which is left out.")
    }

    private mutating func apply(
        _ option: Scanner.Argument, _ context: inout CompilationContext
    ) throws(SPLError) {
        switch option.name {
        case "partitions": _ = try scanner.count(option)
        case "allnum": wantsNumbersOnly = try scanner.boolean(option)
        case "delim": context.note("delim= changes nothing: several values stay several.")
        case "dedup_splitvals" where command == "stats":
            guard try scanner.boolean(option) else { return }
            throw scanner.unsupported(option, of: command)
        default: throw scanner.unsupported(option, of: command)
        }
    }

    /// The aggregates for rows whose columns are known when they are there.
    var rowStatistics: RowStatistics {
        RowStatistics(
            functions: aggregates.calls, keys: keys.map(\.field), wantsNumbersOnly: wantsNumbersOnly,
            temporary: aggregates.assignments.map(\.column))
    }

    /// The command, behind the one that computes what its aggregates read.
    func commands(_ command: Command) -> [Command] {
        aggregates.assignments.isEmpty ? [command] : [.evaluate(aggregates.assignments), command]
    }
}
