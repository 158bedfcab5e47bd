extension Timestamp {
    /// Reads a time as telemetry writes it; `nil` when it is none or out of range.
    ///
    /// * ISO 8601: `2020-09-20T01:17:03.491Z`; with a space for the `T`, with slashes in the date, without separators
    ///   (`20200920T011703Z`), without seconds or without a time of day; fraction after `.` or `,` with any number of
    ///   digits, of which nine count; zone `Z`, `UTC`, `±hh:mm`, `±hhmm`, `±hh`. A second of 60 is the next minute's first.
    /// * With the month's name: `01/May/2024:10:00:00 +0000`, also in brackets, as web servers write it, and
    ///   `Wed May  1 10:00:00 2024`, as C's `ctime` does.
    /// * The epoch, as a decimal number, also as `/Date(1714557600123)/`, in which .NET puts it. By magnitude it counts seconds
    ///   (below 1e11), milliseconds (1e14), microseconds (1e17), else nanoseconds.
    ///
    /// - Parameter zone: for texts that name none.
    /// - Complexity: linear; allocates only for numbers with an exponent.
    public static func parse(_ text: UnsafeRawBufferPointer, zone: TimeZone) -> Timestamp? {
        var reader = TimeReader(text)
        reader.skipSpaces()
        let start = reader.index
        let isSigned = reader.peek == 0x2D || reader.peek == 0x2B
        if isSigned { reader.index += 1 }
        let digitsStart = reader.index
        reader.skipDigits()
        let digits = reader.index - digitsStart
        let next = reader.peek
        reader.index = start
        let isDate =
            !isSigned
            && (digits == 4 && (next == 0x2D || next == 0x2F) || digits == 8 && next.map { $0 | 0x20 } == 0x74)
        if isDate { return reader.dateAndTime(zone) }
        return reader.epoch() ?? named(text, zone: zone)
    }

    /// With a fraction or without one.
    private static let webServers = TimeFormat(lenient: "%d/%b/%Y:%H:%M:%S.%N %z")
    private static let balancers = TimeFormat(lenient: "%d/%b/%Y:%H:%M:%S.%N")
    private static let calendar = TimeFormat(lenient: "%a %b %e %H:%M:%S %Y")
    private static let dotNet = Array("/Date(".utf8)

    /// Times that do not begin with the year or are no number.
    private static func named(_ text: UnsafeRawBufferPointer, zone: TimeZone) -> Timestamp? {
        guard text.count >= 10, text.count < 64, let first = text.first else { return nil }
        if text.starts(with: dotNet) {
            var reader = TimeReader(UnsafeRawBufferPointer(rebasing: text[dotNet.count...].prefix { $0 &- 0x30 < 10 }))
            return reader.epoch()
        }
        if first == UInt8(ascii: "[") || first &- 0x30 < 10 {
            let inside = first == UInt8(ascii: "[") ? UnsafeRawBufferPointer(rebasing: text[1...]) : text
            // HAProxy names no zone (its manual, 8.2.3); another one's is not read over.
            return webServers.parse(inside, zone: zone)
                ?? (inside.contains(UInt8(ascii: " ")) ? nil : balancers.parse(inside, zone: zone))
        }
        return (first | 0x20) &- 0x61 < 26 ? calendar.parse(text, zone: zone) : nil
    }

    /// Reads the time that the text of a Windows event begins with: `08/01/2024 09:18:29 AM`, with or without a fraction of the
    /// second; `nil` for anything else. So does `ausearch` write it, with hours to 24 and the year in four digits or two.
    public static func parse(windowsText text: UnsafeRawBufferPointer, zone: TimeZone) -> Timestamp? {
        var reader = TimeReader(text)
        return reader.windowsDateAndTime(zone)
    }

    /// Reads a time from a string.
    public static func parse(_ text: String, zone: TimeZone) -> Timestamp? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0), zone: zone) }
    }
}

/// Reads the parts of a time, from left to right.
struct TimeReader {
    let text: UnsafeRawBufferPointer
    var index = 0

    init(_ text: UnsafeRawBufferPointer) {
        self.text = text
    }

    var peek: UInt8? { index < text.count ? text[index] : nil }
    var isAtEnd: Bool { index >= text.count }

    mutating func skipSpaces() {
        while peek == 0x20 { index += 1 }
    }

    mutating func skipDigits() {
        while let byte = peek, byte &- 0x30 < 10 { index += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    /// Exactly so many digits.
    mutating func number(digits: Int) -> Int? {
        guard text.count - index >= digits else { return nil }
        var value = 0
        for offset in 0..<digits {
            let digit = text[index + offset] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        index += digits
        return value
    }

    /// One digit or more; those beyond the given number are read and dropped. The value is scaled to that many digits.
    mutating func fraction(digits: Int) -> Int64? {
        let start = index
        var value: Int64 = 0
        while let byte = peek, byte &- 0x30 < 10 {
            if index - start < digits { value = value * 10 + Int64(byte &- 0x30) }
            index += 1
        }
        if index == start { return nil }
        var read = min(index - start, digits)
        while read < digits {
            value *= 10
            read += 1
        }
        return value
    }

    // MARK: Dates

    mutating func dateAndTime(_ zone: TimeZone) -> Timestamp? {
        guard let year = number(digits: 4) else { return nil }
        var separator: UInt8?
        if let byte = peek, byte == 0x2D || byte == 0x2F {
            separator = byte
            index += 1
        }
        guard let month = number(digits: 2) else { return nil }
        if let separator, !take(separator) { return nil }
        guard let day = number(digits: 2) else { return nil }
        guard month >= 1, month <= 12, day >= 1, day <= CivilTime.daysInMonth(year, month) else { return nil }
        var civil = CivilTime(year: year, month: month, day: day)
        var nanoseconds: Int64 = 0
        var offset: Int?

        var hasTime = false
        if let byte = peek, byte | 0x20 == 0x74 {
            hasTime = true
            index += 1
        } else if take(0x20) {
            skipSpaces()
            hasTime = !isAtEnd
        }
        if hasTime {
            guard timeOfDay(&civil, &nanoseconds, isBasic: separator == nil) else { return nil }
            skipSpaces()
            if !isAtEnd {
                guard let read = zoneOffset() else { return nil }
                offset = read
                skipSpaces()
            }
        }
        guard isAtEnd else { return nil }
        let local = civil.secondsSinceEpoch
        let seconds = offset.map { local - Int64($0) } ?? zone.seconds(ofLocal: local)
        return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// The month first, and hours to twelve where half of the day is named.
    mutating func windowsDateAndTime(_ zone: TimeZone) -> Timestamp? {
        guard let month = shortNumber(), take(0x2F), let day = shortNumber(), take(0x2F), let year = year(),
            take(0x20), month >= 1, month <= 12, day >= 1, day <= CivilTime.daysInMonth(year, month)
        else { return nil }
        var civil = CivilTime(year: year, month: month, day: day)
        var nanoseconds: Int64 = 0
        guard timeOfDay(&civil, &nanoseconds, isBasic: false, hasShortHour: true) else { return nil }
        skipSpaces()
        if !isAtEnd {
            let isAfternoon = takeCaseless(0x70)
            guard isAfternoon || takeCaseless(0x61), takeCaseless(0x6D), isAtEnd, civil.hour >= 1, civil.hour <= 12
            else { return nil }
            civil.hour = civil.hour % 12 + (isAfternoon ? 12 : 0)
        }
        return Timestamp(seconds: zone.seconds(ofLocal: civil.secondsSinceEpoch), nanoseconds: nanoseconds)
    }

    /// Two digits, or one.
    private mutating func shortNumber() -> Int? {
        let start = index
        if let number = number(digits: 2) { return number }
        index = start
        return number(digits: 1)
    }

    /// Four digits, or two, which count from 2000.
    private mutating func year() -> Int? {
        let start = index
        if let year = number(digits: 4) { return year }
        index = start
        return number(digits: 2).map { 2000 + $0 }
    }

    private mutating func timeOfDay(
        _ civil: inout CivilTime, _ nanoseconds: inout Int64, isBasic: Bool, hasShortHour: Bool = false
    ) -> Bool {
        guard let hour = hasShortHour ? shortNumber() : number(digits: 2), hour < 24, isBasic || take(0x3A),
            let minute = number(digits: 2), minute < 60
        else { return false }
        civil.hour = hour
        civil.minute = minute
        let hasSecond = isBasic ? peek.map { $0 &- 0x30 < 10 } ?? false : take(0x3A)
        guard hasSecond else { return true }
        guard let second = number(digits: 2), second <= 60 else { return false }
        civil.second = second
        if take(0x2E) || take(0x2C) {
            guard let read = fraction(digits: 9) else { return false }
            nanoseconds = read
        }
        return true
    }

    /// Seconds east of UTC.
    mutating func zoneOffset() -> Int? {
        guard let sign = peek else { return nil }
        index += 1
        switch sign {
        case 0x5A, 0x7A: return 0
        case 0x55, 0x75:  // UTC
            return takeCaseless(0x74) && takeCaseless(0x63) ? 0 : nil
        case 0x2B, 0x2D:
            guard let hours = number(digits: 2) else { return nil }
            let hasColon = take(0x3A)
            var minutes = 0
            if let byte = peek, byte &- 0x30 < 10 {
                guard let read = number(digits: 2) else { return nil }
                minutes = read
            } else if hasColon {
                return nil
            }
            guard hours < 24, minutes < 60 else { return nil }
            let offset = hours * 3600 + minutes * 60
            return sign == 0x2D ? -offset : offset
        default: return nil
        }
    }

    private mutating func takeCaseless(_ lower: UInt8) -> Bool {
        guard let byte = peek, byte | 0x20 == lower else { return false }
        index += 1
        return true
    }

    // MARK: The epoch

    mutating func epoch() -> Timestamp? {
        let start = index
        let isNegative = peek == 0x2D
        if isNegative || peek == 0x2B { index += 1 }
        let digitsStart = index
        var whole: UInt64 = 0
        while let byte = peek, byte &- 0x30 < 10 {
            let (scaled, isTooLarge) = whole.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = scaled.addingReportingOverflow(UInt64(byte &- 0x30))
            if isTooLarge || isStillTooLarge { return nil }
            whole = sum
            index += 1
        }
        guard index > digitsStart, whole <= UInt64(Int64.max) else { return nil }
        let (unit, fractionDigits): (UInt64, Int)
        switch whole {
        case ..<100_000_000_000: (unit, fractionDigits) = (1_000_000_000, 9)
        case ..<100_000_000_000_000: (unit, fractionDigits) = (1_000_000, 6)
        case ..<100_000_000_000_000_000: (unit, fractionDigits) = (1000, 3)
        default: (unit, fractionDigits) = (1, 0)
        }
        var part: Int64 = 0
        if take(0x2E), let read = fraction(digits: fractionDigits) { part = read }
        if let byte = peek, byte | 0x20 == 0x65 { return epochWithExponent(from: start) }
        skipSpaces()
        let (scaled, isTooLarge) = whole.multipliedReportingOverflow(by: unit)
        guard isAtEnd, !isTooLarge, scaled <= UInt64(Int64.max) - UInt64(part) else { return nil }
        let magnitude = Int64(scaled) + part
        return Timestamp(nanoseconds: isNegative ? -magnitude : magnitude)
    }

    private func epochWithExponent(from start: Int) -> Timestamp? {
        var end = text.count
        while end > start, text[end - 1] == 0x20 { end -= 1 }
        guard let number = Double(String(decoding: text[start..<end], as: UTF8.self)), number.isFinite else {
            return nil
        }
        switch number.magnitude {
        case ..<1e11: return Timestamp(epoch: number)
        case ..<1e14: return Timestamp(epoch: number / 1e3)
        case ..<1e17: return Timestamp(epoch: number / 1e6)
        default: return Timestamp(epoch: number / 1e9)
        }
    }
}
