import Events
import Glibc
import Testing

private func parse(_ text: String, _ zone: TimeZone = .utc) -> Int64? {
    Timestamp.parse(text, zone: zone)?.nanoseconds
}

@Suite("Times as telemetry writes them")
struct TimestampTests {
    /// 2020-09-20T01:17:03Z.
    private let second: Int64 = 1_600_564_623_000_000_000

    @Test(
        "are read as ISO 8601 in every usual form",
        arguments: [
            "2020-09-20T01:17:03Z", "2020-09-20 01:17:03", "2020-09-20T01:17:03", "2020-09-20t01:17:03z",
            "2020/09/20 01:17:03", "20200920T011703Z", "20200920T011703", "2020-09-20T03:17:03+02:00",
            "2020-09-20T03:17:03+0200", "2020-09-20T03:17:03+02", "2020-09-19T21:47:03-03:30",
            "2020-09-20 01:17:03 UTC",
            "2020-09-20 01:17:03 +00:00", " 2020-09-20T01:17:03Z ",
            "2020-09-20T01:17:03,000Z", "2020-09-20T01:17:03.0000000000000Z", "2020-09-20  01:17:03",
        ])
    func iso(_ text: String) {
        #expect(parse(text) == second)
    }

    @Test(
        "are read with the name of the month, and as .NET writes them",
        arguments: [
            "20/Sep/2020:01:17:03 +0000", "[20/Sep/2020:03:17:03 +0200]", "Sun Sep 20 01:17:03 2020",
            "Sun Sep 20 01:17:03 2020 UTC", "/Date(1600564623000)/",
        ])
    func named(_ text: String) {
        #expect(parse(text) == second)
    }

    @Test(
        "are none where there is only something like them",
        arguments: ["20/Sep/2020", "Sunday morning", "[warning] 20", "/Date(x)/", "/Date()/", "May the force be"])
    func unlike(_ text: String) {
        #expect(parse(text) == nil)
    }

    @Test("keep nine digits of the fraction and cut the rest")
    func fraction() {
        #expect(parse("2020-09-20T01:17:03.491Z") == second + 491_000_000)
        #expect(parse("2020-09-20T01:17:03,5") == second + 500_000_000)
        #expect(parse("2020-09-20T01:17:03.1234567899Z") == second + 123_456_789)
        #expect(parse("1969-12-31T23:59:59.25Z") == -750_000_000)
    }

    @Test("may lack seconds or the time of day, and may have a leap second")
    func parts() {
        #expect(parse("2020-09-20T01:17Z") == second - 3_000_000_000)
        #expect(parse("2020-09-20") == 1_600_560_000_000_000_000)
        #expect(parse("2020-09-20 ") == 1_600_560_000_000_000_000)
        #expect(parse("2016-12-31T23:59:60Z") == parse("2017-01-01T00:00:00Z"))
        #expect(parse("2020-02-29") != nil)
        #expect(parse("0001-01-01") == nil, "out of range")
        #expect(parse("1700-01-01T00:00:00Z") == -8_520_336_000_000_000_000)
    }

    @Test("without a zone are in the one that is given")
    func zones() throws {
        let zone = try TimeZone("+02:00")
        #expect(parse("2020-09-20 03:17:03", zone) == second)
        #expect(parse("2020-09-20 01:17:03Z", zone) == second)
        #expect(parse("1600564623", zone) == second)
    }

    @Test(
        "count from the epoch in the unit that their size tells",
        arguments: [
            ("1600564623", 1_600_564_623_000_000_000), ("1600564623.491", 1_600_564_623_491_000_000),
            ("1600564623491", 1_600_564_623_491_000_000), ("1600564623491.5", 1_600_564_623_491_500_000),
            ("1600564623491123", 1_600_564_623_491_123_000), ("1600564623491123456", 1_600_564_623_491_123_456),
            ("1600564623491123456.7", 1_600_564_623_491_123_456), ("0", 0), ("-1", -1_000_000_000),
            ("-1.5", -1_500_000_000), ("+5", 5_000_000_000), ("5.", 5_000_000_000), (" 5 ", 5_000_000_000),
            ("1.600564623E9", 1_600_564_623_000_000_000), ("1.600564623491e12", 1_600_564_623_491_000_000),
            ("0.0000000019", 1), ("2020", 2_020_000_000_000), ("99999999999", nil),
            ("100000000000", 100_000_000_000_000_000),
            ("9223372036854775807", Int64.max), ("9223372036854775808", nil), ("99999999999999999999999", nil),
        ] as [(String, Int64?)])
    func epoch(_ text: String, _ expected: Int64?) {
        #expect(parse(text) == expected)
    }

    @Test(
        "are not made of anything else",
        arguments: [
            "", " ", "now", "2020-13-01", "2020-00-10", "2020-02-30", "2019-02-29", "2020-09-20T24:00:00",
            "2020-09-20T01:60:00", "2020-09-20T01:17:61", "2020-09-20T", "2020-09-20T01", "2020-09-20T01:17:03.Z",
            "2020-09-20T01:17:03+2", "2020-09-20T01:17:03+02:", "2020-09-20T01:17:03+25:00", "2020-09-20T01:17:03X",
            "2020-09-20X01:17:03", "2020-9-20", "2020-09/20", "1.2.3", "1e", "-", "-2020-09-20", "0x5f66b18f",
            "1600564623 x", "2020-09-20T01:17:03Z junk", "1e400", "٢٠٢٠-09-20",
        ])
    func invalid(_ text: String) {
        #expect(parse(text) == nil)
    }

    @Test("are written as ISO 8601, without trailing zeros")
    func writing() {
        let time = Timestamp(nanoseconds: second + 491_000_000)
        #expect(time.iso8601 == "2020-09-20T01:17:03.491Z")
        #expect(Timestamp(nanoseconds: second).iso8601 == "2020-09-20T01:17:03Z")
        #expect(Timestamp(nanoseconds: -1).iso8601 == "1969-12-31T23:59:59.999999999Z")
    }

    @Test("come from doubles without losing the millisecond that was meant")
    func doubles() {
        #expect(Timestamp(epoch: 1_600_564_623.491)?.nanoseconds == second + 491_000_000)
        #expect(Timestamp(epoch: -0.5)?.nanoseconds == -500_000_000)
        #expect(Timestamp(epoch: .nan) == nil)
        #expect(Timestamp(epoch: .infinity) == nil)
        #expect(Timestamp(epoch: 1e12) == nil)
    }

    @Test(
        "are read as web servers and balancers write them, with a fraction and a zone or without",
        arguments: [
            ("[10/Oct/2000:13:55:36 -0700]", "2000-10-10T20:55:36Z"),
            ("10/Oct/2000:13:55:36.25 +0000", "2000-10-10T13:55:36.25Z"),
            ("10/Oct/2000:13:55:36.123", "2000-10-10T12:55:36.123Z"),
            ("[10/Oct/2000:13:55:36]", "2000-10-10T12:55:36Z"),
            ("10/Oct/2000:13:55:36 nowhere", nil), ("10/Oct/2000:25:55:36", nil),
        ])
    func webServers(text: String, expected: String?) throws {
        #expect(Timestamp.parse(text, zone: try TimeZone("+01:00"))?.iso8601 == expected)
    }

    @Test(
        "read the time that the text of a Windows event begins with",
        arguments: [
            ("03/05/2024 01:02:03 PM", "2024-03-05T13:02:03Z"), ("03/05/2024 12:02:03 AM", "2024-03-05T00:02:03Z"),
            ("03/05/2024 12:02:03.250 pm", "2024-03-05T12:02:03.25Z"), ("03/05/2024 23:02:03", "2024-03-05T23:02:03Z"),
            ("3/5/2024 1:02:03 PM", "2024-03-05T13:02:03Z"), ("3/15/2024 1:02 am", "2024-03-15T01:02:00Z"),
            ("13/05/2024 01:02:03 PM", nil), ("02/30/2024 01:02:03 PM", nil), ("03/05/2024 13:02:03 PM", nil),
            ("03/05/2024 00:02:03 AM", nil), ("03/05/2024 01:02:03 PMx", nil), ("03/05/2024", nil), ("", nil),
        ])
    func windowsText(text: String, expected: String?) {
        let time = Array(text.utf8).withUnsafeBytes { Timestamp.parse(windowsText: $0, zone: .utc) }
        #expect(time?.iso8601 == expected)
        // Elsewhere the day may stand before the month.
        #expect(Timestamp.parse(text, zone: .utc) == nil)
    }

    @Test("agree with the C library's calendar, and read back what they write")
    func calendar() {
        var state: UInt64 = 42
        for _ in 0..<3000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let time = Timestamp(nanoseconds: Int64(bitPattern: state))
            var seconds = time_t(time.seconds)
            var broken = tm()
            gmtime_r(&seconds, &broken)
            let civil = CivilTime(secondsSinceEpoch: time.seconds)
            #expect(civil.year == Int(broken.tm_year) + 1900)
            #expect(civil.month == Int(broken.tm_mon) + 1)
            #expect(civil.day == Int(broken.tm_mday))
            #expect(civil.hour == Int(broken.tm_hour))
            #expect(civil.second == Int(broken.tm_sec))
            #expect(civil.weekday == Int(broken.tm_wday))
            #expect(civil.dayOfYear == Int(broken.tm_yday) + 1)
            #expect(civil.secondsSinceEpoch == time.seconds)
            #expect(Timestamp.parse(time.iso8601, zone: .utc) == time, "\(time.iso8601)")
        }
    }

    @Test("stay within their range at both ends")
    func limits() {
        #expect(Timestamp(seconds: 9_223_372_036, nanoseconds: 854_775_807)?.nanoseconds == .max)
        #expect(Timestamp(seconds: 9_223_372_036, nanoseconds: 854_775_808) == nil)
        #expect(Timestamp(seconds: -9_223_372_037, nanoseconds: 145_224_192)?.nanoseconds == .min)
        #expect(Timestamp(seconds: -9_223_372_037, nanoseconds: 145_224_191) == nil)
        #expect(Timestamp(seconds: .min, nanoseconds: 5) == nil)
        #expect(Timestamp(seconds: .max) == nil)
    }
}
