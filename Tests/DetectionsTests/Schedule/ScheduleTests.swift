import Events
import Testing

@testable import Detections

@Suite struct ScheduleTests {
    private let second: Int64 = 1_000_000_000
    /// 2024-03-09 23:30:00 UTC.
    private let start: Int64 = 1_710_027_000

    private func range(hours: Int64) -> Range<Timestamp> {
        time(start)..<time(start + hours * 3_600)
    }

    private func time(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * second) }

    private func randomTime(in range: Range<Timestamp>, _ random: inout SplitMix) -> Timestamp {
        let length = UInt64(range.upperBound.nanoseconds - range.lowerBound.nanoseconds)
        return Timestamp(nanoseconds: range.lowerBound.nanoseconds + Int64(random.next() % length))
    }

    @Test("ESCU's hourly windows tile time exactly", arguments: DetectionType.allCases)
    func tiling(type: DetectionType) throws {
        let schedule = try Schedule(Deployment(defaultFor: type))
        let range = range(hours: 100)
        let windows = try schedule.windows(over: range)
        #expect(windows.coverage.isExact)
        var random = SplitMix(seed: 3)
        for _ in 0..<2_000 {
            let time = randomTime(in: range, &random)
            let covering = windows.covering(time)
            #expect(covering.count == 1)
            guard let position = covering.first else { continue }
            let window = windows.windows[position]
            #expect(window.earliest <= time && time < window.latest)
            #expect(window.runTime.seconds - window.latest.seconds == 600)
        }
        #expect(windows.windows.count == (type == .baseline ? 6 : 101))
    }

    @Test("the first instant of a window belongs to it, the last to the next")
    func bounds() throws {
        let windows = try Schedule(Deployment(defaultFor: .ttp)).windows(over: range(hours: 2))
        // Windows end at ten minutes to the hour.
        let boundary = time(start + 20 * 60)
        let before = try #require(windows.covering(Timestamp(nanoseconds: boundary.nanoseconds - 1)).first)
        let after = try #require(windows.covering(boundary).first)
        #expect(after == before + 1)
        #expect(windows.windows[after].earliest == boundary)
        #expect(windows.windows[after].runTime == time(boundary.seconds + 70 * 60))
    }

    @Test(
        "windows that overlap or leave gaps are those of a check of every run",
        arguments: [
            ("*/5 * * * *", "-15m@m", "now"), ("0 * * * *", "-30m@m", "-10m"), ("0 */6 * * *", "-1d@d", "@d"),
            ("17 3 * * mon", "-1w@w1", "@w1"), ("0 0 1 * *", "-1mon@mon", "@mon"), ("*/7 2-4 * * *", "-61s", "+5m"),
            ("30 1 * * *", "-48h@h", "-24h@h"),
        ])
    func oracle(cron: String, earliest: String, latest: String) throws {
        let schedule = try Schedule(cron: cron, earliest: earliest, latest: latest)
        let range = range(hours: 24 * 9)
        let windows = try schedule.windows(over: range)
        let from = try TimeModifier(earliest)
        let to = try TimeModifier(latest)
        let margin: Int64 = 70 * 86_400
        let all = IteratorSequence(
            RunTimes(
                of: schedule.cron, from: start - margin, through: range.upperBound.seconds + margin, zone: .utc)
        ).map { run in
            ScheduledWindow(
                runTime: time(run), earliest: from.resolve(now: time(run), zone: .utc),
                latest: to.resolve(now: time(run), zone: .utc))
        }
        #expect(
            windows.windows == all.filter { $0.latest > range.lowerBound && $0.earliest < range.upperBound })
        var random = SplitMix(seed: 11)
        for _ in 0..<500 {
            let time = randomTime(in: range, &random)
            let found = windows.covering(time).map { windows.windows[$0] }
            #expect(found == windows.windows.filter { $0.earliest <= time && time < $0.latest })
            #expect(found == schedule.windows(covering: time))
        }
    }

    @Test("gaps and overlaps are counted")
    func coverage() throws {
        let gaps = try Schedule(cron: "0 * * * *", earliest: "-30m", latest: "now").windows(over: range(hours: 10))
        #expect(gaps.coverage == ScheduledWindows.Coverage(gaps: gaps.windows.count - 1, overlaps: 0))
        let overlaps = try Schedule(cron: "0 * * * *", earliest: "-90m", latest: "now").windows(over: range(hours: 10))
        #expect(overlaps.coverage == ScheduledWindows.Coverage(gaps: 0, overlaps: overlaps.windows.count - 1))
    }

    @Test("a schedule over all of time goes as far as the first run that sees everything", arguments: ["", "0"])
    func allOfTime(earliest: String) throws {
        let range = range(hours: 3)
        let windows = try Schedule(cron: "0 * * * *", earliest: earliest, latest: "-10m").windows(over: range).windows
        let last = try #require(windows.last)
        #expect(last.latest >= range.upperBound)
        #expect(windows.dropLast().allSatisfy { $0.latest < range.upperBound })
        #expect(windows.allSatisfy { $0.earliest == Timestamp(nanoseconds: .min) && $0.latest > range.lowerBound })
    }

    @Test(
        "of a schedule with two fixed bounds the first run behind them stands for all",
        arguments: [("2024-03-01T00:00:00Z", Int64(1_709_251_200)), ("0", .min)])
    func fixedBounds(earliest: String, seconds: Int64) throws {
        let schedule = try Schedule(cron: "30 2 * * *", earliest: earliest, latest: "2024-03-10T00:00:00Z")
        let window = try #require(try schedule.windows(over: range(hours: 200)).windows.first)
        #expect(try schedule.windows(over: range(hours: 200)).windows.count == 1)
        #expect(window.latest == time(1_710_028_800))
        #expect(window.runTime == time(1_710_028_800 + 9_000))
        #expect(window.earliest == (seconds == .min ? Timestamp(nanoseconds: .min) : time(seconds)))
        #expect(try schedule.windows(over: time(1_710_028_800)..<time(1_710_030_000)).windows.isEmpty)
    }

    @Test("a stretch without an instant has no windows, and one instant has its own")
    func narrow() throws {
        let schedule = try Schedule(Deployment(defaultFor: .ttp))
        let instant = time(start)
        let next = Timestamp(nanoseconds: instant.nanoseconds + 1)
        #expect(try schedule.windows(over: instant..<instant).windows.isEmpty)
        #expect(try schedule.windows(over: instant..<next).windows.count == 1)
        #expect(try schedule.windows(over: time(-1)..<time(0)).windows.count == 1)
    }

    @Test("a run that sees nothing is no window, and the others are as they were")
    func emptyRuns() throws {
        let schedule = try Schedule(cron: "0 * * * *", earliest: "@d", latest: "now")
        // The stretch begins somewhere in a day: of two whole days, 23 runs of each see something.
        let midnight = (start / 86_400 + 1) * 86_400
        let windows = try schedule.windows(over: time(midnight)..<time(midnight + 2 * 86_400)).windows
        #expect(windows.count == 46)
        #expect(windows.allSatisfy { $0.earliest < $0.latest && $0.runTime.seconds % 86_400 != 0 })
        let late = schedule.windows(covering: time(midnight + 82_000))
        #expect(late.map { $0.runTime.seconds - midnight } == [82_800])
        #expect(schedule.windows(covering: time(midnight + 84_000)).isEmpty)
    }

    @Test("schedules that make no sense are refused")
    func refused() throws {
        let many = try Schedule(cron: "* * * * *", earliest: "-1m", latest: "now")
        #expect(throws: ScheduleError.self) { try many.windows(over: range(hours: 24 * 365 * 3)) }
        #expect(throws: ScheduleError.self) { try Schedule(cron: "0 * * * *", earliest: "yesterday", latest: "") }
        #expect(throws: ScheduleError.self) { try Schedule(cron: "0 * * *", earliest: "", latest: "") }
        #expect(throws: ScheduleError.self) { try Schedule(cron: "0 * * * *", earliest: "-10m", latest: "-70m") }
        #expect(throws: ScheduleError.self) { try Schedule(cron: "0 0 30 2 *", earliest: "-1d", latest: "now") }
        #expect(throws: ScheduleError.self) { try Schedule(cron: "* * * * *", earliest: "-10y", latest: "now") }
        #expect(throws: ScheduleError.self) { try Schedule(cron: "0 * * * *", earliest: "-400y", latest: "now") }
    }

    @Test("all times that nanoseconds can count are taken")
    func extremes() throws {
        let schedule = try Schedule(cron: "@yearly", earliest: "-1y@y", latest: "@y")
        let windows = try schedule.windows(over: Timestamp(nanoseconds: .min)..<Timestamp(nanoseconds: .max))
        #expect(windows.windows.count > 500)
        #expect(windows.covering(Timestamp(nanoseconds: .min)).count == 1)
        #expect(windows.coverage.isExact)
    }

    @Test("fields and snaps follow the clock of a zone with an offset of its own")
    func offset() throws {
        let zone = try TimeZone("+05:30")
        let windows = try Schedule(cron: "0 9 * * *", earliest: "-1d@d", latest: "@d", zone: zone)
            .windows(over: range(hours: 24 * 5))
        #expect(windows.coverage.isExact)
        #expect(windows.windows.allSatisfy { $0.runTime.seconds % 86_400 == 3 * 3_600 + 1_800 })
        #expect(windows.windows.allSatisfy { $0.latest.seconds % 86_400 == 18 * 3_600 + 1_800 })
    }

    @Test(
        "hourly windows tile time also where clocks change",
        .enabled(if: (try? TimeZone("Europe/Berlin")) != nil, "no data of time zones on this machine"))
    func clockChanges() throws {
        let zone = try TimeZone("Europe/Berlin")
        let schedule = try Schedule(Deployment(defaultFor: .ttp), zone: zone)
        // From New Year to New Year.
        let windows = try schedule.windows(over: time(1_704_067_200)..<time(1_735_689_600))
        #expect(windows.coverage.isExact)
        #expect(windows.windows.count == 366 * 24 + 1)
        // At half past two: skipped on 31 March, shown twice on 27 October 2024.
        let daily = RunTimes(
            of: try CronExpression("30 2 * * *"), from: 1_704_067_200, through: 1_735_689_600 - 1, zone: zone)
        #expect(Array(IteratorSequence(daily)).count == 366)
    }
}
