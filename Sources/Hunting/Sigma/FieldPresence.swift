import Matching
import Pipeline
import SPL
import Schemas

/// How many events each dataset and logsource had, and how many of them had each of its fields.
struct FieldPresence: Sendable {
    private var events: [Int] = []
    /// By field: with a value, and at all.
    private var fields: [Int] = []
    private var keys: [Int] = []

    init() {}

    /// What one worker has counted.
    init(_ reader: EventReader, map: FieldMap) {
        events = (0..<map.datasetCount).map { reader.eventCount(of: $0) }
        fields = (0..<map.fieldCount).map { reader.presenceCount(of: $0) }
        keys = (0..<map.fieldCount).map { reader.keyCount(of: $0) }
    }

    mutating func merge(_ other: FieldPresence) {
        if events.isEmpty {
            self = other
            return
        }
        for (index, count) in other.events.enumerated() { events[index] += count }
        for (index, count) in other.fields.enumerated() { fields[index] += count }
        for (index, count) in other.keys.enumerated() { keys[index] += count }
    }

    /// What a correlation could see of the events of its rules; `nil` where nothing was counted.
    ///
    /// One that needs a match of each of its rules could see no more than the one that saw least, any other no less than the one
    /// that saw most. A match needs a value of each group-by field, and of those that are counted or added up.
    func coverage(of correlation: CorrelationSearch, map: FieldMap) -> RuleCoverage? {
        let parts = correlation.sources.compactMap { coverage(of: $0, in: correlation, map: map) }
        let order = [RuleCoverage.Verdict.noEvents, .notEvaluable, .evaluated]
        let verdicts = parts.map(\.verdict).sorted { order.firstIndex(of: $0) ?? 0 < order.firstIndex(of: $1) ?? 0 }
        guard let verdict = correlation.kind.isTemporal ? verdicts.first : verdicts.last else { return nil }
        var fields: [RuleCoverage.Field] = []
        for field in parts.flatMap(\.fields) {
            if let known = fields.firstIndex(where: { $0.name == field.name }) {
                fields[known].events += field.events
            } else {
                fields.append(field)
            }
        }
        return RuleCoverage(verdict: verdict, events: parts.reduce(0) { $0 + $1.events }, fields: fields)
    }

    /// What a correlation could see of the matches of one of its rules.
    private func coverage(
        of source: CorrelationSearch.Source, in correlation: CorrelationSearch, map: FieldMap
    ) -> RuleCoverage? {
        let needed = source.groupBy + (correlation.needsValues ? source.values : [])
        guard var coverage = coverage(of: source.matches, showing: source.shown, map: map) else { return nil }
        if coverage.verdict == .evaluated, needed.contains(where: { !occurs($0, in: source.matches, map: map) }) {
            coverage.verdict = .notEvaluable
        }
        return coverage
    }

    private func coverage(
        of matches: CorrelationSearch.Source.Matches, showing columns: [String], map: FieldMap
    ) -> RuleCoverage? {
        switch matches {
        case .correlation(let inner): return coverage(of: inner, map: map)
        case .search(let search):
            guard case .logsource(let view) = search.plan.source else { return nil }
            return coverage(
                in: view, fields: (search.plan.filter.fields + columns).unique, condition: search.plan.filter, map: map)
        }
    }

    /// Whether a column of matches ever has a value. What an inner correlation carries is of any of its rules.
    private func occurs(_ column: String, in matches: CorrelationSearch.Source.Matches, map: FieldMap) -> Bool {
        switch matches {
        case .search(let search):
            guard case .logsource(let view) = search.plan.source else { return true }
            return map.field(FieldMap.Request(view: .logsource(view), name: column)).map { fields[$0] > 0 } ?? false
        case .correlation(let inner):
            // Windows have a value of each of these, or there is none.
            if inner.columns.contains(column) { return true }
            guard let place = inner.carried.firstIndex(of: column) else { return false }
            return inner.sources.contains { occurs($0.carried[place], in: $0.matches, map: map) }
        }
    }

    /// What a rule could see; `nil` where nothing was counted.
    func coverage(of content: SigmaContent, map: FieldMap) -> RuleCoverage? {
        guard let view = content.view else { return nil }
        return coverage(in: view, fields: content.fields, condition: content.condition, map: map)
    }

    private func coverage(
        in view: String, fields names: [String], condition: Predicate<String>, map: FieldMap
    ) -> RuleCoverage? {
        guard let dataset = map.logsource(view), dataset < events.count else { return nil }
        var keyless: Set<String> = []
        let counts = names.map { name in
            let field = map.field(FieldMap.Request(view: .logsource(view), name: name))
            if field.map({ keys[$0] == 0 }) ?? true { keyless.insert(name) }
            return RuleCoverage.Field(name: name, events: field.map { fields[$0] } ?? 0)
        }
        return RuleCoverage(events: events[dataset], fields: counts, keyless: keyless, condition: condition)
    }
}

extension CorrelationSearch {
    /// Whether no window holds where no match has a value.
    fileprivate var needsValues: Bool {
        kind.readsValues && !(kind == .valueCount && condition.holds(0))
    }
}

extension CorrelationSearch.Source {
    /// The columns that are read of its matches.
    fileprivate var shown: [String] { groupBy + values + carried }
}
