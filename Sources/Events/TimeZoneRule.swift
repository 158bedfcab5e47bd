/// When clocks change every year, as POSIX writes it in `TZ`: `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// With RFC 8536's extension: changes may be from a week before to a week after the day that is named.
struct ZoneRule: Sendable {
    private let standard: ZoneTable.Period
    private let summer: ZoneTable.Period?
    private let start: Change
    private let end: Change

    /// A day of the year and a time of day.
    private struct Change: Sendable {
        enum Day: Sendable {
            /// 1 to 365, the leap day not counted.
            case julian(Int)
            /// 0 to 365.
            case ordinal(Int)
            /// The weekday's so-manieth in a month, 5 for the last.
            case weekday(month: Int, week: Int, weekday: Int)
        }

        var day: Day
        /// Seconds after midnight on the clock before the change.
        var time: Int

        /// Seconds since the epoch on that clock.
        func local(in year: Int) -> Int64 {
            let days: Int
            switch day {
            case .ordinal(let number): days = CivilTime.days(year, 1, 1) + number
            case .julian(let number):
                days = CivilTime.days(year, 1, 1) + number - (CivilTime.isLeap(year) && number >= 60 ? 0 : 1)
            case .weekday(let month, let week, let weekday):
                let first = CivilTime(year: year, month: month, day: 1).weekday
                var day = 1 + (weekday - first + 7) % 7 + (week - 1) * 7
                if day > CivilTime.daysInMonth(year, month) { day -= 7 }
                days = CivilTime.days(year, month, day)
            }
            return Int64(days) * 86400 + Int64(time)
        }
    }

    func period(at seconds: Int64) -> ZoneTable.Period {
        guard let summer else { return standard }
        let year = CivilTime(secondsSinceEpoch: seconds + Int64(standard.offset)).year
        let begins = start.local(in: year) - Int64(standard.offset)
        let ends = end.local(in: year) - Int64(summer.offset)
        let isSummer = begins < ends ? seconds >= begins && seconds < ends : seconds >= begins || seconds < ends
        return isSummer ? summer : standard
    }

    init?(_ text: [UInt8]) {
        var parser = Parser(text: text)
        guard let name = parser.name(), let west = parser.time(maximumHours: 24) else { return nil }
        standard = ZoneTable.Period(offset: -west, abbreviation: name)
        let never = Change(day: .ordinal(0), time: 0)
        guard !parser.isAtEnd else {
            summer = nil
            start = never
            end = never
            return
        }
        guard let summerName = parser.name() else { return nil }
        var summerOffset = -west + 3600
        if parser.peek != 0x2C {
            guard let summerWest = parser.time(maximumHours: 24) else { return nil }
            summerOffset = -summerWest
        }
        summer = ZoneTable.Period(offset: summerOffset, abbreviation: summerName)
        guard parser.take(0x2C), let start = parser.change(), parser.take(0x2C), let end = parser.change(),
            parser.isAtEnd
        else { return nil }
        self.start = start
        self.end = end
    }

    private struct Parser {
        let text: [UInt8]
        var index = 0

        init(text: [UInt8]) {
            self.text = text
        }

        var peek: UInt8? { index < text.count ? text[index] : nil }
        var isAtEnd: Bool { index >= text.count }

        mutating func take(_ byte: UInt8) -> Bool {
            guard peek == byte else { return false }
            index += 1
            return true
        }

        /// Letters, or anything between angle brackets.
        mutating func name() -> String? {
            let isQuoted = take(0x3C)
            let start = index
            while let byte = peek, isQuoted ? byte != 0x3E : (byte | 0x20) &- 0x61 < 26 { index += 1 }
            let name = String(decoding: text[start..<index], as: UTF8.self)
            if isQuoted, !take(0x3E) { return nil }
            return name.isEmpty ? nil : name
        }

        mutating func number(maximum: Int) -> Int? {
            let start = index
            var value = 0
            while let byte = peek, byte &- 0x30 < 10 {
                value = value * 10 + Int(byte &- 0x30)
                if value > maximum { return nil }
                index += 1
            }
            return index > start ? value : nil
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time(maximumHours: Int) -> Int? {
            let isNegative = take(0x2D)
            if !isNegative { _ = take(0x2B) }
            guard var seconds = number(maximum: maximumHours).map({ $0 * 3600 }) else { return nil }
            for unit in [60, 1] where take(0x3A) {
                guard let part = number(maximum: 59) else { return nil }
                seconds += part * unit
            }
            return isNegative ? -seconds : seconds
        }

        mutating func change() -> Change? {
            let day: Change.Day
            if take(0x4D) {
                guard let month = number(maximum: 12), month >= 1, take(0x2E), let week = number(maximum: 5), week >= 1,
                    take(0x2E), let weekday = number(maximum: 6)
                else { return nil }
                day = .weekday(month: month, week: week, weekday: weekday)
            } else if take(0x4A) {
                guard let number = number(maximum: 365), number >= 1 else { return nil }
                day = .julian(number)
            } else {
                guard let number = number(maximum: 365) else { return nil }
                day = .ordinal(number)
            }
            guard take(0x2F) else { return Change(day: day, time: 7200) }
            guard let time = time(maximumHours: 167) else { return nil }
            return Change(day: day, time: time)
        }
    }
}
