import Matching
import Pipeline
import Values

/// Reads an expression of `where` and `eval`, by the strength of its operators.
///
/// From the weakest: XOR, OR, AND, NOT, comparisons (with LIKE and IN), `.`, `+` and `-`, `*` `/` and `%`, unary minus.
/// Keywords and function names are taken in any case. A name may hold dots and `{}` where no white space stands beside
/// them; a dot beside white space, a string or a parenthesis joins texts.
struct ExpressionParser {
    /// How deep expressions may nest, and how many operators one may hold: expressions are walked recursively.
    static let maximumDepth = 100
    static let maximumOperators = 1000

    var scanner: Scanner
    private var depth = 0
    private var operators = 0
    /// Within `sigfig`, where `1.00` is not `1`.
    var keepsDigits = false

    /// What the search around the expression knows, with the subsearches that the expression adds; `nil` where none may stand.
    private(set) var context: CompilationContext?

    init(_ scanner: Scanner, context: CompilationContext? = nil) {
        self.scanner = scanner
        self.context = context
    }

    /// Reads one expression and stops behind it.
    mutating func parse() throws(SPLError) -> Expression {
        try parse(.exclusiveOr)
    }

    private enum Strength: Int, Comparable {
        case exclusiveOr, or, and, not, comparison, concatenation, sum, product, unary

        static func < (left: Strength, right: Strength) -> Bool { left.rawValue < right.rawValue }

        /// What the right side of an operator must be made of: operators of the same strength group from the left.
        var next: Strength { Strength(rawValue: rawValue + 1) ?? .unary }
    }

    private enum Operator {
        case binary(Expression.BinaryOperator)
        case list(isInverted: Bool)
        case notLike
    }

    private mutating func parse(_ weakest: Strength) throws(SPLError) -> Expression {
        guard depth < Self.maximumDepth else {
            throw scanner.error("the expression is nested deeper than \(Self.maximumDepth)", "take parentheses out")
        }
        depth += 1
        defer { depth -= 1 }
        scanner.skipSpace()
        let leftStart = scanner.position
        var left = try parseOperand()
        while let (found, strength, length) = nextOperator(), strength >= weakest {
            operators += 1
            guard operators <= Self.maximumOperators else {
                throw scanner.error("the expression has more than \(Self.maximumOperators) operators", "split it")
            }
            let place = scanner.position
            let leftRange = leftStart..<endOfOperand
            scanner.position += length
            switch found {
            case .binary(let operation):
                left = try join(operation, left, leftRange, strength, place..<(place + length))
            case .notLike:
                left = .not(try join(.like, left, leftRange, strength, place..<(place + length)))
            case .list(let isInverted):
                let values = try parseArguments(of: "IN", nil, at: place..<(place + length))
                guard !values.isEmpty else {
                    throw scanner.error(
                        "the list of IN is empty", "write the values into it", at: place..<scanner.position)
                }
                try check(left, .value, of: "IN", at: leftRange)
                let call = Expression.call(.inList, [left] + values)
                left = isInverted ? .not(call) : call
            }
        }
        return left
    }

    /// Reads what stands right of an operator, and puts both together.
    private mutating func join(
        _ operation: Expression.BinaryOperator, _ left: Expression, _ leftRange: Range<Int>, _ strength: Strength,
        _ operatorRange: Range<Int>
    ) throws(SPLError) -> Expression {
        let (right, rightRange) = try parseRight(strength.next, of: operatorRange)
        // Conditions are joined by words, and may be equal; anything else is made of values.
        let isOfConditions =
            switch operation {
            case .and, .or, .xor: true
            case .equal, .notEqual: left.isCondition && right.isCondition
            default: false
            }
        let kind = isOfConditions ? ArgumentRule.Kind.condition : .value
        try check(left, kind, of: operation.symbol, at: leftRange)
        try check(right, kind, of: operation.symbol, at: rightRange)
        return .binary(operation, left, right)
    }

    private mutating func parseRight(
        _ weakest: Strength, of operatorRange: Range<Int>
    ) throws(SPLError) -> (Expression, Range<Int>) {
        scanner.skipSpace()
        if scanner.isAtEnd || scanner.current == Byte.close || scanner.current == Byte.comma {
            throw scanner.error("the operator has nothing on its right", "write a value there", at: operatorRange)
        }
        let start = scanner.position
        let operand = try parse(weakest)
        return (operand, start..<endOfOperand)
    }

    /// One behind the last byte that was read and is no white space.
    var endOfOperand: Int {
        var end = scanner.position
        while end > 0, scanner.slice((end - 1)..<end).first?.isWhiteSpace == true { end -= 1 }
        return end
    }

    // MARK: Operators

    /// The operator that is next, how strong it is and how long.
    private mutating func nextOperator() -> (Operator, Strength, Int)? {
        scanner.skipSpace()
        guard let byte = scanner.current else { return nil }
        let isDoubled = scanner.peek() == Byte.equals
        switch byte {
        case Byte.equals: return (.binary(.equal), .comparison, isDoubled ? 2 : 1)
        case Byte.exclamation where isDoubled: return (.binary(.notEqual), .comparison, 2)
        case Byte.less: return (.binary(isDoubled ? .lessOrEqual : .less), .comparison, isDoubled ? 2 : 1)
        case Byte.greater: return (.binary(isDoubled ? .greaterOrEqual : .greater), .comparison, isDoubled ? 2 : 1)
        case Byte.dot: return (.binary(.concatenate), .concatenation, 1)
        case Byte.plus: return (.binary(.add), .sum, 1)
        case Byte.minus: return (.binary(.subtract), .sum, 1)
        case Byte.star: return (.binary(.multiply), .product, 1)
        case UInt8(ascii: "/"): return (.binary(.divide), .product, 1)
        case UInt8(ascii: "%"): return (.binary(.remainder), .product, 1)
        default: return byte.isLetter ? nextWordOperator() : nil
        }
    }

    private func nextWordOperator() -> (Operator, Strength, Int)? {
        var copy = scanner
        if copy.takeKeyword("xor") { return (.binary(.xor), .exclusiveOr, 3) }
        if copy.takeKeyword("or") { return (.binary(.or), .or, 2) }
        if copy.takeKeyword("and") { return (.binary(.and), .and, 3) }
        if copy.takeKeyword("like") { return (.binary(.like), .comparison, 4) }
        if copy.takeKeyword("in"), copy.nextSolid == Byte.open { return (.list(isInverted: false), .comparison, 2) }
        guard copy.takeKeyword("not") else { return nil }
        copy.skipSpace()
        if copy.takeKeyword("like") { return (.notLike, .comparison, copy.position - scanner.position) }
        if copy.takeKeyword("in"), copy.nextSolid == Byte.open {
            return (.list(isInverted: true), .comparison, copy.position - scanner.position)
        }
        return nil
    }

    // MARK: Operands

    private mutating func parseOperand() throws(SPLError) -> Expression {
        scanner.skipSpace()
        guard let byte = scanner.current else {
            throw scanner.error("the expression ends too early", "write a value there")
        }
        let start = scanner.position
        switch byte {
        case Byte.quote:
            return .literal(.text(Text(bytes: try scanner.readQuoted())))
        case Byte.apostrophe:
            return .field(try readQuotedField())
        case Byte.open:
            scanner.position += 1
            let inside = try parse()
            scanner.skipSpace()
            guard scanner.take(Byte.close) else {
                throw scanner.isAtEnd
                    ? scanner.error("the parenthesis is not closed", "close it", at: start..<(start + 1))
                    : scanner.error("an operator was expected here", "join the values, or close the parenthesis")
            }
            return inside
        case Byte.minus:
            scanner.position += 1
            let (operand, range) = try parseRight(.unary, of: start..<(start + 1))
            try check(operand, .value, of: "-", at: range)
            return .negate(operand)
        case Byte.plus:
            scanner.position += 1
            let (operand, range) = try parseRight(.unary, of: start..<(start + 1))
            try check(operand, .value, of: "+", at: range)
            return operand
        case Byte.exclamation:
            scanner.position += 1
            return try parseNegation(at: start..<(start + 1))
        case Byte.openBracket: return try parseSubsearch()
        case _ where byte.isDigit || (byte == Byte.dot && scanner.peek()?.isDigit == true):
            return try parseNumber()
        case Byte.dollar:
            guard let name = takeNameBetweenDollars() else { return try parseNamed() }
            return .field(name)
        case _ where isTypographicQuote:
            throw scanner.error(
                "this quotation mark is a typographic one", "write \" around text and ' around the name of a field",
                at: scanner.position..<(scanner.position + 3))
        case _ where Self.beginsName(byte):
            return try parseNamed()
        default:
            throw scanner.error("a value was expected here", "write a field, a \"string\", a number or a function call")
        }
    }

    /// `[search ...]`: what its rows give, as a condition, a value or values of a list.
    private mutating func parseSubsearch() throws(SPLError) -> Expression {
        guard var known = context else {
            throw scanner.error(
                "a subsearch is not supported here", "compute it with eval in front of the command",
                reason: .unsupportedConstruct("subsearch"), at: scanner.position..<(scanner.position + 1))
        }
        var subsearch = try scanner.readSubsearch(&known)
        if subsearch.plan.commands.last == .reshape(.formatted(RowFormat())) { subsearch.plan.commands.removeLast() }
        known.subsearches.append(subsearch)
        context = known
        return .subsearch(known.subsearches.count - 1)
    }

    private mutating func readQuotedField() throws(SPLError) -> String {
        let start = scanner.position
        guard let close = closingQuote(of: start, in: scanner.slice(start..<scanner.end)) else {
            throw scanner.error("the field name is not closed", "close it with '")
        }
        scanner.position = close + 1
        guard close > start + 1 else {
            throw scanner.error("the field name is empty", "name a field", at: start..<(close + 1))
        }
        return unescaped(scanner.slice((start + 1)..<close), mark: Byte.apostrophe).string
    }

    /// The field in `$name$`, an older form of `'name'`; `nil` where no such name begins.
    private mutating func takeNameBetweenDollars() -> String? {
        let start = scanner.position + 1
        var end = start
        while end < scanner.end {
            let byte = scanner.slice(end..<(end + 1)).first
            if byte == Byte.dollar { break }
            if byte == Byte.quote || byte == Byte.apostrophe { return nil }
            end += 1
        }
        guard end > start, end < scanner.end else { return nil }
        scanner.position = end + 1
        return scanner.slice(start..<end).string
    }

    private mutating func parseNumber() throws(SPLError) -> Expression {
        let start = scanner.position
        takeDigits()
        if scanner.current == Byte.dot, scanner.peek()?.isDigit == true {
            scanner.position += 1
            takeDigits()
        }
        if let byte = scanner.current, byte.lowercased == UInt8(ascii: "e"), isExponent {
            scanner.position += 2
            takeDigits()
        }
        let range = start..<scanner.position
        let isWhole = scanner.current.map { !$0.isNameByte } ?? true
        guard isWhole, let number = Double(scanner.slice(range).string), number.isFinite else {
            while scanner.current?.isNameByte == true { scanner.position += 1 }
            throw scanner.error(
                "this is no number", "put a field name that begins with a digit between '",
                at: start..<scanner.position)
        }
        return keepsDigits
            ? .call(.tonumber, [.literal(.text(Text(bytes: Array(scanner.slice(range)))))]) : .literal(.number(number))
    }

    private mutating func takeDigits() {
        while scanner.current?.isDigit == true { scanner.position += 1 }
    }

    /// Whether what follows an `e` is an exponent: digits, with a sign or without.
    private var isExponent: Bool {
        guard let next = scanner.peek() else { return false }
        return next.isDigit || ((next == Byte.minus || next == Byte.plus) && scanner.peek(2)?.isDigit == true)
    }

    /// A field, a function call, or NOT.
    private mutating func parseNamed() throws(SPLError) -> Expression {
        if scanner.takeKeyword("not") {
            return try parseNegation(at: (scanner.position - 3)..<scanner.position)
        }
        let start = scanner.position
        var lastDot: Int?
        while let byte = scanner.current {
            if Self.continuesName(byte) {
                scanner.position += 1
            } else if byte == Byte.openBrace, scanner.peek() == Byte.closeBrace {
                scanner.position += 2
            } else if byte == Byte.dot, let next = scanner.peek(), Self.continuesName(next) {
                lastDot = scanner.position
                scanner.position += 1
            } else {
                break
            }
        }
        if scanner.nextSolid == Byte.open {
            // `a.upper(b)` joins a field and a call.
            if let lastDot {
                scanner.position = lastDot
                return .field(scanner.slice(start..<lastDot).string)
            }
            return try parseCall(at: start..<scanner.position)
        }
        let name = scanner.slice(start..<scanner.position).string
        return lastDot != nil && Self.mayJoin(name) ? .dotted(name) : .field(name)
    }

    /// What stands behind NOT, or behind `!`, which Splunk takes for it.
    private mutating func parseNegation(at range: Range<Int>) throws(SPLError) -> Expression {
        let (operand, place) = try parseRight(.not, of: range)
        try check(operand, .condition, of: "NOT", at: place)
        return .not(operand)
    }

    /// Whether what stands between the dots of a name are names themselves.
    private static func mayJoin(_ name: String) -> Bool {
        !name.utf8.contains(Byte.openBrace)
            && name.utf8.split(separator: Byte.dot, omittingEmptySubsequences: false).allSatisfy { part in
                part.first.map { !$0.isDigit } ?? false
            }
    }

    /// One of U+2018, U+2019, U+201C and U+201D, which word processors put in the place of quotation marks.
    private var isTypographicQuote: Bool {
        guard scanner.current == 0xE2, scanner.peek() == 0x80, let last = scanner.peek(2) else { return false }
        return [0x98, 0x99, 0x9C, 0x9D].contains(last)
    }

    private static func beginsName(_ byte: UInt8) -> Bool {
        (byte.isNameByte && !byte.isDigit) || byte == UInt8(ascii: "@") || byte == Byte.dollar
    }

    private static func continuesName(_ byte: UInt8) -> Bool {
        byte.isNameByte || byte == UInt8(ascii: "@") || byte == Byte.dollar
    }
}
