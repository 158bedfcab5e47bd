import Aggregation
import Values

/// `chart` and `timechart`: groups become a table with a column for each series.
struct ChartStage {
    private let chart: Chart
    /// Each with its value of ``Chart/rows``, of ``Chart/series``, and the cells.
    private let groups: RowSet
    /// The rows that came in, which others than the chosen series are computed from.
    private let source: RowSet
    private let environment: PipelineEnvironment

    /// - Parameter limit: how many rows are enough, the first ones; `nil` for all.
    static func run(
        _ chart: Chart, on rows: RowSet, keeping limit: Int?, in environment: PipelineEnvironment
    ) throws(PipelineError) -> RowSet {
        let context = environment.context
        let groups = chart.isGrouped ? rows : RowPipeline.group(rows, chart.grouping, in: environment)
        let stage = ChartStage(chart: chart, groups: groups, source: rows, environment: environment)
        var table = chart.series == nil ? stage.plain() : stage.spread()
        if let options = chart.timeline {
            let timeline = Timeline(options, groups: groups, field: chart.rows, context: context)
            if let buckets = timeline.buckets { stage.divide(&table, by: options.rates, buckets) }
            let room = environment.rowMemory / RowBudget.frame(columns: table.columns.count)
            try timeline.complete(&table, defaults: stage.emptyRow(of: table), keeping: limit, room: room)
        }
        let order = RowOrder([Sorting.Key(field: chart.rows, descending: false)], columns: table.columns)
        table.rows = order.sorted(table.rows)
        return table
    }

    /// Sums for a length of time: what `per_hour` and its like make of the sum in a span.
    private func divide(_ table: inout RowSet, by rates: [String: Double], _ buckets: TimeBuckets) {
        guard !rates.isEmpty, !chart.cells.isEmpty else { return }
        let width = chart.series == nil ? 1 : (table.columns.count - 1) / chart.cells.count
        for row in table.rows.indices {
            guard let start = table.rows[row][0].epoch, let next = buckets.next(after: start) else { continue }
            for (position, cell) in chart.cells.enumerated() {
                guard let seconds = rates[cell.column] else { continue }
                for column in (1 + position * width)..<(1 + (position + 1) * width) {
                    guard let sum = table.rows[row][column].singleNumber else { continue }
                    table.rows[row][column] = .number(sum * seconds / EpochText.seconds(next - start)).normalised
                }
            }
        }
    }

    private func emptyRow(of table: RowSet) -> [Value] {
        guard chart.series != nil else { return [.missing] + chart.cells.map { Self.empty($0.function) } }
        let count = max(1, chart.cells.count)
        let series = max(0, (table.columns.count - 1) / count)
        return [.missing] + chart.cells.flatMap { [Value](repeating: Self.empty($0.function), count: series) }
    }

    /// What a function is where there is no event.
    private static func empty(_ function: AggregateFunction) -> Value {
        switch function {
        case .count, .distinctCount: .number(0)
        default: .missing
        }
    }

    private func plain() -> RowSet {
        let index = ColumnIndex(groups.columns)
        let columns = [chart.rows] + chart.cells.map(\.column)
        let numbers = columns.map { index[$0] }
        return RowSet(columns: columns, rows: groups.rows.map { row in numbers.map { $0.map { row[$0] } ?? .missing } })
    }

    // MARK: Series

    private func spread() -> RowSet {
        let index = ColumnIndex(groups.columns)
        guard let series = chart.series.flatMap({ index[$0] }), let rows = index[chart.rows] else {
            return RowSet(columns: [chart.rows])
        }
        let cells = chart.cells.map { index[$0.column] }
        let names = Set(groups.rows.compactMap { $0[series].singleText })
        var shown = shownSeries(of: names, series: series)
        let others = names.subtracting(shown)
        let other = others.isEmpty ? nil : chart.selection.other.map { Text($0) }
        if let other { shown.append(other) }
        let places = Dictionary(shown.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })

        let empty = RowSet(columns: columns(of: shown))
        // As wide as the data have different values, and as long.
        let room = environment.rowMemory / RowBudget.frame(columns: empty.columns.count)
        var table = KeyedRows(empty, row: emptyRow(of: empty), room: room)
        // A row whose series are all left out still stands in the table.
        for group in groups.rows {
            guard let row = table.place(of: group[rows]) else { continue }
            guard let name = group[series].singleText, !others.contains(name), let column = places[name] else {
                continue
            }
            for (position, cell) in cells.enumerated() {
                guard let cell else { continue }
                table.rows.rows[row][1 + position * shown.count + column] = group[cell]
            }
        }
        if let other, let column = places[other] {
            for group in rest(others, series).rows {
                guard let row = table.place(of: group[0]) else { continue }
                for position in chart.cells.indices where position + 1 < group.count {
                    table.rows.rows[row][1 + position * shown.count + column] = group[position + 1]
                }
            }
        }
        if table.isCut { environment.noteCut("chart", behind: room) }
        return table.rows
    }

    /// The chosen series in their order, that of the rows without a series last.
    private func shownSeries(of names: Set<Text>, series: Int) -> [Text] {
        var shown = choose(names, series: series).sorted()
        if let null = chart.nullSeries.map({ Text($0) }), names.contains(null) {
            shown.removeAll { $0 == null }
            shown.append(null)
        }
        return shown
    }

    private func columns(of series: [Text]) -> [String] {
        var taken: Set<String> = [chart.rows]
        var names = [chart.rows]
        for cell in chart.cells {
            for text in series {
                var name = text.string
                if chart.cells.count > 1 {
                    name =
                        chart.format.map { format in
                            ColumnFormat.filled(format, aggregate: cell.column, value: text.string)
                        } ?? cell.column + chart.separator + name
                }
                // Names that begin so are internal ones, which are not shown.
                if name.utf8.first == UInt8(ascii: "_") { name = "VALUE" + name }
                while !taken.insert(name).inserted { name = "VALUE_" + name }
                names.append(name)
            }
        }
        return names
    }

    /// The series that have a column of their own.
    private func choose(_ names: Set<Text>, series: Int) -> Set<Text> {
        var candidates = names
        if let null = chart.nullSeries { candidates.remove(Text(null)) }
        let selection = chart.selection
        if case .all = selection.test { return candidates }
        // A value that is called as the others are is one of them.
        if let other = selection.other { candidates.remove(Text(other)) }
        let scores = scores(series)
        switch selection.test {
        case .all: break
        case .ranked(let count, let isHighest, let isInverted):
            let order = candidates.sorted { left, right in
                let (first, second) = (scores[left] ?? 0, scores[right] ?? 0)
                return first == second ? left < right : (first > second) == isHighest
            }
            candidates = Set(isInverted ? order.dropFirst(count) : order.prefix(count))
        case .above(let bound): candidates = candidates.filter { scores[$0].map { $0 > bound } ?? false }
        case .below(let bound): candidates = candidates.filter { scores[$0].map { $0 < bound } ?? false }
        }
        return candidates
    }

    /// What the series are ranked by: the first aggregate, over all rows.
    private func scores(_ series: Int) -> [Text: Double] {
        guard let cell = chart.cells.first, let column = ColumnIndex(groups.columns)[cell.column] else { return [:] }
        var numbers: [Text: [Double]] = [:]
        for group in groups.rows {
            guard let name = group[series].singleText, let number = group[column].singleNumber else { continue }
            numbers[name, default: []].append(number)
        }
        return numbers.mapValues { numbers in
            let sum = numbers.reduce(0, +)
            return switch chart.selection.score {
            case .sum: sum
            case .count: cell.function == .count ? sum : Double(numbers.count)
            case .avg: sum / Double(numbers.count)
            case .max: numbers.max() ?? 0
            case .min: numbers.min() ?? 0
            }
        }
    }

    /// The cells of all other series together.
    private func rest(_ others: Set<Text>, _ series: Int) -> RowSet {
        var rows = RowSet(columns: source.columns)
        guard let name = chart.series, let column = ColumnIndex(source.columns)[name] else { return rows }
        // A row with several of them counts for each.
        rows.rows = source.rows.flatMap { row in
            Array(repeating: row, count: row[column].texts.count { others.contains($0) })
        }
        let functions = chart.cells.map { cell in
            guard chart.isGrouped else { return cell }
            return AggregateCall(
                Chart.merging(cell.function) ?? cell.function, field: cell.column, column: cell.column)
        }
        let key = GroupKey(field: chart.isGrouped ? chart.rows : chart.ranges ?? chart.rows, column: chart.rows)
        return RowPipeline.group(rows, Grouping(keys: [key], functions: functions), in: environment)
    }
}

/// A table with a row for each key, which stands in its first column.
private struct KeyedRows {
    var rows: RowSet
    /// Whether a key found no more room.
    private(set) var isCut = false
    private let empty: [Value]
    private let room: Int
    private var places: [Value: Int] = [:]

    init(_ rows: RowSet, row empty: [Value], room: Int) {
        self.rows = rows
        self.empty = empty
        self.room = room
    }

    /// Where the row of a key is, which is added at the end if it is not there; `nil` where there is no room for it.
    mutating func place(of key: Value) -> Int? {
        if let place = places[key] { return place }
        guard rows.rows.count < room else {
            isCut = true
            return nil
        }
        let place = rows.rows.count
        places[key] = place
        rows.rows.append(empty)
        rows.rows[place][0] = key
        return place
    }
}
