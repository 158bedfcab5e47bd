import Events
import Testing

@testable import Detections

@Suite struct CronExpressionTests {
    /// Every minute of a stretch at which the expression fires, tried one by one.
    private func runs(_ cron: String, from first: Int64, days: Int64) throws -> [Int64] {
        Array(
            IteratorSequence(
                RunTimes(of: try CronExpression(cron), from: first, through: first + days * 86_400 - 1, zone: .utc)))
    }

    /// 2024-02-26 00:00:00 UTC, a Monday.
    private let monday: Int64 = 1_708_905_600

    static let fieldCases: [(String, Set<Int>)] = [
        ("0 * * * *", Set((0..<24).map { $0 * 60 })), ("*/20 0 * * *", [0, 20, 40]),
        ("5/25 1 * * *", [65, 90, 115]),
        ("10-14/2,30 2 * * *", [130, 132, 134, 150]), ("0 0 * * mon", [0]), ("0 0 * FEB Mon-Wed", [0]),
        ("0 0 * * 2", []), ("0 0 26 2 *", [0]), ("0 0 26 3 *", []), ("59 23 * * *", [1_439]), ("@daily", [0]),
        ("@hourly", Set((0..<24).map { $0 * 60 })), ("@monthly", []), ("0 12 */25 * *", [720]),
        ("  0   5\t* * * ", [300]),
    ]

    @Test("fields take numbers, ranges, lists, steps and names", arguments: fieldCases)
    func fields(cron: String, minutes: Set<Int>) throws {
        let found = try runs(cron, from: monday, days: 1).map { Int($0 - monday) / 60 }
        #expect(Set(found) == minutes)
        #expect(found == found.sorted())
    }

    @Test("both 0 and 7 are Sunday")
    func sunday() throws {
        for cron in ["0 0 * * 0", "0 0 * * 7", "0 0 * * sun", "0 0 * * 5-7"] {
            #expect(try runs(cron, from: monday, days: 7).last == monday + 6 * 86_400)
        }
    }

    @Test("where both day fields are restricted either is enough, else both must match")
    func dayFields() throws {
        // 2024-03-01 is a Friday; Mondays are 26 February and 4 March.
        let first = monday + 4 * 86_400
        #expect(try runs("0 0 1 * mon", from: monday, days: 8) == [monday, first, monday + 7 * 86_400])
        #expect(try runs("0 0 1 * *", from: monday, days: 8) == [first])
        #expect(try runs("0 0 */31 * mon", from: monday, days: 8).isEmpty)
    }

    @Test("leap days are found, and days that never come end the search")
    func leapDays() throws {
        #expect(
            try runs("0 0 29 2 *", from: monday, days: 4 * 365 + 5) == [monday + 3 * 86_400, monday + 1_464 * 86_400])
        #expect(try runs("0 0 30 2 *", from: monday, days: 40_000).isEmpty)
    }

    @Test("runs are those of a check of every minute")
    func oracle() throws {
        var random = SplitMix(seed: 7)
        for _ in 0..<60 {
            let text = [
                random.field(0...59), random.field(0...23), random.field(1...31), random.field(1...12),
                random.field(0...6),
            ].joined(separator: " ")
            let cron = try CronExpression(text)
            let first = monday + Int64(random.next() % 400_000)
            let last = first + 40 * 86_400
            var expected: [Int64] = []
            for minute in stride(from: (first + 59) / 60 * 60, through: last, by: 60) {
                let time = CivilTime(secondsSinceEpoch: minute)
                if cron.matches(day: time.day, month: time.month, weekday: time.weekday),
                    cron.hours & 1 << UInt64(time.hour) != 0, cron.minutes & 1 << UInt64(time.minute) != 0
                {
                    expected.append(minute)
                }
            }
            #expect(
                Array(IteratorSequence(RunTimes(of: cron, from: first, through: last, zone: .utc))) == expected,
                "\(text)")
        }
    }

    @Test(
        "what is no cron expression is refused with the field's name",
        arguments: [
            ("", "fields"), ("* * * *", "fields"), ("* * * * * *", "fields"), ("60 * * * *", "minute"),
            ("* 24 * * *", "hour"),
            ("* * 0 * *", "day of month"), ("* * * 13 *", "month"), ("* * * foo *", "month"),
            ("* * * * 8", "day of week"),
            ("5-1 * * * *", "backwards"), ("*/0 * * * *", "step"), ("*/x * * * *", "step"), (", * * * *", "minute"),
            ("-1 * * * *", "minute"), ("+1 * * * *", "minute"), ("1-2-3 * * * *", "minute"), ("@never", "fields"),
            ("99999999999999999999 * * * *", "minute"), ("* * * * mon-sun", "backwards"),
        ])
    func errors(cron: String, word: String) {
        do throws(ScheduleError) {
            _ = try CronExpression(cron)
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.text == cron)
            #expect(error.reason.contains(word), "\(error)")
        }
    }
}

/// Random numbers that are the same in every run.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// A cron field of one of the forms.
    mutating func field(_ range: ClosedRange<Int>) -> String {
        switch next() % 5 {
        case 0, 1: return "*"
        case 2: return "*/\(number(in: 1...7))"
        case 3: return "\(number(in: range)),\(number(in: range))"
        default:
            let ends = [number(in: range), number(in: range)].sorted()
            return "\(ends[0])-\(ends[1])/\(number(in: 1...3))"
        }
    }
}
