import Values

/// Whole seconds, which schedules count in, against the nanoseconds that events' times are in.
enum EpochSeconds {
    /// Rounded down.
    static func floor(_ nanoseconds: Int64) -> Int64 {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: EpochText.second)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Rounded up.
    static func ceiling(_ nanoseconds: Int64) -> Int64 {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: EpochText.second)
        return remainder > 0 ? quotient + 1 : quotient
    }

    /// Beyond what nanoseconds can count, the nearest that they can.
    static func nanoseconds(_ seconds: Int64) -> Int64 {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: EpochText.second)
        return overflow ? (seconds < 0 ? .min : .max) : product
    }
}
