import Aggregation
import Detections
import Events
import Matching
import Pipeline
import Values

/// Why the last stages of a search did not come to their end.
enum FinalStageError: Error {
    case pipeline(PipelineError)
    case storage(StorageError)
}

/// From what the workers have found for a hunt to the rows of its rule.
struct FinalStages {
    let hunt: Hunt
    /// The hunt's number, by which its rows are stored.
    let number: Int
    let results: StoredResults
    /// What the commands know of other searches, by window of the schedule.
    let environment: (ScheduledWindow?) -> PipelineEnvironment
    /// Bytes that rows may take in memory, where a stage needs all of them at a time.
    let rowMemory: Int
    /// What makes the stages do with the rows that they have taken up.
    let interruption: Interruption

    /// The rows that a search ends with.
    struct Outcome: Sendable {
        var findings = Findings()
        /// What was left out, where a limit was reached.
        var limits: [String] = []
    }

    /// The rows that the search ends with; with a schedule, window after window, each row with its window.
    func outcome(_ partial: HuntPartial) throws(FinalStageError) -> Outcome {
        guard hunt.schedule != nil else { return try outcome(of: partial.whole, window: nil) }
        var outcome = Outcome()
        var all = WindowedRows()
        // Of all windows together.
        var left = rowMemory
        var isWaiting = false
        for run in partial.sortedRuns {
            let found: Outcome
            do {
                found = try self.outcome(of: run.groups, window: run.window)
            } catch .pipeline(.awaits) {
                // Each window asks for what it needs, so that one pass is enough for all of them.
                isWaiting = true
                continue
            }
            let (set, isWhole) = try collect(found.findings, within: left)
            left -= set.rows.reduce(0) { $0 + RowBudget.bytes(of: $1) }
            all.append(set, of: run.window)
            for limit in found.limits + (isWhole ? [] : [keptOnly(all.count)])
            where !outcome.limits.contains(limit) {
                outcome.limits.append(limit)
            }
        }
        if isWaiting { throw .pipeline(.awaits) }
        outcome.findings = all.findings()
        return outcome
    }

    /// What a search wanted more of than it may have, as sentences.
    static func reached(_ limits: EvaluationLimits) -> [String] {
        var sentences: [String] = []
        if limits.givenUpPatterns > 0 { sentences.append(patternLimit) }
        if limits.largeValues > 0 {
            sentences.append(
                "values of more than \(EvaluationLimits.valueBytes >> 20) MiB or \(EvaluationLimits.valueCount) parts were "
                    + "left out")
        }
        if limits.excessiveLookups > 0 {
            sentences.append(
                "a lookup passed over \(limits.excessiveLookups) rows: the values of their fields \(Combinations.excess)"
            )
        }
        return sentences
    }

    static let patternLimit =
        "a regular expression was given up on some values, where it took more than \(RegularExpression.stepLimit) steps"
        + " or too long"

    /// The same for one window of the schedule.
    func outcome(
        of groups: GroupTable?, window: ScheduledWindow?
    ) throws(FinalStageError) -> Outcome {
        var outcome = Outcome()
        let environment = environment(window)
        let run = window?.runTime.nanoseconds ?? 0
        if let groups { noteExcess(of: groups, &outcome) }
        let stream = ResultStream(.row, of: number, run: run)
        if let selection: RowSelection<[UInt8]> = hunt.selection() {
            let rows = try selected(by: selection, of: stream, &outcome)
            outcome.findings = Findings(try self.run(hunt.finalStages[...], on: rows, keys: [], environment))
        } else if case .openRows(_, _, _, let lists) = hunt.mode {
            let layout = try layout(lists, of: stream, &outcome)
            try finish(layout.columns, of: stream, layout, environment, &outcome)
        } else if hunt.grouping == nil, case .rows(_, let streaming, _) = hunt.mode {
            try finish(streaming.columns, of: stream, nil, environment, &outcome)
        } else {
            let rows = groups?.finish() ?? RowSet()
            // Hardly any of thousands of rules finds something, and nobody asks for the columns of the others.
            if rows.rows.isEmpty, hunt.isOfSigmaRule { return outcome }
            outcome.findings = Findings(
                try self.run(
                    hunt.finalStages[...], on: rows, keys: hunt.grouping?.keys.map(\.column) ?? [], environment))
        }
        outcome.limits += environment.notes
        outcome.limits += Self.reached(hunt.context.limits)
        return outcome
    }

    private func noteExcess(of groups: GroupTable, _ outcome: inout Outcome) {
        if groups.thinning > 0 {
            outcome.limits.append(
                "only \(groups.count) of its groups, chosen by a hash of their by-fields, were kept: more do not fit in "
                    + "\(rowMemory >> 20) MiB, or beside those of other searches")
        }
        guard groups.excessiveEvents > 0 else { return }
        outcome.limits.append(
            "\(groups.excessiveEvents) events were left out: their multivalue by-fields \(Combinations.excess)")
    }

    /// Rows that were stored: what looks at one at a time is left to be done when they are read, and only from the first
    /// stage on that needs all of them do they come into memory.
    private func finish(
        _ columns: [String], of stream: ResultStream, _ layout: OpenRowLayout?, _ environment: PipelineEnvironment,
        _ outcome: inout Outcome
    ) throws(FinalStageError) {
        var rest = hunt.finalStages[...]
        let leading = rest.prefix { $0.isHead || $0.isStreaming }
        rest = rest.dropFirst(leading.count)
        let rows = try stored(leading, columns, stream, layout, environment.context)
        guard let first = rest.first else {
            outcome.findings = try findings(rows, &outcome)
            return
        }
        if let grouping = first.grouping(over: rows.columns) {
            let grouped = try grouped(rows, by: grouping, &outcome)
            let keys = grouping.keys.map(\.column)
            outcome.findings = Findings(try run(rest.dropFirst(), on: grouped, keys: keys, environment))
            return
        }
        var collected = try collected(rows, for: first, environment, &outcome)
        // Those of rows that are left out.
        if layout != nil, first.isReducing { collected.dropEmptyColumns() }
        outcome.findings = Findings(try run(rest, on: collected, keys: [], environment))
    }

    private func findings(_ rows: StoredRows, _ outcome: inout Outcome) throws(FinalStageError) -> Findings {
        do {
            let count = try rows.count(until: interruption)
            if !count.isWhole { noteStop(behind: count.rows, &outcome) }
            return Findings(rows, count: count.rows)
        } catch {
            throw .storage(error)
        }
    }

    private static let stopped = " were left out of its final stages: the hunt was stopped"

    /// Says that rows are left out because the hunt was stopped.
    func noteStop(behind count: Int, _ outcome: inout Outcome) {
        interruption.noteCut()
        // Of several stages the last one takes the fewest.
        outcome.limits.removeAll { $0.hasSuffix(Self.stopped) }
        outcome.limits.append("rows behind the first \(count)" + Self.stopped)
    }

    private func stored(
        _ commands: ArraySlice<Command>, _ columns: [String], _ stream: ResultStream, _ layout: OpenRowLayout?,
        _ context: EvaluationContext
    ) throws(FinalStageError) -> StoredRows {
        var columns = columns
        var stages: [StoredRows.Stage] = []
        // The columns of those behind are not known where the hunt was stopped.
        if let layout, layout.rowCount < results.count(of: stream) { stages.append(.first(layout.rowCount)) }
        var commands = commands
        while let command = commands.first {
            if case .head(let count) = command {
                stages.append(.first(max(0, count)))
                commands.removeFirst()
                continue
            }
            let streaming = commands.prefix { $0.isStreaming }
            do {
                let program = try RowProgram(streaming, columns: columns, context: context)
                columns = program.columns
                stages.append(.program(program))
            } catch {
                throw .pipeline(error)
            }
            commands = commands.dropFirst(streaming.count)
        }
        return StoredRows(results: results, stream: stream, columns: columns, layout: layout, stages: stages)
    }

    /// The groups of all rows, of which one at a time is in memory.
    private func grouped(
        _ rows: StoredRows, by grouping: Grouping, _ outcome: inout Outcome
    ) throws(FinalStageError) -> RowSet {
        var table = GroupTable(grouping)
        var aggregates = RowAggregateReader(grouping, columns: rows.columns)
        var key = GroupKeyBuffer()
        var number: UInt64 = 0
        var reader = rows.reader()
        while let row = try next(&reader) {
            if interruption.endsRows {
                noteStop(behind: Int(number), &outcome)
                break
            }
            aggregates.read(row, order: EventOrder(offset: number))
            table.update(from: &aggregates, key: &key)
            number += 1
            guard table.finishedBytes <= rowMemory else {
                outcome.limits.append(keptOnly(Int(number)))
                break
            }
        }
        noteExcess(of: table, &outcome)
        return table.finish()
    }

    /// The columns of rows whose fields only the data tell.
    private func layout(
        _ lists: OpenRowLists, of stream: ResultStream, _ outcome: inout Outcome
    ) throws(FinalStageError) -> OpenRowLayout {
        var names = lists.names
        var rowCount = results.count(of: stream)
        // Not all rows that were stored are those of this run, or wanted.
        if hunt.schedule != nil || hunt.rowLimit != nil {
            (names, rowCount) = try self.names(lists, of: stream, &outcome)
        }
        return layout(names, of: lists, rowCount: rowCount, &outcome)
    }

    /// The columns of rows that have fields of these names.
    func layout(
        _ names: OpenRowNames, of lists: OpenRowLists, rowCount: Int, _ outcome: inout Outcome
    ) -> OpenRowLayout {
        if names.isCut {
            outcome.limits.append(
                "only the first \(OpenRowNames.limit) field names are shown, in the order of the names")
        }
        return OpenRowLayout(names, of: lists, rowCount: rowCount)
    }

    /// The names of the fields of the rows that are wanted, and how many these are.
    private func names(
        _ lists: OpenRowLists, of stream: ResultStream, _ outcome: inout Outcome
    ) throws(FinalStageError) -> (OpenRowNames, rowCount: Int) {
        var names = OpenRowNameReader(lists)
        var reader = results.reader(of: stream)
        let limit = hunt.rowLimit ?? .max
        var count = 0
        do {
            while count < limit {
                let next: Void? = try reader.next { _, record throws(PartialCodecError) in try names.read(&record) }
                if next == nil { break }
                count += 1
                guard interruption.endsLayout, count < min(limit, results.count(of: stream)) else { continue }
                noteStop(behind: count, &outcome)
                break
            }
        } catch {
            throw .storage(error)
        }
        return (names.names, count)
    }

    func next(_ reader: inout StoredRows.Reader) throws(FinalStageError) -> [Value]? {
        do {
            return try reader.next()
        } catch {
            throw .storage(error)
        }
    }

    func run(
        _ commands: ArraySlice<Command>, on rows: RowSet, keys: [String], _ environment: PipelineEnvironment
    ) throws(FinalStageError) -> RowSet {
        do {
            return try RowPipeline.run(
                commands, on: rows, keys: keys, subsearches: hunt.subsearches, in: environment)
        } catch {
            throw .pipeline(error)
        }
    }

    /// The rows as far as memory may hold them, and whether these are all.
    func collect(
        _ findings: Findings, within memory: Int? = nil
    ) throws(FinalStageError) -> (set: RowSet, isWhole: Bool) {
        do {
            return try findings.rowSet(within: memory ?? rowMemory)
        } catch {
            throw .storage(error)
        }
    }

    func keptOnly(_ count: Int) -> String {
        "only the first \(count) events were kept for its final stages: more do not fit in \(rowMemory >> 20) MiB"
    }
}

extension Hunt {
    /// Whether its rows come into memory as they are, for a stage that needs all of them at a time.
    var needsAllRows: Bool {
        guard grouping == nil, case .rows(_, let streaming, _) = mode, let first = finalStages.first else {
            return false
        }
        return !first.isHead && !first.isStreaming && !first.isReducing
            && first.grouping(over: streaming.columns) == nil
    }
}

extension Command {
    fileprivate var isHead: Bool {
        if case .head = self { true } else { false }
    }

    /// Whether what it keeps of all rows is what it keeps of the rows it kept of the first ones, and of the rest. So it is
    /// with a sort that keeps the first rows, as equal ones stay in the order in which they came, with the last rows, and with
    /// dedup, unless it only blanks fields or looks at neighbours.
    var isReducing: Bool {
        switch self {
        case .sort(let sorting): (sorting.limit ?? -1) >= 0
        case .tail: true
        case .deduplicate(let deduplication): !deduplication.keepsEvents && !deduplication.consecutive
        default: false
        }
    }
}
