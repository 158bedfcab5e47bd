/// When a scheduled search runs: the five fields of cron, in local time.
///
/// Fields are minute (0–59), hour (0–23), day of month (1–31), month (1–12 or `jan`–`dec`) and day of week (0–7 or
/// `sun`–`sat`; 0 and 7 are Sunday). Each is `*`, a number, a range `a-b`, either with a step `/n`, or a list of those.
/// `n/s` is `n` and every `s` from there. As in cron itself, a day matches either day field where both are restricted, and a
/// field that begins with `*` restricts nothing.
public struct CronExpression: Hashable, Sendable {
    /// One bit a value.
    private(set) var minutes: UInt64
    private(set) var hours: UInt64
    private var days: UInt64
    private var months: UInt64
    private var weekdays: UInt64
    private(set) var isHourRestricted: Bool
    private var isDayRestricted: Bool
    private var isWeekdayRestricted: Bool
    /// As given.
    public let text: String

    /// - Parameter text: five fields parted by white space, or `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`,
    ///   `@yearly`, `@annually`.
    /// - Throws: `ScheduleError` that names the field.
    public init(_ text: String) throws(ScheduleError) {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        let expression = words.count == 1 ? Self.nicknames[words[0].lowercased()] ?? text : text
        let fields = expression.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard fields.count == 5 else {
            throw ScheduleError(
                text: text,
                reason: "has \(fields.count) fields; cron takes five: minute, hour, day of month, month, day of week")
        }
        self.text = text
        minutes = try CronField.minute.bits(fields[0], in: text)
        hours = try CronField.hour.bits(fields[1], in: text)
        days = try CronField.day.bits(fields[2], in: text)
        months = try CronField.month.bits(fields[3], in: text)
        weekdays = try CronField.weekday.bits(fields[4], in: text)
        if weekdays & 1 << 7 != 0 { weekdays |= 1 }
        isHourRestricted = !fields[1].hasPrefix("*")
        isDayRestricted = !fields[2].hasPrefix("*")
        isWeekdayRestricted = !fields[4].hasPrefix("*")
    }

    private static let nicknames = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// Whether any time of a day matches.
    ///
    /// - Parameters:
    ///   - day: of the month, from 1.
    ///   - month: from 1.
    ///   - weekday: from 0, Sunday.
    func matches(day: Int, month: Int, weekday: Int) -> Bool {
        guard months & 1 << UInt64(month) != 0 else { return false }
        let dayMatches = days & 1 << UInt64(day) != 0
        let weekdayMatches = weekdays & 1 << UInt64(weekday) != 0
        return isDayRestricted && isWeekdayRestricted ? dayMatches || weekdayMatches : dayMatches && weekdayMatches
    }
}

/// Why a schedule can't be followed.
public struct ScheduleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The expression or time modifier as given.
    public var text: String
    /// As a clause without a full stop.
    public var reason: String

    /// - Parameter text: the expression or time modifier as given.
    public init(text: String, reason: String) {
        self.text = text
        self.reason = reason
    }

    /// Names the expression and what is wrong with it.
    public var description: String { "schedule \"\(text)\": \(reason)" }
}

/// One of the five fields.
private enum CronField: String {
    case minute, hour
    case day = "day of month"
    case month
    case weekday = "day of week"

    var range: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .day: 1...31
        case .month: 1...12
        case .weekday: 0...7
        }
    }

    /// Names of the values, the first for the least.
    private var names: [String] {
        switch self {
        case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        case .weekday: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        default: []
        }
    }

    func bits(_ field: Substring, in text: String) throws(ScheduleError) -> UInt64 {
        var bits: UInt64 = 0
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let (values, step) = try values(part, in: text)
            for value in stride(from: values.lowerBound, through: values.upperBound, by: step) {
                bits |= 1 << UInt64(value)
            }
        }
        return bits
    }

    private func values(_ part: Substring, in text: String) throws(ScheduleError) -> (ClosedRange<Int>, step: Int) {
        let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var step = 1
        if halves.count == 2 {
            guard let number = Self.number(halves[1]), number > 0 else {
                throw failure(text, "the step \(halves[1]) must be a number from 1")
            }
            // A step beyond the range leaves its first value only; so does the largest step of the range.
            step = min(number, range.count)
        }
        if halves[0] == "*" { return (self == .weekday ? 0...6 : range, step) }
        let ends = halves[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try value(ends[0], in: text)
        guard ends.count == 2 else {
            let last = self == .weekday ? 6 : range.upperBound
            return (first...(halves.count == 2 ? max(first, last) : first), step)
        }
        let last = try value(ends[1], in: text)
        guard first <= last else { throw failure(text, "the range \(halves[0]) runs backwards") }
        return (first...last, step)
    }

    private func value(_ word: Substring, in text: String) throws(ScheduleError) -> Int {
        if let position = names.firstIndex(of: word.lowercased()) { return range.lowerBound + position }
        guard let number = Self.number(word), range.contains(number) else {
            throw failure(
                text,
                "\"\(word)\" must be a number from \(range.lowerBound) to \(range.upperBound)"
                    + (names.isEmpty ? "" : " or a name such as \(names[1])"))
        }
        return number
    }

    /// Digits only; Swift's own conversion takes a sign.
    private static func number(_ word: Substring) -> Int? {
        word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(word) : nil
    }

    private func failure(_ text: String, _ reason: String) -> ScheduleError {
        ScheduleError(text: text, reason: "\(rawValue): \(reason)")
    }
}
