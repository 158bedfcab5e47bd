import Aggregation
import Detections
import Values

/// What one worker has found for one hunt: groups, or rows with their places in the input; by window of the schedule
/// where one is replayed.
struct HuntPartial {
    struct Bucket {
        var groups: GroupTable?
        var rows: [OrderedRow] = []
    }

    struct OrderedRow {
        var order: EventOrder
        var values: [Value]
    }

    struct OrderedMatch {
        var order: EventOrder
        var place: ChunkPlace
        var event: Text
    }

    /// Without a schedule there is only the first.
    private(set) var whole: Bucket
    private(set) var windows: [ScheduledWindow: Bucket] = [:]
    private(set) var matches: [OrderedMatch] = []
    /// Whether there were more rows than are kept.
    private(set) var hasDroppedRows = false
    private let grouping: Grouping?
    private let rowLimit: Int
    private let isLimitAsked: Bool
    private let matchLimit: Int

    init(_ hunt: Hunt, options: HuntOptions) {
        // Where only the first rows are asked for, no more are kept.
        if case .head(let count)? = hunt.finalStages.first {
            rowLimit = min(options.rowLimit, max(0, count))
            isLimitAsked = rowLimit == count
        } else {
            rowLimit = options.rowLimit
            isLimitAsked = false
        }
        matchLimit = options.matchLimit
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

    mutating func append(_ row: OrderedRow, window: ScheduledWindow?) {
        if let window {
            windows[window, default: Bucket(groups: nil)].rows.append(row)
        } else {
            whole.rows.append(row)
            if whole.rows.count > max(1024, rowLimit * 2) { trim() }
        }
    }

    mutating func append(_ match: OrderedMatch) {
        matches.append(match)
        if matches.count > max(1024, matchLimit * 2) {
            matches.sort { $0.order < $1.order }
            matches.removeSubrange(matchLimit...)
        }
    }

    /// Keeps the rows that come first in the input.
    private mutating func trim() {
        guard whole.rows.count > rowLimit else { return }
        hasDroppedRows = !isLimitAsked
        whole.rows.sort { $0.order < $1.order }
        whole.rows.removeSubrange(rowLimit...)
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
        matches = Array((matches + other.matches).sorted { $0.order < $1.order }.prefix(matchLimit))
        hasDroppedRows = hasDroppedRows || other.hasDroppedRows
        trim()
    }

    private static func merge(_ bucket: inout Bucket, _ other: Bucket) {
        if let groups = other.groups { bucket.groups?.merge(groups) }
        bucket.rows += other.rows
    }
}
