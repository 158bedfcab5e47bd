import Detections
import Events
import Pipeline

/// Searches over risk, tables and rows of their own, in the runs of a schedule.
extension SearchResolution {
    /// The rows of a scheduled search that is over no events of the archives: over risk, a table, or rows of its own. `nil` where
    /// it has no schedule, and where nothing in it tells of a run.
    func scheduledRows(of key: Key) throws(PipelineError) -> WindowedRows? {
        guard key.schedule != nil, !key.search.plan.readsEvents else { return nil }
        var windows: [Timestamp: ScheduledWindow] = [:]
        try addWindows(of: key, to: &windows)
        if windows.isEmpty, !key.search.plan.readsRisk { return nil }
        var found = WindowedRows()
        var isComplete = true
        for window in windows.values.sorted(by: { $0.runTime < $1.runTime }) {
            do {
                found.append(try rows(of: key, window: window), of: window)
            } catch .awaits {
                isComplete = false
            }
        }
        guard isComplete else { throw .awaits }
        return found
    }

    /// Adds the windows in which a search sees something, or, where it reads nothing itself, those inside it do.
    private func addWindows(of key: Key, to windows: inout [Timestamp: ScheduledWindow]) throws(PipelineError) {
        let plan = key.search.plan
        if plan.readsEvents {
            guard let scan = scan(of: key) else { return }
            for run in scan.partial.sortedRuns { windows[run.window.runTime] = run.window }
        } else if plan.readsRisk {
            guard let schedule = try? key.schedule?.seeing(key.search.timeRange) else { return }
            for time in try risk().distinctTimes {
                for window in schedule.windows(covering: time) { windows[window.runTime] = window }
            }
        } else {
            for inner in plan.searchesInside {
                try addWindows(of: Key(search: inner, schedule: key.schedule), to: &windows)
            }
        }
    }

    /// The times of risk events that a search sees; open where nothing is said of them.
    func sight(of key: Key, _ window: ScheduledWindow?) throws(PipelineError) -> ClosedTimeRange {
        if key.search.timeRange == TimeRange() {
            guard let window else { return ClosedTimeRange(earliest: nil, latest: nil) }
            return ClosedTimeRange(earliest: window.earliest, latest: window.latest)
        }
        let now = window?.runTime ?? Timestamp(nanoseconds: context.now)
        do {
            return try ClosedTimeRange(key.search.timeRange, now: now, zone: zone)
        } catch {
            throw .unsupported(word: "search", reason: "\(error)")
        }
    }
}
