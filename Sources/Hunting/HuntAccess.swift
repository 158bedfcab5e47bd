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

    init(_ hunt: Hunt, fields: EventFields?) {
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
            rows = RowHunt(hunt, slots: access.map(\.slot), streaming: streaming, grouping: grouping)
        case .openRows(let access, let filters, let open, let lists):
            keys = []
            arguments = []
            isPlain = false
            rows = RowHunt(hunt, slots: access.map(\.slot), streaming: filters, grouping: nil)
            rows?.open = fields.map { OpenRowFields(open, of: $0, in: lists) }
        }
    }
}

/// What one worker needs to make rows of events, and to group them.
final class RowHunt {
    let slots: [Int]
    private let hunt: Hunt
    private let streaming: RowProgram
    /// Of a search that tells its time: the program of each window.
    private var programs: [ScheduledWindow: RowProgram] = [:]
    /// Whether rows are grouped; else they are kept.
    private let isGrouped: Bool
    var reader: RowAggregateReader
    /// Whether rows are read in input order until memory is full, and no further.
    private let endsWhereMemoryDoes: Bool
    /// What the rows that are kept take in memory, and where the last of them stands.
    private var keptBytes = 0
    private var lastKept: EventOrder?
    /// What is kept beside the columns, where any field may be asked for.
    var open: OpenRowFields?

    private static let mostPrograms = 1_000

    init(_ hunt: Hunt, slots: [Int], streaming: RowProgram, grouping: Grouping?) {
        self.hunt = hunt
        self.slots = slots
        self.streaming = streaming
        isGrouped = grouping != nil
        endsWhereMemoryDoes = hunt.needsAllRows && hunt.schedule == nil
        reader = RowAggregateReader(grouping ?? Grouping(keys: [], functions: []), columns: streaming.columns)
    }

    /// What runs where the events are, as a run of the schedule has it. An event may be in several windows, and then goes
    /// through the programs of all.
    func program(in window: ScheduledWindow?) -> RowProgram {
        guard let window, !hunt.timedCommands.isEmpty else { return streaming }
        if let known = programs[window] { return known }
        let made = hunt.program(in: window) ?? streaming
        if programs.count >= Self.mostPrograms { programs.removeAll() }
        programs[window] = made
        return made
    }

    /// Whether a row is worth keeping: not where those before it are more than memory may hold by far, as nobody would
    /// read it, and a temporary file is not without end either.
    func wants(_ row: [Value], at order: EventOrder, memory: Int) -> Bool {
        guard endsWhereMemoryDoes else { return true }
        if keptBytes > memory + memory / 4, let lastKept, lastKept < order { return false }
        keptBytes += RowBudget.bytes(of: row)
        lastKept = lastKept.map { max($0, order) } ?? order
        return true
    }

    /// Turns the reader to a row; false where rows are kept.
    func read(_ row: [Value], order: EventOrder) -> Bool {
        if isGrouped { reader.read(row, order: order) }
        return isGrouped
    }
}
