import Matching
import Pipeline
import Schemas
import Sigma
import Values

/// Turns correlations, and conditions that count in the deprecated form, into what a hunt runs.
struct CorrelationPlanner: Sendable {
    let collection: SigmaCollection
    let schema: Schema
    let compiler: SigmaCompiler
    let filters: [SigmaFilter]

    /// How many correlations and rules may stand below one, each as often as it is named.
    static let sourceLimit = 1_000
    /// How many correlations may stand one in the other.
    static let depthLimit = 32

    /// Checks that a correlation is not one of too many others.
    ///
    /// - Returns: how many rules and correlations stand below it.
    private func check(_ correlation: SigmaCorrelation, depth: Int = 1, count: Int = 0) throws(SigmaError) -> Int {
        guard depth <= Self.depthLimit else {
            throw error(correlation.header, "more than \(Self.depthLimit) correlations stand one in the other")
        }
        var count = count + correlation.rules.count
        guard count <= Self.sourceLimit else {
            throw error(correlation.header, "it comes to more than \(Self.sourceLimit) rules with all that they name")
        }
        for case .correlation(let inner)? in correlation.rules.map({ rule in
            collection.place(of: rule.reference).map { collection.documents[$0] }
        }) {
            count = try check(inner, depth: depth + 1, count: count)
        }
        return count
    }

    /// - Throws: `SigmaError` for a rule that can't be run, with the correlation's place.
    func search(for correlation: SigmaCorrelation) throws(SigmaError) -> CorrelationSearch {
        do throws(SigmaError) {
            _ = try check(correlation)
        } catch {
            throw self.error(correlation.header, error.reason)
        }
        return try search(for: correlation, carrying: [])
    }

    /// - Parameter carried: fields of a window's last event that correlations around this one ask for.
    /// - Throws: `SigmaError` for a rule that can't be run, with the correlation's place.
    private func search(
        for correlation: SigmaCorrelation, carrying carried: [String]
    ) throws(SigmaError) -> CorrelationSearch {
        var sources: [CorrelationSearch.Source] = []
        for reference in correlation.rules {
            guard let place = collection.place(of: reference.reference) else {
                let isFilter = filters.contains { [$0.header.name, $0.header.id].contains(reference.reference) }
                let reason = isFilter ? "a filter" : "no rule that was loaded"
                throw error(correlation.header, "\(reference.reference) is \(reason)", kind: .invalid)
            }
            let document = collection.documents[place]
            func columns(_ names: [String]) -> [String] {
                names.map { correlation.field($0, in: reference, header: document.header) }
            }
            var source = CorrelationSearch.Source(
                .search(
                    Subsearch(
                        plan: SearchPlan(source: .events, filter: .constant(false), commands: []),
                        timeRange: TimeRange())),
                groupBy: columns(correlation.groupBy), values: columns(correlation.condition.fields),
                carried: columns(carried))
            let all = source.groupBy + source.values + source.carried
            switch document {
            case .rule(let rule): source.matches = try matches(of: rule, columns: all, for: correlation.header)
            case .correlation(let inner):
                let others = all.filter { !inner.groupBy.contains($0) }
                source.matches = .correlation(try search(for: inner, carrying: others.unique))
            case .filter: preconditionFailure("filters are no documents of a collection")
            }
            sources.append(source)
        }
        return CorrelationSearch(
            kind: correlation.kind, timespan: correlation.timespan, condition: correlation.condition,
            columns: correlation.groupBy, carried: carried, sources: sources)
    }

    /// A rule whose condition counts its own matches, or those of its selections.
    func search(
        for rule: SigmaRule, _ compiled: CompiledSigma, _ aggregation: SigmaAggregation, carrying carried: [String] = []
    ) throws(SigmaError) -> CorrelationSearch {
        switch aggregation {
        case .statistic(let statistic):
            let values = statistic.field.map { [$0] } ?? []
            let source = CorrelationSearch.Source(
                .search(Self.search(compiled.plan, columns: statistic.groupBy + values + carried)),
                groupBy: statistic.groupBy, values: values, carried: carried)
            return CorrelationSearch(
                kind: statistic.kind, timespan: compiled.timeframe,
                condition: CorrelationCondition(bounds: [statistic.bound], fields: values),
                columns: statistic.groupBy, carried: carried, sources: [source])
        case .near(let names, let without):
            var sources = [
                CorrelationSearch.Source(
                    .search(Self.search(compiled.plan, columns: carried)), groupBy: [], values: [], carried: carried)
            ]
            for name in names + without {
                guard let selection = compiled.selections.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
                    throw error(rule.header, "near names \(name), which is no selection", kind: .invalid)
                }
                var plan = compiled.plan
                plan.filter = selection.predicate
                sources.append(
                    CorrelationSearch.Source(
                        .search(Self.search(plan, columns: carried)), groupBy: [], values: [], carried: carried))
            }
            let parts = (0..<sources.count).map { place -> CorrelationCondition.RuleExpression in
                place <= names.count ? .rule(place) : .not(.rule(place))
            }
            return CorrelationSearch(
                kind: .temporal, timespan: compiled.timeframe,
                condition: CorrelationCondition(bounds: [], expression: .some(parts.count, of: parts)),
                columns: [], carried: carried, sources: sources)
        }
    }

    /// What each of the correlations among some documents looks for, by its place, or why it can't be run.
    func searches(at places: [Int]) -> [Int: Result<CorrelationSearch, SigmaError>] {
        var searches: [Int: Result<CorrelationSearch, SigmaError>] = [:]
        for place in places {
            guard case .correlation(let correlation) = collection.documents[place] else { continue }
            searches[place] = Result { () throws(SigmaError) in try search(for: correlation) }
        }
        return searches
    }

    /// The rules that give no findings of their own, since correlations that are run name them, or correlations that these
    /// name, and don't say that they should.
    func silentPlaces(under running: [Int]) -> Set<Int> {
        var silent: Set<Int> = []
        var heard: Set<Int> = []
        var pending = running
        var seen = Set(running)
        while let next = pending.popLast() {
            guard case .correlation(let correlation) = collection.documents[next] else { continue }
            let places = correlation.rules.compactMap { collection.place(of: $0.reference) }
            if correlation.generates { heard.formUnion(places) } else { silent.formUnion(places) }
            pending += places.filter { seen.insert($0).inserted }
        }
        return silent.subtracting(heard)
    }

    private func matches(
        of rule: SigmaRule, columns: [String], for header: SigmaHeader
    ) throws(SigmaError) -> CorrelationSearch.Source.Matches {
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
        guard let aggregation = compiled.aggregation else {
            return .search(Self.search(compiled.plan, columns: columns))
        }
        let groupBy = if case .statistic(let statistic) = aggregation { statistic.groupBy } else { [String]() }
        return .correlation(
            try search(for: rule, compiled, aggregation, carrying: columns.filter { !groupBy.contains($0) }.unique))
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
