import Pipeline

extension CommandSyntax {
    /// `sort`, `head`, `tail`, `reverse` and `dedup`.
    static let ordering: [CommandSyntax] = [
        CommandSyntax("sort", parse: parseSort),
        CommandSyntax("head", parse: parseHead),
        CommandSyntax("tail", parse: parseTail),
        CommandSyntax("reverse", parse: parseReverse),
        CommandSyntax("dedup", parse: parseDeduplication),
    ]

    /// How many rows `sort` keeps when it is not told.
    private static let defaultSortLimit = 10_000
    /// How many rows `head` keeps when it is not told.
    private static let defaultHeadCount = 10

    /// `[limit] [+|-] key, ... [desc]`
    private static func parseSort(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var limit = defaultSortLimit
        scanner.skipSpace()
        let start = scanner.position
        if let option = try scanner.readOption() {
            guard option.name == "limit" else {
                throw scanner.unknown(option, of: "sort", "it takes limit=")
            }
            limit = try scanner.count(option)
        } else if let count = readCount(&scanner) {
            limit = count
        } else {
            scanner.position = start
        }
        var isReversed = false
        var keys: [Sorting.Key] = []
        while scanner.moveToNextArgument() {
            if let option = try scanner.readOption(among: ["limit"]) {
                limit = try scanner.count(option)
            } else if !keys.isEmpty, let order = takeTrailingOrder(&scanner) {
                isReversed = order
            } else {
                keys.append(try readSortKey(&scanner))
            }
        }
        guard !keys.isEmpty else { throw scanner.error("sort needs a field", "name at least one") }
        if isReversed { for index in keys.indices { keys[index].descending.toggle() } }
        return [.sort(Sorting(limit: limit == 0 ? nil : limit, keys: keys))]
    }

    /// `desc` or `asc` as the last word, with no comma before it: whether it reverses the order.
    private static func takeTrailingOrder(_ scanner: inout Scanner) -> Bool? {
        let start = scanner.position
        guard scanner.slice(0..<start).last(where: { !$0.isWhiteSpace }) != Byte.comma else { return nil }
        for (word, isReversed) in [
            ("d", true), ("desc", true), ("descending", true), ("a", false), ("asc", false), ("ascending", false),
        ] where scanner.takeKeyword(word) {
            scanner.skipSpace()
            if scanner.isAtEnd { return isReversed }
            scanner.position = start
        }
        return nil
    }

    /// `[+|-] field` or `[+|-] kind(field)`. Any other word before parentheses is part of a name, as aggregates give to their
    /// columns: `sort - sum(bytes)`.
    private static func readSortKey(_ scanner: inout Scanner) throws(SPLError) -> Sorting.Key {
        let descending = scanner.take(Byte.minus)
        if !descending { _ = scanner.take(Byte.plus) }
        scanner.skipSpace()
        let start = scanner.position
        while scanner.current?.isLetter == true { scanner.position += 1 }
        let word = scanner.slice(start..<scanner.position).string
        guard let comparison = comparison(named: word), scanner.take(Byte.open) else {
            scanner.position = start
            let name = try scanner.requireName("name the field to sort by")
            return Sorting.Key(field: name, descending: descending)
        }
        scanner.skipSpace()
        let name = try scanner.requireName("name the field to sort by")
        scanner.skipSpace()
        try scanner.expect(Byte.close, "close \(word)(")
        return Sorting.Key(field: name, descending: descending, comparison: comparison)
    }

    private static func comparison(named name: String) -> Sorting.Comparison? {
        switch name.asciiLowercased {
        case "auto": .automatic
        case "str": .text
        case "num": .number
        case "ip": .address
        default: nil
        }
    }

    /// A whole number that stands alone.
    private static func readCount(_ scanner: inout Scanner) -> Int? {
        scanner.skipSpace()
        let start = scanner.position
        while scanner.current?.isDigit == true { scanner.position += 1 }
        let isAlone = scanner.current.map { $0.isWhiteSpace || $0 == Byte.comma } ?? true
        guard isAlone, let count = Int(scanner.slice(start..<scanner.position).string) else {
            scanner.position = start
            return nil
        }
        return count
    }

    /// `[count | condition] [limit=] [null=] [keeplast=]`
    private static func parseHead(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var count: Int?
        var head: HeadCondition?
        var nullContinues = false
        var keepsLast = false
        scanner.skipSpace()
        while !scanner.isAtEnd {
            if let option = try scanner.readOption(among: ["limit", "null", "keeplast"]) {
                switch option.name {
                case "limit": count = try scanner.count(option)
                case "null": nullContinues = try scanner.boolean(option)
                default: keepsLast = try scanner.boolean(option)
                }
            } else if let number = readCount(&scanner) {
                count = number
            } else {
                let start = scanner.position
                guard head == nil else {
                    throw scanner.error("head takes one condition", "join conditions with AND or OR")
                }
                _ = scanner.takeKeyword("while")
                scanner.skipSpace()
                // Between parentheses a condition ends with them; else it goes to the end.
                var parser = ExpressionParser(scanner)
                let condition = try parser.parse()
                scanner = parser.scanner
                guard condition.isCondition else {
                    throw scanner.error(
                        "head takes a number or a condition", "write head 10, or head (count>5)",
                        at: start..<scanner.position)
                }
                head = HeadCondition(condition: condition)
            }
            scanner.skipSpace()
        }
        guard var head else { return [.head(count ?? defaultHeadCount)] }
        head.limit = count
        head.nullContinues = nullContinues
        head.keepsLast = keepsLast
        return [.headWhile(head)]
    }

    /// `[count]`
    private static func parseTail(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        let count = readCount(&scanner) ?? defaultHeadCount
        try scanner.expectEnd("tail takes the number of rows")
        return [.tail(count)]
    }

    private static func parseReverse(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        try scanner.expectEnd("reverse takes nothing")
        return [.reverse]
    }

    /// `[count] field ... [keepevents=] [keepempty=] [consecutive=] [sortby key ...]`
    private static func parseDeduplication(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        scanner.skipSpace()
        let start = scanner.position
        var deduplication = Deduplication(count: readCount(&scanner) ?? 1, fields: [])
        guard deduplication.count > 0 else {
            throw scanner.error("dedup keeps at least one row", "give a number above 0", at: start..<scanner.position)
        }
        while scanner.moveToNextArgument() {
            if let option = try scanner.readOption() {
                switch option.name {
                case "keepevents": deduplication.keepsEvents = try scanner.boolean(option)
                case "keepempty": deduplication.keepsEmpty = try scanner.boolean(option)
                case "consecutive": deduplication.consecutive = try scanner.boolean(option)
                default: throw scanner.unknown(option, of: "dedup", "it takes keepevents, keepempty and consecutive")
                }
            } else if scanner.takeKeyword("sortby") {
                while scanner.moveToNextArgument() { deduplication.sortedBy.append(try readSortKey(&scanner)) }
                guard !deduplication.sortedBy.isEmpty else {
                    throw scanner.error("sortby needs a field", "name at least one")
                }
            } else {
                deduplication.fields.append(
                    try scanner.requireNameWithoutWildcard(of: "dedup", "name the fields to compare"))
            }
        }
        guard !deduplication.fields.isEmpty else {
            throw scanner.error("dedup needs a field", "name at least one")
        }
        return [.deduplicate(deduplication)]
    }
}
