import Events

/// Where the window of a scheduled search begins or ends, seen from the time of its run.
enum WindowBound: Sendable {
    case unbounded
    case relative(TimeModifier)
    case absolute(Timestamp)

    /// - Throws: `ScheduleError` for what is no time.
    init(_ text: String, zone: TimeZone) throws(ScheduleError) {
        do throws(TimeModifierError) {
            if let first = text.utf8.first, (0x30...0x39).contains(first) {
                self = .absolute(try TimeModifier.resolve(text, now: .first, zone: zone))
            } else {
                self = .relative(try TimeModifier(text))
            }
        } catch {
            throw ScheduleError(text: text, reason: error.description)
        }
    }

    /// What is out of range becomes the nearest moment that is not.
    func resolved(at seconds: Int64, zone: TimeZone) -> Timestamp {
        switch self {
        case .unbounded: return .first
        case .absolute(let time): return time
        case .relative(let modifier):
            guard let run = Timestamp(seconds: seconds) else { return seconds < 0 ? .first : .last }
            return modifier.resolve(now: run, zone: zone)
        }
    }
}
