import Events
import Testing

@testable import Detections

@Suite struct ScheduleTests {
    private let second: Int64 = 1_000_000_000
    /// 2024-03-09 23:30:00 UTC.
    private let start: Int64 = 1_710_027_000

    private func range(hours: Int64) -> Range<Int64> { start * second..<(start + hours * 3_600) * second }

    @Test("ESCU's hourly windows tile time exactly", arguments: DetectionType.allCases)
    func tiling(type: DetectionType) throws {
        let schedule = try Schedule(Deployment(defaultFor: type))
        let range = range(hours: 100)
        let windows = try schedule.windows(over: range)
        #expect(windows.coverage.isExact)
        var random = SplitMix(seed: 3)
        for _ in 0..<2_000 {
            let time = range.lowerBound + Int64(random.next() % UInt64(range.count))
            let covering = windows.covering(time)
            #expect(covering.count == 1)
            guard let position = covering.first else { continue }
            let window = windows.windows[position]
            #expect(window.earliest <= time && time < window.latest)
            #expect(window.runTime - window.latest == 600 * second)
        }
        #expect(windows.windows.count == (type == .baseline ? 6 : 101))
    }

    @Test("the first instant of a window belongs to it, the last to the next")
    func bounds() throws {
        let windows = try Schedule(Deployment(defaultFor: .ttp)).windows(over: range(hours: 2))
        // Windows end at ten minutes to the hour.
        let boundary = (start + 20 * 60) * second
        let before = try #require(windows.covering(boundary - 1).first)
        let after = try #require(windows.covering(boundary).first)
        #expect(after == before + 1)
        #expect(windows.windows[after].earliest == boundary)
        #expect(windows.windows[after].runTime == boundary + 70 * 60 * second)
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
        let from = try RelativeTime(earliest)
        let to = try RelativeTime(latest)
        let margin: Int64 = 70 * 86_400
        let all = IteratorSequence(
            RunTimes(
                of: schedule.cron, from: start - margin, through: range.upperBound / second + margin, zone: .utc)
        ).map { run in
            ScheduledWindow(
                runTime: run * second, earliest: from.resolved(at: run) * second, latest: to.resolved(at: run) * second)
        }
        #expect(
            windows.windows == all.filter { $0.latest > range.lowerBound && $0.earliest < range.upperBound })
        var random = SplitMix(seed: 11)
        for _ in 0..<500 {
            let time = range.lowerBound + Int64(random.next() % UInt64(range.count))
            let found = windows.covering(time).map { windows.windows[$0] }
            #expect(found == windows.windows.filter { $0.earliest <= time && time < $0.latest })
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
        #expect(windows.allSatisfy { $0.earliest == .min && $0.latest > range.lowerBound })
    }

    @Test("a stretch without an instant has no windows, and one instant has its own")
    func narrow() throws {
        let schedule = try Schedule(Deployment(defaultFor: .ttp))
        let time = start * second
        #expect(try schedule.windows(over: time..<time).windows.isEmpty)
        #expect(try schedule.windows(over: time..<(time + 1)).windows.count == 1)
        #expect(try schedule.windows(over: -second..<0).windows.count == 1)
    }

    @Test("a cron expression that never fires has no windows")
    func never() throws {
        let schedule = try Schedule(cron: "0 0 30 2 *", earliest: "-1d", latest: "now")
        #expect(try schedule.windows(over: range(hours: 24)).windows.isEmpty)
    }

    @Test("windows without an instant and too many windows are refused")
    func refused() throws {
        let empty = try Schedule(cron: "0 * * * *", earliest: "-10m", latest: "-70m")
        #expect(throws: ScheduleError.self) { try empty.windows(over: range(hours: 24)) }
        let many = try Schedule(cron: "* * * * *", earliest: "-1m", latest: "now")
        #expect(throws: ScheduleError.self) { try many.windows(over: range(hours: 24 * 365 * 3)) }
        #expect(throws: ScheduleError.self) { try Schedule(cron: "0 * * * *", earliest: "yesterday", latest: "") }
        #expect(throws: ScheduleError.self) { try Schedule(cron: "0 * * *", earliest: "", latest: "") }
    }

    @Test("all times that nanoseconds can count are taken")
    func extremes() throws {
        let schedule = try Schedule(cron: "@yearly", earliest: "-1y@y", latest: "@y")
        let windows = try schedule.windows(over: .min..<(.max))
        #expect(windows.windows.count > 500)
        #expect(windows.covering(.min).count <= 1)
    }
}
