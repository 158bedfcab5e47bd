public import Aggregation
import Values

/// The aggregates of rows that were put into groups one by one, to be read at any time.
struct GroupedStates: ~Copyable {
    private var table: GroupTable
    private var reader: RowAggregateReader
    private let functions: [Int]
    private var key = GroupKeyBuffer()

    init(_ functions: [AggregateCall], columns: [String]) {
        let grouping = Grouping(keys: [], functions: functions)
        table = GroupTable(grouping)
        reader = RowAggregateReader(grouping, columns: columns)
        self.functions = functions.indices.filter { functions[$0].field != nil }
    }

    /// The number of the group with these values of the by-fields.
    mutating func group(_ values: [Text]) -> Int {
        key.removeAll()
        for value in values { key.append(value) }
        return table.group(key)
    }

    /// Counts a row in a group; `number` is its place among the rows.
    mutating func add(_ row: [Value], number: Int, to group: Int) {
        reader.read(row, order: EventOrder(offset: UInt64(number)))
        table.addOccurrence(to: group)
        let moment = reader.moment
        for function in functions { table.add(reader.argument(function), to: function, of: group, at: moment) }
    }

    /// Roughly the memory that all groups take.
    var estimatedBytes: Int { table.estimatedBytes }

    /// What the aggregates of a group are so far, in their order.
    func values(of group: Int) -> [Value] { table.values(of: group) }
}

extension RowStatistics {
    /// The functions with their wildcards filled in: one for each of the columns that they match.
    ///
    /// By-fields and computed columns are not matched, nor are internal ones, which begin with `_`. A column that is named comes
    /// before one of that name which a wildcard would make, be it to its right or to its left.
    private func functions(over columns: [String]) -> [AggregateCall] {
        var calls: [AggregateCall] = []
        var taken: Set<String> = Set(keys)
        let isFilled = functions.map { call in
            call.field.map { !temporary.contains($0) && FieldPattern($0).wildcards > 0 } ?? false
        }
        let named = Set(zip(functions, isFilled).filter { !$0.1 }.map(\.0.column))
        for (call, isFilled) in zip(functions, isFilled) {
            guard isFilled, let pattern = call.field.map(FieldPattern.init) else {
                if taken.insert(call.column).inserted { calls.append(call) }
                continue
            }
            let target = FieldPattern(call.column)
            for column in columns where !keys.contains(column) && !temporary.contains(column) {
                guard let captures = pattern.captures(column) else { continue }
                let name = target.wildcards == captures.count ? target.filled(with: captures) : call.column
                if !named.contains(name), taken.insert(name).inserted {
                    calls.append(AggregateCall(call.function, field: column, column: name))
                }
            }
        }
        return calls
    }

    /// What `stats` with these functions does over rows of these columns; `nil` where only the rows tell.
    func grouping(over columns: [String]) -> Grouping? {
        guard !wantsNumbersOnly else { return nil }
        return Grouping(keys: keys.map { GroupKey(field: $0, column: $0) }, functions: functions(over: columns))
    }

    /// The functions over these rows: with `allnum`, the numeric ones read nothing where a field holds anything but numbers.
    func functions(over rows: RowSet) -> [AggregateCall] {
        let index = ColumnIndex(rows.columns)
        // A wildcard meets fields that some row has, not those that were only looked for.
        let isOpen = !rows.rows.isEmpty && functions.contains { $0.field?.contains("*") == true }
        let columns =
            isOpen
            ? rows.columns.filter { name in
                index[name].map { column in rows.rows.contains { !$0[column].isMissing } } ?? false
            } : rows.columns
        var calls = functions(over: columns)
        guard wantsNumbersOnly else { return calls }
        for position in calls.indices where Self.isNumeric(calls[position].function) {
            guard let column = calls[position].field.flatMap({ index[$0] }) else { continue }
            let isClean = rows.rows.allSatisfy { row in
                row[column].texts.allSatisfy { NumberText.parse($0) != nil }
            }
            // No column has an empty name, so this one is missing.
            if !isClean { calls[position].field = "" }
        }
        return calls
    }

    private static func isNumeric(_ function: AggregateFunction) -> Bool {
        switch function {
        case .count, .distinctCount, .values, .list, .first, .last, .earliest, .latest, .mode, .minimum, .maximum,
            .earliestTime, .latestTime:
            false
        default: true
        }
    }

    /// Where the aggregates go: behind the columns that are there, or in the place of one that has the name.
    func layout(_ calls: [AggregateCall], over columns: [String]) -> (columns: [String], targets: [Int], dropped: [Int])
    {
        var index = ColumnIndex(columns)
        let targets = calls.map { index.number(of: $0.column) }
        let dropped = temporary.compactMap { index[$0] }.sorted(by: >)
        return (index.names, targets, dropped)
    }
}

extension Command {
    /// The groups that `stats` makes of rows of these columns, where nothing else has to be known of the rows.
    public func grouping(over columns: [String]) -> Grouping? {
        switch self {
        case .stats(let grouping): grouping
        case .rowStatistics(let statistics): statistics.grouping(over: columns)
        default: nil
        }
    }
}

/// `eventstats`, and `stats` over fields named by wildcards.
enum StatisticsStage {
    /// Gives every row the aggregates of its group; a row that lacks a by-field stays as it is.
    static func addEventStatistics(
        _ statistics: RowStatistics, to rows: inout RowSet, in environment: PipelineEnvironment
    ) {
        let calls = statistics.functions(over: rows)
        var states = GroupedStates(calls, columns: rows.columns)
        let keys = RowKeys(statistics.keys, columns: rows.columns)
        var groups: [Int] = []
        groups.reserveCapacity(rows.rows.count)
        var excessiveRows = 0
        for (number, row) in rows.rows.enumerated() {
            var first = -1
            let combinations = keys.combinations(of: row)
            if combinations.isExcessive { excessiveRows += 1 }
            for combination in combinations {
                let group = states.group(combination)
                states.add(row, number: number, to: group)
                if first < 0 { first = group }
            }
            groups.append(first)
            if states.estimatedBytes > environment.rowMemory { break }
        }
        environment.noteExcess(excessiveRows, for: "eventstats")
        if groups.count < rows.rows.count {
            rows.rows.removeSubrange(groups.count...)
            environment.noteCut("eventstats", behind: groups.count)
        }
        let layout = statistics.layout(calls, over: rows.columns)
        environment.fit(&rows, columns: layout.columns.count, for: "eventstats")
        groups.removeSubrange(rows.rows.count...)
        var known: [Int: [Value]] = [:]
        rows.widen(to: layout.columns)
        for (number, group) in groups.enumerated() where group >= 0 {
            let values = known[group] ?? states.values(of: group)
            known[group] = values
            for (target, value) in zip(layout.targets, values) { rows.rows[number][target] = value }
        }
        rows.drop(layout.dropped)
    }

    /// `stats` with the functions that the columns at hand make of the wildcards.
    static func stats(_ statistics: RowStatistics, on rows: RowSet, in environment: PipelineEnvironment) -> RowSet {
        let grouping = Grouping(
            keys: statistics.keys.map { GroupKey(field: $0, column: $0) }, functions: statistics.functions(over: rows))
        return RowPipeline.group(rows, grouping, in: environment)
    }
}
