import Pipeline

extension CommandSyntax {
    /// `addtotals`, `addcoltotals`, `accum`, `delta`, `autoregress`, `addinfo`.
    static let totalling: [CommandSyntax] = [
        CommandSyntax("addtotals") { scanner, _ throws(SPLError) in
            try parseTotals(&scanner, row: true, of: "addtotals")
        },
        CommandSyntax("addcoltotals") { scanner, _ throws(SPLError) in
            try parseTotals(&scanner, row: false, of: "addcoltotals")
        },
        CommandSyntax("accum", parse: parseRunningTotal),
        CommandSyntax("delta", parse: parseDifference),
        CommandSyntax("autoregress", parse: parseLags),
        CommandSyntax("addinfo") { scanner, _ throws(SPLError) in
            try scanner.expectEnd("addinfo takes nothing")
            return [.extract(.searchInformation)]
        },
    ]

    /// `[row=] [col=] [fieldname=] [labelfield=] [label=] [field ...]`; without `row` and `col` for `addcoltotals`.
    private static func parseTotals(
        _ scanner: inout Scanner, row: Bool, of command: String
    ) throws(SPLError) -> [Command] {
        var row = row
        var column = !row
        var total = FieldTotal()
        var totals = ColumnTotals()
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "row" where command == "addtotals": row = try scanner.boolean(argument)
            case "col" where command == "addtotals": column = try scanner.boolean(argument)
            case "fieldname" where command == "addtotals": total.column = argument.value
            case "labelfield": totals.labelColumn = argument.value
            case "label": totals.label = argument.value
            case nil: total.fields.append(argument.value)
            default:
                throw scanner.unknown(
                    argument, of: command,
                    command == "addtotals"
                        ? "it takes row, col, fieldname, labelfield and label" : "it takes labelfield and label")
            }
        }
        totals.fields = total.fields
        // The new column is summed up with the others.
        if row, !totals.fields.isEmpty { totals.fields.append(total.column) }
        return (row ? [.extract(.total(total))] : []) + (column ? [.reshape(.columnTotals(totals))] : [])
    }

    /// `field [AS field]`
    private static func parseRunningTotal(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        scanner.skipSpace()
        let field = try scanner.requireName()
        let column = try scanner.readAlias() ?? field
        try scanner.expectEnd("accum takes one field")
        return [.reshape(.runningTotal(field: field, column: column))]
    }

    /// `field [AS field] [p=number]`
    private static func parseDifference(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        scanner.skipSpace()
        let field = try scanner.requireName()
        let column = try scanner.readAlias() ?? "delta(\(field))"
        scanner.skipSpace()
        var distance = 1
        if let option = try scanner.readOption() {
            guard option.name == "p" else { throw scanner.unknown(option, of: "delta", "it takes p=") }
            distance = try scanner.count(option)
            guard distance > 0 else {
                throw scanner.error("p is at least 1", "write a number of rows", at: option.range)
            }
        }
        try scanner.expectEnd("delta takes one field, AS and p=")
        return [.reshape(.difference(field: field, column: column, distance: distance))]
    }

    /// `field [AS field] [p=number[-number]]`
    private static func parseLags(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        scanner.skipSpace()
        let field = try scanner.requireName()
        let alias = try scanner.readAlias()
        scanner.skipSpace()
        var range = 1...1
        if let option = try scanner.readOption() {
            guard option.name == "p" else { throw scanner.unknown(option, of: "autoregress", "it takes p=") }
            let parts = option.value.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count <= 2, let first = parts[0], let last = parts.last ?? nil, first > 0, last >= first,
                last - first < maximumLags
            else {
                throw scanner.error(
                    "p takes a number or a range from 1", "write p=3 or p=1-5, at most \(maximumLags) of them",
                    at: option.range)
            }
            range = first...last
        }
        try scanner.expectEnd("autoregress takes one field, AS and p=")
        let lags = range.map { distance in
            let name = range.count == 1 ? alias : alias.map { "\($0)_p\(distance)" }
            return Reshaping.Lag(distance: distance, column: name ?? "\(field)_p\(distance)")
        }
        return [.reshape(.lags(field: field, lags))]
    }

    private static let maximumLags = 1_000
}
