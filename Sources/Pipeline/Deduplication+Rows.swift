import Values

/// Tells rows apart by the values of some columns, as `dedup` does.
struct DistinctRows {
    /// What a row is among those that were seen.
    enum Standing {
        /// One of the first ones of its combination.
        case wanted
        /// There were as many before as stay.
        case repeated
        /// It lacks one of the values.
        case incomplete
    }

    /// What rows are told apart by: mostly one field, which then needs no array of its own for each of them.
    private enum Combination: Hashable {
        case one(Value)
        case several([Value])
    }

    private let columns: [Int?]
    private let count: Int
    private let consecutive: Bool
    private var counts: [Combination: Int] = [:]
    private var previous: Combination?
    private var left: Int

    /// - Parameters:
    ///   - columns: of the rows.
    ///   - memory: about how many bytes the combinations may take; of those beyond every row is wanted.
    init(_ rule: Deduplication, columns: [String], memory: Int = .max) {
        let index = ColumnIndex(columns)
        self.columns = rule.fields.map { index[$0] }
        count = rule.count
        consecutive = rule.consecutive
        left = memory
    }

    /// Counts a row.
    mutating func standing(of row: [Value]) -> Standing {
        let values = columns.count == 1 ? nil : columns.map { Self.value(of: row, $0) }
        let combination = values.map(Combination.several) ?? .one(Self.value(of: row, columns[0]))
        if values?.contains(.missing) ?? (combination == .one(.missing)) { return .incomplete }
        if consecutive {
            if combination != previous { counts = [:] }
            previous = combination
        }
        if let seen = counts[combination] {
            guard seen < count else { return .repeated }
            counts[combination] = seen + 1
        } else if left > 0 {
            left -= RowBudget.bytes(of: values ?? [Self.value(of: row, columns[0])])
            counts[combination] = 1
        }
        return .wanted
    }

    /// The values that rows are told apart by, removed from one.
    func blank(_ row: inout [Value]) {
        for case let column? in columns { row[column] = .missing }
    }

    private static func value(of row: [Value], _ column: Int?) -> Value {
        column.map { row[$0].comparable } ?? .missing
    }
}

extension Deduplication {
    func applied(to rows: RowSet) -> RowSet {
        var result = rows
        // Sorting comes first: it decides which rows are kept.
        let sorted = RowOrder(sortedBy, columns: rows.columns).sorted(rows.rows)
        var distinct = DistinctRows(self, columns: rows.columns)
        result.rows = []
        for var row in sorted {
            switch distinct.standing(of: row) {
            case .wanted: result.rows.append(row)
            case .repeated:
                guard keepsEvents else { continue }
                distinct.blank(&row)
                result.rows.append(row)
            case .incomplete:
                if keepsEmpty || keepsEvents { result.rows.append(row) }
            }
        }
        return result
    }
}
