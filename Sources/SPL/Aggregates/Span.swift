/// Lengths of time as Splunk writes them.
enum Span {
    /// `10m`, `1h`, `30s` in nanoseconds; `nil` if it is none, or of no fixed length as months are.
    static func nanoseconds(_ text: String) -> Int64? {
        guard !text.isEmpty else { return nil }
        let digits = text.utf8.prefix { $0.isDigit }
        let unit = text.utf8.dropFirst(digits.count).string
        guard let count = digits.isEmpty ? 1 : Int64(digits.string), count > 0, let length = units[unit] else {
            return nil
        }
        let (product, overflows) = count.multipliedReportingOverflow(by: length)
        return overflows ? nil : product
    }

    /// The shortest way to write a length: in the longest unit that divides it.
    static func text(_ nanoseconds: Int64) -> String {
        for unit in ["w", "d", "h", "m", "s", "ms"] {
            if let length = units[unit], nanoseconds % length == 0 { return "\(nanoseconds / length)\(unit)" }
        }
        return "\(nanoseconds / 1000)us"
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
