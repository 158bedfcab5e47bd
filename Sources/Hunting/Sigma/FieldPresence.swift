import Matching
import Pipeline
import SPL
import Schemas

/// How many events each dataset and logsource had, and how many of them had each of its fields.
struct FieldPresence: Sendable {
    private var events: [Int] = []
    private var fields: [Int] = []

    init() {}

    /// What one worker has counted.
    init(_ reader: EventReader, map: FieldMap) {
        events = (0..<map.datasetCount).map { reader.eventCount(of: $0) }
        fields = (0..<map.fieldCount).map { reader.presenceCount(of: $0) }
    }

    mutating func merge(_ other: FieldPresence) {
        if events.isEmpty {
            self = other
            return
        }
        for (index, count) in other.events.enumerated() { events[index] += count }
        for (index, count) in other.fields.enumerated() { fields[index] += count }
    }

    /// What a correlation could see of the events of its rules; `nil` where nothing was counted.
    ///
    /// One that needs a match of each of its rules could see no more than the one that saw least, any other no less than the one
    /// that saw most.
    func coverage(of correlation: CorrelationSearch, map: FieldMap) -> RuleCoverage? {
        let parts = correlation.searches.compactMap { coverage(of: $0.plan, map: map) }
        let order = [RuleCoverage.Verdict.noEvents, .notEvaluable, .evaluated]
        let verdicts = parts.map(\.verdict).sorted { order.firstIndex(of: $0) ?? 0 < order.firstIndex(of: $1) ?? 0 }
        let needsAll = correlation.kind == .temporal || correlation.kind == .temporalOrdered
        guard let verdict = needsAll ? verdicts.first : verdicts.last else { return nil }
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

    private func coverage(of plan: SearchPlan, map: FieldMap) -> RuleCoverage? {
        guard case .logsource(let view) = plan.source else { return nil }
        return coverage(in: view, fields: plan.filter.fields, condition: plan.filter, map: map)
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
        let counts = names.map { name in
            let field = map.field(FieldMap.Request(view: .logsource(view), name: name))
            return RuleCoverage.Field(name: name, events: field.map { fields[$0] } ?? 0)
        }
        return RuleCoverage(events: events[dataset], fields: counts, condition: condition)
    }
}
