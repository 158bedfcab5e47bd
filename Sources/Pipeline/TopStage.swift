import Values

/// `top` and `rare`: the commonest and the rarest of the counted combinations of each group.
enum TopStage {
    static func run(_ top: TopValues, on rows: RowSet) -> RowSet {
        var result = RowSet(columns: top.keys + top.fields)
        if top.showsCount { result.columns.append(top.countColumn) }
        if let column = top.percentColumn { result.columns.append(column) }
        let index = ColumnIndex(rows.columns)
        let keys = top.keys.compactMap { index[$0] }
        let fields = top.fields.compactMap { index[$0] }
        guard let counts = index[top.countColumn], keys.count == top.keys.count, fields.count == top.fields.count else {
            return result
        }
        var order: [[Value]] = []
        var groups: [[Value]: [[Value]]] = [:]
        for row in rows.rows {
            let key = keys.map { row[$0] }
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(row)
        }
        for key in order {
            let counted = (groups[key] ?? []).map { (row: $0, count: $0[counts].singleNumber ?? 0) }
            let total = counted.reduce(0) { $0 + $1.count }
            // Groups come sorted by their values, which decide between equal counts.
            let sorted = counted.indices.sorted { left, right in
                let (first, second) = (counted[left].count, counted[right].count)
                return first == second ? left < right : (first > second) != top.isRare
            }.map { counted[$0] }
            let limit = top.limit == 0 ? sorted.count : min(top.limit, sorted.count)
            for (row, count) in sorted[..<limit] {
                result.rows.append(key + fields.map { row[$0] } + cells(count, of: total, top))
            }
            let rest = sorted[limit...].reduce(0) { $0 + $1.count }
            if let other = top.other, rest > 0 {
                let names = [Value](repeating: .text(Text(other)), count: fields.count)
                result.rows.append(key + names + cells(rest, of: total, top))
            }
        }
        return result
    }

    /// Percentages have six decimals, as Splunk's have.
    private static func cells(_ count: Double, of total: Double, _ top: TopValues) -> [Value] {
        var cells: [Value] = []
        if top.showsCount { cells.append(.number(count)) }
        if top.percentColumn != nil {
            cells.append(.number(total > 0 ? NumberConversion.round(count / total * 100, decimals: 6) : 0))
        }
        return cells
    }
}

/// `head` with a condition.
enum HeadStage {
    static func run(
        _ head: HeadCondition, on rows: RowSet, context: EvaluationContext
    ) throws(PipelineError) -> RowSet {
        let condition = try ConditionProgram(head.condition, columns: rows.columns, context: context)
        var result = RowSet(columns: rows.columns)
        for row in rows.rows {
            if let limit = head.limit, result.rows.count >= limit { break }
            let truth = condition.truth(for: RowView(row))
            let continues = truth ?? head.nullContinues
            if continues || head.keepsLast { result.rows.append(row) }
            if !continues { break }
        }
        return result
    }
}
