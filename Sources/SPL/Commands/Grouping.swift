import Aggregation
import Pipeline

extension CommandSyntax {
    /// `stats`, `eventstats` and `streamstats`.
    static let grouping: [CommandSyntax] = [
        CommandSyntax("stats", parse: parseStats),
        CommandSyntax("eventstats", parse: parseEventStatistics),
        CommandSyntax("streamstats", parse: parseRunningStatistics),
    ]

    /// `[options] aggregate [AS name] ... [by field ...] [dedup_splitvals=]`
    private static func parseStats(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var parser = StatisticsParser(scanner, command: "stats")
        try parser.parse(&context)
        scanner = parser.scanner
        if parser.wantsNumbersOnly || parser.aggregates.hasWildcards {
            return parser.commands(.rowStatistics(parser.rowStatistics))
        }
        return parser.commands(
            .stats(Aggregation.Grouping(keys: parser.keys, functions: parser.aggregates.calls)))
    }

    /// `[allnum=] aggregate [AS name] ... [by field ...]`
    private static func parseEventStatistics(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var parser = StatisticsParser(scanner, command: "eventstats")
        try parser.parse(&context)
        scanner = parser.scanner
        return parser.commands(.eventStatistics(parser.rowStatistics))
    }

    /// `[options] aggregate [AS name] ... [by field ...]`
    private static func parseRunningStatistics(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var parser = StatisticsParser(scanner, command: "streamstats")
        var running = RunningStatistics(statistics: RowStatistics(functions: []))
        try parser.parse(&context) { (scanner: inout Scanner) throws(SPLError) in
            try parseRunningOption(&scanner, &running)
        }
        scanner = parser.scanner
        running.statistics = parser.rowStatistics
        guard !running.resetsOnChange || !parser.keys.isEmpty else {
            throw scanner.error("reset_on_change=true needs by-fields", "name the fields whose change resets")
        }
        return parser.commands(.runningStatistics(running))
    }

    private static func parseRunningOption(
        _ scanner: inout Scanner, _ running: inout RunningStatistics
    ) throws(SPLError) -> Bool {
        if let name = scanner.takeOptionName(["reset_before", "reset_after"]) {
            let condition = try parseResetCondition(&scanner, of: name)
            if name == "reset_before" { running.resetBefore = condition } else { running.resetAfter = condition }
            return true
        }
        let start = scanner.position
        guard let option = try scanner.readOption() else { return false }
        switch option.name {
        case "current": running.includesCurrent = try scanner.boolean(option)
        case "global": running.isGlobal = try scanner.boolean(option)
        case "reset_on_change": running.resetsOnChange = try scanner.boolean(option)
        case "window":
            running.window = try scanner.count(option)
            guard running.window <= RunningStatistics.largestWindow else {
                throw scanner.error(
                    "a window holds at most \(RunningStatistics.largestWindow) rows", "give a smaller number",
                    at: option.range)
            }
        case "time_window":
            guard case .time(let length)? = TimeSpan.fixed(option.value) else {
                throw scanner.error(
                    "this is no length of time", "write a number and a unit up to weeks, as 10m or 1h",
                    at: option.valueRange)
            }
            running.timeWindow = length
        default:
            scanner.position = start
            return false
        }
        return true
    }

    /// `"(" expression ")"` as Splunk documents it, `"(expression)"` or `(expression)`.
    private static func parseResetCondition(
        _ scanner: inout Scanner, of name: String
    ) throws(SPLError) -> Expression {
        let start = scanner.position
        let opening = Array("\"(\"".utf8)
        let closing = Array("\")\"".utf8)
        let rest = scanner.slice(start..<scanner.end)
        var content: [UInt8]
        if rest.starts(with: opening) {
            var end = start + opening.count
            while end + closing.count <= scanner.end,
                !scanner.slice(end..<(end + closing.count)).elementsEqual(closing)
            { end += scanner.slice(end..<(end + 1)).first == Byte.backslash ? 2 : 1 }
            guard end + closing.count <= scanner.end else {
                throw scanner.error("\(name)= is not closed", "write \")\" behind the condition")
            }
            content = unescaped(scanner.slice((start + opening.count)..<end))
            scanner.position = end + closing.count
        } else if scanner.current == Byte.quote {
            content = try scanner.readQuoted()
        } else {
            let inside = try scanner.takeParenthesised(of: name)
            content = Array(scanner.slice(inside))
        }
        let range = start..<scanner.position
        let expression = try scanner.expression(content, at: range)
        guard expression.isCondition else {
            throw scanner.error("\(name)= needs a condition", "compare the value with something", at: range)
        }
        return expression
    }
}
