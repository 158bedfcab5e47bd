import Values

/// `lookup` with its names resolved to columns; each row is looked up on its own.
struct LookupStep: Sendable {
    private let index: LookupIndex
    private let table: LookupTable
    /// Where the inputs stand in a row; `nil` for a column that no row has.
    private let inputs: [Int?]
    private let keys: RowKeys
    /// The table's column, and the row's.
    private let outputs: [(source: Int, target: Int)]
    private let keepsValues: Bool

    /// Adds the columns that are new. Names that the table lacks were refused before.
    init(_ lookup: Lookup, layout: inout ColumnLayout) {
        table = lookup.table
        let columns = ColumnIndex(lookup.table.columns)
        let known = lookup.inputs.filter { columns[$0.field] != nil }
        index = lookup.table.index(by: known.compactMap { columns[$0.field] })
        inputs = known.map { layout.index[$0.column] }
        keys = RowKeys(columns: inputs)
        outputs = lookup.outputs.compactMap { pair in
            columns[pair.field].map { ($0, layout.index.number(of: pair.column)) }
        }
        keepsValues = lookup.keepsValues
    }

    func apply(to row: inout [Value], _ limits: EvaluationLimits) {
        let matches = table.computed == nil ? matches(row, limits) : []
        for (source, target) in outputs {
            row.pad(to: target + 1)
            if keepsValues, !row[target].isMissing { continue }
            row[target] = table.computed.map { value(by: $0, of: source, row) } ?? value(of: source, in: matches)
        }
    }

    /// What a lookup computes of each value of its one input; its input, asked for, is that again.
    private func value(by lookup: ComputedLookup, of column: Int, _ row: [Value]) -> Value {
        guard inputs.count == 1, let input = inputs[0], !row[input].isMissing else { return .missing }
        if table.columns[column] == lookup.columns.input { return row[input] }
        let numbers = row[input].texts.map { Value.number(lookup.value(for: $0)) }
        return numbers.count == 1 ? numbers[0] : .several(numbers.flatMap(\.texts))
    }

    /// The numbers of the matching rows; of a multivalue input each value is looked up.
    private func matches(_ row: [Value], _ limits: EvaluationLimits) -> [Int] {
        let combinations = keys.combinations(of: row)
        if combinations.isExcessive { limits.countExcessiveLookup() }
        var found: [Int] = []
        for combination in combinations {
            found += index.matches(combination)
            if found.count >= table.options.maximumMatches { break }
        }
        return Array(found.prefix(table.options.maximumMatches))
    }

    private func value(of column: Int, in matches: [Int]) -> Value {
        var texts = matches.map { table.rows[$0][column] }.filter { !$0.isEmpty }
        if let filler = table.options.defaultMatch, matches.count < table.options.minimumMatches {
            texts += Array(repeating: filler, count: table.options.minimumMatches - matches.count)
        }
        return texts.count == 1 ? .text(texts[0]) : .several(texts)
    }
}
