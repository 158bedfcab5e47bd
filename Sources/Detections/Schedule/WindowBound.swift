import Events

/// Where the window of a scheduled search begins or ends, seen from the time of its run.
enum WindowBound: Sendable {
    case unbounded
    /// - `direction`: negative for a time before the run. It tells on which side what is out of range lies.
    case relative(TimeModifier, direction: Int)
    case absolute(Timestamp)

    /// - Throws: `ScheduleError` for what is no time.
    init(_ text: String, zone: TimeZone) throws(ScheduleError) {
        do throws(TimeModifierError) {
            let resolved = try TimeModifier.resolve(text, now: Self.reference, zone: zone)
            if let first = text.utf8.first, (0x30...0x39).contains(first) {
                self = .absolute(resolved)
                return
            }
            self = .relative(try TimeModifier(text), direction: resolved < Self.reference ? -1 : 1)
        } catch {
            throw ScheduleError(text: text, reason: error.description)
        }
    }

    /// Off every boundary that a time can be snapped to: 1970-07-01T12:34:56Z, a Wednesday.
    private static let reference = Timestamp(nanoseconds: 15_683_696 * Timestamp.nanosecondsPerSecond)

    /// What is out of range becomes the nearest moment that is not.
    func resolved(at seconds: Int64, zone: TimeZone) -> Timestamp {
        switch self {
        case .unbounded: return Timestamp(nanoseconds: .min)
        case .absolute(let time): return time
        case .relative(let modifier, let direction):
            guard let run = Timestamp(seconds: seconds) else {
                return Timestamp(nanoseconds: seconds < 0 ? .min : .max)
            }
            return modifier.resolve(now: run, zone: zone) ?? Timestamp(nanoseconds: direction < 0 ? .min : .max)
        }
    }
}
