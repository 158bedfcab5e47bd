import Aggregation
import Pipeline
import Values

extension CommandSyntax {
    /// `chart` and `timechart`.
    static let charting: [CommandSyntax] = [
        CommandSyntax("chart") { (scanner: inout Scanner, context: inout CompilationContext) throws(SPLError) in
            try ChartParser.parse(&scanner, &context, isOverTime: false)
        },
        CommandSyntax("timechart") { (scanner: inout Scanner, context: inout CompilationContext) throws(SPLError) in
            try ChartParser.parse(&scanner, &context, isOverTime: true)
        },
    ]
}

/// Reads `chart` and `timechart`, which become what puts values into ranges, groups, and then makes the table.
///
///     [options] aggregate [AS name] ... [over field [options]] [by field [field] [options] [where score test]]
struct ChartParser {
    private var scanner: Scanner
    private let isOverTime: Bool
    private var aggregates: AggregateParser
    private var rows: (field: String, options: BinOptions)?
    private var series: (field: String, options: BinOptions)?
    /// The options that stand before any field, which are those of `_time`.
    private var leading = BinOptions()
    private var selection = Chart.SeriesSelection()
    private var usesNull = true
    private var usesOther = true
    private var nullText = "NULL"
    private var otherText = "OTHER"
    private var separator = ": "
    private var format: String?
    private var isContinuous = true
    private var keepsPartial = true

    /// Columns that exist between the commands only; fields of events have no such names.
    private static let choiceColumn = "__span"
    private static let exactColumn = "__time"
    private static let rangeColumn = "__range"
    private static let seriesColumn = "__series"

    private init(_ scanner: Scanner, isOverTime: Bool) {
        self.scanner = scanner
        self.isOverTime = isOverTime
        aggregates = AggregateParser(scanner, takesExpressions: true, takesRates: isOverTime)
        if isOverTime { rows = (Binning.timeField, BinOptions()) }
    }

    private var command: String { isOverTime ? "timechart" : "chart" }

    static func parse(
        _ scanner: inout Scanner, _ context: inout CompilationContext, isOverTime: Bool
    ) throws(SPLError) -> [Command] {
        var parser = ChartParser(scanner, isOverTime: isOverTime)
        try parser.parseClauses()
        scanner = parser.scanner
        return try parser.commands()
    }

    // MARK: Reading

    private mutating func parseClauses() throws(SPLError) {
        while scanner.moveToNextArgument() {
            if !isOverTime, scanner.takeKeyword("over") {
                guard rows == nil else { throw scanner.error("over is given twice", "keep one of them") }
                rows = (try readField(), BinOptions())
            } else if scanner.takeKeyword("by") || scanner.takeKeyword("groupby") {
                try parseBy()
            } else if scanner.takeKeyword("where") {
                try parseSelection()
            } else if scanner.takeOptionName(["agg"]) != nil {
                let isParenthesised = scanner.take(Byte.open)
                try parseAggregate()
                if isParenthesised { try scanner.expect(Byte.close, "close agg=(") }
            } else if let option = try scanner.readOption() {
                try apply(option)
            } else {
                try parseAggregate()
            }
        }
        guard !aggregates.calls.isEmpty else {
            throw scanner.error("\(command) needs an aggregate", "write one, as count or avg(field)")
        }
    }

    private mutating func parseAggregate() throws(SPLError) {
        aggregates.resume(at: scanner.position)
        try aggregates.parseOne()
        scanner = aggregates.scanner
    }

    private mutating func parseBy() throws(SPLError) {
        guard series == nil else { throw scanner.error("by is given twice", "keep one of them") }
        let first = try readField()
        if rows != nil {
            series = (first, BinOptions())
            return
        }
        rows = (first, BinOptions())
        while scanner.moveToNextArgument(), let option = try scanner.readOption() { try apply(option) }
        var copy = scanner
        if !scanner.isAtEnd, !copy.takeKeyword("where") { series = (try readField(), BinOptions()) }
    }

    private mutating func readField() throws(SPLError) -> String {
        scanner.skipSeparators()
        return try scanner.requireNameWithoutWildcard(of: command, "name a field")
    }

    private mutating func apply(_ option: Scanner.Argument) throws(SPLError) {
        if BinOptions.names.contains(option.name) {
            // They belong to the field that stands before them; a span of time to the time, wherever it stands.
            if series != nil, !(isOverTime && option.name == "span" && TimeSpan.isTime(option.value)) {
                try series?.options.apply(option, in: scanner)
            } else if rows != nil {
                try rows?.options.apply(option, in: scanner)
            } else {
                try leading.apply(option, in: scanner)
            }
            return
        }
        switch option.name {
        case "limit": try parseLimit(option)
        case "useother": usesOther = try scanner.boolean(option)
        case "usenull": usesNull = try scanner.boolean(option)
        case "otherstr": otherText = option.value
        case "nullstr": nullText = option.value
        case "sep": separator = option.value
        case "format": format = option.value
        case "cont": isContinuous = try scanner.boolean(option)
        case "partial" where isOverTime: keepsPartial = try scanner.boolean(option)
        case "fixedrange" where isOverTime: _ = try scanner.boolean(option)
        case "dedup_splitvals":
            guard try scanner.boolean(option) else { return }
            throw scanner.unsupported(option, of: command)
        default: throw scanner.unsupported(option, of: command)
        }
    }

    /// `10`, `top10`, `top 10`, `bottom5`; 0 for all.
    private mutating func parseLimit(_ option: Scanner.Argument) throws(SPLError) {
        var text = option.value.asciiLowercased
        var isHighest = true
        for (word, value) in [("top", true), ("bottom", false)] where text.hasPrefix(word) {
            text.removeFirst(word.count)
            isHighest = value
        }
        if text.isEmpty, option.value.utf8.last?.isDigit != true {
            scanner.skipSpace()
            let start = scanner.position
            while scanner.current?.isDigit == true { scanner.position += 1 }
            text = scanner.slice(start..<scanner.position).string
        }
        let digits = text.utf8.drop { $0.isWhiteSpace }.string
        guard let count = Int(digits), count >= 0 else {
            throw scanner.error(
                "limit takes a whole number, or top or bottom with one", "write limit=10",
                at: option.valueRange)
        }
        selection.test = count == 0 ? .all : .ranked(count, isHighest: isHighest, isInverted: false)
    }

    /// `score in top5`, `score notin bottom5`, `score > 100`.
    private mutating func parseSelection() throws(SPLError) {
        scanner.skipSpace()
        let start = scanner.position
        while scanner.current?.isNameByte == true { scanner.position += 1 }
        let name = scanner.slice(start..<scanner.position).lowercased.string
        guard let score = Chart.SeriesSelection.Score(rawValue: name) else {
            throw scanner.error(
                "series are not ranked by \(name.isEmpty ? "this" : name)",
                "use one of " + Chart.SeriesSelection.Score.allCases.map(\.rawValue).joined(separator: ", "),
                reason: .unsupportedFunction(name), at: name.isEmpty ? nil : start..<scanner.position)
        }
        selection.score = score
        scanner.skipSpace()
        if scanner.current == Byte.open {
            _ = try scanner.takeParenthesised(of: name)
            scanner.skipSpace()
        }
        selection.test = try readSelectionTest(of: name)
    }

    /// `in top5`, `notin bottom5`, `> 100`.
    private mutating func readSelectionTest(of name: String) throws(SPLError) -> Chart.SeriesSelection.Test {
        let isInverted = scanner.takeKeyword("notin")
        if isInverted || scanner.takeKeyword("in") {
            scanner.skipSpace()
            guard let word = try scanner.readName()?.asciiLowercased, word.hasPrefix("top") || word.hasPrefix("bottom")
            else { throw scanner.error("top or bottom was expected here", "write in top5") }
            var digits = word.utf8.drop { $0.isLetter }.string
            if digits.isEmpty {
                scanner.skipSpace()
                digits = try scanner.readName() ?? ""
            }
            guard let count = Int(digits), count >= 0 else {
                throw scanner.error("a number is missing behind \(word)", "write in top5")
            }
            return .ranked(count, isHighest: word.hasPrefix("top"), isInverted: isInverted)
        }
        let isAbove = scanner.take(Byte.greater)
        guard isAbove || scanner.take(Byte.less) else {
            throw scanner.error("in, notin, < or > was expected here", "write where \(name) in top5")
        }
        scanner.skipSpace()
        guard let text = try scanner.readName(), let bound = Double(text) else {
            throw scanner.error("a number was expected here", "write where \(name) > 10")
        }
        return isAbove ? .above(bound) : .below(bound)
    }

    // MARK: Building

    private func commands() throws(SPLError) -> [Command] {
        guard let rows else {
            // Without a field it is one row, as stats makes it.
            let stats = Command.stats(Aggregation.Grouping(keys: [], functions: aggregates.calls))
            return aggregates.assignments.isEmpty ? [stats] : [.evaluate(aggregates.assignments), stats]
        }
        let taken = [rows.field] + (series.map { [$0.field] } ?? [])
        for call in aggregates.calls where taken.contains(call.column) {
            throw scanner.error("an aggregate has the name of the field \(call.column)", "give it another one with AS")
        }
        guard series?.field != rows.field else {
            throw scanner.error("\(rows.field) can't be both the rows and the columns", "name two fields")
        }
        var assignments = aggregates.assignments
        var binnings: [Binning] = []
        // Events that lack the field are a series, and have no value of it for an aggregate.
        let readsSeries = series.map { series in aggregates.calls.contains { $0.field == series.field } } ?? false
        let seriesColumn = readsSeries && usesNull ? Self.seriesColumn : series?.field
        var chart = Chart(
            rows: rows.field, series: seriesColumn, cells: aggregates.calls,
            isGrouped: series == nil || aggregates.calls.allSatisfy { Chart.merging($0.function) != nil })
        chart.selection = selection
        chart.selection.other = usesOther ? otherText : nil
        chart.separator = separator
        chart.format = format
        if isOverTime {
            if !keepsPartial {
                assignments.append(Assignment(column: Self.exactColumn, expression: .field(rows.field)))
            }
            binnings.append(timeBinning(rows.options, &chart))
        } else {
            let options = rows.options.isSet ? rows.options : leading
            if options.isSet { binnings.append(rowBinning(of: rows.field, options)) }
        }
        if let ranges = binnings.first, ranges.column != ranges.field { chart.ranges = ranges.column }
        if let series {
            if series.options.isSet { binnings.append(binning(of: series.field, series.options)) }
            chart.nullSeries = usesNull ? nullText : nil
        }
        var commands: [Command] = assignments.isEmpty ? [] : [.evaluate(assignments)]
        commands += binnings.map { .bin($0) }
        if let series, usesNull {
            let filled = Expression.call(.coalesce, [.field(series.field), .literal(.text(Text(nullText)))])
            let column = seriesColumn ?? series.field
            commands.append(.evaluate([Assignment(column: column, expression: filled)]))
        }
        if chart.isGrouped { commands.append(.stats(chart.grouping)) }
        return commands + [.chart(chart)]
    }

    private func binning(of field: String, into column: String? = nil, _ options: BinOptions) -> Binning {
        Binning(field: field, column: column, width: options.width(), alignment: options.alignment)
    }

    /// Times stay beside their spans: aggregates ask when events were.
    private func rowBinning(of field: String, _ options: BinOptions) -> Binning {
        binning(of: field, into: field == Binning.timeField ? Self.rangeColumn : nil, options)
    }

    /// The spans of time of a `timechart`: those asked for, else chosen from the times of all events.
    private func timeBinning(_ options: BinOptions, _ chart: inout Chart) -> Binning {
        var binning = rowBinning(of: Binning.timeField, options)
        var timeline = Chart.Timeline(span: options.span, alignment: options.alignment)
        timeline.isContinuous = isContinuous
        if options.span == nil {
            binning.choiceColumn = Self.choiceColumn
            timeline.choiceColumn = Self.choiceColumn
        }
        if !keepsPartial { timeline.exactColumn = Self.exactColumn }
        timeline.rates = aggregates.rates
        chart.timeline = timeline
        return binning
    }
}
