extension TimeFormat {
    /// The time as text. Fractions are cut, never rounded up.
    public func text(_ time: Timestamp, zone: TimeZone) -> String {
        var text: [UInt8] = []
        let moment = Moment(time, zone)
        for part in parts {
            switch part {
            case .text(let bytes): text += bytes
            case .field(let field): text += moment.text(field).utf8
            }
        }
        return String(decoding: text, as: UTF8.self)
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

        func text(_ field: Field) -> String {
            switch field {
            case .year: return Timestamp.padded(civil.year, 4)
            case .century: return Timestamp.padded(civil.year / 100, 2)
            case .yearOfCentury: return Timestamp.padded(civil.year % 100, 2)
            case .weekYear: return Timestamp.padded(isoWeek.year, 4)
            case .weekYearOfCentury: return Timestamp.padded(isoWeek.year % 100, 2)
            case .month: return Timestamp.padded(civil.month, 2)
            case .monthName: return TimeFormat.monthNames[civil.month - 1]
            case .monthAbbreviation: return String(TimeFormat.monthNames[civil.month - 1].prefix(3))
            case .day: return Timestamp.padded(civil.day, 2)
            case .dayPadded: return spaced(civil.day)
            case .dayOfYear: return Timestamp.padded(civil.dayOfYear, 3)
            case .weekdayName: return TimeFormat.weekdayNames[civil.weekday]
            case .weekdayAbbreviation: return String(TimeFormat.weekdayNames[civil.weekday].prefix(3))
            case .weekdayFromSunday: return String(civil.weekday)
            case .weekdayFromMonday: return String(civil.weekday == 0 ? 7 : civil.weekday)
            case .weekFromSunday: return Timestamp.padded((civil.dayOfYear + 6 - civil.weekday) / 7, 2)
            case .weekFromMonday: return Timestamp.padded((civil.dayOfYear + 6 - (civil.weekday + 6) % 7) / 7, 2)
            case .isoWeek: return Timestamp.padded(isoWeek.week, 2)
            case .hour: return Timestamp.padded(civil.hour, 2)
            case .hourPadded: return spaced(civil.hour)
            case .hourOfHalf: return Timestamp.padded(hourOfHalf, 2)
            case .hourOfHalfPadded: return spaced(hourOfHalf)
            case .half: return civil.hour < 12 ? "AM" : "PM"
            case .halfLowercase: return civil.hour < 12 ? "am" : "pm"
            case .minute: return Timestamp.padded(civil.minute, 2)
            case .second: return Timestamp.padded(civil.second, 2)
            case .fraction(let digits): return String(Timestamp.padded(Int(time.fraction), 9).prefix(digits))
            case .epoch: return String(time.seconds)
            case .offset(let hasColon): return offset(hasColon)
            case .zoneName: return zone.abbreviation(at: time.seconds)
            }
        }

        private var hourOfHalf: Int { (civil.hour + 11) % 12 + 1 }

        private func spaced(_ number: Int) -> String { number < 10 ? " \(number)" : String(number) }

        private func offset(_ hasColon: Bool) -> String {
            let offset = zone.offset(at: time.seconds)
            let minutes = offset.magnitude / 60
            return (offset < 0 ? "-" : "+") + Timestamp.padded(Int(minutes / 60), 2) + (hasColon ? ":" : "")
                + Timestamp.padded(Int(minutes % 60), 2)
        }

        /// The ISO week and the year that it counts to: the one that its Thursday is in.
        private var isoWeek: (year: Int, week: Int) {
            let days = CivilTime.days(civil.year, civil.month, civil.day)
            let thursday = CivilTime(secondsSinceEpoch: Int64(days - (civil.weekday + 6) % 7 + 3) * 86400)
            return (thursday.year, (thursday.dayOfYear - 1) / 7 + 1)
        }
    }
}
