import Aggregation
import Pipeline

/// Reads the aggregates of `stats` and `tstats`: `count`, `dc(field)`, `count(eval(expression))`, each with `AS name`.
struct AggregateParser {
    private(set) var scanner: Scanner
    private let takesExpressions: Bool
    /// Whether one call may be over all fields that a name with `*` matches.
    private let takesWildcards: Bool
    /// Whether one is.
    private(set) var hasWildcards = false
    /// Whether `per_second(field)` and its like may stand here: sums that are divided by the length of a span later.
    private let takesRates: Bool
    /// The seconds that such a sum is for, by its column.
    private(set) var rates: [String: Double] = [:]
    private(set) var calls: [AggregateCall] = []
    /// What must be computed before the grouping, for `function(eval(...))`.
    private(set) var assignments: [Assignment] = []

    init(_ scanner: Scanner, takesExpressions: Bool, takesWildcards: Bool = false, takesRates: Bool = false) {
        self.scanner = scanner
        self.takesExpressions = takesExpressions
        self.takesWildcards = takesWildcards
        self.takesRates = takesRates
    }

    /// Goes on from where the command's own parser stopped.
    mutating func resume(at position: Int) {
        scanner.position = position
    }

    /// Reads the aggregate that is next, with its alias.
    mutating func parseOne() throws(SPLError) {
        let start = scanner.position
        while let byte = scanner.current, byte.isNameByte || byte == Byte.dot { scanner.position += 1 }
        let nameRange = start..<scanner.position
        let name = scanner.slice(nameRange).string
        guard !name.isEmpty else {
            throw scanner.error("an aggregate was expected here", "write a function, as count or values(field)")
        }
        let rate = takesRates ? AggregateNames.rate(named: name) : nil
        guard let function = rate == nil ? AggregateNames.function(named: name) : .sum else {
            throw unsupported(name, at: nameRange)
        }
        let argument = scanner.nextSolid == Byte.open ? try parseArgument(of: name) : nil
        guard argument != nil || AggregateNames.standsAlone(function) else {
            throw scanner.error("\(name) needs a field", "write \(name)(field)", at: nameRange)
        }
        let column = argument.map { "\(name)(\($0.label))" } ?? name
        let whole = start..<scanner.position
        let alias = try scanner.readAlias()
        if let rate { rates[alias ?? column] = rate }
        try checkWildcards(of: argument, alias: alias, at: start..<scanner.position)
        try add(
            AggregateCall(function, field: argument?.field, column: alias ?? column),
            computing: argument?.expression, at: whole)
    }

    private mutating func checkWildcards(
        of argument: Argument?, alias: String?, at range: Range<Int>
    ) throws(SPLError) {
        guard let argument, argument.expression == nil else { return }
        let stars = { (name: String) in name.utf8.count(where: { $0 == Byte.star }) }
        guard stars(argument.field) > 0 else { return }
        hasWildcards = true
        if let alias, stars(alias) != stars(argument.field) {
            throw scanner.error("both names must hold as many *", "write \(argument.field) AS *", at: range)
        }
    }

    private struct Argument {
        var field: String
        /// What the column is called after.
        var label: String
        var expression: Expression?
    }

    func unsupported(_ name: String, at range: Range<Int>) -> SPLError {
        let refusal = AggregateNames.refusal(of: name)
        return scanner.error(
            refusal?.message ?? "the aggregate \(name) is not supported", refusal?.advice ?? "use another one",
            reason: .unsupportedFunction(name), at: range)
    }

    /// What stands between the parentheses; `nil` for nothing, as in `count()`.
    private mutating func parseArgument(of name: String) throws(SPLError) -> Argument? {
        scanner.skipSpace()
        scanner.position += 1
        scanner.skipSpace()
        if scanner.take(Byte.close) { return nil }
        let start = scanner.position
        if scanner.takeKeyword("eval"), scanner.nextSolid == Byte.open {
            return try parseExpression(of: name, from: start)
        }
        scanner.position = start
        let field = try readField(of: name)
        let range = start..<scanner.position
        try scanner.expect(Byte.close, "close \(name)(")
        guard takesWildcards || !field.utf8.contains(Byte.star) else {
            throw scanner.error(
                "an aggregate over several fields is not supported", "write one for each field",
                reason: .unsupportedConstruct("wildcard in \(name)()"), at: range)
        }
        return Argument(field: field, label: field)
    }

    /// A field name between parentheses: quoted, or everything up to the closing one.
    private mutating func readField(of name: String) throws(SPLError) -> String {
        if scanner.current == Byte.quote { return try scanner.readQuoted().string }
        if let name = scanner.readApostrophedName() { return name }
        let start = scanner.position
        var depth = 0
        while let byte = scanner.current {
            if byte == Byte.open { depth += 1 }
            if byte == Byte.close {
                guard depth > 0 else { break }
                depth -= 1
            }
            scanner.position += 1
        }
        let range = start..<scanner.position
        let field = trimmingSpace(scanner.slice(range))
        guard !field.isEmpty, !field.contains(where: { $0.isWhiteSpace || $0 == Byte.comma }) else {
            throw scanner.error("\(name) takes one field", "name it, in quotation marks if it holds spaces", at: range)
        }
        if let open = field.firstIndex(of: Byte.open), field[..<open].string.asciiLowercased == "prefix" {
            throw unsupported(field[..<open].string, at: range)
        }
        return field.string
    }

    /// `eval(expression)`: a condition counts where it holds, anything else counts where it has a value.
    private mutating func parseExpression(of name: String, from start: Int) throws(SPLError) -> Argument {
        guard takesExpressions else {
            throw scanner.error(
                "tstats can't compute expressions", "group first and use | eval or | where after it",
                reason: .unsupportedConstruct("eval in tstats"), at: start..<scanner.position)
        }
        scanner.skipSpace()
        scanner.position += 1
        var parser = ExpressionParser(scanner)
        let expression = try parser.parse()
        scanner = parser.scanner
        try scanner.expect(Byte.close, "close eval(")
        let label = scanner.slice(start..<scanner.position).string
        try scanner.expect(Byte.close, "close \(name)(")
        let value = expression.isCondition ? .call(.ifThen, [expression, .literal(1), .call(.null, [])]) : expression
        return Argument(field: label, label: label, expression: value)
    }

    private mutating func add(
        _ call: AggregateCall, computing expression: Expression?, at range: Range<Int>
    ) throws(SPLError) {
        if let twin = calls.first(where: { $0.column == call.column }) {
            guard twin == call else {
                throw scanner.error(
                    "two aggregates are called \(call.column)", "give one of them another name with AS", at: range)
            }
            return
        }
        calls.append(call)
        if let expression, let field = call.field, !assignments.contains(where: { $0.column == field }) {
            assignments.append(Assignment(column: field, expression: expression))
        }
    }
}
