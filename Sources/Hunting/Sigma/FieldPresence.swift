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
    /// One over matches of several rules could see nothing where its condition can't hold without those of the rules that saw
    /// nothing; any other saw no less than the one that saw most. A match needs a value of each group-by field, and of those
    /// that are counted or added up.
    func coverage(of correlation: CorrelationSearch, map: FieldMap) -> RuleCoverage? {
        sight(of: correlation, map: map)?.coverage
    }

    private func sight(of correlation: CorrelationSearch, map: FieldMap) -> CorrelationSight? {
        let parts = correlation.sources.map { self.sight(of: $0, in: correlation, map: map) }
        let known = parts.compactMap(\.self)
        let order = [RuleCoverage.Verdict.noEvents, .notEvaluable, .evaluated]
        let verdicts = order.filter { verdict in known.contains { $0.verdict == verdict } }
        guard let least = verdicts.first, let most = verdicts.last else { return nil }
        let sees = parts.map { $0.map { $0.verdict == .evaluated } ?? true }
        let missing = correlation.kind.isTemporal ? least : most
        var whole = CorrelationSight(verdict: correlation.mayFind(where: sees) ? .evaluated : missing)
        for part in known { whole.add(part) }
        return whole
    }

    /// What a correlation could see of the matches of one of its rules.
    private func sight(
        of source: CorrelationSearch.Source, in correlation: CorrelationSearch, map: FieldMap
    ) -> CorrelationSight? {
        let needed = correlation.columnsOfMatches(of: source)
        guard var seen = sight(of: source.matches, showing: source.shown, map: map) else { return nil }
        if seen.verdict == .evaluated, needed.contains(where: { !occurs($0, in: source.matches, map: map) }) {
            seen.verdict = .notEvaluable
        }
        return seen
    }

    private func sight(
        of matches: CorrelationSearch.Source.Matches, showing columns: [String], map: FieldMap
    ) -> CorrelationSight? {
        switch matches {
        case .correlation(let inner): return sight(of: inner, map: map)
        case .search(let search):
            guard case .logsource(let view) = search.plan.source else { return nil }
            return coverage(
                in: view, fields: (search.plan.filter.fields + columns).unique, condition: search.plan.filter, map: map
            ).map { CorrelationSight($0, of: view) }
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

/// What the rules of a correlation could see together: what several of them read is counted once.
private struct CorrelationSight {
    var verdict: RuleCoverage.Verdict
    /// By logsource.
    private var events: [String: Int] = [:]
    private var fields: [String: [RuleCoverage.Field]] = [:]
    /// Names of fields, as they came.
    private var names: [String] = []

    init(verdict: RuleCoverage.Verdict) { self.verdict = verdict }

    init(_ coverage: RuleCoverage, of view: String) {
        verdict = coverage.verdict
        events = [view: coverage.events]
        fields = [view: coverage.fields]
        names = coverage.fields.map(\.name)
    }

    mutating func add(_ other: CorrelationSight) {
        names = (names + other.names).unique
        events.merge(other.events) { first, _ in first }
        fields.merge(other.fields) { first, second in
            first + second.filter { field in !first.contains { $0.name == field.name } }
        }
    }

    var coverage: RuleCoverage {
        let counts = Dictionary(fields.values.joined().map { ($0.name, $0.events) }, uniquingKeysWith: +)
        return RuleCoverage(
            verdict: verdict, events: events.values.reduce(0, +),
            fields: names.map { RuleCoverage.Field(name: $0, events: counts[$0] ?? 0) })
    }
}

extension CorrelationSearch {
    /// The columns without a value of which a row of one of its sources is no match.
    func columnsOfMatches(of source: Source) -> [String] {
        // No window holds where no match has a value, unless none is few enough.
        let needsValues = kind.readsValues && !(kind == .valueCount && condition.holds(0))
        return source.groupBy + (needsValues ? source.values : [])
    }

    /// Whether it may find something where only some of its sources have matches.
    func mayFind(where sources: [Bool]) -> Bool {
        kind.isTemporal ? condition.mayHold(where: sources) : sources.contains(true)
    }
}

extension CorrelationSearch.Source {
    /// The columns that are read of its matches.
    fileprivate var shown: [String] { groupBy + values + carried }
}
