import Aggregation
import Matching
import Values

/// Which fields of an event a search reads.
public enum FieldRequirement: Hashable, Sendable {
    /// Any field may be shown or read.
    case all
    /// These, sorted by name; `_time` and `_raw` among them where they are read.
    case named([String])
}

extension SearchPlan {
    /// The fields that the filter and the commands up to the first transforming one read of an event.
    ///
    /// Fields that commands only pass on do not count unless they can be seen in the end.
    public var requiredFields: FieldRequirement {
        var needed = Command.requiredFields(of: commands)
        needed.formUnion(filter.fields)
        if filter.readsRawText { needed.insert("_raw") }
        // A condition that is not known yet names what its subsearch ends with.
        for subsearch in numbered(commands.flatMap(\.deferredNumbers)) {
            needed.formUnion(subsearch.plan.columnsKnownBefore)
        }
        guard let names = needed.names else { return .all }
        return .named(names.sorted())
    }
}

extension Command {
    /// The fields that commands, the first transforming one included, need of the rows that enter them.
    static func requiredFields(of commands: [Command]) -> NeededFields {
        requiredFields(of: commands, behind: NeededFields(names: nil))
    }

    /// The same where only some fields are seen behind the last command.
    static func requiredFields(of commands: [Command], behind last: NeededFields) -> NeededFields {
        let end = commands.firstIndex { $0.isTransforming }
        var needed = end == nil ? last : NeededFields(names: [])
        for command in commands.prefix(end.map { $0 + 1 } ?? commands.count).reversed() {
            command.addRequired(to: &needed)
        }
        return needed
    }

    /// Goes back over one command: from what is needed behind it to what is needed before it.
    func addRequired(to needed: inout NeededFields) {
        switch self {
        case .search(let predicate):
            needed.formUnion(predicate.fields)
            if predicate.readsRawText { needed.insert("_raw") }
        case .filter(let expression): needed.formUnion(expression.fields)
        case .evaluate(let assignments):
            for assignment in assignments.reversed() {
                needed.remove(assignment.column)
                needed.formUnion(assignment.expression.fields)
            }
        case .rename(let renamings):
            for renaming in renamings.reversed() { needed.undo(renaming) }
        case .convert(let conversion):
            for call in conversion.calls.reversed() {
                guard let column = call.column else { continue }
                needed.remove(column)
                needed.insert(call.field)
            }
        case .fields(let keep, let names):
            needed.restrict(to: keep ? names + ["_time", "_raw"] : nil, without: keep ? [] : names)
        case .table(let names): needed.restrict(to: names, without: [])
        case .sort(let sorting): needed.formUnion(sorting.keys.map(\.field))
        case .lookup(let lookup):
            if !lookup.keepsValues { for pair in lookup.outputs { needed.remove(pair.column) } }
            needed.formUnion(lookup.inputs.map(\.column))
        case .join(let join):
            // What the subsearch brings is not known here: everything that is needed behind it may come from either side.
            if join.fields.isEmpty { needed = NeededFields(names: nil) } else { needed.formUnion(join.fields) }
            if join.earlier != nil { needed.insert("_time") }
        case .append, .appendColumns: break
        case .appendPipe(let commands): needed.formUnion(Self.requiredFields(of: commands, behind: needed))
        case .map(let map): needed = NeededFields(names: map.fields)
        case .returnValues(let values): needed = NeededFields(names: Set(values.items.map(\.field)))
        case .head: break
        case .deduplicate(let deduplication):
            needed.formUnion(deduplication.fields)
            needed.formUnion(deduplication.sortedBy.map(\.field))
        case .bin(let binning):
            if let column = binning.choiceColumn { needed.remove(column) }
            needed.remove(binning.column)
            needed.insert(binning.field)
        case .eventStatistics(let statistics): needed.undo(statistics)
        case .runningStatistics(let running):
            needed.undo(running.statistics)
            if running.timeWindow != nil { needed.insert("_time") }
            for condition in [running.resetBefore, running.resetAfter] {
                if let condition { needed.formUnion(condition.fields) }
            }
        case .rowStatistics(let statistics):
            needed = NeededFields(names: [])
            needed.undo(statistics)
        case .chart(let chart): needed = NeededFields(names: chart.grouping.requiredFields)
        case .topValues(let top): needed = NeededFields(names: Set(top.keys + top.fields + [top.countColumn]))
        case .makeContinuous(let continuity): needed.insert(continuity.field)
        case .headWhile(let head): needed.formUnion(head.condition.fields)
        case .tail, .reverse: break
        case .transaction(let rule):
            for column in ["duration", "eventcount", "closed_txn"] { needed.remove(column) }
            needed.formUnion(rule.fields + ["_time"])
            for condition in [rule.start, rule.end] {
                switch condition {
                case nil: break
                case .search(let predicate):
                    needed.formUnion(predicate.fields)
                    if predicate.readsRawText { needed.insert("_raw") }
                case .expression(let expression): needed.formUnion(expression.fields)
                }
            }
        case .extract(let extraction): extraction.addRequired(to: &needed)
        case .reshape(let reshaping): reshaping.addRequired(to: &needed)
        case .stats(let grouping):
            needed = NeededFields(names: grouping.requiredFields)
        }
    }
}

extension Grouping {
    /// What it reads of a row.
    var requiredFields: Set<String> {
        var names = Set(keys.map(\.field)).union(functions.compactMap(\.field))
        if functions.contains(where: { $0.function.readsTime }) { names.insert("_time") }
        return names
    }
}

extension SearchPlan {
    /// The columns that the search ends with, as far as they can be told before it runs.
    var columnsKnownBefore: [String] {
        var names: [String] = []
        if case .table(let table) = source {
            names = table.columns
        } else if case .named(let read) = requiredFields {
            names = read
        }
        let rows = try? RowPipeline.run(commands, on: RowSet(columns: names), context: .withoutTimes)
        return rows?.columns ?? []
    }
}

extension Command {
    /// The numbers of the subsearches that its conditions wait for.
    var deferredNumbers: [Int] {
        switch self {
        case .search(let predicate): predicate.deferred
        case .appendPipe(let commands): commands.flatMap(\.deferredNumbers)
        default: []
        }
    }
}

/// A set of field names, or all of them.
struct NeededFields {
    /// `nil`: all.
    private(set) var names: Set<String>?

    mutating func insert(_ name: String) { names?.insert(name) }

    mutating func formUnion(_ others: some Sequence<String>) { names?.formUnion(others) }

    mutating func formUnion(_ others: NeededFields) {
        guard let more = others.names else {
            names = nil
            return
        }
        names?.formUnion(more)
    }

    mutating func remove(_ name: String) { names?.remove(name) }

    /// The aggregates' columns come from the fields that they read, and the rest stays. What a call over several fields
    /// reads is known only of the names that are needed behind it: over events it meets the fields that the search names.
    fileprivate mutating func undo(_ statistics: RowStatistics) {
        for call in statistics.functions {
            guard let field = call.field, !statistics.temporary.contains(field), FieldPattern(field).wildcards > 0
            else {
                remove(call.column)
                continue
            }
            undo(Renaming(from: field, to: call.column))
        }
        formUnion(statistics.keys)
        for call in statistics.functions {
            if let field = call.field, statistics.temporary.contains(field) || FieldPattern(field).wildcards == 0 {
                insert(field)
            }
        }
        if statistics.functions.contains(where: { $0.function.readsTime }) { insert("_time") }
    }

    /// Only names that these patterns keep (`nil` keeps all) and those do not drop are seen behind the command.
    mutating func restrict(to kept: [String]?, without dropped: [String]) {
        let drops = dropped.map(FieldPattern.init)
        let keeps = kept?.map(FieldPattern.init)
        if let names {
            self.names = names.filter { name in
                keeps?.contains { $0.matches(name) } != false && !drops.contains { $0.matches(name) }
            }
        } else if let kept, let keeps, keeps.allSatisfy({ $0.wildcards == 0 }) {
            names = Set(kept)
        }
    }

    /// A name behind a renaming may come from the old name, and also be there as it is where wildcards did not match.
    mutating func undo(_ renaming: Renaming) {
        guard let names else { return }
        let to = FieldPattern(renaming.to)
        let from = FieldPattern(renaming.from)
        guard from.wildcards == to.wildcards else { return }
        var before: Set<String> = []
        for name in names {
            if let captures = to.captures(name) { before.insert(from.filled(with: captures)) }
            before.insert(name)
        }
        self.names = before
    }
}
