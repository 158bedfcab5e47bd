import Aggregation
import Matching

/// Fields that a command would fill out of something that is not here, as `iplocation` does out of a geographic database:
/// what becomes of them from one command to the next, and whether a command would decide anything by them.
///
/// A field made of such a field is one, too. Rows may show them, empty; a search that keeps, drops, groups or orders rows
/// by them would find something else than where they are filled.
public struct AbsentFields: Hashable, Sendable {
    /// As the rows call them at the command that comes next.
    public private(set) var names: Set<String>

    /// - Parameter names: as the rows call them at the first command.
    public init(_ names: Set<String> = []) {
        self.names = names
    }

    /// Adds those of other rows that come in.
    public mutating func formUnion(_ other: AbsentFields) { names.formUnion(other.names) }

    /// Goes over one command, without the searches that it brings in: the field by which it would decide, if there is one.
    public mutating func pass(_ command: Command) -> String? {
        guard !names.isEmpty else { return nil }
        switch command {
        case .search(let predicate): return first(of: predicate.fields)
        case .filter(let condition): return first(of: condition.fields)
        case .headWhile(let head): return first(of: head.condition.fields)
        case .sort(let sorting): return first(of: sorting.keys.map(\.field))
        case .deduplicate(let rule): return first(of: rule.fields + rule.sortedBy.map(\.field))
        case .makeContinuous(let continuity): return first(of: [continuity.field])
        case .returnValues(let values): return first(of: values.items.map(\.field))
        case .topValues(let top): return first(of: top.keys + top.fields)
        case .transaction(let rule): return first(of: rule.fieldsRead)
        case .evaluate(let assignments):
            for assignment in assignments { derive(assignment.column, of: assignment.expression.fields) }
        case .rename(let renamings): for renaming in renamings { rename(renaming) }
        case .convert(let conversion):
            for call in conversion.calls {
                guard let column = call.column else { continue }
                let pattern = FieldPattern(call.field)
                if pattern.wildcards == 0 {
                    derive(column, of: [call.field])
                } else {
                    names.formUnion(names.compactMap(pattern.captures).map(FieldPattern(column).filled))
                }
            }
        case .fields(let keep, let list):
            let patterns = list.map(FieldPattern.init)
            names = names.filter { name in patterns.contains { $0.matches(name) } == keep }
        case .table(let list):
            let patterns = list.map(FieldPattern.init)
            names = names.filter { name in patterns.contains { $0.matches(name) } }
        case .bin(let binning): derive(binning.column, of: [binning.field])
        case .lookup(let lookup):
            let isAbsent = lookup.inputs.contains { names.contains($0.column) }
            for output in lookup.outputs where isAbsent || !lookup.keepsValues {
                if isAbsent { names.insert(output.column) } else { names.remove(output.column) }
            }
        case .join(let join):
            // Without fields the join is by all that both sides have.
            return join.fields.isEmpty ? first(of: names) : first(of: join.fields)
        case .map(let map):
            if let field = first(of: map.fields) { return field }
            names = []
        case .stats(let grouping):
            return aggregate(grouping.functions, by: grouping.keys.map(\.field), keepsRows: false)
        case .rowStatistics(let statistics):
            return aggregate(statistics.functions, by: statistics.keys, keepsRows: false)
        case .eventStatistics(let statistics):
            return aggregate(statistics.functions, by: statistics.keys, keepsRows: true)
        case .runningStatistics(let running):
            if let field = first(of: running.fieldsOfConditions) { return field }
            return aggregate(running.statistics.functions, by: running.statistics.keys, keepsRows: true)
        case .chart(let chart):
            return first(of: [chart.rows, chart.series].compactMap { $0 } + chart.cells.flatMap(\.namesOfColumns))
        case .extract(let extraction): return pass(extraction)
        case .reshape(let reshaping): return pass(reshaping)
        case .head, .tail, .reverse, .append, .appendColumns, .appendPipe: break
        }
        return nil
    }

    private mutating func pass(_ extraction: Extraction) -> String? {
        switch extraction {
        case .pattern(let pattern): return first(of: [pattern.field])
        case .condition(let condition): return first(of: [condition.field])
        case .pairs(let pairs): return first(of: [pairs.field])
        case .computedName(let assignment):
            return first(
                of: Array(assignment.expression.fields)
                    + assignment.name.compactMap { if case .field(let name) = $0 { name } else { nil } })
        case .concatenation(let concatenation):
            let parts = concatenation.parts.compactMap { if case .field(let name) = $0 { name } else { nil } }
            derive(concatenation.column, of: Set(parts))
        case .path(let path): derive(path.column, of: [path.field])
        case .total(let total):
            let patterns = total.fields.map(FieldPattern.init)
            derive(total.column, of: names.filter { name in patterns.contains { $0.matches(name) } })
        case .iteration:
            var needed = NeededFields(names: [])
            extraction.addRequired(to: &needed)
            return first(of: needed.isAll ? names : needed.names)
        // What is filled, replaced, split or joined there is still a field that should hold something else.
        case .substitution, .replacement, .filling, .splitting, .joining, .searchInformation: break
        }
        return nil
    }

    private mutating func pass(_ reshaping: Reshaping) -> String? {
        switch reshaping {
        case .fillDown, .expansion, .columnTotals, .json: break
        case .combination(let field, _): return first(of: names.subtracting([field]))
        case .runningTotal(let field, let column), .difference(let field, let column, _):
            derive(column, of: [field])
        case .lags(let field, let lags): for lag in lags { derive(lag.column, of: [field]) }
        case .trends(let trends): for trend in trends { derive(trend.column, of: [trend.field]) }
        case .concurrency(let rule): return first(of: [rule.duration, rule.start])
        case .outliers(let rule): return rule.fields.isEmpty ? first(of: names) : first(of: rule.fields)
        case .tables: return first(of: ["_raw"])
        case .series(let series):
            if let field = first(of: [series.key, series.nameField] + series.valueFields) { return field }
            names = []
        case .contingency(let rule):
            if let field = first(of: [rule.rows, rule.columns]) { return field }
            names = []
        // Names and values become rows and columns, or whole rows are compared.
        case .untable, .transposition, .uniqueRows, .summary, .rowSets, .formatted: return first(of: names)
        }
        return nil
    }

    /// The aggregates' columns are absent where the fields are that they read.
    private mutating func aggregate(_ calls: [AggregateCall], by keys: [String], keepsRows: Bool) -> String? {
        if let field = first(of: keys) { return field }
        var result = keepsRows ? names : []
        for call in calls {
            guard let field = call.field else { continue }
            let pattern = FieldPattern(field)
            for name in names {
                guard let captures = pattern.captures(name) else { continue }
                let column = FieldPattern(call.column)
                result.insert(column.wildcards == captures.count ? column.filled(with: captures) : call.column)
            }
        }
        names = result
        return nil
    }

    private mutating func derive(_ column: String, of fields: Set<String>) {
        if names.isDisjoint(with: fields) { names.remove(column) } else { names.insert(column) }
    }

    private mutating func rename(_ renaming: Renaming) {
        let (from, to) = (FieldPattern(renaming.from), FieldPattern(renaming.to))
        var result: Set<String> = []
        for name in names {
            let captures = from.wildcards == to.wildcards ? from.captures(name) : nil
            result.insert(captures.map(to.filled) ?? name)
        }
        names = result
    }

    private func first(of fields: some Sequence<String>) -> String? {
        fields.filter { field in
            names.contains(field)
                || (field.contains("*") && names.contains { FieldPattern(field).matches($0) })
        }.min()
    }
}

extension TransactionRule {
    /// What it compares: its fields, and those of the conditions that begin and end a transaction.
    fileprivate var fieldsRead: [String] {
        fields
            + [start, end].flatMap { condition -> [String] in
                switch condition {
                case nil: []
                case .search(let predicate): predicate.fields
                case .expression(let expression): Array(expression.fields)
                }
            }
    }
}

extension AggregateCall {
    /// The field that it reads, and the column that it makes.
    fileprivate var namesOfColumns: [String] { [field, column].compactMap { $0 } }
}
