import Pipeline
public import SPL
public import Schemas

extension SchemaParts {
    /// The parts that searches read, with those that are inside of them.
    public init(readBy searches: some Sequence<CompiledSearch>, logsources: Bool = false) {
        self.init(datasets: [], events: false, records: false, logsources: logsources)
        for search in searches { add(search.plan) }
    }

    private mutating func add(_ plan: SearchPlan) {
        switch plan.source {
        case .events:
            events = true
            if !records { records = plan.mayFindRecords }
        case .logsource: logsources = true
        case .table, .rows: break
        case .dataset("Risk", _): datasets?.insert("Risk.\(ArchivedRisk.dataset)")
        case .dataset(let model, let name):
            datasets?.insert("\(model).\(name)")
            if plan.readsOrigin { (events, records) = (true, records || model != "Endpoint") }
        }
        // What `map` runs is known when its rows are.
        if plan.holdsMap { (datasets, events, records) = (nil, true, true) }
        for inner in plan.searchesInside { add(inner.plan) }
    }
}

extension SearchPlan {
    /// Whether a search of events may find any that are no operating system's: what it asks of their origin may be theirs.
    fileprivate var mayFindRecords: Bool { originGate.mayHoldForRecords }

    /// Whether the search may ask where an event of a dataset comes from, which the event's own view tells.
    fileprivate var readsOrigin: Bool {
        guard case .named(let names) = requiredFields else { return true }
        return names.contains("source") || names.contains("sourcetype")
    }
}
