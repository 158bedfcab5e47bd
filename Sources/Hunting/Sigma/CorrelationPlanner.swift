import Matching
import Pipeline
import Schemas
import Sigma

/// Turns correlations, and conditions that count in the deprecated form, into what a hunt runs.
struct CorrelationPlanner: Sendable {
    let collection: SigmaCollection
    let schema: Schema
    let compiler: SigmaCompiler
    let filters: [SigmaFilter]

    /// - Throws: `SigmaError` for a rule that can't be run, with the correlation's place.
    func search(for correlation: SigmaCorrelation) throws(SigmaError) -> CorrelationSearch {
        var sources: [CorrelationSearch.Source] = []
        for reference in correlation.rules {
            guard let place = collection.place(of: reference.reference) else {
                throw error(correlation.header, "\(reference.reference) is no rule that was loaded", kind: .invalid)
            }
            let document = collection.documents[place]
            func columns(_ names: [String]) -> [String] {
                names.map { correlation.field($0, in: reference, header: document.header) }
            }
            let groupBy = columns(correlation.groupBy)
            let values = columns(correlation.condition.fields)
            switch document {
            case .rule(let rule):
                sources.append(
                    CorrelationSearch.Source(
                        .search(try matches(of: rule, columns: groupBy + values, for: correlation.header)),
                        groupBy: groupBy, values: values))
            case .correlation(let inner):
                sources.append(
                    CorrelationSearch.Source(.correlation(try search(for: inner)), groupBy: groupBy, values: values))
            case .filter:
                throw error(correlation.header, "\(reference.reference) is a filter", kind: .invalid)
            }
        }
        return CorrelationSearch(
            kind: correlation.kind, timespan: correlation.timespan, condition: correlation.condition,
            columns: correlation.groupBy, sources: sources)
    }

    /// A rule whose condition counts its own matches, or those of its selections.
    func search(
        for rule: SigmaRule, _ compiled: CompiledSigma, _ aggregation: SigmaAggregation
    ) throws(SigmaError) -> CorrelationSearch {
        switch aggregation {
        case .statistic(let statistic):
            let values = statistic.field.map { [$0] } ?? []
            let source = CorrelationSearch.Source(
                .search(Self.search(compiled.plan, columns: statistic.groupBy + values)), groupBy: statistic.groupBy,
                values: values)
            return CorrelationSearch(
                kind: statistic.kind, timespan: compiled.timeframe,
                condition: CorrelationCondition(bounds: [statistic.bound], fields: values),
                columns: statistic.groupBy, sources: [source])
        case .near(let names):
            var sources = [
                CorrelationSearch.Source(.search(Self.search(compiled.plan, columns: [])), groupBy: [], values: [])
            ]
            for name in names {
                guard let selection = compiled.selections.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
                    throw error(rule.header, "near names \(name), which is no selection", kind: .invalid)
                }
                var plan = compiled.plan
                plan.filter = selection.predicate
                sources.append(
                    CorrelationSearch.Source(.search(Self.search(plan, columns: [])), groupBy: [], values: []))
            }
            return CorrelationSearch(
                kind: .temporal, timespan: compiled.timeframe, condition: CorrelationCondition(bounds: []),
                columns: [], sources: sources)
        }
    }

    /// The rules that give no findings of their own, since correlations name them and don't say that they should.
    var silentPlaces: Set<Int> {
        var silent: Set<Int> = []
        var heard: Set<Int> = []
        for case .correlation(let correlation) in collection.documents {
            let places = correlation.rules.compactMap { collection.place(of: $0.reference) }
            if correlation.generates { heard.formUnion(places) } else { silent.formUnion(places) }
        }
        return silent.subtracting(heard)
    }

    private func matches(
        of rule: SigmaRule, columns: [String], for header: SigmaHeader
    ) throws(SigmaError) -> Subsearch {
        let logsource = rule.logsource
        guard
            let view = schema.logsource(
                product: logsource.product, category: logsource.category, service: logsource.service)
        else {
            throw error(
                header, "no events are known for the logsource \(logsource.name) of \(rule.header.displayName)")
        }
        let compiled: CompiledSigma
        do throws(SigmaError) {
            compiled = try compiler.compile(
                rule, source: .logsource(view), filters: filters.filter { $0.applies(to: rule) })
        } catch {
            throw self.error(header, "\(rule.header.displayName) can't be run: \(error.reason)", kind: error.kind)
        }
        guard compiled.aggregation == nil else {
            throw error(header, "\(rule.header.displayName) counts its matches itself; they can't be correlated")
        }
        return Self.search(compiled.plan, columns: columns)
    }

    /// The matches of a plan as rows.
    private static func search(_ plan: SearchPlan, columns: [String]) -> Subsearch {
        var plan = plan
        var shown = ["_time"]
        for column in columns where !shown.contains(column) { shown.append(column) }
        plan.commands = [.table(shown)]
        return Subsearch(plan: plan, timeRange: TimeRange())
    }

    private func error(
        _ header: SigmaHeader, _ reason: String, kind: SigmaError.Kind = .unsupported
    ) -> SigmaError {
        SigmaError(kind, file: header.file, path: "correlation.rules", mark: header.mark, reason: reason)
    }
}
