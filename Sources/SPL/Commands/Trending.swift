import Pipeline

extension CommandSyntax {
    /// `outlier`, `trendline` and `concurrency`.
    static let trending: [CommandSyntax] = [
        CommandSyntax("outlier", parse: parseOutliers),
        CommandSyntax("trendline", parse: parseTrends),
        CommandSyntax("concurrency", parse: parseConcurrency),
    ]

    /// `[action=remove|transform] [mark=] [param=] [uselower=] [field ...]`
    private static func parseOutliers(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var rule = OutlierRule()
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "action":
                switch argument.value.asciiLowercased {
                case "remove", "rm": rule.removesRows = true
                case "transform", "tf": rule.removesRows = false
                default:
                    throw scanner.error(
                        "outlier has no action \(argument.value)", "use remove or transform", at: argument.range)
                }
            case "mark": rule.marks = try scanner.boolean(argument)
            case "uselower": rule.looksBelow = try scanner.boolean(argument)
            case "param":
                rule.factor = try scanner.number(argument)
                guard rule.factor >= 0 else {
                    throw scanner.error("param is at least 0", "write such a number", at: argument.range)
                }
            case "type" where argument.value.asciiLowercased == "iqr": break
            case nil: rule.fields.append(argument.value)
            default: throw scanner.unknown(argument, of: "outlier", "it takes action, mark, param and uselower")
            }
        }
        return [.reshape(.outliers(rule))]
    }

    /// `sma5(field) [AS column] ...`
    private static func parseTrends(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var trends: [Trend] = []
        while scanner.moveToNextArgument() {
            let start = scanner.position
            let word = try scanner.requireName()
            let parts = word.split(separator: "(", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[1].hasSuffix(")"), parts[1].count > 1,
                let kind = Trend.Kind(rawValue: parts[0].prefix(3).lowercased()),
                let period = Int(parts[0].dropFirst(3)), 2...10_000 ~= period
            else {
                throw scanner.error(
                    "this is no trend", "write sma, ema or wma, a period from 2 to 10000 and a field, as sma5(count)",
                    at: start..<scanner.position)
            }
            let field = String(parts[1].dropLast())
            let column = try scanner.readAlias() ?? "\(kind.rawValue)\(period)(\(field))"
            trends.append(Trend(kind: kind, period: period, field: field, column: column))
        }
        guard !trends.isEmpty else {
            throw scanner.error("trendline needs a trend", "write one, as sma5(count) AS trend")
        }
        return [.reshape(.trends(trends))]
    }

    /// `duration=field [start=field] [output=column]`
    private static func parseConcurrency(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var rule = ConcurrencyRule(duration: "")
        while let option = try scanner.readNextOption("write duration=field") {
            switch option.name {
            case "duration": rule.duration = option.value
            case "start": rule.start = option.value
            case "output": rule.column = option.value
            default: throw scanner.unknown(option, of: "concurrency", "it takes duration, start and output")
            }
        }
        guard !rule.duration.isEmpty else {
            throw scanner.error("concurrency needs to know how long events last", "write duration=field")
        }
        return [.reshape(.concurrency(rule))]
    }
}
