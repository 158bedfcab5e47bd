/// Splunk's relative time: `now`, epoch seconds, or any number of offsets (`-70m`) and snaps (`@h`) applied in order.
struct RelativeTime: Hashable {
    private enum Step: Hashable {
        case seconds(Int64)
        case months(Int64)
        case snap(Unit)
        /// To the last such day of the week, 0 for Sunday.
        case snapToWeekday(Int)
    }

    private enum Unit: Hashable {
        case second, minute, hour, day, week, month, quarter, year

        init?(_ word: Substring) {
            switch word.lowercased() {
            case "s", "sec", "secs", "second", "seconds": self = .second
            case "m", "min", "mins", "minute", "minutes": self = .minute
            case "h", "hr", "hrs", "hour", "hours": self = .hour
            case "d", "day", "days": self = .day
            case "w", "week", "weeks": self = .week
            case "mon", "month", "months": self = .month
            case "q", "qtr", "qtrs", "quarter", "quarters": self = .quarter
            case "y", "yr", "yrs", "year", "years": self = .year
            default: return nil
            }
        }

        /// `nil` for units that the calendar makes longer or shorter.
        var seconds: Int64? {
            switch self {
            case .second: 1
            case .minute: 60
            case .hour: 3_600
            case .day: 86_400
            case .week: 7 * 86_400
            case .month, .quarter, .year: nil
            }
        }

        var months: Int64 { self == .year ? 12 : self == .quarter ? 3 : 1 }
    }

    /// So that no sum of offsets leaves the calendar.
    private static let maximumSteps = 8

    private var epoch: Int64?
    private var steps: [Step] = []

    init(_ text: String) throws(ScheduleError) {
        func failure(_ reason: String) -> ScheduleError { ScheduleError(text: text, reason: reason) }
        if let seconds = Int64(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            guard seconds < 100_000_000_000 else { throw failure("is too far in the future") }
            epoch = seconds
            return
        }
        var rest = text[...]
        if rest.hasPrefix("now") { rest = rest.dropFirst(3) }
        while let sign = rest.first {
            guard steps.count < Self.maximumSteps else { throw failure("has more than \(Self.maximumSteps) parts") }
            rest = rest.dropFirst()
            guard sign == "+" || sign == "-" || sign == "@" else {
                throw failure("is no relative time such as -70m@m or now")
            }
            let digits = sign == "@" ? "" : rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            var word = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(word.count)
            if sign == "@", word.lowercased() == "w", let digit = rest.first, let day = digit.wholeNumberValue {
                guard day <= 7 else { throw failure("days of the week go from w0 to w7") }
                rest = rest.dropFirst()
                steps.append(.snapToWeekday(day % 7))
                continue
            }
            if word.isEmpty, sign != "@" { word = "s" }
            guard let unit = Unit(word) else { throw failure("the unit \"\(word)\" is not known") }
            guard sign != "@" else {
                steps.append(.snap(unit))
                continue
            }
            guard let count = digits.isEmpty ? 1 : Int64(digits), count <= 1_000_000_000 else {
                throw failure("the offset \(digits) is too large")
            }
            let signed = sign == "-" ? -count : count
            let step = unit.seconds.map { Step.seconds(signed * $0) } ?? .months(signed * unit.months)
            steps.append(step)
        }
    }

    func resolved(at seconds: Int64) -> Int64 {
        if let epoch { return epoch }
        return steps.reduce(seconds) { Self.apply($1, to: $0) }
    }

    private static func apply(_ step: Step, to seconds: Int64) -> Int64 {
        let day = CivilDate.day(of: seconds)
        let timeOfDay = seconds - day * CivilDate.secondsInDay
        switch step {
        case .seconds(let offset): return seconds + offset
        case .months(let count):
            return CivilDate(day: day).adding(months: count).dayNumber * CivilDate.secondsInDay + timeOfDay
        case .snapToWeekday(let weekday):
            return (day - Int64((CivilDate.weekday(of: day) - weekday + 7) % 7)) * CivilDate.secondsInDay
        case .snap(let unit):
            var date = CivilDate(day: day)
            date.day = 1
            switch unit {
            case .second, .minute, .hour: return seconds - timeOfDay % (unit.seconds ?? 1)
            case .day: return day * CivilDate.secondsInDay
            case .week: return apply(.snapToWeekday(0), to: seconds)
            case .month: break
            case .quarter: date.month = (date.month - 1) / 3 * 3 + 1
            case .year: date.month = 1
            }
            return date.dayNumber * CivilDate.secondsInDay
        }
    }
}
