import Aggregation
import Detections

/// What one worker has counted into groups for one hunt; by window of the schedule where one is replayed.
struct HuntPartial {
    struct Bucket {
        /// None where the hunt's rows are stored as they are.
        var groups: GroupTable?
    }

    /// Without a schedule there is only this.
    private(set) var whole: Bucket
    private(set) var windows: [ScheduledWindow: Bucket] = [:]
    private let grouping: Grouping?
    /// About how many bytes the groups of one window, and the rows that they become, may take.
    private let memory: Int

    init(_ hunt: Hunt, memory: Int) {
        self.memory = memory
        grouping = hunt.grouping
        whole = Bucket(groups: grouping.map { GroupTable($0) })
        if let condition = hunt.keyCondition { whole.groups?.admission = { condition.holds($0) } }
    }

    @inline(__always)
    mutating func update<Event: AggregateReader>(
        from event: inout Event, key: inout GroupKeyBuffer, window: ScheduledWindow?
    ) {
        guard let window else {
            whole.groups?.update(from: &event, key: &key)
            return
        }
        var bucket = windows.removeValue(forKey: window) ?? Bucket(groups: grouping.map { GroupTable($0) })
        bucket.groups?.update(from: &event, key: &key)
        windows[window] = bucket
    }

    /// Notes that rows of a window are stored.
    mutating func note(_ window: ScheduledWindow) {
        if windows[window] == nil { windows[window] = Bucket(groups: nil) }
    }

    /// Leaves groups out where they take more memory than they may.
    mutating func bound() {
        whole.groups?.thin(to: memory)
        for window in Array(windows.keys) { bound(window) }
    }

    /// The same for one window, or where there is none.
    mutating func bound(_ window: ScheduledWindow?) {
        guard let window else {
            whole.groups?.thin(to: memory)
            return
        }
        windows[window]?.groups?.thin(to: memory)
    }

    mutating func merge(_ other: HuntPartial) {
        Self.merge(&whole, other.whole, memory)
        for (window, bucket) in other.windows {
            if var known = windows.removeValue(forKey: window) {
                Self.merge(&known, bucket, memory)
                windows[window] = known
            } else {
                var bucket = bucket
                bucket.groups?.thin(to: memory, isLast: true)
                windows[window] = bucket
            }
        }
    }

    private static func merge(_ bucket: inout Bucket, _ other: Bucket, _ memory: Int) {
        if let groups = other.groups { bucket.groups?.merge(groups) }
        bucket.groups?.thin(to: memory, isLast: true)
    }
}
