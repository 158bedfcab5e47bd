import Values

/// A time relative to now as Splunk writes it: `-70m@m`, `@d`, `-1d@d+3h`, `@w1`, `now`.
///
/// Steps apply from left to right: an amount moves the time, a snap rounds it down. Seconds, minutes and hours are
/// durations; days and longer units move the calendar of the zone, so that `-1d` is the same time of day across a clock
/// change, and a day that a month does not have becomes its last.
public struct TimeModifier: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case move(Int64, Unit)
        case snap(Unit)
        /// Back to the beginning of a weekday, 0 for Sunday.
        case snapToWeekday(Int)
    }

    enum Unit: Hashable, Sendable {
        case microsecond, millisecond, centisecond, decisecond
        case second, minute, hour, day, week, month, quarter, year

        /// In nanoseconds, for units that are durations.
        var duration: Int64? {
            switch self {
            case .microsecond: return 1000
            case .millisecond: return 1_000_000
            case .centisecond: return 10_000_000
            case .decisecond: return 100_000_000
            case .second: return 1_000_000_000
            case .minute: return 60_000_000_000
            case .hour: return 3_600_000_000_000
            case .day, .week, .month, .quarter, .year: return nil
            }
        }

        static let names: [String: Unit] = [
            "us": .microsecond, "ms": .millisecond, "cs": .centisecond, "ds": .decisecond,
            "s": .second, "sec": .second, "secs": .second, "second": .second, "seconds": .second,
            "m": .minute, "min": .minute, "mins": .minute, "minute": .minute, "minutes": .minute,
            "h": .hour, "hr": .hour, "hrs": .hour, "hour": .hour, "hours": .hour,
            "d": .day, "day": .day, "days": .day, "w": .week, "week": .week, "weeks": .week,
            "mon": .month, "month": .month, "months": .month,
            "q": .quarter, "qtr": .quarter, "qtrs": .quarter, "quarter": .quarter, "quarters": .quarter,
            "y": .year, "yr": .year, "yrs": .year, "year": .year, "years": .year,
        ]
    }

    let steps: [Step]

    /// Parses a relative time. Units may be in any case; `now` and `now()` may stand in front.
    public init(_ text: String) throws(TimeModifierError) {
        var parser = Parser(text)
        steps = try parser.steps()
    }

    /// The time that this is, counted from `now`; out of range the nearest moment that is not.
    public func resolve(now: Timestamp, zone: TimeZone) -> Timestamp {
        var time = now
        for step in steps {
            switch step {
            case .move(let count, let unit):
                guard let next = time.moved(by: count, unit, zone) else { return count < 0 ? .first : .last }
                time = next
            case .snap(let unit): time = time.snapped(to: unit, zone) ?? .first
            case .snapToWeekday(let weekday): time = time.snapped(toWeekday: weekday, zone) ?? .first
            }
        }
        return time
    }

    /// Reads any time that a search or the command line may give: ISO 8601, the epoch, Splunk's
    /// `month/day/year:hour:minute:second`, or a relative time. What is out of range becomes the nearest moment that is not: as
    /// a bound it means the same.
    ///
    /// - Throws: `TimeModifierError` with the place and what is expected.
    public static func resolve(
        _ text: String, now: Timestamp, zone: TimeZone
    ) throws(TimeModifierError) -> Timestamp {
        if let first = text.utf8.first, first &- 0x30 < 10 {
            if let time = Timestamp.parse(text, zone: zone) { return time }
            if text.contains("/") {
                for format in [defaultFormat, dateFormat] {
                    if let time = format?.parse(text, zone: zone, clamps: true) { return time }
                }
            }
            if let time = outOfRange(text) { return time }
            throw TimeModifierError(
                text: text, column: 1,
                reason: "it is neither an ISO 8601 time, nor a number of seconds, nor month/day/year:hour:minute:second"
            )
        }
        return try TimeModifier(text).resolve(now: now, zone: zone)
    }

    /// What a number of seconds, or an ISO 8601 time, becomes that is readable but for the range of times.
    private static func outOfRange(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        if NumberText.parse(Text(bytes: bytes)) != nil { return .last }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard digits.count == 4, let year = Int(digits) else { return nil }
        // The same time in a year that has the same days.
        let known = CivilTime.isLeap(year) ? "2000" : "2001"
        guard Timestamp.parse(known + text.dropFirst(4), zone: .utc) != nil else { return nil }
        return year < 1970 ? .first : .last
    }

    private static let defaultFormat = try? TimeFormat("%m/%d/%Y:%H:%M:%S")
    private static let dateFormat = try? TimeFormat("%m/%d/%Y")
}

/// A time that can't be read.
public struct TimeModifierError: Error, Hashable, Sendable, CustomStringConvertible {
    /// As given.
    public var text: String
    /// Where in it, from 1.
    public var column: Int
    /// As a clause without a full stop.
    public var reason: String

    /// Names the text and the column, and shows forms that can be read.
    public var description: String {
        "the time \"\(text)\" can't be read at column \(column): \(reason); write for example -70m@m, @d, now, "
            + "2020-09-19T12:00:00Z or 1600564623"
    }
}

extension TimeModifier {
    private struct Parser {
        let text: String
        let bytes: [UInt8]
        var index = 0

        init(_ text: String) {
            self.text = text
            bytes = Array(text.utf8)
        }

        var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

        func failure(_ reason: String, at place: Int? = nil) -> TimeModifierError {
            TimeModifierError(text: text, column: (place ?? index) + 1, reason: reason)
        }

        mutating func steps() throws(TimeModifierError) -> [Step] {
            var steps: [Step] = []
            if bytes.isEmpty { throw failure("it is empty") }
            let word = String(decoding: bytes.prefix { ($0 | 0x20) &- 0x61 < 26 }, as: UTF8.self).lowercased()
            if word == "now" {
                index = 3
                if peek == 0x28, bytes.count > index + 1, bytes[index + 1] == 0x29 { index += 2 }
            }
            while let byte = peek {
                index += 1
                switch byte {
                case 0x2B, 0x2D: steps.append(try move(isNegative: byte == 0x2D))
                case 0x40: steps.append(try snap())
                default: throw failure("here a +, a - or an @ is expected", at: index - 1)
                }
            }
            return steps
        }

        /// Letters, as a unit.
        private mutating func unit() throws(TimeModifierError) -> Unit {
            let start = index
            while let byte = peek, (byte | 0x20) &- 0x61 < 26 { index += 1 }
            let name = String(decoding: bytes[start..<index], as: UTF8.self)
            guard let unit = Unit.names[name.lowercased()] else {
                throw failure(
                    name.isEmpty ? "a unit is missing: s, m, h, d, w, mon, q or y" : "\"\(name)\" is no unit of time",
                    at: start)
            }
            return unit
        }

        private mutating func move(isNegative: Bool) throws(TimeModifierError) -> Step {
            let start = index
            var count: Int64 = 0
            while let byte = peek, byte &- 0x30 < 10 {
                count = count * 10 + Int64(byte &- 0x30)
                if count > 1_000_000_000_000_000 { throw failure("the number is too large", at: start) }
                index += 1
            }
            // A unit alone is one of it. A number alone counts seconds.
            if index == start { count = 1 }
            let isUnitless = index > start && (peek == nil || peek == 0x40 || peek == 0x2B || peek == 0x2D)
            let unit = isUnitless ? .second : try unit()
            return .move(isNegative ? -count : count, unit)
        }

        private mutating func snap() throws(TimeModifierError) -> Step {
            let start = index
            let unit = try unit()
            guard let byte = peek, byte &- 0x30 < 10 else { return .snap(unit) }
            guard unit == .week, byte <= 0x37 else {
                throw failure("only a week has numbered days, @w0 (Sunday) to @w7 (Sunday again)", at: start)
            }
            index += 1
            return .snapToWeekday(Int(byte - 0x30) % 7)
        }
    }
}

extension Timestamp {
    fileprivate func moved(by count: Int64, _ unit: TimeModifier.Unit, _ zone: TimeZone) -> Timestamp? {
        if let duration = unit.duration {
            let (distance, isTooFar) = count.multipliedReportingOverflow(by: duration)
            let (sum, isOutOfRange) = nanoseconds.addingReportingOverflow(distance)
            return isTooFar || isOutOfRange ? nil : Timestamp(nanoseconds: sum)
        }
        // More than any unit needs to leave the range, and little enough to compute with.
        guard count.magnitude < 1_000_000 else { return nil }
        var civil = local(zone)
        let number = Int(count)
        switch unit {
        case .day, .week:
            let days = CivilTime.days(civil.year, civil.month, civil.day) + number * (unit == .week ? 7 : 1)
            let date = CivilTime(secondsSinceEpoch: Int64(days) * 86400)
            (civil.year, civil.month, civil.day) = (date.year, date.month, date.day)
        case .month, .quarter, .year:
            let step = unit == .year ? 12 : unit == .quarter ? 3 : 1
            let months = Int64(civil.year * 12 + civil.month - 1 + number * step)
            civil.year = Int(CivilTime.floorDivide(months, 12))
            civil.month = Int(months) - civil.year * 12 + 1
            civil.day = min(civil.day, CivilTime.daysInMonth(civil.year, civil.month))
        default: break
        }
        return Timestamp(seconds: zone.seconds(ofLocal: civil.secondsSinceEpoch), nanoseconds: fraction)
    }

    fileprivate func snapped(to unit: TimeModifier.Unit, _ zone: TimeZone) -> Timestamp? {
        if let duration = unit.duration, duration <= 1_000_000_000 {
            return Timestamp(nanoseconds: CivilTime.floorDivide(nanoseconds, duration) &* duration)
        }
        var civil = local(zone)
        switch unit {
        case .minute, .hour:
            // Within the hour that clocks show now: the same time of day may be shown twice.
            let rest = civil.second + (unit == .hour ? civil.minute * 60 : 0)
            return Timestamp(seconds: seconds - Int64(rest))
        case .week: return snapped(toWeekday: 0, zone)
        case .month: civil.day = 1
        case .quarter: (civil.month, civil.day) = ((civil.month - 1) / 3 * 3 + 1, 1)
        case .year: (civil.month, civil.day) = (1, 1)
        default: break
        }
        let midnight = CivilTime(year: civil.year, month: civil.month, day: civil.day)
        return Timestamp(seconds: zone.seconds(ofLocal: midnight.secondsSinceEpoch))
    }

    fileprivate func snapped(toWeekday weekday: Int, _ zone: TimeZone) -> Timestamp? {
        let civil = local(zone)
        let days = CivilTime.days(civil.year, civil.month, civil.day) - (civil.weekday - weekday + 7) % 7
        return Timestamp(seconds: zone.seconds(ofLocal: Int64(days) * 86400))
    }

    /// What clocks in a zone show.
    func local(_ zone: TimeZone) -> CivilTime {
        CivilTime(secondsSinceEpoch: seconds + Int64(zone.offset(at: seconds)))
    }
}
