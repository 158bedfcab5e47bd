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

    /// How many values are shown when nothing is said.
    private static let defaultLimit = 10

    /// `[count] [options] field ... [by field ...]`: a `stats count` over all of the fields, then the ranking.
    private static func parseRanking(
        _ scanner: inout Scanner, _ context: inout CompilationContext, isRare: Bool
    ) throws(SPLError) -> [Command] {
        let name = isRare ? "rare" : "top"
        var top = TopValues(
            keys: [], fields: [], countColumn: "count", percentColumn: "percent", showsCount: true,
            limit: defaultLimit, isRare: isRare, other: nil)
        var otherText = "OTHER"
        var usesOther = false
        var showsPercent = true
        scanner.skipSeparators()
        if scanner.current?.isDigit == true, let word = try scanner.readName() {
            guard let count = Int(word) else {
                throw scanner.error("a number was expected here", "quote a field name that begins with a digit")
            }
            top.limit = count
        }
        scanner.skipSeparators()
        while !scanner.isAtEnd {
            if scanner.takeKeyword("by") {
                var parser = GroupKeyParser(scanner, takesSpan: false)
                try parser.parse()
                scanner = parser.scanner
                top.keys = parser.keys.map(\.field)
                context.note(parser.notes)
            } else if let option = try scanner.readOption() {
                switch option.name {
                case "limit": top.limit = try scanner.count(option)
                case "showcount": top.showsCount = try scanner.boolean(option)
                case "showperc": showsPercent = try scanner.boolean(option)
                case "countfield": top.countColumn = option.value
                case "percentfield": top.percentColumn = option.value
                case "useother": usesOther = try scanner.boolean(option)
                case "otherstr": otherText = option.value
                default:
                    throw scanner.error(
                        "\(name) has no option \(option.name)",
                        "it takes limit, showcount, showperc, countfield, percentfield, useother and otherstr",
                        reason: .unsupportedOption(option.name), at: option.range)
                }
            } else {
                let start = scanner.position
                guard let field = try scanner.readName() else {
                    throw scanner.error("a field name was expected here", "name the fields to count")
                }
                guard !field.utf8.contains(Byte.star) else {
                    throw scanner.error(
                        "\(name) takes no wildcards", "name each field",
                        reason: .unsupportedConstruct("wildcard in \(name)"), at: start..<scanner.position)
                }
                if !top.fields.contains(field) { top.fields.append(field) }
            }
            scanner.skipSeparators()
        }
        guard !top.fields.isEmpty else { throw scanner.error("\(name) needs a field", "name at least one") }
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
