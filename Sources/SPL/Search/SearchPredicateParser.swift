import Matching
import Pipeline

/// Reads the condition of `search` and of `tstats ... where`.
///
///     condition   = alternatives { [AND] alternatives }
///     alternatives = term { OR term }
///     term        = NOT term | ( condition ) | comparison | phrase
///
/// OR binds tighter than AND, unlike in `where` and `eval`. The keywords are upper case.
struct SearchPredicateParser {
    /// What stands before and behind the condition, and so what its words mean.
    enum Position: Sendable {
        /// The search that begins a pipeline: time bounds and indexes are its own.
        case generating
        /// The `where` of `tstats`: as above, and it ends at `by`.
        case tstats
        /// A later `search`: every name is a column's, and text is looked for in `_raw`, else in every column.
        case later
    }

    /// How deep parentheses and NOT may nest: the plan is walked recursively by everyone after us.
    static let maximumDepth = 100

    var scanner: Scanner
    let position: Position
    /// `earliest=` and `latest=`.
    var timeRange = TimeRange()
    /// `nodename=` of `tstats`, with its place.
    var nodeName: (path: String, range: Range<Int>)?
    var notes: [String] = []
    private var depth = 0
    private var parentheses = 0
    /// Whether the place is under an odd number of NOTs.
    var isNegated = false
    /// How many words were read that hold for the whole search and so can't be one of several alternatives.
    var wholeSearchWords = 0

    var context: CompilationContext

    init(_ scanner: Scanner, position: Position, context: CompilationContext = CompilationContext()) {
        self.scanner = scanner
        self.position = position
        self.context = context
    }

    /// The context that was given, with what this condition adds.
    var finishedContext: CompilationContext {
        var finished = context
        finished.note(notes)
        return finished
    }

    /// Reads the whole condition; nothing at all holds for every event.
    mutating func parse() throws(SPLError) -> Predicate<String> {
        let predicate = try parseCondition()
        scanner.skipSpace()
        if !scanner.isAtEnd, !isAtClauseEnd {
            throw scanner.error("a parenthesis is closed that was not opened", "take it out, or quote it")
        }
        return predicate
    }

    private mutating func parseCondition() throws(SPLError) -> Predicate<String> {
        var terms: [Predicate<String>] = []
        while true {
            scanner.skipSpace()
            if scanner.isAtEnd || scanner.current == Byte.close || isAtClauseEnd { break }
            let start = scanner.position
            if takeOperator("AND") {
                guard !terms.isEmpty else {
                    throw scanner.error(
                        "AND has nothing on its left", "write a condition on both sides", at: start..<scanner.position)
                }
                try expectTerm(after: "AND")
            }
            terms.append(try parseAlternatives())
        }
        return .conjunction(of: terms)
    }

    private mutating func parseAlternatives() throws(SPLError) -> Predicate<String> {
        scanner.skipSpace()
        let start = scanner.position
        let before = wholeSearchWords
        var terms = [try parseTerm()]
        while true {
            scanner.skipSpace()
            guard takeOperator("OR") else { break }
            try expectTerm(after: "OR")
            terms.append(try parseTerm())
        }
        if terms.count > 1, wholeSearchWords > before {
            throw scanner.error(
                "earliest, latest and nodename hold for the whole search and can't stand beside OR",
                "move them out of the alternatives", at: start..<scanner.position)
        }
        return .disjunction(of: terms)
    }

    private mutating func parseTerm() throws(SPLError) -> Predicate<String> {
        scanner.skipSpace()
        let start = scanner.position
        guard depth < Self.maximumDepth else {
            throw scanner.error("conditions are nested deeper than \(Self.maximumDepth)", "take parentheses out")
        }
        depth += 1
        defer { depth -= 1 }
        if takeOperator("NOT") {
            try expectTerm(after: "NOT")
            let before = wholeSearchWords
            isNegated.toggle()
            defer { isNegated.toggle() }
            let term = try parseTerm()
            if wholeSearchWords > before {
                throw scanner.error(
                    "earliest, latest and nodename can't stand behind NOT", "give the bounds that are wanted",
                    at: start..<scanner.position)
            }
            return .negation(of: term)
        }
        if scanner.take(Byte.open) {
            parentheses += 1
            let condition = try parseCondition()
            parentheses -= 1
            scanner.skipSpace()
            guard scanner.take(Byte.close) else {
                throw scanner.error("the parenthesis is not closed", "close it", at: start..<(start + 1))
            }
            return condition
        }
        return try parseComparisonOrPhrase()
    }

    private mutating func expectTerm(after keyword: String) throws(SPLError) {
        scanner.skipSpace()
        if scanner.isAtEnd || scanner.current == Byte.close || isAtClauseEnd || isAt("OR") || isAt("AND") {
            throw scanner.error("\(keyword) has nothing on its right", "write a condition there")
        }
    }

    // MARK: Keywords

    /// Whether the upper-case word stands here, ended by white space, a parenthesis, a bracket, a quotation mark or the end.
    private func isAt(_ keyword: String) -> Bool {
        let length = keyword.utf8.count
        guard scanner.position + length <= scanner.end,
            scanner.slice(scanner.position..<(scanner.position + length)).elementsEqual(keyword.utf8)
        else { return false }
        guard let next = scanner.peek(length) else { return true }
        return next.isWhiteSpace || [Byte.open, Byte.close, Byte.openBracket, Byte.quote].contains(next)
    }

    mutating func takeOperator(_ keyword: String) -> Bool {
        guard isAt(keyword) else { return false }
        scanner.position += keyword.utf8.count
        return true
    }

    /// `by` or `groupby`, in any case, ends the condition of `tstats`.
    private var isAtClauseEnd: Bool {
        guard position == .tstats, parentheses == 0 else { return false }
        var copy = scanner
        return copy.takeKeyword("by") || copy.takeKeyword("groupby")
    }

    // MARK: Terms

    private mutating func parseComparisonOrPhrase() throws(SPLError) -> Predicate<String> {
        let start = scanner.position
        if scanner.current == Byte.openBracket {
            return try parseSubsearch()
        }
        let isQuoted = scanner.current == Byte.quote
        let word = isQuoted ? try scanner.readQuoted() : try readWord()
        let range = start..<scanner.position
        if !isQuoted, scanner.current == Byte.open { return try parseDirective(word, at: range) }
        if let comparison = try readOperator() {
            guard !word.isEmpty else {
                throw scanner.error("the comparison has no field on its left", "name one", at: range)
            }
            return try parseComparison(of: word.string, comparison, at: range)
        }
        let before = scanner.position
        scanner.skipSpace()
        let isInverted = takeOperator("NOT")
        scanner.skipSpace()
        if takeOperator("IN"), scanner.nextSolid == Byte.open {
            return try parseList(of: word.string, at: range, isInverted: isInverted)
        }
        scanner.position = before
        return try phrase(word, isQuoted: isQuoted, at: range)
    }

    /// `[ search ... ]`: the condition that its rows make.
    private mutating func parseSubsearch() throws(SPLError) -> Predicate<String> {
        var subsearch = try scanner.readSubsearch(&context)
        // What it does where it is not told happens to every subsearch in a condition, and without a text between.
        if subsearch.plan.commands.last == .reshape(.formatted(RowFormat())) { subsearch.plan.commands.removeLast() }
        context.subsearches.append(subsearch)
        return .deferred(context.subsearches.count - 1)
    }

    /// An unquoted word: a field name or free text.
    private mutating func readWord() throws(SPLError) -> [UInt8] {
        let start = scanner.position
        loop: while let byte = scanner.current {
            switch byte {
            case Byte.open, Byte.close, Byte.quote, Byte.equals, Byte.less, Byte.greater: break loop
            case Byte.exclamation where scanner.peek() == Byte.equals: break loop
            case Byte.backslash where isEscape: scanner.position += 2
            case _ where byte.isWhiteSpace: break loop
            default: scanner.position += 1
            }
        }
        return unescaped(scanner.slice(start..<scanner.position))
    }

    /// Whether the backslash that is next takes the byte after it along.
    var isEscape: Bool { scanner.peek() == Byte.backslash || scanner.peek() == Byte.quote }

    /// `TERM(...)` and `CASE(...)`; any other name before a parenthesis is a function, and those belong to `where`.
    private mutating func parseDirective(_ word: [UInt8], at range: Range<Int>) throws(SPLError) -> Predicate<String> {
        let name = word.string
        guard name == "TERM" || name == "CASE" else {
            throw scanner.error(
                "functions are not part of a search condition", "use | where for \(name)(...), or put a space before (",
                reason: .unsupportedFunction(name), at: range)
        }
        return .rawText(WildcardPattern(try readDirective(name), isCaseSensitive: name == "CASE"))
    }

    /// What stands in the parentheses of `TERM(...)` or `CASE(...)`, from the opening one on.
    mutating func readDirective(_ name: String) throws(SPLError) -> [UInt8] {
        scanner.position += 1
        let content = scanner.current == Byte.quote ? try scanner.readQuoted() : try readValue(stopsAtComma: false)
        try scanner.expect(Byte.close, "close \(name)(")
        return content
    }

    private mutating func phrase(_ word: [UInt8], isQuoted: Bool, at range: Range<Int>) throws(SPLError)
        -> Predicate<String>
    {
        if word.allSatisfy({ $0 == Byte.star }), !word.isEmpty { return .constant(true) }
        guard !word.isEmpty else {
            throw scanner.error(
                isQuoted ? "an empty phrase is in no event" : "a condition was expected here",
                isQuoted ? "take it out, or write field=value" : "write field=value, or quote what is text", at: range)
        }
        if word == [Byte.comma] {
            throw scanner.error("a comma was not expected here", "take it out", at: range)
        }
        if !isQuoted, ["and", "or", "not"].contains(word.lowercased.string) {
            notes.append("\"\(word.string)\" is looked for as text; the operators AND, OR and NOT are upper case.")
        }
        return .rawText(WildcardPattern(word))
    }
}
