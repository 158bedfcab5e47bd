import Aggregation
import Matching

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
        guard let names = needed.names else { return .all }
        return .named(names.sorted())
    }
}

extension Command {
    /// The fields that commands, the first transforming one included, need of the rows that enter them.
    static func requiredFields(of commands: [Command]) -> NeededFields {
        let end = commands.firstIndex { $0.isTransforming }
        var needed = NeededFields(names: end == nil ? nil : [])
        for command in commands.prefix(end.map { $0 + 1 } ?? commands.count).reversed() {
            command.addRequired(to: &needed)
        }
        return needed
    }

    /// Goes back over one command: from what is needed behind it to what is needed before it.
    private func addRequired(to needed: inout NeededFields) {
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
        case .head: break
        case .deduplicate(let deduplication):
            needed.formUnion(deduplication.fields)
            needed.formUnion(deduplication.sortedBy.map(\.field))
        case .stats(let grouping):
            needed = NeededFields(names: Set(grouping.keys.map(\.field)))
            needed.formUnion(grouping.functions.compactMap(\.field))
            if grouping.functions.contains(where: { $0.function.readsTime }) {
                needed.insert("_time")
            }
        }
    }
}

/// A set of field names, or all of them.
struct NeededFields {
    /// `nil`: all.
    private(set) var names: Set<String>?

    mutating func insert(_ name: String) { names?.insert(name) }

    mutating func formUnion(_ others: some Sequence<String>) { names?.formUnion(others) }

    mutating func remove(_ name: String) { names?.remove(name) }

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
