/// A date of the proleptic Gregorian calendar.
struct CivilDate: Hashable {
    static let secondsInDay: Int64 = 86_400

    var year: Int64
    /// From 1.
    var month: Int
    /// Of the month, from 1.
    var day: Int

    init(year: Int64, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date of a day counted from the epoch.
    init(day dayNumber: Int64) {
        // Years are counted from March, so that the leap day is a year's last; an era is 400 years, 146,097 days.
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5) + 1
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The day counted from the epoch.
    var dayNumber: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The same day of another month, or the last day of that month where it is shorter.
    func adding(months: Int64) -> CivilDate {
        let total = year * 12 + Int64(month - 1) + months
        let newYear = total >= 0 ? total / 12 : (total - 11) / 12
        let newMonth = Int(total - newYear * 12) + 1
        let next = CivilDate(
            year: newMonth == 12 ? newYear + 1 : newYear, month: newMonth == 12 ? 1 : newMonth + 1, day: 1)
        let length = next.dayNumber - CivilDate(year: newYear, month: newMonth, day: 1).dayNumber
        return CivilDate(year: newYear, month: newMonth, day: min(day, Int(length)))
    }

    /// The day, counted from the epoch, that an instant of it lies in.
    static func day(of seconds: Int64) -> Int64 {
        let (quotient, remainder) = seconds.quotientAndRemainder(dividingBy: secondsInDay)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// From 0, Sunday. The epoch was a Thursday.
    static func weekday(of day: Int64) -> Int {
        let remainder = Int((day + 4) % 7)
        return remainder < 0 ? remainder + 7 : remainder
    }
}
