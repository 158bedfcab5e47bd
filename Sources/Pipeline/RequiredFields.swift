import Aggregation
import Matching
import Values

/// Which fields of an event a search reads.
public enum FieldRequirement: Hashable, Sendable {
    /// Any field may be shown or read.
    case all
    /// These, and those whose names match the patterns, which hold `*`.
    case matching([String], patterns: [String])
    /// These, sorted by name; `_time` and `_raw` among them where they are read.
    case named([String])
}

/// The fields of a search that may show or read more than it names.
public struct OpenFields: Hashable, Sendable {
    /// Those that it names, sorted.
    public var names: [String]
    private var patterns: [FieldPattern]?

    /// `patterns` are those of other fields; `nil` for all.
    public init(names: [String], patterns: [String]? = nil) {
        self.names = names
        self.patterns = patterns?.map(FieldPattern.init)
    }

    /// Whether a field that the search does not name is wanted.
    public func takes(_ name: String) -> Bool {
        patterns?.contains { $0.matches(name) } ?? true
    }

    /// Whether every field is.
    public var takesAll: Bool { patterns == nil }
}

extension SearchPlan {
    /// The fields that the filter and the commands up to the first transforming one read of an event.
    ///
    /// Fields that commands only pass on do not count unless they can be seen in the end.
    public var requiredFields: FieldRequirement {
        let needed = neededFields
        if needed.isAll { return .all }
        let names = needed.names.sorted()
        return needed.patterns.isEmpty ? .named(names) : .matching(names, patterns: needed.patterns.sorted())
    }

    /// The fields, where these are more than those that the search names.
    public var openFields: OpenFields? {
        let needed = neededFields
        guard needed.known == nil else { return nil }
        let patterns = needed.isAll ? nil : needed.patterns.sorted()
        let outside = namedOutside.filter(OpenFields(names: [], patterns: patterns).takes)
        return OpenFields(names: needed.names.union(outside).sorted(), patterns: patterns)
    }

    private var neededFields: NeededFields {
        var needed = Command.requiredFields(of: commands)
        needed.formUnion(filter)
        // A condition that is not known yet names what its subsearch ends with.
        for subsearch in numbered(commands.flatMap(\.deferredNumbers)) {
            if let field = subsearch.comparedField {
                needed.insert(field)
                continue
            }
            needed.formUnion(subsearch.plan.columnsKnownBefore)
            if subsearch.plan.openFields != nil || subsearch.plan.returnsConditions { needed.formAll() }
        }
        return needed
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
        case .search(let predicate): needed.formUnion(predicate)
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
                if FieldPattern(call.field).wildcards > 0 {
                    needed.undo(namesOf: call.field, as: column)
                } else {
                    needed.remove(column)
                    needed.insert(call.field)
                }
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
            if let aliases = join.aliases {
                for name in needed.names where name.hasPrefix(aliases.left + ".") {
                    needed.insert(String(name.dropFirst(aliases.left.count + 1)))
                }
                for name in needed.names where name.hasPrefix(aliases.right + ".") { needed.remove(name) }
                if !needed.patterns.isEmpty { needed.formAll() }
            }
            if join.fields.isEmpty { needed.formAll() } else { needed.formUnion(join.fields) }
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
        case .runningStatistics(let running): needed.undo(running)
        case .rowStatistics(let statistics):
            needed = NeededFields(names: [])
            needed.undo(statistics)
            for field in statistics.functions.compactMap(\.field) where !statistics.temporary.contains(field) {
                needed.insert(matching: field)
            }
        case .chart(let chart): needed = NeededFields(names: chart.grouping.requiredFields)
        case .topValues(let top): needed = NeededFields(names: Set(top.keys + top.fields + [top.countColumn]))
        case .makeContinuous(let continuity): needed.insert(continuity.field)
        case .headWhile(let head): needed.formUnion(head.condition.fields)
        case .tail, .reverse: break
        case .transaction(let rule): needed.undo(rule)
        case .extract(let extraction): extraction.addRequired(to: &needed)
        case .reshape(let reshaping): reshaping.addRequired(to: &needed)
        case .stats(let grouping):
            needed = NeededFields(names: grouping.requiredFields)
        }
    }
}

extension Command {
    /// The commands, their searches told what those behind them read of their rows: fields that only an add-on gives an
    /// event are there where they are named.
    public static func withNamesOutside(_ commands: [Command]) -> [Command] {
        withNamesOutside(commands, behind: NeededFields(names: nil))
    }

    private static func withNamesOutside(_ commands: [Command], behind last: NeededFields) -> [Command] {
        var result = commands
        var needed = last
        for index in commands.indices.reversed() {
            let names = needed.names.sorted()
            switch commands[index] {
            case .join(var join):
                let prefix = join.aliases.map { $0.right + "." } ?? ""
                let own = prefix.isEmpty ? [] : names.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
                join.subsearch.name(names + join.partnerFields + own.map(String.init))
                result[index] = .join(join)
            case .append(var append):
                append.subsearch.name(names)
                result[index] = .append(append)
            case .appendColumns(var append):
                append.subsearch.name(names)
                result[index] = .appendColumns(append)
            case .map(var map):
                map.namedOutside = names
                result[index] = .map(map)
            case .appendPipe(let inner):
                result[index] = .appendPipe(withNamesOutside(inner, behind: needed))
            default: break
            }
            commands[index].addRequired(to: &needed)
        }
        return result
    }
}

extension Subsearch {
    fileprivate mutating func name(_ fields: [String]) {
        guard plan.source == .events, plan.openFields != nil else { return }
        plan.namedOutside = fields
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
        } else {
            switch requiredFields {
            case .named(let read), .matching(let read, _): names = read
            case .all: break
            }
        }
        let rows = try? RowPipeline.run(commands, on: RowSet(columns: names), context: .withoutTimes)
        return rows?.columns ?? []
    }
}

extension SearchPlan {
    /// Whether its rows may hold conditions, which name any field, and not only values.
    fileprivate var returnsConditions: Bool {
        let words: Set = ["search", "query"]
        if case .returnValues(let values) = commands.last { return values.items.contains { words.contains($0.field) } }
        return columnsKnownBefore.contains(where: words.contains)
    }
}

extension Command {
    /// The numbers of the subsearches that its conditions wait for.
    var deferredNumbers: [Int] {
        switch self {
        case .search(let predicate): predicate.deferred
        case .filter(let expression): expression.subsearchNumbers
        case .evaluate(let assignments): assignments.flatMap(\.expression.subsearchNumbers)
        case .appendPipe(let commands): commands.flatMap(\.deferredNumbers)
        default: []
        }
    }
}

/// A set of field names: some by name, some by pattern, or all of them.
struct NeededFields {
    /// Those that are named; where all are needed, those that commands read by name.
    private(set) var names: Set<String>
    /// Of others, with `*`.
    private(set) var patterns: Set<String> = []
    private(set) var isAll: Bool

    /// `nil`: all.
    init(names: Set<String>?) {
        self.names = names ?? []
        isAll = names == nil
    }

    /// The names, where there are no others.
    var known: Set<String>? { isAll || !patterns.isEmpty ? nil : names }

    mutating func insert(_ name: String) { names.insert(name) }

    mutating func formUnion(_ others: some Sequence<String>) { names.formUnion(others) }

    mutating func formUnion(_ others: NeededFields) {
        names.formUnion(others.names)
        patterns.formUnion(others.patterns)
        if others.isAll { formAll() }
    }

    mutating func formUnion(_ condition: Predicate<String>) {
        names.formUnion(condition.fields)
        if condition.readsRawText { names.insert("_raw") }
    }

    mutating func formAll() {
        isAll = true
        patterns = []
    }

    /// Needs what a name stands for, where it may hold `*`.
    mutating func insert(matching name: String) {
        if !name.contains("*") { names.insert(name) } else if !isAll { patterns.insert(name) }
    }

    mutating func remove(_ name: String) { names.remove(name) }

    /// Whether a name is among what is needed.
    private func needs(_ name: String) -> Bool {
        isAll || names.contains(name) || patterns.contains { FieldPattern($0).matches(name) }
    }

    /// The aggregates' columns come from the fields that they read, and the rest stays.
    fileprivate mutating func undo(_ statistics: RowStatistics) {
        for call in statistics.functions {
            guard let field = call.field, !statistics.temporary.contains(field), FieldPattern(field).wildcards > 0
            else {
                // A row that lacks a by-field keeps what it has there.
                if statistics.keys.isEmpty { remove(call.column) }
                continue
            }
            undo(namesOf: field, as: call.column)
        }
        formUnion(statistics.keys)
        for call in statistics.functions {
            if let field = call.field, statistics.temporary.contains(field) || FieldPattern(field).wildcards == 0 {
                insert(field)
            }
        }
        if statistics.functions.contains(where: { $0.function.readsTime }) { insert("_time") }
    }

    /// Columns come from the fields that a pattern meets, which stay, by what its wildcards stand for.
    fileprivate mutating func undo(namesOf pattern: String, as column: String) {
        if known == nil { insert(matching: pattern) } else { undo(Renaming(from: pattern, to: column)) }
    }

    fileprivate mutating func undo(_ running: RunningStatistics) {
        undo(running.statistics)
        if running.timeWindow != nil { insert("_time") }
        formUnion(running.fieldsOfConditions)
    }

    fileprivate mutating func undo(_ rule: TransactionRule) {
        for column in ["duration", "eventcount", "closed_txn"] { remove(column) }
        formUnion(rule.fields + ["_time"])
        for condition in [rule.start, rule.end] {
            switch condition {
            case nil: break
            case .search(let predicate): formUnion(predicate)
            case .expression(let expression): formUnion(expression.fields)
            }
        }
    }

    /// Only names that these patterns keep (`nil` keeps all) and those do not drop are seen behind the command.
    mutating func restrict(to kept: [String]?, without dropped: [String]) {
        let drops = dropped.map(FieldPattern.init)
        let keeps = kept?.map(FieldPattern.init)
        let before = self
        names = names.filter { name in
            keeps?.contains { $0.matches(name) } != false && !drops.contains { $0.matches(name) }
        }
        guard known == nil, let kept else { return }
        names.formUnion(kept.filter { !$0.contains("*") && before.needs($0) })
        let wild = Set(kept.filter { $0.contains("*") })
        if isAll || patterns.contains("*") || wild.isEmpty { patterns = wild }
        isAll = false
    }

    /// A name behind a renaming may come from the old name, and also be there as it is where wildcards did not match.
    mutating func undo(_ renaming: Renaming) {
        let to = FieldPattern(renaming.to)
        let from = FieldPattern(renaming.from)
        guard from.wildcards == to.wildcards else { return }
        if from.wildcards == 0 {
            if needs(renaming.to) { names.insert(renaming.from) }
            return
        }
        if !patterns.isEmpty { insert(matching: renaming.from) }
        let before = names
        for name in names {
            // A lone star leaves no name alone but those of internal fields.
            if renaming.from == "*", !name.hasPrefix("_"), to.matches(name) { names.remove(name) }
        }
        for captures in before.compactMap(to.captures) { names.insert(from.filled(with: captures)) }
    }
}
