import Aggregation
import Values

/// Reads the by-fields of `stats` and `tstats`, to the end of the command or to an option behind them.
struct GroupKeyParser {
    private(set) var scanner: Scanner
    /// Whether `_time span=` may stand here.
    private let takesSpan: Bool
    private(set) var keys: [GroupKey] = []
    private(set) var notes: [String] = []
    /// What `fillnull_value=` gives among the fields.
    private(set) var fill: Text?
    /// Without a length where one is to be chosen by the times of the events.
    private var span: (nanoseconds: Int64?, range: Range<Int>)?

    /// Whether `_time` is grouped by spans whose length the times of the events decide.
    var hasAutomaticSpan: Bool { span.map { $0.nanoseconds == nil } ?? false }

    init(_ scanner: Scanner, takesSpan: Bool) {
        self.scanner = scanner
        self.takesSpan = takesSpan
    }

    mutating func parse() throws(SPLError) {
        while scanner.moveToNextArgument() {
            if !takesSpan, try isAtOption() { break }
            try parseOne()
        }
        guard !keys.isEmpty else {
            throw scanner.error("by needs a field", "name at least one")
        }
        // It may stand on either side of the field that it belongs to.
        guard let span else { return }
        guard let index = keys.firstIndex(where: { $0.column == "_time" }) else {
            throw scanner.error("span= belongs to _time", "group by _time too", at: span.range)
        }
        keys[index].span = span.nanoseconds
    }

    private func isAtOption() throws(SPLError) -> Bool {
        guard scanner.current != Byte.quote else { return false }
        var ahead = scanner
        return try ahead.readOption() != nil
    }

    private mutating func parseOne() throws(SPLError) {
        let start = scanner.position
        let isQuoted = scanner.current == Byte.quote || scanner.current == Byte.apostrophe
        if !isQuoted, let option = try scanner.readOption() { return try apply(option) }
        let apostrophed = scanner.readApostrophedName()
        guard let name = try apostrophed == nil ? scanner.readName() : apostrophed else {
            throw scanner.error("a field name was expected here", "name the fields to group by")
        }
        let range = start..<scanner.position
        if !isQuoted {
            let word = name.asciiLowercased
            if word.hasPrefix("prefix(") {
                throw scanner.error(
                    "PREFIX() is not supported", "group by a field", reason: .unsupportedFunction("PREFIX"), at: range)
            }
            if word == "where" || word == "from" || word == "by" {
                throw scanner.error("\(name) was not expected among the by-fields", "write it before by", at: range)
            }
        }
        guard !name.utf8.contains(Byte.star) else {
            throw scanner.error(
                "by takes no wildcards", "name each field", reason: .unsupportedConstruct("wildcard in by"), at: range)
        }
        guard !keys.contains(where: { $0.column == name }) else {
            notes.append("The by-field \(name) is named twice and grouped once.")
            return
        }
        keys.append(GroupKey(field: name, column: name))
    }

    private mutating func apply(_ option: Scanner.Argument) throws(SPLError) {
        if option.name == "fillnull_value" {
            fill = Text(option.value)
            return
        }
        guard option.name == "span" else {
            throw scanner.error(
                "\(option.name)= was not expected among the by-fields", "write options before the aggregates",
                reason: .unsupportedOption(option.name), at: option.range)
        }
        guard span == nil else {
            throw scanner.error("span is given twice", "keep one of them", at: option.range)
        }
        let nanoseconds = Span.nanoseconds(option.value)
        guard nanoseconds != nil || option.value.asciiLowercased == "auto" else {
            throw scanner.error(
                "this is no span of a fixed length", "write a number and a unit up to weeks, as 10m or 1h, or auto",
                at: option.valueRange)
        }
        span = (nanoseconds, option.range)
    }
}
