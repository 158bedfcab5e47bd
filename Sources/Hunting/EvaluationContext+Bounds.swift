import Detections
import Pipeline

extension EvaluationContext {
    /// For one search, which looks at these times only and counts its own limits that are reached.
    func bounded(by range: ClosedTimeRange) -> EvaluationContext {
        var context = self
        context.earliest = range.earliest?.nanoseconds
        context.latest = range.latest?.nanoseconds
        context.limits = limits.renewed()
        return context
    }

    /// In a run of a schedule: its time is the run's, its bounds are those of what the run sees.
    func running(in window: ScheduledWindow?) -> EvaluationContext {
        guard let window else { return self }
        var context = self
        context.now = window.runTime.nanoseconds
        context.earliest = window.earliest.nanoseconds == .min ? nil : window.earliest.nanoseconds
        context.latest = window.latest.nanoseconds
        return context
    }
}
