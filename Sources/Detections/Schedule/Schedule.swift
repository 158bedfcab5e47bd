public import Events

/// A scheduled search: when it runs and which stretch of time each run looks at.
public struct Schedule: Sendable {
    /// When it runs, on the clock of the schedule's zone.
    public let cron: CronExpression
    private let earliest: WindowBound
    private let latest: WindowBound
    private let zone: TimeZone
    /// All that two schedules can differ in.
    private let identity: [String]

    /// The most runs that a stretch of time may be cut into.
    static let maximumWindows = 1_000_000
    /// The most runs that may see one instant.
    static let maximumOverlap = 1_000

    /// - Parameters:
    ///   - cron: five fields, or a name such as `@hourly`.
    ///   - earliest: a relative time, inclusive; empty or `0` for all of time.
    ///   - latest: a relative time, exclusive; empty for the time of the run.
    ///   - zone: whose clock the fields and the snapping of relative times refer to.
    /// - Throws: `ScheduleError` for what is none of these, and for a schedule that makes no sense: one that never runs, all of
    ///   whose runs end before they begin, or that sees an instant in more than `maximumOverlap` runs.
    public init(cron: String, earliest: String, latest: String, zone: TimeZone = .utc) throws(ScheduleError) {
        self.cron = try CronExpression(cron)
        self.earliest = earliest.isEmpty || earliest == "0" ? .unbounded : try WindowBound(earliest, zone: zone)
        self.latest = try WindowBound(latest.isEmpty ? "now" : latest, zone: zone)
        self.zone = zone
        identity = [cron, earliest, latest, zone.name]
        try check()
    }

    /// The schedule of a deployment, on the clock of a zone.
    ///
    /// - Throws: `ScheduleError`, as above.
    public init(_ deployment: Deployment, zone: TimeZone = .utc) throws(ScheduleError) {
        try self.init(
            cron: deployment.cron, earliest: deployment.earliest, latest: deployment.latest, zone: zone)
    }

    /// The same runs with other windows.
    ///
    /// - Parameters:
    ///   - earliest: a relative time, inclusive; empty or `0` for all of time.
    ///   - latest: a relative time, exclusive; empty for the time of the run.
    /// - Throws: `ScheduleError` as for a new schedule.
    public func seeing(earliest: String, latest: String) throws(ScheduleError) -> Schedule {
        try Schedule(cron: cron.text, earliest: earliest, latest: latest, zone: zone)
    }

    /// The windows, in order of their runs, that have a part of a stretch of time in them.
    ///
    /// A schedule without an earliest time, or with a fixed one, sees the same again at each run, without end; its windows
    /// go as far as the first run that sees the whole stretch. With both bounds fixed every run sees the same, and the first
    /// one at or after the latest time stands for all. A run whose latest time is not behind its earliest one, as that of
    /// midnight from `@d` to `now`, sees nothing and is none of them.
    ///
    /// - Throws: `ScheduleError` where there are more than `maximumWindows`.
    /// - Complexity: linear in the days of the stretch and in the windows.
    public func windows(over range: Range<Timestamp>) throws(ScheduleError) -> ScheduledWindows {
        guard !range.isEmpty else { return ScheduledWindows(windows: []) }
        if let fixed = fixedWindow() { return ScheduledWindows(windows: fixed.overlaps(range) ? [fixed] : []) }
        // Both bounds of a window grow with the time of its run, so the runs wanted lie between two times that can be
        // searched for by halves. Offsets reach decades at most. Only where clocks change may a bound fall back, by less
        // than the margin; it is then held, so that windows stay in order.
        let span = (range.lowerBound.seconds - Self.reach)...(range.upperBound.seconds + Self.reach)
        let first = Self.least(in: span) { latest.resolved(at: $0, zone: zone) > range.lowerBound }
        let last: Int64
        switch earliest {
        case .relative:
            last = Self.least(in: span) { earliest.resolved(at: $0, zone: zone) >= range.upperBound } - 1
        case .unbounded, .absolute:
            let complete = Self.least(in: span) { latest.resolved(at: $0, zone: zone) >= range.upperBound }
            var runs = RunTimes(of: cron, from: complete, through: complete + Self.reach, zone: zone)
            last = (runs.next() ?? complete) - Self.margin
        }
        var windows: [ScheduledWindow] = []
        var earliestSoFar = Timestamp(nanoseconds: .min)
        var latestSoFar = Timestamp(nanoseconds: .min)
        let runs = RunTimes(of: cron, from: first - Self.margin, through: last + Self.margin, zone: zone)
        for run in IteratorSequence(runs) {
            earliestSoFar = max(earliestSoFar, earliest.resolved(at: run, zone: zone))
            latestSoFar = max(latestSoFar, latest.resolved(at: run, zone: zone))
            let window = ScheduledWindow(
                runTime: Timestamp(seconds: run) ?? Timestamp(nanoseconds: run < 0 ? .min : .max),
                earliest: earliestSoFar, latest: latestSoFar)
            guard window.overlaps(range) else { continue }
            guard windows.count < Self.maximumWindows else {
                throw ScheduleError(
                    text: cron.text,
                    reason: "more than \(Self.maximumWindows) runs; narrow the time with --earliest and --latest")
            }
            windows.append(window)
        }
        return ScheduledWindows(windows: windows)
    }

    /// The windows that see an instant: none in a gap, several where windows overlap.
    ///
    /// - Complexity: logarithmic in the reach of offsets, linear in the windows.
    public func windows(covering time: Timestamp) -> [ScheduledWindow] {
        guard time.nanoseconds < .max else { return [] }
        // Never more windows than were allowed when the schedule was checked, but for calendars' odd days.
        return (try? windows(over: time..<Timestamp(nanoseconds: time.nanoseconds + 1)))?.windows ?? []
    }

    /// What every run sees where neither bound depends on its time; `nil` where one does.
    private func fixedWindow() -> ScheduledWindow? {
        guard case .absolute(let end) = latest else { return nil }
        if case .relative = earliest { return nil }
        var runs = RunTimes(of: cron, from: end.seconds, through: end.seconds + Self.reach, zone: zone)
        let run = runs.next().flatMap { Timestamp(seconds: $0) } ?? end
        return ScheduledWindow(runTime: run, earliest: earliest.resolved(at: end.seconds, zone: zone), latest: end)
    }

    /// Tries runs and windows of years that any schedule can be followed in.
    private func check() throws(ScheduleError) {
        // 1972-06-14T12:34:56Z, in a leap year.
        let start: Int64 = 77_373_296
        var runs = RunTimes(of: cron, from: start, through: start + Self.reach, zone: zone)
        guard var run = runs.next() else { throw ScheduleError(text: cron.text, reason: "never comes") }
        let seesNothing = ScheduleError(
            text: cron.text, reason: "the earliest time of a run is not before its latest time")
        if case .relative = earliest {
            var runsLeft = 500
            while earliest.resolved(at: run, zone: zone) >= latest.resolved(at: run, zone: zone) {
                runsLeft -= 1
                guard runsLeft > 0, let next = runs.next() else { throw seesNothing }
                run = next
            }
        } else if let fixed = fixedWindow(), fixed.earliest >= fixed.latest {
            throw seesNothing
        }
        let instant = Timestamp(nanoseconds: start * Timestamp.nanosecondsPerSecond)
        let overlap = try windows(over: instant..<Timestamp(nanoseconds: instant.nanoseconds + 1)).windows.count
        guard overlap <= Self.maximumOverlap else {
            throw ScheduleError(
                text: cron.text,
                reason: "sees every event in more than \(Self.maximumOverlap) runs; let it run less often")
        }
    }

    /// How far a run may be from what it sees, in seconds.
    private static let reach: Int64 = 40 * 366 * 86_400

    /// More than clocks are ever changed by, in seconds.
    private static let margin: Int64 = 4 * 3_600

    /// The least member of a range for which a condition holds that, once true, stays true; the upper bound if none.
    private static func least(in range: ClosedRange<Int64>, where holds: (Int64) -> Bool) -> Int64 {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = low + (high - low) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Schedule: Hashable {
    /// The same texts and the same zone by name.
    public static func == (left: Schedule, right: Schedule) -> Bool { left.identity == right.identity }

    /// By what equality compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(identity) }
}

/// One run of a scheduled search.
public struct ScheduledWindow: Hashable, Sendable {
    /// When the search runs, by which its relative times are counted.
    public var runTime: Timestamp
    /// The first instant that the run sees; the least time there is where there is no bound.
    public var earliest: Timestamp
    /// The first instant that it does not see any more.
    public var latest: Timestamp

    /// The columns under which a finding carries its window: its bounds, and when the search ran.
    public static let columns = ["window_earliest", "window_latest", "run_time"]

    /// Whether it sees a part of a stretch of time.
    func overlaps(_ range: Range<Timestamp>) -> Bool {
        earliest < latest && latest > range.lowerBound && earliest < range.upperBound
    }
}

/// The windows of a schedule over a stretch of time. Both bounds never decrease from one to the next.
public struct ScheduledWindows: Sendable {
    /// In order of their runs.
    public let windows: [ScheduledWindow]
}
