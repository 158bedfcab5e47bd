import Values

extension Reshaping {
    /// The rows that come out, of rows in input order.
    func applied(to rows: RowSet, in environment: PipelineEnvironment) -> RowSet {
        switch self {
        case .fillDown(let fields): Self.filledDown(rows, fields)
        case .expansion(let field, let limit): Self.expanded(rows, field, limit, environment)
        case .combination(let field, _): Self.combined(rows, field)
        case .columnTotals(let totals): Self.withTotals(rows, totals)
        case .runningTotal(let field, let column): Self.withRunningTotal(rows, field, column)
        case .difference(let field, let column, let distance): Self.withDifference(rows, field, column, distance)
        case .lags(let field, let lags): Self.withLags(rows, field, lags, environment)
        case .untable(let key, let nameColumn, let valueColumn):
            Self.untabled(rows, key, nameColumn, valueColumn, environment)
        case .series(let series): Self.series(rows, series, environment)
        case .outliers(let rule): rule.applied(to: rows)
        case .trends(let trends): Self.withTrends(rows, trends, environment)
        case .transposition(let transposition): transposition.applied(to: rows)
        case .uniqueRows: Self.withoutRepetitions(rows)
        case .contingency(let contingency): contingency.applied(to: rows, in: environment)
        case .concurrency(let rule): rule.applied(to: rows)
        case .summary(let summary): summary.applied(to: rows, in: environment)
        case .json(let json): json.applied(to: rows, in: environment)
        case .tables(let table): table.applied(to: rows, in: environment)
        case .rowSets(let operation): operation.applied(to: rows)
        case .formatted(let format): format.applied(to: rows, in: environment)
        }
    }

    /// Goes back over the command: from what is needed behind it to what is needed before it.
    func addRequired(to needed: inout NeededFields) {
        switch self {
        case .fillDown: break
        case .expansion(let field, _): needed.insert(field)
        case .combination(let field, _):
            // Rows that differ in any other field stay apart.
            needed.formAll()
            needed.insert(field)
        case .columnTotals(let totals): needed.formUnion(totals.fields.filter { !$0.contains("*") })
        case .runningTotal(let field, let column):
            // What is no number leaves the column alone.
            needed.formUnion([field, column])
        case .difference(let field, let column, _):
            needed.remove(column)
            needed.insert(field)
        case .lags(let field, let lags):
            for lag in lags { needed.remove(lag.column) }
            needed.insert(field)
        case .untable(let key, _, _):
            needed = NeededFields(names: nil)
            needed.insert(key)
        case .series(let series):
            needed = NeededFields(names: Set([series.key, series.nameField] + series.valueFields))
        case .outliers(let rule):
            if rule.fields.isEmpty { needed.formAll() }
            for field in rule.fields { needed.insert(matching: field) }
        case .trends(let trends):
            for trend in trends { needed.remove(trend.column) }
            needed.formUnion(trends.map(\.field))
        case .transposition, .formatted: needed = NeededFields(names: nil)
        case .uniqueRows: needed.formAll()
        case .contingency(let contingency): needed = NeededFields(names: [contingency.rows, contingency.columns])
        case .concurrency(let rule):
            needed.remove(rule.column)
            needed.formUnion([rule.duration, rule.start])
        case .summary(let summary):
            needed = NeededFields(names: summary.fields.isEmpty ? nil : [])
            for field in summary.fields { needed.insert(matching: field) }
        case .json(let json):
            needed.remove(json.column)
            if json.fields.isEmpty { needed.formAll() }
            for field in json.fields { needed.insert(matching: field.name) }
        case .tables: needed.insert("_raw")
        case .rowSets(let operation):
            needed.formAll()
            needed.insert(operation.marker)
        }
    }

    /// A row equal to the one before it goes.
    private static func withoutRepetitions(_ rows: RowSet) -> RowSet {
        var result = RowSet(columns: rows.columns)
        var last: [Value]?
        for row in rows.rows {
            let key = row.map(\.comparable)
            if key != last { result.rows.append(row) }
            last = key
        }
        return result
    }

    private static func filledDown(_ rows: RowSet, _ fields: [String]) -> RowSet {
        let patterns = fields.isEmpty ? [FieldPattern("*")] : fields.map(FieldPattern.init)
        let columns = rows.columns.indices.filter { column in patterns.contains { $0.matches(rows.columns[column]) } }
        var result = rows
        for column in columns {
            var last = Value.missing
            for row in result.rows.indices {
                if result.rows[row][column].isMissing {
                    result.rows[row][column] = last
                } else {
                    last = result.rows[row][column]
                }
            }
        }
        return result
    }

    /// A row that lacks the field, or has one value, stays as it is.
    private static func expanded(
        _ rows: RowSet, _ field: String, _ limit: Int, _ environment: PipelineEnvironment
    ) -> RowSet {
        guard let column = rows.columns.firstIndex(of: field) else { return rows }
        var result = RowSet(columns: rows.columns)
        var budget = environment.budget
        let frame = RowBudget.frame(columns: rows.columns.count)
        for row in rows.rows {
            guard case .multivalue(let texts) = row[column] else {
                result.rows.append(row)
                continue
            }
            for text in limit > 0 ? texts.prefix(limit) : texts[...] {
                guard budget.take(frame) else {
                    environment.noteCut("mvexpand", behind: result.rows.count)
                    return result
                }
                var copy = row
                copy[column] = .text(text)
                result.rows.append(copy)
            }
        }
        return result
    }

    /// The first of the rows that are the same in all other columns stays, with the values of all of them.
    private static func combined(_ rows: RowSet, _ field: String) -> RowSet {
        guard let column = rows.columns.firstIndex(of: field) else { return rows }
        var result = RowSet(columns: rows.columns)
        var places: [[Value]: Int] = [:]
        var texts: [[Text]] = []
        for row in rows.rows {
            var key = row.map(\.comparable)
            key[column] = .missing
            if let place = places[key] {
                texts[place] += row[column].texts
            } else {
                places[key] = result.rows.count
                texts.append(row[column].texts)
                result.rows.append(row)
            }
        }
        for (place, values) in texts.enumerated() where values.count > 1 {
            result.rows[place][column] = .list(values)
        }
        return result
    }

    /// A column without any number has no sum.
    private static func withTotals(_ rows: RowSet, _ totals: ColumnTotals) -> RowSet {
        let patterns = totals.fields.isEmpty ? [FieldPattern("*")] : totals.fields.map(FieldPattern.init)
        var result = rows
        var last = rows.columns.enumerated().map { column, name -> Value in
            guard patterns.contains(where: { $0.matches(name) }) else { return .missing }
            let numbers = rows.rows.compactMap { $0[column].singleNumber }
            return numbers.isEmpty ? .missing : Value.number(numbers.reduce(0, +)).normalised
        }
        if let labelColumn = totals.labelColumn {
            let column = addColumn(labelColumn, to: &result)
            last.pad(to: result.columns.count)
            last[column] = Value.text(Text(totals.label))
        }
        result.rows.append(last)
        return result
    }

    /// What is no number counts nothing and has no sum beside it.
    private static func withRunningTotal(_ rows: RowSet, _ field: String, _ name: String) -> RowSet {
        guard let source = rows.columns.firstIndex(of: field) else { return rows }
        var result = rows
        let column = addColumn(name, to: &result)
        var sum = 0.0
        for row in result.rows.indices {
            guard let number = result.rows[row][source].singleNumber else { continue }
            sum += number
            result.rows[row][column] = Value.number(sum).normalised
        }
        return result
    }

    private static func withDifference(_ rows: RowSet, _ field: String, _ name: String, _ distance: Int) -> RowSet {
        guard let source = rows.columns.firstIndex(of: field) else { return rows }
        var result = rows
        let column = addColumn(name, to: &result)
        for row in result.rows.indices {
            let before = row < distance ? nil : rows.rows[row - distance][source].singleNumber
            guard let number = rows.rows[row][source].singleNumber, let before else {
                result.rows[row][column] = .missing
                continue
            }
            result.rows[row][column] = Value.number(number - before).normalised
        }
        return result
    }

    private static func withLags(
        _ rows: RowSet, _ field: String, _ lags: [Lag], _ environment: PipelineEnvironment
    ) -> RowSet {
        guard let source = rows.columns.firstIndex(of: field) else { return rows }
        var result = rows
        environment.fit(&result, columns: rows.columns.count + lags.count, for: "autoregress")
        for lag in lags {
            let column = addColumn(lag.column, to: &result)
            for row in result.rows.indices {
                result.rows[row][column] = row < lag.distance ? .missing : rows.rows[row - lag.distance][source]
            }
        }
        return result
    }

    private static func untabled(
        _ rows: RowSet, _ key: String, _ nameColumn: String, _ valueColumn: String, _ environment: PipelineEnvironment
    ) -> RowSet {
        let source = rows.columns.firstIndex(of: key)
        let cells = rows.columns.indices.filter { $0 != source && !rows.columns[$0].hasPrefix("_") }
        var result = RowSet()
        let columns = [key, nameColumn, valueColumn].map { addColumn($0, to: &result) }
        let names = rows.columns.map { Value.text(Text($0)) }
        var budget = environment.budget
        for row in rows.rows {
            for cell in cells where !row[cell].isMissing {
                guard budget.take(RowBudget.frame(columns: columns.count)) else {
                    environment.noteCut("untable", behind: result.rows.count)
                    return result
                }
                var values = [Value](repeating: .missing, count: result.columns.count)
                values[columns[0]] = source.map { row[$0] } ?? .missing
                values[columns[1]] = names[cell]
                values[columns[2]] = row[cell]
                result.rows.append(values)
            }
        }
        return result
    }

    /// Rows in the order in which their keys come first, columns sorted bytewise, of several values the last.
    private static func series(_ rows: RowSet, _ series: Series, _ environment: PipelineEnvironment) -> RowSet {
        let index = ColumnIndex(rows.columns)
        guard let key = index[series.key], let name = index[series.nameField] else {
            return RowSet(columns: [series.key])
        }
        var order: [Value] = []
        var cells: [Value: [String: Value]] = [:]
        var names: Set<String> = []
        for row in rows.rows {
            guard !row[key].isMissing, let value = row[name].singleText else { continue }
            let rowKey = row[key].comparable
            if cells[rowKey] == nil { order.append(row[key]) }
            for field in series.valueFields {
                let column =
                    series.valueFields.count > 1
                    ? ColumnFormat.filled(series.format, aggregate: field, value: value.string) : value.string
                names.insert(column)
                cells[rowKey, default: [:]][column] = index[field].map { row[$0] } ?? .missing
            }
        }
        names.remove(series.key)
        let columns = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let room = environment.rowMemory / RowBudget.frame(columns: 1 + columns.count)
        if order.count > room {
            order.removeSubrange(room...)
            environment.noteCut("xyseries", behind: room)
        }
        return RowSet(
            columns: [series.key] + columns,
            rows: order.map { key in [key] + columns.map { cells[key.comparable]?[$0] ?? .missing } })
    }

    /// The column of a name, which is added with missing values if it is not there.
    static func addColumn(_ name: String, to rows: inout RowSet) -> Int {
        if let column = rows.columns.firstIndex(of: name) { return column }
        rows.widen(to: rows.columns + [name])
        return rows.columns.count - 1
    }
}
