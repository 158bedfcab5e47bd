extension TimeFormat {
    /// Reads a time that was written with this format, as `strptime` does; `nil` when the text does not fit.
    ///
    /// White space in the format stands for any run of it, also none; numbers may lack leading zeros; names heed no case
    /// and may be short. Text behind the last directive is read over, and a fraction may be left out with the point before it, as
    /// Splunk does. What the format does not name is 1970-01-01T00:00:00 in the zone; but a year or a month needs a day.
    ///
    /// - Parameter clamps: whether a time out of range becomes the nearest moment that is not; else there is none.
    public func parse(_ text: String, zone: TimeZone, clamps: Bool = false) -> Timestamp? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0), zone: zone, clamps: clamps) }
    }

    /// As above, for bytes, which need not be UTF-8.
    public func parse(_ text: UnsafeRawBufferPointer, zone: TimeZone, clamps: Bool = false) -> Timestamp? {
        var reading = Reading(text)
        if lacksDay { return nil }
        var index = 0
        while index < parts.count {
            switch parts[index] {
            case .text(Self.point) where isFraction(index + 1) && reading.reader.peek != Self.point[0]: index += 1
            case .text(let bytes): guard reading.literal(bytes) else { return nil }
            case .field(let field): guard reading.field(field) else { return nil }
            }
            index += 1
        }
        guard let (seconds, nanoseconds) = reading.time(zone) else { return nil }
        if clamps { return Timestamp(clampingSeconds: seconds, nanoseconds: nanoseconds) }
        return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    }

    private static let point = [UInt8(ascii: ".")]

    private func isFraction(_ index: Int) -> Bool {
        if index < parts.count, case .field(.fraction) = parts[index] { return true }
        return false
    }

    /// Whether it names a year, a month or a week, and no day of it.
    private var lacksDay: Bool {
        var namesSpan = false
        for case .field(let field) in parts {
            switch field {
            case .day, .dayPadded, .dayOfYear, .epoch: return false
            case .year, .yearOfCentury, .month, .monthName, .monthAbbreviation, .weekYear, .weekYearOfCentury, .isoWeek:
                namesSpan = true
            default: break
            }
        }
        return namesSpan
    }

    private struct Reading {
        var reader: TimeReader
        var civil = CivilTime(year: 1970, month: 1, day: 1)
        var nanoseconds: Int64 = 0
        var century: Int?
        var yearOfCentury: Int?
        var dayOfYear: Int?
        var hourOfHalf: Int?
        var isAfternoon: Bool?
        var offset: Int?
        var epoch: Int64?

        init(_ text: UnsafeRawBufferPointer) {
            reader = TimeReader(text)
        }

        mutating func literal(_ bytes: [UInt8]) -> Bool {
            for byte in bytes {
                if Reading.isSpace(byte) {
                    skipSpaces()
                } else if !reader.take(byte) {
                    return false
                }
            }
            return true
        }

        private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 0x09 && byte <= 0x0D }

        private mutating func skipSpaces() {
            while let byte = reader.peek, Reading.isSpace(byte) { reader.index += 1 }
        }

        mutating func field(_ field: Field) -> Bool {
            switch field {
            case .year: return number(4, 0...9999) { $0.civil.year = $1 }
            case .century: return number(2, 0...99) { $0.century = $1 }
            case .yearOfCentury: return number(2, 0...99) { $0.yearOfCentury = $1 }
            case .month: return number(2, 1...12) { $0.civil.month = $1 }
            case .monthName, .monthAbbreviation: return name(TimeFormat.monthNames) { $0.civil.month = $1 + 1 }
            case .day, .dayPadded: return number(2, 1...31) { $0.civil.day = $1 }
            case .dayOfYear: return number(3, 1...366) { $0.dayOfYear = $1 }
            case .hour, .hourPadded: return number(2, 0...23) { $0.civil.hour = $1 }
            case .hourOfHalf, .hourOfHalfPadded: return number(2, 1...12) { $0.hourOfHalf = $1 }
            case .half, .halfLowercase: return name(["AM", "PM"]) { $0.isAfternoon = $1 == 1 }
            case .minute: return number(2, 0...59) { $0.civil.minute = $1 }
            case .second: return number(2, 0...60) { $0.civil.second = $1 }
            case .fraction:
                guard let read = reader.fraction(digits: 9) else { return false }
                nanoseconds = read
                return true
            // The calendar date says it already; these are checked for their form only.
            case .weekdayName, .weekdayAbbreviation: return name(TimeFormat.weekdayNames) { _, _ in }
            case .weekdayFromSunday, .weekdayFromMonday: return number(1, 0...7) { _, _ in }
            case .weekFromSunday, .weekFromMonday, .isoWeek: return number(2, 0...53) { _, _ in }
            case .weekYear: return number(4, 0...9999) { _, _ in }
            case .weekYearOfCentury: return number(2, 0...99) { _, _ in }
            case .epoch: return readEpoch()
            case .offset(let colons): return readOffset(hasSeconds: colons == 2)
            case .offsetInMinutes: return readMinutes()
            case .zoneName: return readZoneName()
            }
        }

        private mutating func number(
            _ digits: Int, _ range: ClosedRange<Int>, _ store: (inout Reading, Int) -> Void
        ) -> Bool {
            skipSpaces()
            let start = reader.index
            var value = 0
            while let byte = reader.peek, byte &- 0x30 < 10, reader.index - start < digits {
                value = value * 10 + Int(byte &- 0x30)
                reader.index += 1
            }
            guard reader.index > start, range.contains(value) else { return false }
            store(&self, value)
            return true
        }

        /// One of the names, whole or its first three letters.
        private mutating func name(_ names: [String], _ store: (inout Reading, Int) -> Void) -> Bool {
            for (index, name) in names.enumerated() {
                let letters = Array(name.utf8)
                for count in [letters.count, min(3, letters.count)] where holds(letters.prefix(count)) {
                    reader.index += count
                    store(&self, index)
                    return true
                }
            }
            return false
        }

        private func holds(_ letters: ArraySlice<UInt8>) -> Bool {
            guard reader.text.count - reader.index >= letters.count else { return false }
            return letters.indices.allSatisfy { reader.text[reader.index + $0] | 0x20 == letters[$0] | 0x20 }
        }

        private mutating func readEpoch() -> Bool {
            let isNegative = reader.take(0x2D)
            let start = reader.index
            var value: Int64 = 0
            while let byte = reader.peek, byte &- 0x30 < 10 {
                guard value < 100_000_000_000 else { return false }
                value = value * 10 + Int64(byte &- 0x30)
                reader.index += 1
            }
            epoch = isNegative ? -value : value
            return reader.index > start
        }

        private mutating func readOffset(hasSeconds: Bool = false) -> Bool {
            skipSpaces()
            guard let read = reader.zoneOffset() else { return false }
            offset = read
            // Zones of today have none.
            return !hasSeconds || !reader.take(UInt8(ascii: ":")) || number(2, 0...59) { _, _ in }
        }

        private mutating func readMinutes() -> Bool {
            skipSpaces()
            let isNegative = reader.peek == UInt8(ascii: "-")
            if isNegative || reader.peek == UInt8(ascii: "+") { reader.index += 1 }
            return number(4, 0...1439) { $0.offset = (isNegative ? -$1 : $1) * 60 }
        }

        /// Abbreviations of zones that mean one thing nearly everywhere, in hours east of UTC; each names standard time or
        /// summer time, so that no calendar is needed.
        private static let hoursOfZones: [String: Int] = [
            "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3,
            "msk": 3,
            "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9,
            "akdt": -8, "hst": -10, "jst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
        ]

        /// A known abbreviation, an offset, or other letters, which are read over.
        private mutating func readZoneName() -> Bool {
            skipSpaces()
            if let byte = reader.peek, byte == 0x2B || byte == 0x2D { return readOffset() }
            let start = reader.index
            while let byte = reader.peek, (byte | 0x20) &- 0x61 < 26 { reader.index += 1 }
            let name = String(decoding: reader.text[start..<reader.index], as: UTF8.self)
            if let hours = Self.hoursOfZones[name.lowercased()] { offset = hours * 3600 }
            return !name.isEmpty
        }

        /// Seconds since the epoch and nanoseconds of one; `nil` for a day that there is not.
        func time(_ zone: TimeZone) -> (seconds: Int64, nanoseconds: Int64)? {
            if let epoch { return (epoch, nanoseconds) }
            var civil = civil
            if let yearOfCentury {
                // As POSIX has it: 69 to 99 are of the twentieth century.
                civil.year = (century ?? (yearOfCentury < 69 ? 20 : 19)) * 100 + yearOfCentury
            }
            if let hourOfHalf { civil.hour = hourOfHalf % 12 }
            if isAfternoon == true, civil.hour < 12 { civil.hour += 12 }
            guard civil.day <= CivilTime.daysInMonth(civil.year, civil.month) else { return nil }
            if let dayOfYear {
                guard dayOfYear <= (CivilTime.isLeap(civil.year) ? 366 : 365) else { return nil }
                let days = CivilTime.days(civil.year, 1, 1) + dayOfYear - 1
                let date = CivilTime(secondsSinceEpoch: Int64(days) * 86400)
                (civil.month, civil.day) = (date.month, date.day)
            }
            let local = civil.secondsSinceEpoch
            let seconds = offset.map { local - Int64($0) } ?? zone.seconds(ofLocal: local)
            return (seconds, nanoseconds)
        }
    }
}
