import Detections
import Events

extension Schedule {
    /// The windows that see an instant; none where the schedule leaves a gap.
    func windows(covering time: Timestamp) -> [ScheduledWindow] {
        let (end, overflow) = time.nanoseconds.addingReportingOverflow(1)
        guard !overflow, let found = try? windows(over: time.nanoseconds..<end) else { return [] }
        return found.windows
    }
}
