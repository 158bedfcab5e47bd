import Aggregation

/// Reads the by-fields of `stats` and `tstats`, to the end of the command.
struct GroupKeyParser {
    private(set) var scanner: Scanner
    /// Whether `_time span=` may stand here.
    private let takesSpan: Bool
    private(set) var keys: [GroupKey] = []
    private(set) var notes: [String] = []

    init(_ scanner: Scanner, takesSpan: Bool) {
        self.scanner = scanner
        self.takesSpan = takesSpan
    }

    mutating func parse() throws(SPLError) {
        scanner.skipSeparators()
        while !scanner.isAtEnd {
            try parseOne()
            scanner.skipSeparators()
        }
        guard !keys.isEmpty else {
            throw scanner.error("by needs a field", "name at least one")
        }
    }

    private mutating func parseOne() throws(SPLError) {
        let start = scanner.position
        let isQuoted = scanner.current == Byte.quote
        if !isQuoted, let option = try scanner.readOption() { return try apply(option) }
        guard let name = try scanner.readName() else {
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

    private mutating func apply(_ option: Scanner.Option) throws(SPLError) {
        guard takesSpan, option.name == "span" else {
            throw scanner.error(
                "\(option.name)= was not expected among the by-fields", "write options before the aggregates",
                reason: .unsupportedOption(option.name), at: option.range)
        }
        guard let index = keys.firstIndex(where: { $0.column == "_time" }) else {
            throw scanner.error("span= belongs to _time", "write _time before it", at: option.range)
        }
        guard let span = Span.nanoseconds(option.value) else {
            throw scanner.error(
                "this is no span of a fixed length", "write a number and a unit up to weeks, as 10m or 1h",
                at: option.valueStart..<option.range.upperBound)
        }
        keys[index].span = span
    }
}

/// Lengths of time as Splunk writes them.
enum Span {
    /// `10m`, `1h`, `30s` in nanoseconds; `nil` if it is none, or of no fixed length as months are.
    static func nanoseconds(_ text: String) -> Int64? {
        let digits = text.utf8.prefix { $0.isDigit }
        let unit = text.utf8.dropFirst(digits.count).string
        guard let count = digits.isEmpty ? 1 : Int64(digits.string), count > 0, let length = units[unit] else {
            return nil
        }
        let (product, overflows) = count.multipliedReportingOverflow(by: length)
        return overflows ? nil : product
    }

    private static let units: [String: Int64] = {
        let second: Int64 = 1_000_000_000
        let names: [(Int64, [String])] = [
            (1000, ["us"]), (second / 1000, ["ms"]), (second / 100, ["cs"]), (second / 10, ["ds"]),
            (second, ["", "s", "sec", "secs", "second", "seconds"]),
            (60 * second, ["m", "min", "mins", "minute", "minutes"]),
            (3600 * second, ["h", "hr", "hrs", "hour", "hours"]),
            (86_400 * second, ["d", "day", "days"]),
            (604_800 * second, ["w", "week", "weeks"]),
        ]
        var all: [String: Int64] = [:]
        for (length, spellings) in names { for spelling in spellings { all[spelling] = length } }
        return all
    }()
}
