import Events

/// The times at which a cron expression fires, in whole seconds from the epoch, ascending.
///
/// Where clocks are set back, an expression for every hour fires in both of the repeated ones, one for certain hours in the
/// first only; where they are set forward, the former leaves out what no clock shows and the latter fires as long after the
/// change as it would have. So does cron itself.
struct RunTimes: IteratorProtocol {
    private let cron: CronExpression
    private let first: Int64
    private let last: Int64
    private let zone: TimeZone
    /// The next day to look at, counted from the epoch in local time.
    private var day: Int64
    private let lastDay: Int64
    /// Runs of the days before, the next one last.
    private var pending: [Int64] = []
    private var latest = Int64.min

    private static let secondsInDay: Int64 = 86_400

    /// - Parameters:
    ///   - first: the least time that counts.
    ///   - last: the greatest time that counts.
    init(of cron: CronExpression, from first: Int64, through last: Int64, zone: TimeZone) {
        self.cron = cron
        self.first = first
        self.last = last
        self.zone = zone
        // Local clocks are less than a day ahead of or behind UTC; division rounds to zero, another day at most.
        day = first / Self.secondsInDay - 2
        lastDay = last / Self.secondsInDay + 1
    }

    mutating func next() -> Int64? {
        while true {
            while let run = pending.popLast() {
                // What was set forward may fall on a run that there is anyway.
                guard run >= first, run > latest else { continue }
                latest = run
                return run <= last ? run : nil
            }
            guard day <= lastDay else { return nil }
            let midnight = CivilTime(secondsSinceEpoch: day * Self.secondsInDay)
            if cron.matches(day: midnight.day, month: midnight.month, weekday: midnight.weekday) {
                pending = runs(from: day * Self.secondsInDay).sorted(by: >)
            }
            day += 1
        }
    }

    /// - Parameter midnight: when the day begins, in seconds on the local clock.
    private func runs(from midnight: Int64) -> [Int64] {
        var runs: [Int64] = []
        for hour in 0..<24 where cron.hours & 1 << UInt64(hour) != 0 {
            for minute in 0..<60 where cron.minutes & 1 << UInt64(minute) != 0 {
                let local = midnight + Int64(hour * 3_600 + minute * 60)
                let run = zone.seconds(ofLocal: local)
                guard !cron.isHourRestricted else {
                    runs.append(run)
                    continue
                }
                if shows(local, at: run) { runs.append(run) }
                let again = local - Int64(zone.offset(at: run + Self.secondsInDay))
                if again > run, shows(local, at: again) { runs.append(again) }
            }
        }
        return runs
    }

    private func shows(_ local: Int64, at seconds: Int64) -> Bool {
        seconds + Int64(zone.offset(at: seconds)) == local
    }
}
