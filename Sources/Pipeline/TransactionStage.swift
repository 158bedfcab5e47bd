import Values

/// `transaction`: sorts rows by time, puts them into transactions and makes a row of each.
struct TransactionStage {
    private let rule: TransactionRule
    private let rows: RowSet
    private let index: ColumnIndex

    static func run(
        _ rule: TransactionRule, on rows: RowSet, context: EvaluationContext
    ) throws(PipelineError) -> RowSet {
        let stage = TransactionStage(rule: rule, rows: rows, index: ColumnIndex(rows.columns))
        let start = try Condition(rule.start, columns: rows.columns, context: context)
        let end = try Condition(rule.end, columns: rows.columns, context: context)
        let time = stage.index["_time"]
        let times = rows.rows.map { row in time.flatMap { row[$0].epoch } }
        let fields = rule.fields.map { stage.index[$0] }
        var builder = TransactionBuilder(rule)
        // The latest first, as a search delivers them; of one time the one that was read last.
        let order = rows.rows.indices.sorted { left, right in
            let (first, second) = (times[left] ?? .min, times[right] ?? .min)
            return first == second ? left > right : first > second
        }
        for number in order {
            let row = rows.rows[number]
            builder.add(
                number, time: times[number],
                values: fields.map { $0.map { row[$0].comparable } ?? .missing },
                isStart: start.holds(for: row), isEnd: end.holds(for: row))
        }
        return stage.result(of: builder, times: times)
    }

    private enum Condition {
        case none
        case search(SearchStep)
        case expression(ConditionProgram)

        init(
            _ condition: TransactionRule.Condition?, columns: [String], context: EvaluationContext
        ) throws(PipelineError) {
            switch condition {
            case nil: self = .none
            case .search(let predicate): self = .search(SearchStep(predicate, columns: ColumnIndex(columns)))
            case .expression(let expression):
                self = .expression(try ConditionProgram(expression, columns: columns, context: context))
            }
        }

        func holds(for row: [Value]) -> Bool {
            switch self {
            case .none: false
            case .search(let step): step.holds(for: row)
            case .expression(let program): program.holds(for: RowView(row))
            }
        }
    }

    // MARK: Rows

    private static let added = ["duration", "eventcount", "closed_txn"]

    private func result(of builder: TransactionBuilder, times: [Int64?]) -> RowSet {
        var layout = index
        let targets = Self.added.map { layout.number(of: $0) }
        let orphanMark = rule.keepsOrphans ? layout.number(of: "_txn_orphan") : -1
        var made: [(time: Int64, order: Int, row: [Value])] = []
        let demandsEnds = rule.start != nil || rule.end != nil
        for (number, transaction) in builder.transactions.enumerated() {
            let isComplete = builder.isComplete(transaction)
            guard isComplete || rule.keepsEvicted || !demandsEnds else { continue }
            var row = merged(Array(transaction.events.reversed()), count: layout.names.count)
            if let time = index["_time"] { row[time] = .text(EpochText.text(nanoseconds: transaction.oldest)) }
            let (span, overflow) = transaction.newest.subtractingReportingOverflow(transaction.oldest)
            row[targets[0]] = overflow ? .missing : .number(EpochText.seconds(span))
            row[targets[1]] = .number(Double(transaction.events.count))
            row[targets[2]] = .number(isComplete ? 1 : 0)
            made.append((transaction.oldest, number, row))
        }
        if rule.keepsOrphans {
            for (number, orphan) in builder.orphans.enumerated() {
                var row = rows.rows[orphan]
                row.pad(to: layout.names.count)
                row[orphanMark] = .number(1)
                made.append((times[orphan] ?? .min, builder.transactions.count + number, row))
            }
        }
        made.sort { $0.time == $1.time ? $0.order < $1.order : $0.time > $1.time }
        return RowSet(columns: layout.names, rows: made.map(\.row))
    }

    /// The values of all events of a transaction, which come in the order of time.
    private func merged(_ events: [Int], count: Int) -> [Value] {
        var row = [Value](repeating: .missing, count: count)
        for (column, name) in rows.columns.enumerated() {
            if name == "_raw" {
                row[column] = raw(events, column)
            } else if isListed(name) {
                row[column] = listed(events, column)
            } else {
                row[column] = distinct(events, column)
            }
        }
        return row
    }

    /// The values of each event one after the other; of a field that none of them has, nothing.
    private func listed(_ events: [Int], _ column: Int) -> Value {
        guard events.contains(where: { !rows.rows[$0][column].isMissing }) else { return .missing }
        return .list(
            events.flatMap { event in
                let texts = rows.rows[event][column].texts
                return texts.isEmpty ? [Text(rule.nullText)] : texts
            })
    }

    private func isListed(_ name: String) -> Bool {
        switch rule.lists {
        case .none: false
        case .all: true
        case .fields(let names): names.contains(name)
        }
    }

    /// The different values in their order; a single one stays what it was.
    private func distinct(_ events: [Int], _ column: Int) -> Value {
        var texts: Set<Text> = []
        for event in events { texts.formUnion(rows.rows[event][column].texts) }
        guard texts.count > 1 else {
            let value = events.lazy.map { rows.rows[$0][column] }.first { !$0.isMissing } ?? .missing
            if case .multivalue = value, let only = texts.first { return .text(only) }
            return value
        }
        return .list(texts.sorted())
    }

    private func raw(_ events: [Int], _ column: Int) -> Value {
        let texts = events.flatMap { rows.rows[$0][column].texts }
        if rule.keepsRawApart { return .several(texts) }
        let delimiter = rule.delimiter.map { Array($0.utf8) } ?? [0x0A]
        return .text(Text(bytes: Array(texts.map(\.bytes).joined(separator: delimiter))))
    }
}
