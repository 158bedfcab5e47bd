import Aggregation
import Detections
import Matching
import Pipeline
import Schemas

/// One plan, made ready. A class: it is handed around with all its parts.
final class Hunt: Sendable {
    /// The rule it belongs to, among those given to the hunt.
    let rule: Int
    let dataset: FieldMap.DatasetIndex?
    let range: ClosedTimeRange
    /// The schedule that is replayed.
    let schedule: Schedule?
    /// Whether the events themselves are wanted, too.
    let keepsMatches: Bool
    /// Whether a limit on how many are told is none on how many are kept.
    let isCorrelated: Bool
    let isCounted: Bool
    /// Conditions of which it is told which ones a kept event satisfies.
    let selections: [Predicate<Int>]
    let mode: Mode
    let finalStages: [Command]
    /// What is asked of groups before they are made; `nil` where all are, as where each run of a schedule has its own.
    let keyCondition: KeyCondition?
    let isOfSigmaRule: Bool
    /// What conditions in the final stages wait for.
    let subsearches: [Subsearch]
    /// What its commands run under, where the events are and after; a run of a schedule has times of its own.
    let context: EvaluationContext
    /// The commands that run where the events are, where a schedule is replayed and some of them tell the time of the run.
    let timedCommands: [Command]
    /// Of the rows that go into these.
    private let timedColumns: [String]

    enum Mode: Sendable {
        case group(Grouping, keys: [FieldAccess], arguments: [FieldAccess?])
        case rows(access: [FieldAccess], streaming: RowProgram, grouping: Grouping?)
        /// Rows of these columns, and beside them of the fields of the event that are asked for.
        case openRows(access: [FieldAccess], filters: RowProgram, fields: OpenFields, lists: OpenRowLists)

        /// Of the rows that are stored, without those that only the data tell; `nil` where none are.
        var storedColumns: [String]? {
            switch self {
            case .group: nil
            case .rows(_, let streaming, let grouping): grouping == nil ? streaming.columns : nil
            case .openRows(_, let filters, _, _): filters.columns
            }
        }

        var grouping: Grouping? {
            switch self {
            case .group(let grouping, _, _): grouping
            case .rows(_, _, let grouping): grouping
            case .openRows: nil
            }
        }
    }

    var grouping: Grouping? { mode.grouping }

    /// Only so many rows are wanted where none is counted into a group: the search goes on with `head`.
    var rowLimit: Int? {
        if case .head(let count)? = finalStages.first { max(0, count) } else { nil }
    }

    /// What the search keeps of its stored rows, where it goes on with a command that selects some.
    ///
    /// - Parameter memory: about how many bytes may be taken by what rows are told apart by.
    func selection<Content>(memory: Int = .max) -> RowSelection<Content>? {
        guard let columns = mode.storedColumns, let first = finalStages.first else { return nil }
        return RowSelection(first, columns: columns, memory: memory)
    }

    /// - Throws: `PipelineError` where a command can't run, as an expression that is no condition.
    init(
        _ input: HuntProgram.Input, shape: HuntShape, numbers: FieldNumbers, context: EvaluationContext
    ) throws(PipelineError) {
        isOfSigmaRule = if case .logsource = input.plan.source { true } else { false }
        var context = context
        // Sigma's times are in UTC, whatever the zone of the archives.
        if isOfSigmaRule { context.times = ZonedTimes(zone: .utc) }
        self.context = context
        rule = input.rule
        range = input.range
        schedule = input.schedule
        keepsMatches = input.keepsMatches
        isCorrelated = input.isCorrelated
        isCounted = input.isCounted
        let view = shape.view
        dataset = numbers.domain(view)
        selections = input.selections.map { condition in
            condition.map { FieldAccess($0, view: view, numbers: numbers).slot }
        }
        var timed: (commands: [Command], columns: [String]) = ([], [])
        switch shape.mode {
        case .group(let grouping):
            mode = .group(
                grouping, keys: grouping.keys.map { FieldAccess($0.field, view: view, numbers: numbers) },
                arguments: grouping.functions.map { call in
                    call.field.map { FieldAccess($0, view: view, numbers: numbers) }
                })
        case .rows(let columns, let streaming, let grouping):
            timed = (streaming, columns)
            mode = .rows(
                access: columns.map { FieldAccess($0, view: view, numbers: numbers) },
                streaming: try RowProgram(streaming, columns: columns, context: context), grouping: grouping)
        case .openRows(let columns, let filters, let fields):
            timed = (filters, columns)
            let program = try RowProgram(filters, columns: columns, context: context)
            mode = .openRows(
                access: columns.map { FieldAccess($0, view: view, numbers: numbers) }, filters: program, fields: fields,
                lists: OpenRowLists(beside: program.columns))
        }
        let tellsTime = input.schedule != nil && timed.commands.contains(where: \.readsRunTime)
        (timedCommands, timedColumns) = tellsTime ? timed : ([], [])
        finalStages = shape.finalStages
        keyCondition =
            input.schedule == nil && !isOfSigmaRule
            ? mode.grouping.flatMap { KeyCondition(shape.finalStages, behind: $0, context: context) } : nil
        subsearches = input.plan.subsearches
        // The stages of Sigma rules are made here, all alike.
        if !isOfSigmaRule { try RowPipeline.check(finalStages, context: context) }
    }

    /// What runs where the events are, in a run of the schedule.
    func program(in window: ScheduledWindow) -> RowProgram? {
        try? RowProgram(timedCommands, columns: timedColumns, context: context.running(in: window))
    }
}
