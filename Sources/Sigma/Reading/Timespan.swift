/// Lengths of time as rules write them: a number and a letter.
enum Timespan {
    /// Nanoseconds; `nil` for what is no such length or does not fit. `s`, `m`, `h`, `d`, `w` are what they say; `M` and `y` are
    /// a twelfth of the Gregorian year, and the year.
    static func nanoseconds(_ text: String) -> Int64? {
        guard let unit = text.utf8.last, let count = Int64(text.dropLast()),
            text.utf8.dropLast().allSatisfy({ $0 &- 0x30 < 10 })
        else { return nil }
        let seconds: Int64
        switch unit {
        case UInt8(ascii: "s"): seconds = 1
        case UInt8(ascii: "m"): seconds = 60
        case UInt8(ascii: "h"): seconds = 3_600
        case UInt8(ascii: "d"): seconds = 86_400
        case UInt8(ascii: "w"): seconds = 604_800
        case UInt8(ascii: "M"): seconds = 2_629_746
        case UInt8(ascii: "y"): seconds = 31_556_952
        default: return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: seconds * 1_000_000_000)
        return overflow ? nil : product
    }
}
