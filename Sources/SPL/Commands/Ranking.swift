import Aggregation
import Pipeline

extension CommandSyntax {
    /// `top` and `rare`.
    static let ranking: [CommandSyntax] = [
        CommandSyntax("top") { (scanner: inout Scanner, context: inout CompilationContext) throws(SPLError) in
            try parseRanking(&scanner, &context, isRare: false)
        },
        CommandSyntax("rare") { (scanner: inout Scanner, context: inout CompilationContext) throws(SPLError) in
            try parseRanking(&scanner, &context, isRare: true)
        },
    ]

    /// `[count] [options] field ... [by field ...]`: a `stats count` over all of the fields, then the ranking.
    private static func parseRanking(
        _ scanner: inout Scanner, _ context: inout CompilationContext, isRare: Bool
    ) throws(SPLError) -> [Command] {
        var parser = RankingParser(scanner, isRare: isRare)
        try parser.parse(&context)
        scanner = parser.scanner
        return try parser.commands()
    }
}

/// Reads `top` and `rare`.
private struct RankingParser {
    private(set) var scanner: Scanner
    private var top: TopValues
    private var otherText = "OTHER"
    private var usesOther = false
    private var showsPercent = true

    /// How many values are shown when nothing is said.
    private static let defaultLimit = 10

    private var command: String { top.isRare ? "rare" : "top" }

    init(_ scanner: Scanner, isRare: Bool) {
        self.scanner = scanner
        top = TopValues(
            keys: [], fields: [], countColumn: "count", percentColumn: "percent", showsCount: true,
            limit: Self.defaultLimit, isRare: isRare, other: nil)
    }

    mutating func parse(_ context: inout CompilationContext) throws(SPLError) {
        try parseCount()
        while scanner.moveToNextArgument() {
            if scanner.takeKeyword("by") {
                var parser = GroupKeyParser(scanner, takesSpan: false)
                try parser.parse()
                scanner = parser.scanner
                top.keys = parser.keys.map(\.field)
                context.note(parser.notes)
            } else if let option = try scanner.readOption() {
                try apply(option)
            } else {
                let field = try scanner.requireNameWithoutWildcard(of: command, "name the fields to count")
                if !top.fields.contains(field) { top.fields.append(field) }
            }
        }
        guard !top.fields.isEmpty else { throw scanner.error("\(command) needs a field", "name at least one") }
    }

    /// The number that may stand first, in place of `limit=`.
    private mutating func parseCount() throws(SPLError) {
        scanner.skipSeparators()
        guard scanner.current?.isDigit == true, let word = try scanner.readName() else { return }
        guard let count = Int(word) else {
            throw scanner.error("a number was expected here", "quote a field name that begins with a digit")
        }
        top.limit = count
    }

    private mutating func apply(_ option: Scanner.Argument) throws(SPLError) {
        switch option.name {
        case "limit": top.limit = try scanner.count(option)
        case "showcount": top.showsCount = try scanner.boolean(option)
        case "showperc": showsPercent = try scanner.boolean(option)
        case "countfield": top.countColumn = option.value
        case "percentfield": top.percentColumn = option.value
        case "useother": usesOther = try scanner.boolean(option)
        case "otherstr": otherText = option.value
        default:
            throw scanner.unknown(
                option, of: command,
                "it takes limit, showcount, showperc, countfield, percentfield, useother and otherstr")
        }
    }

    func commands() throws(SPLError) -> [Command] {
        var top = top
        top.other = usesOther ? otherText : nil
        if !showsPercent { top.percentColumn = nil }
        let taken = top.keys + top.fields
        guard Set(taken).count == taken.count else {
            throw scanner.error("a field is both counted and grouped by", "name it once")
        }
        for column in [top.countColumn, top.percentColumn] {
            guard let column, taken.contains(column) else { continue }
            throw scanner.error(
                "\(column) is the name of a field, too", "give another one with countfield= or percentfield=")
        }
        let keys = taken.map { GroupKey(field: $0, column: $0) }
        return [
            .stats(
                Aggregation.Grouping(keys: keys, functions: [AggregateCall(.count, column: top.countColumn)])),
            .topValues(top),
        ]
    }
}
