import Pipeline

extension CommandSyntax {
    /// Commands that bring in the rows of another search, and `return` and `format`, which end one.
    static let combining: [CommandSyntax] = [
        CommandSyntax("join", parse: CombiningSyntax.parseJoin),
        CommandSyntax("append", parse: CombiningSyntax.parseAppend),
        CommandSyntax("appendcols", parse: CombiningSyntax.parseAppendColumns),
        CommandSyntax("appendpipe", parse: CombiningSyntax.parseAppendPipe),
        CommandSyntax("map", parse: CombiningSyntax.parseMap),
        CommandSyntax("return", parse: CombiningSyntax.parseReturn),
        CommandSyntax("format", parse: CombiningSyntax.parseFormat),
        CommandSyntax("union", parse: CombiningSyntax.parseLaterUnion),
    ]
}

enum CombiningSyntax {
    /// `[type=inner|left|outer] [max=] [overwrite=] [usetime=] [earlier=] [field ...] [subsearch]`, or in place of the fields
    /// `left=L right=R where L.field=R.field ...`
    static func parseJoin(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var options: [Scanner.Argument] = []
        var fields: [String] = []
        var comparisons: [(left: String, right: String)]?
        while scanner.moveToNextArgument(), scanner.current != Byte.openBracket {
            var ahead = scanner
            if ahead.takeKeyword("where"), ahead.nextSolid != Byte.openBracket {
                scanner = ahead
                comparisons = try readComparisons(&scanner)
            } else if let option = try scanner.readOption(stopsAtBracket: true) {
                options.append(option)
            } else if let name = try scanner.readName(stopsAtBracket: true) {
                fields.append(name)
            } else {
                throw scanner.error("a field name was expected here", "name the fields that both searches have")
            }
        }
        var join = Join(subsearch: try scanner.readSubsearch(&context), fields: fields)
        var usesTime = false
        var isEarlier = true
        var aliases: [String: String] = [:]
        for option in options {
            switch option.name {
            // Without `where` they name nothing, as documented.
            case "left", "right": aliases[option.name] = option.value
            case "type":
                switch option.value.asciiLowercased {
                case "inner": join.keepsUnmatched = false
                case "left", "outer": join.keepsUnmatched = true
                default:
                    throw scanner.error(
                        "join has no type \(option.value)", "use inner, left or outer", at: option.range)
                }
            case "max":
                let count = try scanner.count(option)
                join.limit = count == 0 ? nil : count
            case "overwrite": join.overwrites = try scanner.boolean(option)
            case "usetime": usesTime = try scanner.boolean(option)
            case "earlier": isEarlier = try scanner.boolean(option)
            default: throw scanner.unsupported(option, of: "join")
            }
        }
        if usesTime { join.earlier = isEarlier }
        if let comparisons { try join.compare(comparisons, aliases: aliases, in: scanner) }
        try scanner.expectEnd("join takes one subsearch")
        return [.join(join)]
    }

    /// `L.field = R.field`, several joined by AND, up to the bracket.
    private static func readComparisons(_ scanner: inout Scanner) throws(SPLError) -> [(left: String, right: String)] {
        var comparisons: [(String, String)] = []
        while scanner.moveToNextArgument(), scanner.current != Byte.openBracket {
            if !comparisons.isEmpty, scanner.takeKeyword("and") { scanner.skipSpace() }
            var sides: [String] = []
            for side in 0..<2 {
                scanner.skipSpace()
                let start = scanner.position
                while let byte = scanner.current, !byte.isWhiteSpace, byte != Byte.equals, byte != Byte.openBracket,
                    byte != Byte.comma
                { scanner.position += 1 }
                sides.append(scanner.slice(start..<scanner.position).string)
                scanner.skipSpace()
                if side == 0 {
                    try scanner.expect(Byte.equals, "write where L.field=R.field")
                    _ = scanner.take(Byte.equals)
                }
            }
            comparisons.append((sides[0], sides[1]))
        }
        return comparisons
    }

    /// `[options] [subsearch]`
    static func parseAppend(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var append = Append(
            subsearch: Subsearch(plan: SearchPlan(source: .events, filter: .constant(true), commands: [])))
        for option in try scanner.readOptionsBeforeBracket() {
            switch option.name {
            case "maxout": append.limit = try scanner.mostRows(option)
            case "extendtimerange", "maxtime", "timeout": break
            default: throw scanner.unsupported(option, of: "append")
            }
        }
        append.subsearch = try scanner.readSubsearch(&context)
        try scanner.expectEnd("append takes one subsearch")
        return [.append(append)]
    }

    static func parseAppendColumns(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var overrides = false
        var limit: Int?
        for option in try scanner.readOptionsBeforeBracket() {
            switch option.name {
            case "override": overrides = try scanner.boolean(option)
            case "maxout": limit = try scanner.mostRows(option)
            case "maxtime", "timeout": break
            default: throw scanner.unsupported(option, of: "appendcols")
            }
        }
        let subsearch = try scanner.readSubsearch(&context)
        try scanner.expectEnd("appendcols takes one subsearch")
        return [.appendColumns(AppendColumns(subsearch: subsearch, overrides: overrides, limit: limit))]
    }

    /// `[run_in_preview=] [commands]`
    static func parseAppendPipe(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        for option in try scanner.readOptionsBeforeBracket() where option.name != "run_in_preview" {
            throw scanner.unsupported(option, of: "appendpipe")
        }
        let range = try scanner.readBrackets()
        let commands = try Compilation.commands(range, of: scanner.text, &context)
        try scanner.expectEnd("appendpipe takes one list of commands")
        return [.appendPipe(commands)]
    }

    /// `[maxsearches=] search="..."`, or the search in brackets.
    static func parseMap(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var limit = MapSearch.defaultLimit
        var template: [UInt8]?
        var place = scanner.position..<scanner.end
        while scanner.moveToNextArgument() {
            let start = scanner.position
            if scanner.current == Byte.openBracket {
                let range = try scanner.readBrackets()
                template = Array(scanner.slice(range))
                place = range
            } else if let option = try scanner.readOption() {
                switch option.name {
                case "search":
                    template = Array(option.value.utf8)
                    place = start..<scanner.position
                case "maxsearches": limit = try scanner.count(option)
                default: throw scanner.unsupported(option, of: "map")
                }
            } else {
                throw scanner.error("map takes search=\"...\"", "write the search in quotation marks")
            }
        }
        guard let template else {
            throw scanner.error("map needs a search", "write search=\"...\"")
        }
        return [.map(try mapSearch(template, limit: limit, at: place, in: scanner, &context))]
    }

    /// A template that is a search with some value in each of its tokens.
    private static func mapSearch(
        _ template: [UInt8], limit: Int, at place: Range<Int>, in scanner: Scanner,
        _ context: inout CompilationContext
    ) throws(SPLError) -> MapSearch {
        // The calls of macros in the quoted text were left as text; they are expanded here, once for all rows.
        let expanded: ExpandedText
        do {
            expanded = try MacroExpander.expand(String(decoding: template, as: UTF8.self), with: context.macros).text
        } catch {
            throw scanner.error("in the search of map: \(error.message)", error.advice, reason: error.reason, at: place)
        }
        let map = MapSearch(template: expanded.bytes, limit: limit)
        do {
            let inner = CompilationContext(lookups: context.lookups, macros: context.macros)
            let (search, absentFields) = try SearchCompiler.compilation(of: map.text { _ in [0x30] }, inner)
            context.note(search.notes)
            context.warn(search.warnings)
            context.addedAbsentFields.formUnion(absentFields)
        } catch {
            throw scanner.error("in the search of map: \(error)", error.advice, reason: error.reason, at: place)
        }
        return map
    }

    /// `[count] field ... alias=field ... $field ...`
    static func parseReturn(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var values = ReturnedValues(count: 1, items: [])
        scanner.skipSeparators()
        let start = scanner.position
        if let word = try scanner.readName(), let count = Int(word), count > 0 {
            values.count = count
        } else {
            scanner.position = start
        }
        while scanner.moveToNextArgument() {
            let start = scanner.position
            if let option = try scanner.readAliasedField() {
                values.items.append(ReturnedValues.Item(field: option.field, column: option.alias))
            } else if scanner.take(Byte.dollar), let name = try scanner.readName() {
                let column = values.items.contains { $0.column == "search" } ? "query" : "search"
                guard !values.items.contains(where: { $0.column == column }) else {
                    throw scanner.error(
                        "return takes at most two values without a name", "give the others names",
                        reason: .unsupportedConstruct("return with many bare values"), at: start..<scanner.position)
                }
                values.items.append(ReturnedValues.Item(field: name, column: column))
            } else if let name = try scanner.readName() {
                values.items.append(ReturnedValues.Item(field: name, column: name))
            } else {
                throw scanner.error("a field name was expected here", "name what is returned")
            }
        }
        guard !values.items.isEmpty else { throw scanner.error("return needs a field", "name at least one") }
        return [.returnValues(values)]
    }
}

extension Join {
    /// Takes in what `where` compares, each side by its alias, in either order.
    fileprivate mutating func compare(
        _ comparisons: [(left: String, right: String)], aliases: [String: String], in scanner: Scanner
    ) throws(SPLError) {
        guard let left = aliases["left"], let right = aliases["right"], left != right, !comparisons.isEmpty,
            fields.isEmpty
        else {
            throw scanner.error("join where needs both sides to be named", "write left=L right=R where L.field=R.field")
        }
        self.aliases = Aliases(left: left, right: right)
        for comparison in comparisons {
            var sides = [comparison.left, comparison.right]
            if sides[0].hasPrefix(right + "."), sides[1].hasPrefix(left + ".") { sides.reverse() }
            let names = zip(sides, [left, right]).compactMap { side, alias in
                side.hasPrefix(alias + ".") && side.utf8.count > alias.utf8.count + 1
                    ? String(side.dropFirst(alias.count + 1)) : nil
            }
            guard names.count == 2 else {
                throw scanner.error(
                    "join where compares a field of the one side with one of the other",
                    "write \(left).field=\(right).field")
            }
            fields.append(names[0])
            partnerFields.append(names[1])
        }
    }
}

extension Scanner {
    /// Goes past what stands in brackets here: its range, without them.
    mutating func readBrackets() throws(SPLError) -> Range<Int> {
        skipSpace()
        guard current == Byte.openBracket else {
            throw error("a search in brackets was expected here", "write [search ...]")
        }
        guard let range = PipelineSplitter.bracketed(position, in: text, upTo: end) else {
            throw error("the bracket is not closed", "close it", at: position..<(position + 1))
        }
        position = range.upperBound + 1
        return range
    }

    /// Goes past a search in brackets, and compiles it.
    mutating func readSubsearch(_ context: inout CompilationContext) throws(SPLError) -> Subsearch {
        let range = try readBrackets()
        return try Compilation.subsearch(range, of: text, &context)
    }

    mutating func readOptionsBeforeBracket() throws(SPLError) -> [Argument] {
        var options: [Argument] = []
        while moveToNextArgument(), current != Byte.openBracket {
            guard let option = try readOption(stopsAtBracket: true) else {
                throw error("a search in brackets was expected here", "write [search ...]")
            }
            options.append(option)
        }
        return options
    }

    /// `alias=field`, if that is next; names keep their case.
    fileprivate mutating func readAliasedField() throws(SPLError) -> (alias: String, field: String)? {
        let start = position
        while let byte = current, byte.isNameByte || byte == Byte.dot { position += 1 }
        let alias = slice(start..<position).string
        guard !alias.isEmpty, take(Byte.equals), let field = try readName() else {
            position = start
            return nil
        }
        return (alias, field)
    }
}
