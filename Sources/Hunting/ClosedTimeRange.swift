import Events

/// `[earliest, latest)` in nanoseconds; a bound that is not set is open.
struct ClosedTimeRange: Sendable {
    var earliest: Timestamp?
    var latest: Timestamp?

    var isOpen: Bool { earliest == nil && latest == nil }

    func contains(_ time: Timestamp) -> Bool {
        if let earliest, time < earliest { return false }
        if let latest, time >= latest { return false }
        return true
    }

    /// Where both hold.
    func intersection(_ other: ClosedTimeRange) -> ClosedTimeRange {
        ClosedTimeRange(
            earliest: [earliest, other.earliest].compactMap(\.self).max(),
            latest: [latest, other.latest].compactMap(\.self).min())
    }
}
