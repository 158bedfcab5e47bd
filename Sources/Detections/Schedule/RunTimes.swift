import Events

/// The times at which a cron expression fires, in whole seconds from the epoch, ascending.
struct RunTimes: IteratorProtocol {
    private let cron: CronExpression
    private let first: Int64
    private let last: Int64
    private let zone: TimeZone
    /// The day under way, counted from the epoch in local time, and its minutes that are still to come.
    private var day: Int64
    private var minute = 0
    private var dayMatches = false

    /// - Parameters:
    ///   - first: the least time that counts.
    ///   - last: the greatest time that counts.
    init(of cron: CronExpression, from first: Int64, through last: Int64, zone: TimeZone) {
        self.cron = cron
        self.first = first
        self.last = last
        self.zone = zone
        // A day early: local clocks are up to 14 hours ahead of, and 12 behind, the epoch's days.
        day = CivilDate.day(of: first) - 1
        dayMatches = Self.matches(day, cron)
    }

    mutating func next() -> Int64? {
        while day <= CivilDate.day(of: last) + 1 {
            while dayMatches, minute < 1_440 {
                let (hour, minuteOfHour) = minute.quotientAndRemainder(dividingBy: 60)
                guard cron.hours & 1 << UInt64(hour) != 0 else {
                    minute = (hour + 1) * 60
                    continue
                }
                minute += 1
                guard cron.minutes & 1 << UInt64(minuteOfHour) != 0 else { continue }
                let run = day * CivilDate.secondsInDay + Int64(hour * 3_600 + minuteOfHour * 60)
                if run > last { return nil }
                if run >= first { return run }
            }
            day += 1
            minute = 0
            dayMatches = Self.matches(day, cron)
        }
        return nil
    }

    private static func matches(_ day: Int64, _ cron: CronExpression) -> Bool {
        let date = CivilDate(day: day)
        return cron.matches(day: date.day, month: date.month, weekday: CivilDate.weekday(of: day))
    }
}
