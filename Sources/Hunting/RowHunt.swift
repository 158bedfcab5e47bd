import Aggregation
import Detections
import Pipeline
import Values

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
    /// Where the search goes on with a command that selects some rows: those that it may keep.
    private var selection: RowSelection<HeldRow>?
    private let heldMemory: Int

    /// A row that waits for whether it is kept.
    enum HeldRow {
        case row([Value])
        /// Of the event, whose other fields are wanted, too.
        case line([UInt8])
    }

    private static let mostPrograms = 1_000

    init(_ hunt: Hunt, slots: [Int], streaming: RowProgram, grouping: Grouping?, memory: Int) {
        self.hunt = hunt
        self.slots = slots
        self.streaming = streaming
        isGrouped = grouping != nil
        heldMemory = memory
        selection = hunt.schedule == nil ? hunt.selection(memory: memory) : nil
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

    /// Whether rows may be held until it is known which are wanted.
    var holdsRows: Bool { selection?.mayDrop == true }

    /// Whether a row is to be stored now: not where it is surely left out, nor where it is held until that is known.
    ///
    /// - Parameter line: of the event.
    func isReady(_ row: [Value], of line: UnsafeRawBufferPointer, at order: EventOrder) -> Bool {
        guard selection != nil else { return true }
        guard selection?.wants(row, at: order) == true else { return false }
        guard selection?.mayDrop == true else { return true }
        if open == nil {
            selection?.hold(.row(row), bytes: RowBudget.bytes(of: row), at: order)
        } else {
            selection?.hold(.line(Array(line)), bytes: line.count, at: order)
        }
        return false
    }

    /// Drops rows that others have taken the place of, where more are held than memory is for. Returns whether that is not enough.
    func cutToMemory() -> Bool {
        guard let held = selection?.bytes, held > heldMemory else { return false }
        selection?.cut()
        // So that however much is wanted, it is not sorted again and again.
        return (selection?.bytes ?? 0) > heldMemory / 2
    }

    /// Hands over the rows that are held.
    func release() -> [(place: EventOrder, content: HeldRow)] { selection?.release() ?? [] }

    /// Turns the reader to a row; false where rows are kept.
    func read(_ row: [Value], order: EventOrder) -> Bool {
        if isGrouped { reader.read(row, order: order) }
        return isGrouped
    }
}
