import Matching
import Pipeline

extension CommandSyntax {
    /// `transaction`.
    static let joiningEvents: [CommandSyntax] = [CommandSyntax("transaction", parse: parseTransaction)]

    /// `field ... [options]`, in any order.
    private static func parseTransaction(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var rule = TransactionRule(fields: [])
        while scanner.moveToNextArgument() {
            if let name = scanner.takeOptionName(["startswith", "endswith"]) {
                let condition = try parseCondition(&scanner, of: name)
                if name == "startswith" { rule.start = condition } else { rule.end = condition }
            } else if scanner.takeOptionName(["mvlist"]) != nil {
                rule.lists = try parseLists(&scanner)
            } else if scanner.takeOptionName(["fields"]) != nil {
                // `fields=a,b`: what stands behind the comma is read as a field that is named alone.
                let names = try scanner.requireName().split { $0 == "," || $0 == " " }.map(String.init)
                for name in names where !rule.fields.contains(name) { rule.fields.append(name) }
            } else if let option = try scanner.readOption() {
                try apply(option, to: &rule, in: scanner)
            } else {
                let field = try scanner.requireNameWithoutWildcard(
                    of: "transaction", "name the fields that events agree in")
                if !rule.fields.contains(field) { rule.fields.append(field) }
            }
        }
        return [.transaction(rule)]
    }

    private static func apply(
        _ option: Scanner.Argument, to rule: inout TransactionRule, in scanner: Scanner
    ) throws(SPLError) {
        switch option.name {
        case "maxspan": rule.maximumSpan = try length(option, in: scanner)
        case "maxpause": rule.maximumPause = try length(option, in: scanner)
        case "maxevents":
            // A negative number asks for no limit.
            rule.maximumEvents = option.value.hasPrefix("-") ? 0 : try scanner.count(option)
        case "maxopentxn": rule.maximumOpen = max(1, try scanner.count(option))
        case "maxopenevents": rule.maximumOpenEvents = max(1, try scanner.count(option))
        case "connected": rule.isConnected = try scanner.boolean(option)
        case "unifyends": rule.unifiesEnds = try scanner.boolean(option)
        case "keepevicted": rule.keepsEvicted = try scanner.boolean(option)
        case "keeporphans": rule.keepsOrphans = try scanner.boolean(option)
        case "mvraw": rule.keepsRawApart = try scanner.boolean(option)
        case "delim": rule.delimiter = option.value
        case "nullstr": rule.nullText = option.value
        default:
            throw scanner.error(
                "transaction \(option.name)= is not supported",
                option.name == "name" ? "write the definition's options out" : "take it out",
                reason: .unsupportedOption(option.name), at: option.range)
        }
    }

    /// A length of time; `nil` for -1, which asks for no limit.
    private static func length(_ option: Scanner.Argument, in scanner: Scanner) throws(SPLError) -> Int64? {
        if option.value.hasPrefix("-") { return nil }
        guard case .time(let length)? = TimeSpan.fixed(option.value) else {
            throw scanner.error(
                "this is no length of time", "write a number and a unit up to weeks, as 30s or 5m",
                at: option.valueRange)
        }
        return length
    }

    /// `"search condition"`, `(search condition)`, `eval(expression)`, or one word.
    private static func parseCondition(
        _ scanner: inout Scanner, of name: String
    ) throws(SPLError) -> TransactionRule.Condition {
        let start = scanner.position
        if scanner.takeKeyword("eval"), scanner.nextSolid == Byte.open {
            scanner.skipSpace()
            let inside = try scanner.takeParenthesised(of: name)
            let expression = try scanner.expression(Array(scanner.slice(inside)), at: start..<scanner.position)
            guard expression.isCondition else {
                throw scanner.error(
                    "\(name)=eval() needs a condition", "compare the value with something", at: start..<scanner.position
                )
            }
            return .expression(expression)
        }
        scanner.position = start
        let content: [UInt8]
        if scanner.current == Byte.open {
            content = Array(scanner.slice(try scanner.takeParenthesised(of: name)))
        } else if scanner.current == Byte.quote {
            content = try scanner.readQuoted()
        } else {
            while let byte = scanner.current, !byte.isWhiteSpace {
                if byte == Byte.quote { _ = try scanner.readQuoted() } else { scanner.position += 1 }
            }
            content = Array(scanner.slice(start..<scanner.position))
        }
        guard content.contains(where: { !$0.isWhiteSpace }) else {
            throw scanner.error("\(name)= is empty", "write a condition", at: start..<scanner.position)
        }
        return .search(try scanner.condition(content, at: start..<scanner.position))
    }

    /// `true`, `false`, or names with commas between them, also between quotation marks or parentheses.
    private static func parseLists(_ scanner: inout Scanner) throws(SPLError) -> TransactionRule.Lists {
        let start = scanner.position
        var content: [UInt8]
        if scanner.current == Byte.open {
            content = Array(scanner.slice(try scanner.takeParenthesised(of: "mvlist")))
        } else {
            content = Array((try scanner.readName() ?? "").utf8)
            while scanner.nextSolid == Byte.comma {
                scanner.skipSpace()
                scanner.position += 1
                scanner.skipSpace()
                content += [Byte.comma] + Array((try scanner.readName() ?? "").utf8)
            }
        }
        let names = content.split { $0.isWhiteSpace || $0 == Byte.comma }.map(\.string)
        guard let first = names.first else {
            throw scanner.error("mvlist= is empty", "write true, false or field names", at: start..<scanner.position)
        }
        if names.count == 1 {
            switch first.asciiLowercased {
            case "true", "t", "1": return .all
            case "false", "f", "0": return .none
            default: break
            }
        }
        return .fields(names)
    }
}
