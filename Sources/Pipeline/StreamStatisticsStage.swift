import Aggregation
import Values

/// `streamstats`: rows one after the other, each with the aggregates of those up to it.
struct StreamStatisticsStage {
    private let options: RunningStatistics
    private let rows: RowSet
    private let calls: [AggregateCall]
    private let keys: RowKeys
    /// Of the rows; none where nothing asks for them.
    private let times: [Int64?]
    private let resetBefore: ConditionProgram?

    private var groups: RunningGroups
    /// The rows in the window, where there is one for all groups, and else those in the window of each.
    private var shared = SlidingQueue<Entry>()
    private var ofGroup: [SlidingQueue<Entry>] = []
    /// How often rows are in a window.
    private var windowEntries = 0
    /// The values of the by-fields of the row before.
    private var previousKey: [[Text]]?
    /// How many rows would be in too many groups.
    private var excessiveRows = 0

    private init(
        _ options: RunningStatistics, on rows: RowSet, context: EvaluationContext
    ) throws(PipelineError) {
        self.options = options
        self.rows = rows
        calls = options.statistics.functions(over: rows)
        keys = RowKeys(options.statistics.keys, columns: rows.columns)
        let index = ColumnIndex(rows.columns)
        let readsTime = options.timeWindow != nil || calls.contains { $0.function.readsTime }
        times = readsTime ? index["_time"].map { time in rows.rows.map { $0[time].epoch } } ?? [] : []
        resetBefore = try Self.condition(options.resetBefore, rows.columns, context)
        groups = RunningGroups(
            calls, columns: calls.map { $0.field.flatMap { index[$0] } },
            leaves: options.window > 0 || options.timeWindow != nil)
    }

    private static func condition(
        _ expression: Expression?, _ columns: [String], _ context: EvaluationContext
    ) throws(PipelineError) -> ConditionProgram? {
        guard let expression else { return nil }
        return try ConditionProgram(expression, columns: columns, context: context)
    }

    static func run(
        _ options: RunningStatistics, on rows: RowSet, in environment: PipelineEnvironment
    ) throws(PipelineError) -> RowSet {
        var stage = try StreamStatisticsStage(options, on: rows, context: environment.context)
        let layout = options.statistics.layout(stage.calls, over: rows.columns)
        // It may look at the aggregates that the row has just got.
        let resetAfter = try condition(options.resetAfter, layout.columns, environment.context)
        var result = RowSet(columns: layout.columns)
        result.rows.reserveCapacity(rows.rows.count)
        let width = layout.columns.count
        // Each row has values of its own, as those of `values`, which may be all that came before.
        var budget = environment.budget
        for number in rows.rows.indices {
            guard let values = stage.values(at: number, within: environment.rowMemory) else { break }
            let grown = values.reduce(0) { $0 + RowBudget.bytes(of: $1) }
            guard budget.take(grown + RowBudget.frame(columns: width)) else { break }
            var row = rows.rows[number]
            row.pad(to: width)
            for (target, value) in zip(layout.targets, values) { row[target] = value }
            if !values.isEmpty, resetAfter?.holds(for: RowView(row)) == true { stage.reset() }
            result.rows.append(row)
        }
        environment.noteExcess(stage.excessiveRows, for: "streamstats")
        if result.rows.count < rows.rows.count { environment.noteCut("streamstats", behind: result.rows.count) }
        result.drop(layout.dropped)
        return result
    }

    private var hasWindow: Bool { options.window > 0 || options.timeWindow != nil }

    /// Turns to the next row.
    ///
    /// - Returns: its aggregates; none for a row that lacks a by-field, which counts nowhere. `nil` where the groups take more
    ///   than `memory`.
    private mutating func values(at number: Int, within memory: Int) -> [Value]? {
        let row = rows.rows[number]
        let key = keys.values(of: row)
        let combinations = Combinations(key)
        if combinations.isExcessive { excessiveRows += 1 }
        guard combinations.count > 0 else { return [] }
        let changes = options.resetsOnChange && previousKey.map { $0 != key } == true
        if options.resetsOnChange { previousKey = key }
        if resetBefore?.holds(for: RowView(row)) == true || changes { reset() }
        var found: [Int] = []
        for combination in combinations {
            found.append(groups.group(combination))
            guard estimatedBytes <= memory else { return nil }
        }
        if options.includesCurrent { add(number, to: found) }
        if hasWindow { trim(at: number, group: found[0]) }
        let values = groups.values(of: found[0])
        if !options.includesCurrent { add(number, to: found) }
        guard estimatedBytes <= memory else { return nil }
        return values
    }

    private var estimatedBytes: Int { groups.estimatedBytes + windowEntries * RowBudget.frame(columns: 1) }

    private mutating func reset() {
        groups.removeAll()
        shared = SlidingQueue()
        ofGroup.removeAll(keepingCapacity: true)
        windowEntries = 0
    }

    private func moment(of number: Int) -> EventMoment {
        EventMoment(order: EventOrder(offset: UInt64(number)), time: times.isEmpty ? nil : times[number])
    }

    private mutating func add(_ number: Int, to found: [Int]) {
        for group in found { groups.add(rows.rows[number], at: moment(of: number), to: group) }
        guard hasWindow else { return }
        windowEntries += found.count
        if sharesWindow { return shared.append(Entry(number: number, groups: found)) }
        for group in found {
            while ofGroup.count <= group { ofGroup.append(SlidingQueue()) }
            // A row that has a value twice counts twice, but is one row of the window.
            if ofGroup[group].last?.number == number {
                ofGroup[group].last?.groups.append(group)
            } else {
                ofGroup[group].append(Entry(number: number, groups: [group]))
            }
        }
    }

    // MARK: The window

    /// A row of a window, with the groups that it counts in.
    private struct Entry {
        var number: Int
        var groups: [Int]
    }

    private var limit: Int { options.window > 0 ? options.window : RunningStatistics.largestWindow }

    /// Whether there is one window for all groups. A window of time holds the same rows of a group either way.
    private var sharesWindow: Bool { options.isGlobal && options.window > 0 && !options.statistics.keys.isEmpty }

    /// Lets the first rows leave until the window, the shared one or that of the group, is no larger than it may be and the
    /// first that is left is near enough to this one.
    private mutating func trim(at current: Int, group: Int) {
        if sharesWindow {
            while let first = shared.first, shared.count > limit || !isNear(first.number, current) {
                shared.removeFirst()
                leave(first)
            }
        } else if group < ofGroup.count {
            while let first = ofGroup[group].first, ofGroup[group].count > limit || !isNear(first.number, current) {
                ofGroup[group].removeFirst()
                leave(first)
            }
        }
    }

    private mutating func leave(_ entry: Entry) {
        windowEntries -= entry.groups.count
        for group in entry.groups { groups.remove(rows.rows[entry.number], at: moment(of: entry.number), from: group) }
    }

    /// Whether a row's time lies in the window of another's.
    private func isNear(_ number: Int, _ current: Int) -> Bool {
        guard let length = options.timeWindow else { return true }
        guard !times.isEmpty, let first = times[number], let second = times[current] else { return number == current }
        let (distance, overflow) = first.subtractingReportingOverflow(second)
        return !overflow && distance.magnitude < length.magnitude
    }
}
