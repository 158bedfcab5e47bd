extension TimeFormat {
    /// The time as UTF-8 text: a search may write a time for each of a hundred thousand rows. Fractions are cut, never rounded
    /// up.
    public func bytes(_ time: Timestamp, zone: TimeZone) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(parts.count * 4)
        let moment = Moment(time, zone)
        for part in parts {
            switch part {
            case .text(let bytes): text += bytes
            case .field(let field): moment.append(field, to: &text)
            }
        }
        return text
    }

    private struct Moment {
        let time: Timestamp
        let zone: TimeZone
        let civil: CivilTime

        init(_ time: Timestamp, _ zone: TimeZone) {
            self.time = time
            self.zone = zone
            civil = time.local(zone)
        }

        func append(_ field: Field, to text: inout [UInt8]) {
            func number(_ number: Int, _ width: Int = 2) { Timestamp.appendPadded(number, width, to: &text) }
            switch field {
            case .year: number(civil.year, 4)
            case .century: number(civil.year / 100)
            case .yearOfCentury: number(civil.year % 100)
            case .weekYear: number(isoWeek.year, 4)
            case .weekYearOfCentury: number(isoWeek.year % 100)
            case .month: number(civil.month)
            case .monthName: text += TimeFormat.monthNames[civil.month - 1].utf8
            case .monthAbbreviation: text += TimeFormat.monthNames[civil.month - 1].utf8.prefix(3)
            case .day: number(civil.day)
            case .dayPadded: text += spaced(civil.day).utf8
            case .dayOfYear: number(civil.dayOfYear, 3)
            case .weekdayName: text += TimeFormat.weekdayNames[civil.weekday].utf8
            case .weekdayAbbreviation: text += TimeFormat.weekdayNames[civil.weekday].utf8.prefix(3)
            case .weekdayFromSunday: number(civil.weekday, 1)
            case .weekdayFromMonday: number(civil.weekday == 0 ? 7 : civil.weekday, 1)
            case .weekFromSunday: number((civil.dayOfYear + 6 - civil.weekday) / 7)
            case .weekFromMonday: number((civil.dayOfYear + 6 - (civil.weekday + 6) % 7) / 7)
            case .isoWeek: number(isoWeek.week)
            case .hour: number(civil.hour)
            case .hourPadded: text += spaced(civil.hour).utf8
            case .hourOfHalf: number(hourOfHalf)
            case .hourOfHalfPadded: text += spaced(hourOfHalf).utf8
            case .half: text += (civil.hour < 12 ? "AM" : "PM").utf8
            case .halfLowercase: text += (civil.hour < 12 ? "am" : "pm").utf8
            case .minute: number(civil.minute)
            case .second: number(civil.second)
            case .fraction(let digits): text += Timestamp.padded(Int(time.fraction), 9).utf8.prefix(digits)
            case .epoch: text += String(time.seconds).utf8
            case .offset(let colons): text += offset(colons).utf8
            case .offsetInMinutes: text += minutes.utf8
            case .zoneName: text += zone.abbreviation(at: time.seconds).utf8
            }
        }

        private var hourOfHalf: Int { (civil.hour + 11) % 12 + 1 }

        private func spaced(_ number: Int) -> String { number < 10 ? " \(number)" : String(number) }

        private func offset(_ colons: Int) -> String {
            let offset = zone.offset(at: time.seconds)
            let seconds = Int(offset.magnitude)
            let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { Timestamp.padded($0, 2) }
            let shown = colons == 3 ? 1 : max(2, colons + 1)
            return (offset < 0 ? "-" : "+") + parts[..<shown].joined(separator: colons == 0 ? "" : ":")
        }

        private var minutes: String {
            let offset = zone.offset(at: time.seconds)
            return (offset < 0 ? "-" : "+") + String(offset.magnitude / 60)
        }

        /// The ISO week and the year that it counts to: the one that its Thursday is in.
        private var isoWeek: (year: Int, week: Int) {
            let days = CivilTime.days(civil.year, civil.month, civil.day)
            let thursday = CivilTime(secondsSinceEpoch: Int64(days - (civil.weekday + 6) % 7 + 3) * 86400)
            return (thursday.year, (thursday.dayOfYear - 1) / 7 + 1)
        }
    }
}
