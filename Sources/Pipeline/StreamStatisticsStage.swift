import Aggregation
import Values

/// `streamstats`: rows one after the other, each with the aggregates of those up to it.
struct StreamStatisticsStage {
    private let options: RunningStatistics
    private let rows: RowSet
    private let calls: [AggregateCall]
    private let keys: RowKeys
    private let times: [Int64?]
    private let resetBefore: ConditionProgram?
    private let resetAfter: ConditionProgram?

    private init(
        _ options: RunningStatistics, on rows: RowSet, context: EvaluationContext
    ) throws(PipelineError) {
        self.options = options
        self.rows = rows
        calls = options.statistics.functions(over: rows)
        keys = RowKeys(options.statistics.keys, columns: rows.columns)
        if options.timeWindow != nil, let time = ColumnIndex(rows.columns)["_time"] {
            times = rows.rows.map { $0[time].epoch }
        } else {
            times = []
        }
        resetBefore = try Self.condition(options.resetBefore, rows.columns, context)
        resetAfter = try Self.condition(options.resetAfter, rows.columns, context)
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
        let stage = try StreamStatisticsStage(options, on: rows, context: environment.context)
        let layout = options.statistics.layout(stage.calls, over: rows.columns)
        var result = RowSet(columns: layout.columns)
        result.rows.reserveCapacity(rows.rows.count)
        let width = layout.columns.count
        // Each row has values of its own, as those of `values`, which may be all that came before.
        var budget = environment.budget
        let isWhole = stage.eachRow(within: environment.rowMemory) { row, values in
            let grown = values?.reduce(0) { $0 + RowBudget.bytes(of: $1) } ?? 0
            guard budget.take(grown + RowBudget.frame(columns: width)) else { return false }
            var row = row
            row.pad(to: width)
            if let values { for (target, value) in zip(layout.targets, values) { row[target] = value } }
            result.rows.append(row)
            return true
        }
        if !isWhole { environment.noteCut("streamstats", behind: result.rows.count) }
        result.drop(layout.dropped)
        return result
    }

    private var hasWindow: Bool { options.window > 0 || options.timeWindow != nil }

    /// Every row in its order, with its aggregates; `nil` for a row that lacks a by-field, which counts nowhere.
    ///
    /// - Parameter body: false where there is no room for the row.
    /// - Returns: false where that was so, or the groups take more than `memory`; the rows from there on are left out.
    private func eachRow(within memory: Int, _ body: (_ row: [Value], _ values: [Value]?) -> Bool) -> Bool {
        var states = GroupedStates(calls, columns: rows.columns)
        var windows = Windows()
        var windowBudget = RowBudget(memory)
        var previous: [[Text]]?
        for (number, row) in rows.rows.enumerated() {
            let combinations = keys.combinations(of: row)
            guard let first = combinations.first else {
                guard body(row, nil) else { return false }
                continue
            }
            if hasWindow, !windowBudget.take(combinations.count * RowBudget.frame(columns: 1)) { return false }
            var resets = resetBefore?.holds(for: RowView(row)) == true
            if options.resetsOnChange, let previous, previous != combinations { resets = true }
            previous = combinations
            if resets {
                states = GroupedStates(calls, columns: rows.columns)
                windows = Windows()
            }
            if hasWindow {
                if options.includesCurrent { add(number, combinations, to: &windows) }
                guard body(row, values(of: first, at: number, in: &windows)) else { return false }
                if !options.includesCurrent { add(number, combinations, to: &windows) }
            } else {
                if options.includesCurrent { Self.add(row, number, combinations, to: &states) }
                let group = states.group(first)
                guard states.estimatedBytes <= memory, body(row, states.values(of: group)) else { return false }
                if !options.includesCurrent { Self.add(row, number, combinations, to: &states) }
            }
            if resetAfter?.holds(for: RowView(row)) == true {
                states = GroupedStates(calls, columns: rows.columns)
                windows = Windows()
            }
        }
        return true
    }

    private static func add(
        _ row: [Value], _ number: Int, _ combinations: [[Text]], to states: inout GroupedStates
    ) {
        for combination in combinations {
            let group = states.group(combination)
            states.add(row, number: number, to: group)
        }
    }

    /// The rows that may lie in the window of the next one, for all rows together or for each group.
    private struct Windows {
        var all = RecentRows()
        var ofGroup: [[Text]: RecentRows] = [:]
    }

    /// Rows in their order, of which the first ones leave.
    private struct RecentRows {
        private var rows: [(number: Int, groups: [[Text]])] = []
        private var start = 0

        var present: ArraySlice<(number: Int, groups: [[Text]])> { rows[start...] }

        mutating func append(_ number: Int, _ groups: [[Text]]) {
            rows.append((number, groups))
            if start > 1024, start * 2 > rows.count {
                rows.removeSubrange(..<start)
                start = 0
            }
        }

        /// Lets rows go until so many are left, and the first of them passes the test.
        mutating func trim(to limit: Int, while isGone: (Int) -> Bool) {
            start = max(start, rows.count - limit)
            while start < rows.count, isGone(rows[start].number) { start += 1 }
        }
    }

    private var limit: Int { options.window > 0 ? options.window : RunningStatistics.largestWindow }

    /// Whether there is one window for all groups. A window of time holds the same rows of a group either way.
    private var sharesWindow: Bool { options.isGlobal && options.window > 0 && !options.statistics.keys.isEmpty }

    private func add(_ number: Int, _ combinations: [[Text]], to windows: inout Windows) {
        if sharesWindow { return windows.all.append(number, combinations) }
        for combination in combinations { windows.ofGroup[combination, default: RecentRows()].append(number, []) }
    }

    /// The aggregates of a group over the rows that are in the window of a row.
    private func values(of key: [Text], at number: Int, in windows: inout Windows) -> [Value] {
        var states = GroupedStates(calls, columns: rows.columns)
        let group = states.group(key)
        if sharesWindow {
            windows.all.trim(to: limit) { !isNear($0, number) }
            for entry in windows.all.present where entry.groups.contains(key) {
                states.add(rows.rows[entry.number], number: entry.number, to: group)
            }
        } else if var recent = windows.ofGroup.removeValue(forKey: key) {
            recent.trim(to: limit) { !isNear($0, number) }
            for entry in recent.present {
                states.add(rows.rows[entry.number], number: entry.number, to: group)
            }
            windows.ofGroup[key] = recent
        }
        return states.values(of: group)
    }

    /// Whether a row's time lies in the window of another's.
    private func isNear(_ number: Int, _ current: Int) -> Bool {
        guard let length = options.timeWindow else { return true }
        guard current < times.count, let first = times[number], let second = times[current] else {
            return number == current
        }
        let (distance, overflow) = first.subtractingReportingOverflow(second)
        return !overflow && distance.magnitude < length.magnitude
    }
}
