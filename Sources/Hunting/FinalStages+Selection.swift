import Aggregation
import Pipeline
import Values

extension FinalStages {
    /// The rows that a stage gets which needs all of them at a time: all, or those of which it surely keeps no others.
    func collected(
        _ rows: StoredRows, for command: Command, _ environment: PipelineEnvironment, _ outcome: inout Outcome
    ) throws(FinalStageError) -> RowSet {
        if let selection = RowSelection<[Value]>(command, columns: rows.columns) {
            return try selected(by: selection, of: rows, &outcome)
        }
        return try command.isReducing
            ? reduced(rows, by: command, environment, &outcome) : collected(rows, &outcome)
    }

    private func collected(_ rows: StoredRows, _ outcome: inout Outcome) throws(FinalStageError) -> RowSet {
        var set = RowSet(columns: rows.columns)
        var taken = 0
        var reader = rows.reader()
        while let row = try next(&reader) {
            taken += RowBudget.bytes(of: row)
            if taken > rowMemory {
                outcome.limits.append(keptOnly(set.rows.count))
                break
            }
            if interruption.endsRows {
                noteStop(behind: set.rows.count, &outcome)
                break
            }
            set.rows.append(row)
        }
        return set
    }

    private func selected(
        by selection: RowSelection<[Value]>, of rows: StoredRows, _ outcome: inout Outcome
    ) throws(FinalStageError) -> RowSet {
        var selection = selection
        var count = 0
        var reader = rows.reader()
        while let row = try next(&reader) {
            if interruption.endsRows {
                noteStop(behind: count, &outcome)
                break
            }
            let place = EventOrder(offset: UInt64(count))
            count += 1
            guard selection.wants(row, at: place) else { continue }
            selection.hold(row, bytes: RowBudget.bytes(of: row), at: place)
            if isBeyondMemory(&selection) {
                outcome.limits.append(keptOnly(count))
                break
            }
        }
        return RowSet(columns: rows.columns, rows: selection.release().map(\.content))
    }

    /// Whether the rows that are wanted so far do not fit in memory.
    private func isBeyondMemory<Content>(_ selection: inout RowSelection<Content>) -> Bool {
        if selection.bytes > rowMemory { selection.cut() }
        return selection.bytes > rowMemory
    }

    /// The rows that a command keeps, from all of them, where it may run over a part and again over what is left of it and
    /// the rows that follow: with little more in memory than what it keeps.
    private func reduced(
        _ rows: StoredRows, by command: Command, _ environment: PipelineEnvironment, _ outcome: inout Outcome
    ) throws(FinalStageError) -> RowSet {
        var kept = RowSet(columns: rows.columns)
        var taken = 0
        var due = Self.leastReduction
        var count = 0
        var reader = rows.reader()
        while let row = try next(&reader) {
            taken += RowBudget.bytes(of: row)
            if taken > rowMemory {
                outcome.limits.append(keptOnly(count))
                break
            }
            if interruption.endsRows {
                noteStop(behind: count, &outcome)
                break
            }
            count += 1
            kept.rows.append(row)
            guard taken > due else { continue }
            kept = try run([command], on: kept, keys: [], environment)
            taken = kept.rows.reduce(0) { $0 + RowBudget.bytes(of: $1) }
            // So that however much is kept, a row is looked at again only a few times.
            due = max(Self.leastReduction, 2 * taken)
        }
        return try run([command], on: kept, keys: [], environment)
    }

    /// Bytes of rows that are worth being reduced.
    private static let leastReduction = 16 << 20

    /// The rows that the first of the final stages may keep, in input order, of those that were stored.
    ///
    /// Only the columns that it looks at are made out of each; those that only the data tell, of the rows that are kept. Their
    /// columns are those of the result then, whatever other rows the workers have stored.
    func selected(
        by selection: RowSelection<[UInt8]>, of stream: ResultStream, _ outcome: inout Outcome
    ) throws(FinalStageError) -> RowSet {
        let records = try records(keptBy: selection, of: stream, &outcome)
        do {
            return try rows(records, &outcome)
        } catch {
            throw .storage(results.file.lost())
        }
    }

    private func records(
        keptBy selection: RowSelection<[UInt8]>, of stream: ResultStream, _ outcome: inout Outcome
    ) throws(FinalStageError) -> [[UInt8]] {
        var selection = selection
        var reader = results.reader(of: stream)
        var count = 0
        do throws(StorageError) {
            while true {
                var record: [UInt8] = []
                guard let order = try reader.next(appendingTo: &record) else { break }
                if interruption.endsRows {
                    noteStop(behind: count, &outcome)
                    break
                }
                var columns = PartialReader(bytes: record)
                guard let row = try? columns.row() else { throw results.file.lost() }
                count += 1
                guard selection.wants(row, at: order) else { continue }
                selection.hold(record, bytes: record.count, at: order)
                if isBeyondMemory(&selection) {
                    outcome.limits.append(keptOnly(count))
                    break
                }
            }
        } catch {
            throw .storage(error)
        }
        return selection.release().map(\.content)
    }

    private func rows(_ records: [[UInt8]], _ outcome: inout Outcome) throws(PartialCodecError) -> RowSet {
        var layout: OpenRowLayout?
        if case .openRows(_, _, _, let lists) = hunt.mode {
            var names = OpenRowNameReader(lists)
            for record in records {
                var record = PartialReader(bytes: record)
                try names.read(&record)
            }
            layout = self.layout(names.names, of: lists, rowCount: records.count, &outcome)
        }
        var set = RowSet(columns: layout?.columns ?? hunt.mode.storedColumns ?? [])
        var taken = 0
        for record in records {
            var record = PartialReader(bytes: record)
            let row = if let layout { try layout.wholeRow(&record) } else { try record.row() }
            taken += RowBudget.bytes(of: row)
            guard taken <= rowMemory else {
                outcome.limits.append(keptOnly(set.rows.count))
                break
            }
            set.rows.append(row)
        }
        return set
    }
}
