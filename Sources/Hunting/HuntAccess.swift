import Aggregation
import Detections
import Pipeline
import Schemas
import Values

/// What is asked of a hunt for every event, beside the worker.
struct HuntAccess {
    let range: ClosedTimeRange
    /// Whether an event that passes is counted into a group, and that is all.
    let isPlain: Bool
    let isCounted: Bool
    let keepsMatches: Bool
    let keys: [Int]
    /// -1 for an aggregate without a field.
    let arguments: [Int]
    let schedule: Schedule?
    /// For a hunt whose events become rows.
    let rows: RowHunt?
    /// Whether it has taken an event since its groups were bounded.
    var hasGrown = false
    /// Whether it has ever taken events.
    var hasGroups = false

    /// - Parameter memory: about how many bytes the rows may take that are held before they are stored.
    init(_ hunt: Hunt, fields: EventFields?, memory: Int) {
        schedule = hunt.schedule
        range = hunt.range
        isCounted = hunt.isCounted
        keepsMatches = hunt.keepsMatches
        switch hunt.mode {
        case .group(_, let keys, let arguments):
            // Made anew, so that no two workers share a reference count.
            self.keys = keys.map(\.slot)
            self.arguments = arguments.map { $0?.slot ?? -1 }
            isPlain = hunt.schedule == nil && !hunt.keepsMatches
            rows = nil
        case .rows(let access, let streaming, let grouping):
            keys = []
            arguments = []
            isPlain = false
            rows = RowHunt(hunt, slots: access.map(\.slot), streaming: streaming, grouping: grouping, memory: memory)
        case .openRows(let access, let filters, let open, let lists):
            keys = []
            arguments = []
            isPlain = false
            rows = RowHunt(hunt, slots: access.map(\.slot), streaming: filters, grouping: nil, memory: memory)
            rows?.open = fields.map { OpenRowFields(open, of: $0, in: lists) }
        }
    }
}
