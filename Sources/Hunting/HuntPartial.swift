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

    init(_ hunt: Hunt) {
        grouping = hunt.grouping
        whole = Bucket(groups: grouping.map { GroupTable($0) })
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

    mutating func merge(_ other: HuntPartial) {
        Self.merge(&whole, other.whole)
        for (window, bucket) in other.windows {
            if var known = windows.removeValue(forKey: window) {
                Self.merge(&known, bucket)
                windows[window] = known
            } else {
                windows[window] = bucket
            }
        }
    }

    private static func merge(_ bucket: inout Bucket, _ other: Bucket) {
        if let groups = other.groups { bucket.groups?.merge(groups) }
    }
}
