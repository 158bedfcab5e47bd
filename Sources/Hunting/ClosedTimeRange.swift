import Events
import Pipeline

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

    /// What the text of a search says of time. One that says only where it begins goes up to now, as in Splunk.
    init(_ bounds: TimeRange, now: Timestamp, zone: TimeZone) throws(TimeModifierError) {
        earliest = try bounds.earliest.map { text throws(TimeModifierError) in
            try TimeModifier.resolve(text, now: now, zone: zone)
        }
        latest = try bounds.latest.map { text throws(TimeModifierError) in
            try TimeModifier.resolve(text, now: now, zone: zone)
        }
        if earliest != nil, latest == nil { latest = now }
    }

    /// `nil` for a bound that is open.
    init(earliest: Timestamp?, latest: Timestamp?) {
        self.earliest = earliest
        self.latest = latest
    }

    /// Where both hold.
    func intersection(_ other: ClosedTimeRange) -> ClosedTimeRange {
        ClosedTimeRange(
            earliest: [earliest, other.earliest].compactMap(\.self).max(),
            latest: [latest, other.latest].compactMap(\.self).min())
    }
}
