import Aggregation
import Detections
import Events

/// What one worker has counted into groups for one hunt; by window of the schedule where one is replayed.
struct HuntPartial {
    /// What one run of a schedule has seen.
    struct Run {
        let window: ScheduledWindow
        /// None where the hunt's rows are stored as they are.
        var groups: GroupTable?
    }

    /// Without a schedule there are only these; none where the hunt's rows are stored as they are.
    private(set) var whole: GroupTable?
    /// By the time of the run: searches of one rule may see different windows in the same run.
    private(set) var runs: [Timestamp: Run] = [:]
    private let grouping: Grouping?
    /// About how many bytes the groups of one window, and the rows that they become, may take at most.
    private let memory: Int

    init(_ hunt: Hunt, memory: Int) {
        self.memory = memory
        grouping = hunt.grouping
        whole = grouping.map { GroupTable($0) }
        if let condition = hunt.keyCondition { whole?.admission = { condition.holds($0) } }
    }

    @inline(__always)
    mutating func update<Event: AggregateReader>(
        from event: inout Event, key: inout GroupKeyBuffer, window: ScheduledWindow?
    ) {
        guard let window else {
            whole?.update(from: &event, key: &key)
            return
        }
        // Taken out, so that it is changed where it is.
        var run = runs.removeValue(forKey: window.runTime) ?? newRun(window)
        run.groups?.update(from: &event, key: &key)
        runs[window.runTime] = run
    }

    private func newRun(_ window: ScheduledWindow) -> Run {
        Run(window: window, groups: grouping.map { GroupTable($0) })
    }

    /// Notes that rows of a window are stored.
    mutating func note(_ window: ScheduledWindow) {
        if runs[window.runTime] == nil { runs[window.runTime] = Run(window: window, groups: nil) }
    }

    /// Leaves groups out where those of one window take more than so many bytes, or than they may alone.
    mutating func bound(to limit: Int = .max, isLast: Bool = false) {
        let limit = min(limit, memory)
        whole?.thin(to: limit, isLast: isLast)
        for time in Array(runs.keys) { runs[time]?.groups?.thin(to: limit, isLast: isLast) }
    }

    /// Roughly what all groups take together with the rows that they become; no less than ``demands`` say.
    var finishedBytes: Int {
        runs.values.reduce(whole?.finishedBytes ?? 0) { $0 + ($1.groups?.finishedBytes ?? 0) }
    }

    /// Whether groups were left out.
    var isThinned: Bool {
        (whole?.thinning ?? 0) > 0 || runs.values.contains { ($0.groups?.thinning ?? 0) > 0 }
    }

    /// What the groups of each window take.
    ///
    /// - Complexity: O(groups).
    var demands: [GroupMemory.Demand] {
        ([whole] + runs.values.map(\.groups)).compactMap(\.self).map {
            GroupMemory.Demand(bytes: $0.contentBytes, isThinned: $0.thinning > 0)
        }
    }

    /// The same for one window, or where there is none.
    mutating func bound(_ window: ScheduledWindow?) {
        guard let window else {
            whole?.thin(to: memory)
            return
        }
        runs[window.runTime]?.groups?.thin(to: memory)
    }

    mutating func merge(_ other: HuntPartial) {
        Self.merge(&whole, other.whole, memory)
        for (time, run) in other.runs {
            if var known = runs.removeValue(forKey: time) {
                Self.merge(&known.groups, run.groups, memory)
                runs[time] = known
            } else {
                var run = run
                run.groups?.thin(to: memory, isLast: true)
                runs[time] = run
            }
        }
    }

    /// In the order of their times.
    var sortedRuns: [Run] { runs.values.sorted { $0.window.runTime < $1.window.runTime } }

    private static func merge(_ groups: inout GroupTable?, _ other: GroupTable?, _ memory: Int) {
        if let other { groups?.merge(other) }
        groups?.thin(to: memory, isLast: true)
    }
}
