/// A part of a time that stands in a text, as it is written there: nothing is converted to another zone (Sigma's time
/// modifiers).
public enum TimePart: String, Hashable, Sendable, CaseIterable {
    case minute, hour, day
    /// Of the year by ISO 8601: weeks begin on Monday, and the first one holds the year's first Thursday.
    case week
    case month, year

    /// How the part of the time has to stand to the number.
    public enum Relation: Hashable, Sendable {
        case equal, notEqual
        case ordered(ValueTest.Ordering)

        func holds(_ left: Int, _ right: Int) -> Bool {
            switch self {
            case .equal: left == right
            case .notEqual: left != right
            case .ordered(let ordering): ordering.holds(left, right)
            }
        }

        /// For people: `=`, `>=`.
        public var text: String {
            switch self {
            case .equal: "="
            case .notEqual: "!="
            case .ordered(let ordering): ordering.symbol
            }
        }
    }

    /// The part of a time written as `2024-02-29`, or with `T` or a space and `12:34` behind; whatever follows does not
    /// matter. `nil` where the text does not begin so, or does not have the part, and where there is no such day or hour.
    public func value(of text: UnsafeRawBufferPointer) -> Int? {
        guard let year = number(text, 0, 4), separator(text, 4, "-"), let month = number(text, 5, 2),
            separator(text, 7, "-"), let day = number(text, 8, 2), (1...12).contains(month),
            (1...Self.days(in: month, year)).contains(day)
        else { return nil }
        switch self {
        case .year: return year
        case .month: return month
        case .day: return day
        case .week: return Self.week(year, month, day)
        case .hour, .minute:
            guard separator(text, 10, "T") || separator(text, 10, "t") || separator(text, 10, " "),
                let hour = number(text, 11, 2), separator(text, 13, ":"), let minute = number(text, 14, 2), hour < 24,
                minute < 60
            else { return nil }
            return self == .hour ? hour : minute
        }
    }

    private func number(_ text: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> Int? {
        guard start + count <= text.count else { return nil }
        var number = 0
        for index in start..<start + count {
            guard text[index] &- 0x30 < 10 else { return nil }
            number = number * 10 + Int(text[index] - 0x30)
        }
        return number
    }

    private func separator(_ text: UnsafeRawBufferPointer, _ place: Int, _ byte: Unicode.Scalar) -> Bool {
        place < text.count && text[place] == UInt8(ascii: byte)
    }

    private static func week(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let dayOfYear = daysBefore(month, year) + day
        let weekday = (daysBefore(year: year) + dayOfYear - 1) % 7  // 1 January of year 1 was a Monday.
        let week = (dayOfYear - weekday + 9) / 7
        if week < 1 { return weeks(in: year - 1) }
        return week > weeks(in: year) ? 1 : week
    }

    private static func weeks(in year: Int) -> Int {
        let firstDay = daysBefore(year: year) % 7
        return firstDay == 3 || firstDay == 2 && isLeap(year) ? 53 : 52
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func days(in month: Int, _ year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func daysBefore(year: Int) -> Int {
        let past = max(0, year - 1)
        return past * 365 + past / 4 - past / 100 + past / 400
    }

    private static func daysBefore(_ month: Int, _ year: Int) -> Int {
        let days = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1]
        return days + (month > 2 && isLeap(year) ? 1 : 0)
    }
}
