/// A moment in nanoseconds since the epoch, 1970-01-01T00:00:00Z, without leap seconds.
///
/// It reaches from September 1677 to April 2262.
public struct Timestamp: Hashable, Sendable {
    /// Negative before 1970.
    public var nanoseconds: Int64

    /// Every number is a time; nothing is out of range here.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Seconds and a part of one, from 0 up to but not including 1,000,000,000 nanoseconds; `nil` out of range.
    public init?(seconds: Int64, nanoseconds: Int64 = 0) {
        let (scaled, isTooLarge) = seconds.multipliedReportingOverflow(by: Timestamp.nanosecondsPerSecond)
        if isTooLarge {
            // The very first second of the range begins before it.
            guard seconds < 0, nanoseconds > 0 else { return nil }
            let (next, isStillTooLarge) = (seconds + 1).multipliedReportingOverflow(by: Timestamp.nanosecondsPerSecond)
            let (sum, isOutOfRange) = next.addingReportingOverflow(nanoseconds - Timestamp.nanosecondsPerSecond)
            guard !isStillTooLarge, !isOutOfRange else { return nil }
            self.nanoseconds = sum
            return
        }
        let (sum, isOutOfRange) = scaled.addingReportingOverflow(nanoseconds)
        guard !isOutOfRange else { return nil }
        self.nanoseconds = sum
    }

    /// The same, and out of range the nearest moment that is not.
    init(clampingSeconds seconds: Int64, nanoseconds: Int64 = 0) {
        self = Timestamp(seconds: seconds, nanoseconds: nanoseconds) ?? (seconds < 0 ? .first : .last)
    }

    /// The first moment of the range.
    public static let first = Timestamp(nanoseconds: .min)
    /// The last moment of the range.
    public static let last = Timestamp(nanoseconds: .max)

    /// The moment of a number of seconds, as `eval` computes with; `nil` when it is not finite or out of range.
    ///
    /// Today's epoch as a double is exact to about a quarter of a microsecond, so from a million seconds on it is
    /// rounded to microseconds: `1600564623.491` is that, and not a nanosecond less.
    public init?(epoch seconds: Double) {
        guard seconds > -9.2e9, seconds < 9.2e9 else { return nil }
        if seconds.magnitude >= 1e6 {
            nanoseconds = Int64((seconds * 1e6).rounded()) * 1000
        } else {
            nanoseconds = Int64((seconds * 1e9).rounded())
        }
    }

    /// The unit of ``nanoseconds``, against that of ``seconds``.
    public static let nanosecondsPerSecond: Int64 = 1_000_000_000

    /// Whole seconds since the epoch, rounded down.
    public var seconds: Int64 {
        let quotient = nanoseconds / Timestamp.nanosecondsPerSecond
        return nanoseconds % Timestamp.nanosecondsPerSecond < 0 ? quotient - 1 : quotient
    }

    /// Nanoseconds since the beginning of its second, 0 to 999,999,999.
    public var fraction: Int64 {
        let remainder = nanoseconds % Timestamp.nanosecondsPerSecond
        return remainder < 0 ? remainder + Timestamp.nanosecondsPerSecond : remainder
    }
}

extension Timestamp: Comparable {
    /// The earlier one is less.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Timestamp {
    /// ISO 8601 in UTC with `Z`, the fraction without trailing zeros: `2020-09-20T01:17:03.491Z`.
    public var iso8601: String {
        let civil = CivilTime(secondsSinceEpoch: seconds)
        var text: [UInt8] = []
        text.reserveCapacity(30)
        for (number, width, end) in [
            (civil.year, 4, "-"), (civil.month, 2, "-"), (civil.day, 2, "T"), (civil.hour, 2, ":"),
            (civil.minute, 2, ":"), (civil.second, 2, ""),
        ] {
            Timestamp.appendPadded(number, width, to: &text)
            text += end.utf8
        }
        if fraction != 0 {
            text.append(UInt8(ascii: "."))
            Timestamp.appendPadded(Int(fraction), 9, to: &text)
            while text.last == UInt8(ascii: "0") { text.removeLast() }
        }
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// A number, not negative, with zeros in front up to a width.
    static func padded(_ number: Int, _ width: Int) -> String {
        var text: [UInt8] = []
        appendPadded(number, width, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Writes a number, not negative, with zeros in front up to a width.
    static func appendPadded(_ number: Int, _ width: Int, to text: inout [UInt8]) {
        let zero = UInt8(ascii: "0")
        if width == 2, 0..<100 ~= number {
            text.append(zero + UInt8(number / 10))
            text.append(zero + UInt8(number % 10))
            return
        }
        let digits = String(number).utf8
        text.append(contentsOf: repeatElement(zero, count: max(0, width - digits.count)))
        text.append(contentsOf: digits)
    }
}

/// A date and a time of day as a calendar and a clock show them, in the proleptic Gregorian calendar.
public struct CivilTime: Hashable, Sendable {
    /// In full, `2020`.
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// From 1.
    public var day: Int
    /// 0 to 23.
    public var hour: Int
    /// 0 to 59.
    public var minute: Int
    /// 0 to 59: there are no leap seconds.
    public var second: Int

    /// Parts are taken as they are: nothing is checked or carried over.
    public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// What a clock shows that many seconds after 1970-01-01T00:00:00 on it.
    public init(secondsSinceEpoch seconds: Int64) {
        let days = Int(CivilTime.floorDivide(seconds, 86400))
        let rest = Int(seconds - Int64(days) * 86400)
        // A year that begins in March ends with the leap day, so months have a regular length; 400 of them are an era.
        let shifted = days + 719_468
        let era = Int(CivilTime.floorDivide(Int64(shifted), 146_097))
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
    }

    /// Seconds from 1970-01-01T00:00:00 on the same clock. Hours, minutes and seconds may be out of their range.
    public var secondsSinceEpoch: Int64 {
        Int64(CivilTime.days(year, month, day)) * 86400 + Int64(hour) * 3600 + Int64(minute) * 60 + Int64(second)
    }

    /// Days from 1970-01-01 to a date.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = Int(floorDivide(Int64(shifted), 400))
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    static func daysInMonth(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: return isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    /// 0 for Sunday to 6 for Saturday.
    public var weekday: Int {
        // 1970-01-01 was a Thursday.
        let days = CivilTime.days(year, month, day)
        return ((days + 4) % 7 + 7) % 7
    }

    /// 1 for the first of January.
    public var dayOfYear: Int { CivilTime.days(year, month, day) - CivilTime.days(year, 1, 1) + 1 }

    static func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
        let quotient = number / divisor
        return number % divisor < 0 ? quotient - 1 : quotient
    }
}
