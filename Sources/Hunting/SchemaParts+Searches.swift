import Pipeline
public import SPL
public import Schemas

extension SchemaParts {
    /// The parts that searches read, with those that are inside of them.
    public init(readBy searches: some Sequence<CompiledSearch>, logsources: Bool = false) {
        self.init(datasets: [], events: false, logsources: logsources)
        for search in searches { add(search.plan) }
    }

    private mutating func add(_ plan: SearchPlan) {
        switch plan.source {
        case .events: events = true
        case .logsource: logsources = true
        case .dataset("Risk", _), .table, .rows: break
        case .dataset(let model, let name):
            datasets?.insert("\(model).\(name)")
            if !events { events = plan.readsOrigin }
        }
        // What `map` runs is known when its rows are.
        if plan.holdsMap { (datasets, events) = (nil, true) }
        for inner in plan.searchesInside { add(inner.plan) }
    }
}

extension SearchPlan {
    /// Whether the search may ask where an event of a dataset comes from, which the event's own view tells.
    fileprivate var readsOrigin: Bool {
        guard case .named(let names) = requiredFields else { return true }
        return names.contains("source") || names.contains("sourcetype")
    }
}
