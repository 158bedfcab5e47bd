import Glibc
import Testing

@testable import Events

@Suite("Time formats")
struct TimeFormatTests {
    /// 2020-09-05T01:17:03.491123456Z, a Saturday.
    private let time = Timestamp(nanoseconds: 1_599_268_623_491_123_456)

    @Test(
        "write what strftime writes",
        arguments: [
            ("%m/%d/%Y %H:%M:%S", "09/05/2020 01:17:03"), ("%Y-%m-%dT%H:%M:%S", "2020-09-05T01:17:03"),
            ("%F %T", "2020-09-05 01:17:03"),
            ("%D", "09/05/20"), ("%y", "20"), ("%b %B %h", "Sep September Sep"), ("%a %A", "Sat Saturday"),
            ("%e|%k|%l", " 5| 1| 1"),
            ("%I %p", "01 AM"), ("%j", "249"), ("%u %w", "6 6"), ("%U %W %V %G", "35 35 36 2020"), ("%s", "1599268623"),
            ("%f", "491123"), ("%N", "491123456"), ("%3N", "491"), ("%6N", "491123"), ("%9N", "491123456"),
            ("%Q", "491"),
            ("%6Q", "491123"), ("%z %:z %::z %:::z %Ez %Z", "+0000 +00:00 +00:00:00 +00 +0 UTC"),
            ("%%Y %n%t", "%Y \n\t"),
            ("%c", "Sat Sep  5 01:17:03 2020"),
            ("%x %X", "09/05/2020 01:17:03"), ("%+", "Sat Sep  5 01:17:03 UTC 2020"), ("%R", "01:17"), ("%C", "20"),
            ("", ""),
            ("plain é", "plain é"),
        ])
    func writing(_ format: String, _ expected: String) throws {
        #expect(try TimeFormat(format).text(time, zone: .utc) == expected)
    }

    @Test("write in a zone, and cut rather than round")
    func zones() throws {
        let format = try TimeFormat("%F %T %z %:z %Z")
        #expect(try TimeFormat("%::z %:::z %Ez").text(time, zone: TimeZone("-03:30")) == "-03:30:00 -03 -210")
        #expect(format.text(time, zone: try TimeZone("-03:30")) == "2020-09-04 21:47:03 -0330 -03:30 -03:30")
        #expect(try TimeFormat("%H:%M:%S %3N").text(Timestamp(nanoseconds: -1), zone: .utc) == "23:59:59 999")
        #expect(try TimeFormat("%I %l %p").text(Timestamp(nanoseconds: 0), zone: .utc) == "12 12 AM")
    }

    @Test("agree with the C library")
    func againstLibrary() throws {
        let format = "%Y %C %y %G %g %m %B %b %d %e %j %A %a %w %u %U %W %V %H %k %I %l %p %P %M %S %D %F %R %T %c"
        let ours = try TimeFormat(format)
        var state: UInt64 = 7
        for _ in 0..<500 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let time = Timestamp(nanoseconds: Int64(bitPattern: state))
            var seconds = time_t(time.seconds)
            var broken = tm()
            gmtime_r(&seconds, &broken)
            var buffer = [CChar](repeating: 0, count: 512)
            let count = strftime(&buffer, buffer.count, format, &broken)
            let expected = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            #expect(ours.text(time, zone: .utc) == expected)
        }
    }

    @Test(
        "refuse directives that they don't have, and say where",
        arguments: [
            ("%q", 1, "%q"), ("a %3H", 3, "%3H"), ("%", 1, "%"), ("%Y-%:d", 4, "%:d"), ("%3", 1, "%"), ("%-d", 1, "%-"),
        ])
    func errors(_ format: String, _ column: Int, _ directive: String) {
        #expect(throws: TimeFormatError(format: format, column: column, directive: directive)) {
            try TimeFormat(format)
        }
    }

    @Test("take what is no directive for text where that is asked for")
    func lenient() {
        for (format, expected) in [
            ("%Y 100% %q %-d %3H|%", "2020 100% %q %-d %3H|%"), ("%%Y %E%F", "%Y %E%F"), ("%Ed %Ez", "%Ed +0"),
        ] {
            #expect(TimeFormat(lenient: format).text(time, zone: .utc) == expected)
        }
    }

    @Test(
        "read back",
        arguments: [
            ("%m/%d/%Y %H:%M:%S", "09/05/2020 01:17:03", "2020-09-05T01:17:03Z"),
            ("%Y-%m-%dT%H:%M:%S.%3N%z", "2020-09-05T01:17:03.491+0200", "2020-09-04T23:17:03.491Z"),
            ("%Y-%m-%dT%H:%M:%S.%Q%:z", "2020-09-05T01:17:03.4911+02:00", "2020-09-04T23:17:03.4911Z"),
            ("%d %b %Y", "5 sep 2020", "2020-09-05T00:00:00Z"),
            ("%A, %B %e, %Y", "Saturday, September  5, 2020", "2020-09-05T00:00:00Z"),
            ("%I:%M %p", "01:17 pm", "1970-01-01T13:17:00Z"), ("%I %p", "12 AM", "1970-01-01T00:00:00Z"),
            ("%s", "1599268623", "2020-09-05T01:17:03Z"), ("%s.%N", "1599268623.5", "2020-09-05T01:17:03.5Z"),
            ("%y%m%d", "200905", "2020-09-05T00:00:00Z"), ("%y-%j", "69-001", "1969-01-01T00:00:00Z"),
            ("%F %T.%N", "2020-09-05 01:17:03", "2020-09-05T01:17:03Z"),
            ("%F %T.%3N %::z", "2020-09-05 03:17:03 +02:00:00", "2020-09-05T01:17:03Z"),
            ("%F %T %Ez", "2020-09-04 21:47:03 -210", "2020-09-05T01:17:03Z"),
            ("%Y %j", "2020 249", "2020-09-05T00:00:00Z"),
            ("%F %T %Z", "2020-09-05 01:17:03 GMT", "2020-09-05T01:17:03Z"),
            ("%F %T %Z", "2020-09-04 20:17:03 EST", "2020-09-05T01:17:03Z"),
            ("%F %T %Z", "2020-09-05 03:17:03 cest", "2020-09-05T01:17:03Z"),
            ("%H:%M", "23:59 and more", "1970-01-01T23:59:00Z"),
            ("%Y-%m-%d %H:%M:%S", "2020-09-05   01:17:03", "2020-09-05T01:17:03Z"),
        ])
    func reading(_ format: String, _ text: String, _ expected: String) throws {
        #expect(try TimeFormat(format).parse(text, zone: .utc)?.iso8601 == expected)
    }

    @Test("read what has no zone in the one that is given")
    func readingZones() throws {
        let zone = try TimeZone("+02:00")
        #expect(try TimeFormat("%F %T").parse("2020-09-05 03:17:03", zone: zone)?.iso8601 == "2020-09-05T01:17:03Z")
        #expect(try TimeFormat("%F %T%z").parse("2020-09-05 03:17:03Z", zone: zone)?.iso8601 == "2020-09-05T03:17:03Z")
    }

    @Test(
        "don't read what does not fit",
        arguments: [
            ("%Y-%m-%d", "2020-13-01"), ("%Y-%m-%d", "2019-02-29"), ("%Y-%m-%d", "2020/01/01"), ("%H", "24"),
            ("%b", "Foo"), ("%d", ""),
            ("%Y-%m", "2020-09"), ("%Y", "2020"), ("%G-W%V-%u", "2024-W27-1"), ("%F %T.%N", "2020-09-05 01:17:03.x"),
            ("%s", "99999999999999999999"), ("%z", "02:00"), ("%Y %j", "2019 366"), ("abc", "abd"),
        ])
    func unfit(_ format: String, _ text: String) throws {
        #expect(try TimeFormat(format).parse(text, zone: .utc) == nil)
    }
}
