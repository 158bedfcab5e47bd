/// A moment as a date and a time of day in UTC.
struct CivilTime: Equatable {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int
    var microsecond: Int

    /// The moment that many microseconds after 1970 began; before the year 3000 and not before 1970.
    ///
    /// The calendar is counted in eras of 400 years from 0000-03-01 (Hinnant, "chrono-compatible low-level date
    /// algorithms").
    @inline(__always)
    init(microseconds: UInt64) {
        let total = Int(truncatingIfNeeded: microseconds / 1_000_000)
        microsecond = Int(truncatingIfNeeded: microseconds % 1_000_000)
        let secondOfDay = total % 86_400
        hour = secondOfDay / 3600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        let days = total / 86_400 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}
