import Matching
import Pipeline

/// `union`, `multisearch`, `set` and `format`.
extension CombiningSyntax {
    /// `union [search] [search] ...`, `multisearch [search] [search] ...`: the first, with the others appended.
    static func parseUnion(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> SearchPlan {
        var searches: [Subsearch] = []
        var limit = Int.max
        for option in try scanner.readOptionsBeforeBracket() {
            switch option.name {
            case "maxout": limit = try scanner.mostRows(option)
            case "maxtime", "timeout": break
            default: throw scanner.unsupported(option, of: "union")
            }
        }
        repeat {
            searches.append(try scanner.readSubsearch(&context))
        } while scanner.moveToNextArgument()
        // The first is appended too, so that each keeps its own time range.
        return SearchPlan(
            source: .rows(count: 0), filter: .constant(true),
            commands: searches.map { .append(Append(subsearch: $0, limit: limit)) })
    }

    /// `union [search] ...` behind other commands: the rows so far, with the others appended.
    static func parseLaterUnion(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        try parseUnion(&scanner, &context).commands
    }

    /// `set union|diff|intersect [search] [search]`
    static func parseSet(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> SearchPlan {
        scanner.skipSpace()
        let start = scanner.position
        guard let word = try scanner.readName(stopsAtBracket: true),
            let kind = RowSetOperation.Kind(rawValue: word.asciiLowercased)
        else {
            throw scanner.error(
                "set needs to know what to do", "write union, diff or intersect before the searches",
                at: start..<scanner.position)
        }
        // No event has a field of this name.
        let marker = "\u{0}set"
        var commands: [Command] = []
        for number in 1...2 {
            var subsearch = try scanner.readSubsearch(&context)
            subsearch.plan.commands.append(
                .evaluate([Assignment(column: marker, expression: .literal(.number(Double(number))))]))
            commands.append(.append(Append(subsearch: subsearch, limit: Int.max)))
        }
        try scanner.expectEnd("set takes two searches")
        if kind != .union, let field = context.addedAbsentFields.names.min() {
            throw scanner.error(
                "set compares \(field), which iplocation would fill from a geographic database that is not shipped",
                "take it out with fields -", reason: .unsupportedCommand("iplocation"))
        }
        return SearchPlan(
            source: .rows(count: 0), filter: .constant(true),
            commands: commands + [.reshape(.rowSets(RowSetOperation(kind: kind, marker: marker)))])
    }

    /// `[mvsep=] [maxresults=] [emptystr=] ["(" "(" "AND" ")" "OR" ")"]`
    static func parseFormat(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        let start = scanner.position
        var format = RowFormat()
        var words: [String] = []
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "maxresults": format.limit = try scanner.count(argument)
            case "mvsep": format.valueSeparator = argument.value
            case "emptystr": format.emptyText = argument.value
            case nil: words.append(argument.value)
            default: throw scanner.unknown(argument, of: "format", "it takes mvsep, maxresults and emptystr")
            }
        }
        guard words.isEmpty || words.count == 6 else {
            throw scanner.error(
                "format takes six words, or none", "write \"(\" \"(\" \"AND\" \")\" \"OR\" \")\" in its place",
                at: start..<scanner.end)
        }
        if words.count == 6 {
            (format.rowPrefix, format.columnPrefix, format.columnSeparator) = (words[0], words[1], words[2])
            (format.columnEnd, format.rowSeparator, format.rowEnd) = (words[3], words[4], words[5])
        }
        return [.reshape(.formatted(format))]
    }
}
