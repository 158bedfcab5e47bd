import Detections
import Pipeline
import SPL
public import Schemas
public import Sigma
import Values

extension HuntRule {
    /// The rules and correlations of a collection as a hunt takes them: compiled, or with the reason why not. A document
    /// that can't be used is a rule that does not run, too.
    ///
    /// - Parameter isChosen: whether a rule is wanted; documents that can't be used are asked for as well.
    /// - Complexity: about linear in the size of the documents; done on all processors.
    public static func rules(
        of collection: SigmaCollection, schema: Schema, placeholders: SigmaPlaceholders = SigmaPlaceholders(),
        where isChosen: (SigmaHeader) -> Bool = { _ in true }
    ) -> [HuntRule] {
        let compiler = SigmaCompiler(placeholders: placeholders)
        var rules: [HuntRule] = []
        // A filter that is wrong spoils no rule but itself.
        var filters: [SigmaFilter] = []
        for filter in collection.filters {
            do {
                try compiler.check(filter)
                filters.append(filter)
            } catch {
                rules.append(HuntRule(refused: filter.header, because: error))
            }
        }
        let planner = CorrelationPlanner(collection: collection, schema: schema, compiler: compiler, filters: filters)
        let chosen = collection.documents.enumerated().filter { isChosen($0.element.header) }
        let correlations = planner.searches(at: chosen.map(\.offset))
        let silent = planner.silentPlaces(
            under: correlations.compactMap { place, search in (try? search.get()).map { _ in place } })
        rules += chosen.concurrentMap { place, document in
            switch document {
            case .rule(let rule): HuntRule(rule, planner, isSilent: silent.contains(place))
            case .correlation(let correlation):
                HuntRule(correlation, correlations[place], isSilent: silent.contains(place))
            case .filter: preconditionFailure("filters are no documents of a collection")
            }
        }
        rules += collection.failures.filter { isChosen($0.header) }.map {
            HuntRule(refused: $0.header, because: $0.error)
        }
        return rules
    }

    private init(_ correlation: SigmaCorrelation, _ search: Result<CorrelationSearch, SigmaError>?, isSilent: Bool) {
        switch search {
        case .success(let search)?:
            self.init(sigma: correlation.header, .correlated(search))
            self.isSilent = isSilent
        case .failure(let error)?: self.init(refused: correlation.header, because: error)
        case nil: self.init(sigma: correlation.header, .refused(.invalid, reason: "it is no correlation"))
        }
    }

    private init(_ rule: SigmaRule, _ planner: CorrelationPlanner, isSilent: Bool) {
        let logsource = rule.logsource
        let view = planner.schema.logsource(
            product: logsource.product, category: logsource.category, service: logsource.service)
        do throws(SigmaError) {
            let compiled = try planner.compiler.compile(
                rule, source: view.map { .logsource($0) } ?? .events,
                filters: planner.filters.filter { $0.applies(to: rule) })
            var content = SigmaContent(header: rule.header)
            content.logsource = logsource
            content.view = view
            content.selections = compiled.selections
            content.fields = compiled.fields
            content.condition = compiled.plan.filter
            if view == nil {
                let near = KnownNames(logsourcesOf: planner.schema).near(logsource.name)
                let reason =
                    "\(rule.header.file):\(rule.header.mark.line): no events are known for the logsource \(logsource.name); "
                    + (near.isEmpty ? "--schemas can say which they are" : "there is \(near.joined(separator: ", "))")
                self.init(sigma: rule.header, .refused(.notGated, reason: reason))
            } else if let aggregation = compiled.aggregation {
                self.init(sigma: rule.header, .correlated(try planner.search(for: rule, compiled, aggregation)))
            } else {
                self.init(sigma: rule.header, .compiled(CompiledSearch(plan: compiled.plan)))
            }
            self.isSilent = isSilent
            sigma = content
        } catch {
            self.init(refused: rule.header, because: error)
            sigma?.logsource = logsource
            sigma?.view = view
        }
    }

    private init(sigma header: SigmaHeader, _ state: State) {
        self.init(
            identity: RuleIdentity(id: header.identifier, name: header.displayName, kind: .sigma), state: state)
        sigma = SigmaContent(header: header)
    }

    private init(refused header: SigmaHeader, because error: SigmaError) {
        self.init(
            sigma: header,
            .refused(error.kind == .invalid ? .invalid : .unsupported, reason: error.description))
        sigma?.error = error
    }
}
