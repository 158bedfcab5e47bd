import Matching
import Pipeline

extension CommandSyntax {
    /// `lookup`, and `inputlookup append=true`.
    static let lookups: [CommandSyntax] = [
        CommandSyntax("lookup", parse: LookupSyntax.parseLookup),
        CommandSyntax("inputlookup", parse: LookupSyntax.parseAppending),
    ]
}

enum LookupSyntax {
    /// `[local=] [update=] table field [AS column] ... [OUTPUT|OUTPUTNEW field [AS column] ...]`
    static func parseLookup(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        while scanner.moveToNextArgument(), let option = try scanner.readOption() {
            // Where the table is searched and how fresh it is says nothing here.
            guard ["local", "update", "event_time_field"].contains(option.name) else {
                throw scanner.unsupported(option, of: "lookup")
            }
        }
        let table = try readTable(&scanner, &context)
        var lookup = try readLookup(in: table, &scanner)
        guard !lookup.inputs.isEmpty else {
            throw scanner.error("lookup needs a field to look up", "name a column of the table")
        }
        if let computed = table.computed, lookup.inputs.map(\.field) != [table.columns[0]] {
            throw scanner.error(
                "the lookup \(computed.rawValue) computes its values of \(table.columns[0])", "look that column up")
        }
        if lookup.outputs.isEmpty {
            let inputs = Set(lookup.inputs.map(\.field))
            lookup.outputs = table.columns.filter { !inputs.contains($0) }.map { Lookup.Pair(field: $0, column: $0) }
        }
        if table.isAbsent {
            lookup.table = LookupTable(
                absent: table, columns: table.columns + (lookup.inputs + lookup.outputs).map(\.field))
        }
        return [.lookup(lookup)]
    }

    /// `field [AS column] ... [OUTPUT|OUTPUTNEW field [AS column] ...]`
    private static func readLookup(
        in table: LookupTable, _ scanner: inout Scanner
    ) throws(SPLError) -> Lookup {
        var lookup = Lookup(table: table, inputs: [], outputs: [], keepsValues: false)
        var isOutput = false
        while scanner.moveToNextArgument() {
            if !isOutput, scanner.takeKeyword("outputnew") {
                isOutput = true
                lookup.keepsValues = true
            } else if !isOutput, scanner.takeKeyword("output") {
                isOutput = true
            } else {
                let start = scanner.position
                let field = try scanner.requireName("name a column of the table")
                let range = start..<scanner.position
                guard table.isAbsent || table.columns.contains(field) else {
                    throw scanner.error(
                        "the lookup \(table.name) has no column \(field)",
                        "it has \(table.columns.joined(separator: ", "))",
                        reason: .unsupportedConstruct("column that a lookup lacks"), at: range)
                }
                let pair = Lookup.Pair(field: field, column: try scanner.readAlias() ?? field)
                if isOutput { lookup.outputs.append(pair) } else { lookup.inputs.append(pair) }
            }
        }
        return lookup
    }

    private static func readTable(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> LookupTable {
        scanner.skipSeparators()
        let start = scanner.position
        guard let name = try scanner.readName() else {
            throw scanner.error("the lookup's name is missing", "name a lookup or a CSV file")
        }
        let range = start..<scanner.position
        // A file of the user's comes before what is computed in its place.
        let computed = ComputedLookup(rawValue: name)?.table
        do {
            let table = try context.lookups.table(named: name)
            guard table.isAbsent else { return table }
            if let computed { return computed }
            context.warn(["the lookup \(name) is not there and taken for one without rows"])
            return table
        } catch {
            if !error.isBroken, let computed { return computed }
            throw scanner.error(
                "the lookup \(name) can't be used: \(error.reason)",
                error.isBroken
                    ? "mend the file"
                    : "add it to the lookups folder, or name the folder with --lookups; --missing-lookups empty takes it for "
                        + "one without rows",
                reason: error.isBroken ? .syntax : .unsupportedConstruct("lookup \(name)"), at: range)
        }
    }

    /// `[append=] [start=] [max=] table [where condition]` as the beginning of a search.
    static func parseGenerating(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> SearchPlan {
        try parse(&scanner, &context).plan
    }

    static func parseAppending(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        let start = scanner.position
        let (plan, appends) = try parse(&scanner, &context)
        guard appends else {
            throw scanner.error(
                "inputlookup without append=true can only begin a search", "add append=true, or move it to the front",
                at: start..<scanner.position)
        }
        return [.append(Append(subsearch: Subsearch(plan: plan), limit: Int.max))]
    }

    private static func parse(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> (plan: SearchPlan, appends: Bool) {
        var appends = false
        var first = 0
        var limit: Int?
        var found: LookupTable?
        // Options may stand on either side of the table's name.
        while scanner.moveToNextArgument() {
            if let option = try scanner.readOption() {
                switch option.name {
                case "append": appends = try scanner.boolean(option)
                case "start": first = try scanner.count(option)
                case "max": limit = try scanner.count(option)
                case "strict": _ = try scanner.boolean(option)
                default: throw scanner.unsupported(option, of: "inputlookup")
                }
            } else if found == nil {
                let start = scanner.position
                found = try readTable(&scanner, &context)
                if let found, found.computed != nil {
                    throw scanner.error(
                        "the lookup \(found.name) computes its values and has no rows", "look values up with lookup",
                        at: start..<scanner.position)
                }
            } else {
                break
            }
        }
        guard var table = found else {
            throw scanner.error("the lookup's name is missing", "name a lookup or a CSV file")
        }
        if first > 0 || limit != nil {
            let rows = table.rows.dropFirst(first).prefix(limit ?? Int.max)
            table = LookupTable(
                name: table.name, columns: table.columns, rows: Array(rows), options: table.options)
        }
        var plan = SearchPlan(source: .table(table), filter: .constant(true), commands: [])
        scanner.skipSpace()
        if scanner.takeKeyword("where") {
            var parser = SearchPredicateParser(scanner, position: .later, context: context)
            plan.filter = try parser.parse()
            scanner = parser.scanner
            context = parser.finishedContext
        }
        try scanner.expectEnd("write where before a condition")
        return (plan, appends)
    }
}
