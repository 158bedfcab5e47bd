import Events
import Testing

@Suite("Relative times")
struct TimeModifierTests {
    /// 2020-09-20 was a Sunday; now is the Wednesday after.
    private let now = "2020-09-23T14:35:47.25Z"

    private func resolve(_ text: String, now: String? = nil, zone: TimeZone = .utc) throws -> String {
        let now = try #require(Timestamp.parse(now ?? self.now, zone: .utc))
        return try TimeModifier.resolve(text, now: now, zone: zone).iso8601
    }

    @Test(
        "move by amounts and round down by snaps, from left to right",
        arguments: [
            ("now", "2020-09-23T14:35:47.25Z"), ("now()", "2020-09-23T14:35:47.25Z"),
            ("NOW", "2020-09-23T14:35:47.25Z"),
            ("-70m@m", "2020-09-23T13:25:00Z"), ("-10m@m", "2020-09-23T14:25:00Z"), ("-30s", "2020-09-23T14:35:17.25Z"),
            ("@s", "2020-09-23T14:35:47Z"), ("@m", "2020-09-23T14:35:00Z"), ("@h", "2020-09-23T14:00:00Z"),
            ("@d", "2020-09-23T00:00:00Z"), ("-1d@d+3h", "2020-09-22T03:00:00Z"), ("-7d@h", "2020-09-16T14:00:00Z"),
            ("@w", "2020-09-20T00:00:00Z"), ("@w0", "2020-09-20T00:00:00Z"), ("@w7", "2020-09-20T00:00:00Z"),
            ("@w1", "2020-09-21T00:00:00Z"), ("@w3", "2020-09-23T00:00:00Z"), ("@w4", "2020-09-17T00:00:00Z"),
            ("@w6", "2020-09-19T00:00:00Z"), ("-1w@w1", "2020-09-14T00:00:00Z"), ("@mon", "2020-09-01T00:00:00Z"),
            ("+1mon", "2020-10-23T14:35:47.25Z"), ("-1mon@mon", "2020-08-01T00:00:00Z"), ("@q", "2020-07-01T00:00:00Z"),
            ("-1q@q", "2020-04-01T00:00:00Z"), ("-2qtr", "2020-03-23T14:35:47.25Z"), ("@y", "2020-01-01T00:00:00Z"),
            ("-1y", "2019-09-23T14:35:47.25Z"), ("-d", "2020-09-22T14:35:47.25Z"), ("+mon@mon", "2020-10-01T00:00:00Z"),
            ("now-1d", "2020-09-22T14:35:47.25Z"), ("-90", "2020-09-23T14:34:17.25Z"),
            ("-90@m", "2020-09-23T14:34:00Z"),
            ("@d-2h+5m", "2020-09-22T22:05:00Z"), ("-250ms", "2020-09-23T14:35:47Z"),
            ("@d@mon", "2020-09-01T00:00:00Z"),
            ("-1h@h-1s", "2020-09-23T12:59:59Z"), ("-0d@d", "2020-09-23T00:00:00Z"),
        ])
    func steps(_ text: String, _ expected: String) throws {
        #expect(try resolve(text) == expected)
    }

    @Test("know every spelling of a unit")
    func spellings() throws {
        let spellings: [(String, [String])] = [
            ("2020-09-23T14:35:45.25Z", ["s", "sec", "secs", "second", "seconds", "S"]),
            ("2020-09-23T14:33:47.25Z", ["m", "min", "mins", "minute", "minutes"]),
            ("2020-09-23T12:35:47.25Z", ["h", "hr", "hrs", "hour", "hours", "Hours"]),
            ("2020-09-21T14:35:47.25Z", ["d", "day", "days"]), ("2020-09-09T14:35:47.25Z", ["w", "week", "weeks"]),
            ("2020-07-23T14:35:47.25Z", ["mon", "month", "months"]),
            ("2020-03-23T14:35:47.25Z", ["q", "qtr", "qtrs", "quarter", "quarters"]),
            ("2018-09-23T14:35:47.25Z", ["y", "yr", "yrs", "year", "years"]),
        ]
        for (expected, units) in spellings {
            for unit in units { #expect(try resolve("-2" + unit) == expected, "\(unit)") }
        }
    }

    @Test("take the last day of a month that is too short")
    func shortMonths() throws {
        #expect(try resolve("+1mon", now: "2020-01-31T10:00:00Z") == "2020-02-29T10:00:00Z")
        #expect(try resolve("-1y", now: "2020-02-29T10:00:00Z") == "2019-02-28T10:00:00Z")
        #expect(try resolve("-2mon", now: "2020-01-31T10:00:00Z") == "2019-11-30T10:00:00Z")
    }

    @Test("count days on the zone's calendar")
    func zones() throws {
        let zone = try TimeZone("+02:00")
        #expect(try resolve("@d", zone: zone) == "2020-09-22T22:00:00Z")
        #expect(try resolve("@w1", zone: zone) == "2020-09-20T22:00:00Z")
        #expect(try resolve("@d", now: "2020-09-23T23:00:00Z", zone: zone) == "2020-09-23T22:00:00Z")
    }

    @Test(
        "count days on the calendar also where clocks are changed, and hours by the clock's pace",
        .enabled(if: (try? TimeZone("Europe/Berlin")) != nil, "no data of time zones on this machine"))
    func changedClocks() throws {
        let berlin = try TimeZone("Europe/Berlin")
        // Clocks went back on 2020-10-25 at 03:00.
        #expect(try resolve("-1d", now: "2020-10-25T12:00:00Z", zone: berlin) == "2020-10-24T11:00:00Z")
        #expect(try resolve("-24h", now: "2020-10-25T12:00:00Z", zone: berlin) == "2020-10-24T12:00:00Z")
        #expect(try resolve("@h", now: "2020-10-25T00:30:00Z", zone: berlin) == "2020-10-25T00:00:00Z")
        #expect(try resolve("@h", now: "2020-10-25T01:30:00Z", zone: berlin) == "2020-10-25T01:00:00Z")
    }

    @Test("stand beside absolute times")
    func absolute() throws {
        #expect(try resolve("2020-09-19") == "2020-09-19T00:00:00Z")
        #expect(try resolve("1600564623.491") == "2020-09-20T01:17:03.491Z")
        #expect(try resolve("0") == "1970-01-01T00:00:00Z")
        #expect(try resolve("09/19/2020:12:30:05") == "2020-09-19T12:30:05Z")
        #expect(try resolve("9/19/2020") == "2020-09-19T00:00:00Z")
        #expect(try resolve("2020-09-19 12:00", zone: TimeZone("-01:00")) == "2020-09-19T13:00:00Z")
    }

    @Test(
        "become the nearest moment there is where they lie beyond all",
        arguments: [
            ("-1000y", Timestamp.first), ("+999999y", .last), ("-999999999999999s", .first), ("+1000y@y-1d", .last),
            ("9999999999", .last), ("9999-12-31T23:59:59Z", .last), ("1066-10-14", .first), ("9996-02-29", .last),
            ("12/31/9999:23:59:59", .last), ("10/14/1066", .first),
        ])
    func beyond(text: String, expected: Timestamp) throws {
        #expect(try TimeModifier.resolve(text, now: Timestamp(nanoseconds: 0), zone: .utc) == expected)
    }

    @Test(
        "say where and why they can't be read",
        arguments: [
            ("", 1, "empty"), ("-70x", 4, "\"x\""), ("@", 2, "unit is missing"), ("-1d@w9", 5, "week"),
            ("@d3", 2, "week"),
            ("yesterday", 1, "expected"), ("-1d 3h", 4, "expected"), ("2020-99-99", 1, "ISO 8601"),
            ("12/x", 1, "ISO 8601"),
            ("-99999999999999999999d", 2, "too large"), ("now now", 4, "expected"), ("9999-99-99", 1, "ISO 8601"),
            ("9999999999x", 1, "ISO 8601"),
        ])
    func errors(_ text: String, _ column: Int, _ reason: String) {
        do {
            let value = try resolve(text)
            Issue.record("\(text) became \(value)")
        } catch let error as TimeModifierError {
            #expect(error.column == column)
            #expect(error.description.contains(reason))
        } catch {
            Issue.record("\(error)")
        }
    }
}
