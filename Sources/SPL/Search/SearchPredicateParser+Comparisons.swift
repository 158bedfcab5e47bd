import Events
import Matching
import Pipeline
import Values

// `field = value`, `field IN (...)`, and the words that hold for the search as a whole.
extension SearchPredicateParser {
    enum Comparison {
        case equal, notEqual
        case ordered(ValueTest.Ordering)

        /// As it is written.
        var symbol: String {
            switch self {
            case .equal: "="
            case .notEqual: "!="
            case .ordered(let ordering): ordering.symbol
            }
        }
    }

    /// The operator that is next, behind white space; the place is left alone if there is none.
    mutating func readOperator() throws(SPLError) -> Comparison? {
        let before = scanner.position
        scanner.skipSpace()
        let next = scanner.peek()
        switch scanner.current {
        case Byte.equals:
            scanner.position += next == Byte.equals ? 2 : 1
            return .equal
        case Byte.exclamation where next == Byte.equals:
            scanner.position += 2
            return .notEqual
        case Byte.less:
            scanner.position += next == Byte.equals ? 2 : 1
            return .ordered(next == Byte.equals ? .lessOrEqual : .less)
        case Byte.greater:
            scanner.position += next == Byte.equals ? 2 : 1
            return .ordered(next == Byte.equals ? .greaterOrEqual : .greater)
        default:
            scanner.position = before
            return nil
        }
    }

    mutating func parseComparison(
        of field: String, _ comparison: Comparison, at range: Range<Int>
    ) throws(SPLError) -> Predicate<String> {
        scanner.skipSpace()
        let start = scanner.position
        if PipelineSplitter.opensSubsearchValue(at: scanner.position, in: scanner.slice(scanner.position..<scanner.end))
        {
            return try parseSubsearchValue(of: field, comparison)
        }
        if let pattern = try readDirectiveValue() {
            return try fieldTest(field, comparison, pattern, at: range.lowerBound..<scanner.position)
        }
        let isQuoted = scanner.current == Byte.quote
        let value = isQuoted ? try scanner.readQuoted() : try readValue(stopsAtComma: false)
        guard isQuoted || !value.isEmpty else {
            throw scanner.error(
                "the comparison has no value on its right", "write one, or \"\" for the empty text",
                at: range.lowerBound..<scanner.position)
        }
        let whole = range.lowerBound..<scanner.position
        if try takeWholeSearchWord(field, comparison, value, at: whole, valueAt: start) { return .constant(true) }
        return try fieldTest(field, comparison, WildcardPattern(value), at: whole)
    }

    /// `field >= [search ... | return $value]`: the comparison with what the subsearch gives as `search`, as text.
    private mutating func parseSubsearchValue(
        of field: String, _ comparison: Comparison
    ) throws(SPLError) -> Predicate<String> {
        let start = scanner.position
        var subsearch = try scanner.readSubsearch(&context)
        if ["earliest", "latest"].contains(field), position != .later {
            guard case .equal = comparison else {
                throw scanner.error("\(field) takes =", "write \(field)=...", at: start..<scanner.position)
            }
            // A column of this name is a bound of the search.
            subsearch.plan.commands += [
                .evaluate([
                    Assignment(
                        column: field,
                        expression: .call(
                            .trim, [.call(.coalesce, [.field("search"), .field(field)]), .literal(.text("\""))]))
                ]),
                .table([field]),
            ]
            context.subsearches.append(subsearch)
            return .deferred(context.subsearches.count - 1)
        }
        let words = QuotedText.name(field) + comparison.symbol
        subsearch.plan.commands += [
            .evaluate([
                Assignment(
                    column: "search",
                    expression: .binary(.concatenate, .literal(.text(Text(words))), .field("search")))
            ]),
            .table(["search"]),
        ]
        subsearch.comparedField = field
        context.subsearches.append(subsearch)
        return .deferred(context.subsearches.count - 1)
    }

    /// `CASE(value)`, compared with a look at case, or `TERM(value)`, which is the value; `nil` where neither stands here.
    private mutating func readDirectiveValue() throws(SPLError) -> WildcardPattern? {
        for name in ["CASE", "TERM"] {
            let length = name.utf8.count
            guard scanner.position + length < scanner.end, scanner.peek(length) == Byte.open,
                scanner.slice(scanner.position..<(scanner.position + length)).elementsEqual(name.utf8)
            else { continue }
            scanner.position += length
            return WildcardPattern(try readDirective(name), isCaseSensitive: name == "CASE")
        }
        return nil
    }

    private func fieldTest(
        _ field: String, _ comparison: Comparison, _ pattern: WildcardPattern, at range: Range<Int>
    ) throws(SPLError) -> Predicate<String> {
        let value = pattern.source
        guard !field.utf8.contains(Byte.star) else {
            throw scanner.error(
                "a field name in a condition can't hold *", "name each field, joined by OR",
                reason: .unsupportedConstruct("wildcard in a field name"), at: range)
        }
        let isAnything = !value.isEmpty && value.allSatisfy { $0 == Byte.star }
        let test: Predicate<String> =
            switch comparison {
            case .equal where isAnything: .field(field, .present)
            // No event has an empty value; a row has one where a command has made it.
            case .equal where value.isEmpty && position != .later: .constant(false)
            case .equal: isEqual(field, pattern)
            case .notEqual where isAnything: .constant(false)
            case .notEqual where value.isEmpty && position != .later: .field(field, .present)
            case .notEqual: isUnequal(field, pattern)
            case .ordered(let ordering): .field(field, .ordered(ordering, bound: value))
            }
        guard position != .later, field == "index" else { return test }
        return isAnything ? .constant(!isNegated) : withoutIndexes(test)
    }

    /// A network, as in `src_ip=10.0.0.0/8`, stands for every address in it.
    private func isEqual(_ field: String, _ pattern: WildcardPattern) -> Predicate<String> {
        let text = Predicate<String>.field(field, .equals(pattern))
        return Self.network(pattern.source).map { .any([.field(field, .network($0)), text]) } ?? text
    }

    /// Whether some value is neither the text nor, where that is a network, in it.
    private func isUnequal(_ field: String, _ pattern: WildcardPattern) -> Predicate<String> {
        let text = Predicate<String>.field(field, .differs(pattern))
        return Self.network(pattern.source).map { .all([.field(field, .outside($0)), text]) } ?? text
    }

    private static func network(_ value: [UInt8]) -> AddressNetwork? {
        value.contains(UInt8(ascii: "/")) ? AddressNetwork(value) : nil
    }

    /// Archives have no indexes: an event that names none is not held against the search, on either side of a NOT.
    private func withoutIndexes(_ test: Predicate<String>) -> Predicate<String> {
        isNegated
            ? .all([.field("index", .present), test]) : .any([.not(.field("index", .present)), test])
    }

    /// Takes in what says something about the search as a whole; `false` if it is an ordinary comparison.
    private mutating func takeWholeSearchWord(
        _ field: String, _ comparison: Comparison, _ value: [UInt8], at range: Range<Int>, valueAt start: Int
    ) throws(SPLError) -> Bool {
        guard position != .later else { return false }
        if field == "_index_earliest" || field == "_index_latest" {
            context.warn([
                "\(field)= is left out: archives do not know when an event was indexed, so events of any time are searched"
            ])
            wholeSearchWords += 1
            return true
        }
        if Self.obsoleteTimeWords.contains(field) {
            throw scanner.error(
                "\(field) is not supported", "use earliest= and latest=", reason: .unsupportedOption(field), at: range)
        }
        let isNodeName = position == .tstats && field == "nodename"
        guard isNodeName || field == "earliest" || field == "latest" else { return false }
        guard case .equal = comparison, !value.isEmpty else {
            throw scanner.error("\(field) takes =", "write \(field)=...", at: range)
        }
        wholeSearchWords += 1
        let text = value.string
        if isNodeName {
            guard nodeName == nil else {
                throw scanner.error("nodename is given twice", "keep one of them", at: range)
            }
            nodeName = (text, range)
            return true
        }
        let isTwice = field == "earliest" ? timeRange.earliest != nil : timeRange.latest != nil
        guard !isTwice else {
            throw scanner.error(
                "\(field) is given twice", "keep one of them; it holds for the whole search, also behind OR", at: range)
        }
        do {
            // Only the form matters here: what it is relative to is known when the search runs.
            _ = try TimeModifier.resolve(text, now: Timestamp(nanoseconds: 0), zone: .utc)
        } catch {
            throw scanner.error(
                "\(field) is no time: \(error.reason)", "write a relative time as -1h@h, a date, or epoch seconds",
                at: start..<scanner.position)
        }
        if field == "earliest" { timeRange.earliest = text } else { timeRange.latest = text }
        return true
    }

    private static let obsoleteTimeWords: Set<String> = [
        "starttime", "endtime", "starttimeu", "endtimeu", "startdaysago",
        "enddaysago", "starthoursago", "endhoursago", "startminutesago", "endminutesago", "startmonthsago",
        "endmonthsago", "searchtimespandays", "searchtimespanhours", "searchtimespanminutes",
        "searchtimespanmonths", "daysago", "hoursago", "minutesago", "monthsago", "timeformat",
    ]

    /// `field IN (value, value, ...)`: parted by commas or white space.
    mutating func parseList(
        of field: String, at range: Range<Int>, isInverted: Bool
    ) throws(SPLError) -> Predicate<String> {
        scanner.skipSpace()
        let open = scanner.position
        scanner.position += 1
        if isInverted { isNegated.toggle() }
        defer { if isInverted { isNegated.toggle() } }
        var alternatives: [Predicate<String>] = []
        while true {
            scanner.skipSeparators()
            guard let byte = scanner.current else {
                throw scanner.error("the list of IN is not closed", "close it with )", at: open..<(open + 1))
            }
            if scanner.take(Byte.close) { break }
            let start = scanner.position
            if PipelineSplitter.opensSubsearchValue(at: start, in: scanner.slice(start..<scanner.end)) {
                var subsearch = try scanner.readSubsearch(&context)
                if subsearch.plan.commands.last == .reshape(.formatted(RowFormat())) {
                    subsearch.plan.commands.removeLast()
                }
                subsearch.comparedField = field
                subsearch.isListed = true
                context.subsearches.append(subsearch)
                alternatives.append(.deferred(context.subsearches.count - 1))
                continue
            }
            let value: WildcardPattern
            if let directive = try readDirectiveValue() {
                value = directive
            } else {
                value = WildcardPattern(
                    byte == Byte.quote ? try scanner.readQuoted() : try readValue(stopsAtComma: true))
            }
            alternatives.append(try fieldTest(field, .equal, value, at: start..<scanner.position))
        }
        guard !alternatives.isEmpty else {
            throw scanner.error(
                "the list of IN is empty", "write the values into it", at: range.lowerBound..<scanner.position)
        }
        if field == "earliest" || field == "latest", position != .later {
            throw scanner.error("\(field) takes =", "write \(field)=...", at: range)
        }
        let list = Predicate.disjunction(of: alternatives)
        return isInverted ? .negation(of: list) : list
    }

    /// An unquoted value: to white space, to a parenthesis that closes what the value did not open, or to a comma.
    mutating func readValue(stopsAtComma: Bool) throws(SPLError) -> [UInt8] {
        let start = scanner.position
        if scanner.current == Byte.open {
            throw scanner.error("a value can't begin with a parenthesis", "use IN (...) for several, or quote it")
        }
        var parentheses = 0
        loop: while let byte = scanner.current {
            switch byte {
            case Byte.open: parentheses += 1
            case Byte.close:
                if parentheses == 0 { break loop }
                parentheses -= 1
            case Byte.comma where stopsAtComma: break loop
            case Byte.quote where stopsAtComma: break loop
            case Byte.quote:
                throw scanner.error(
                    "a quotation mark stands in an unquoted value", "quote the whole value, or write \\\" for the mark",
                    at: start..<(scanner.position + 1))
            case Byte.backslash where isEscape:
                scanner.position += 1
            case _ where byte.isWhiteSpace: break loop
            default: break
            }
            scanner.position += 1
        }
        return unescaped(scanner.slice(start..<scanner.position))
    }
}

extension Predicate<String> {
    /// What is asked beside `index=risk`, where all that the condition takes has to be in that index: no archive holds it, it
    /// is where a hunt's own risk events would be.
    var withinRiskIndex: Predicate? {
        let isInIndex = Predicate.field("index", .equals(WildcardPattern("risk")))
        if self == .any([.not(.field("index", .present)), isInIndex]) { return .constant(true) }
        guard case .all(var parts) = self else { return nil }
        for (place, part) in parts.enumerated() {
            guard let rest = part.withinRiskIndex else { continue }
            parts[place] = rest
            return .all(parts)
        }
        return nil
    }
}
