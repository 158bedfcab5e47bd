import Aggregation
import Detections
import Events
import Matching
import Pipeline
import SPL
import Synchronization
import Values

/// The searches of a hunt and those inside them: which must still be run over the archives, and what their rows are.
///
/// Most hunts are done in one pass: a join's subsearch is a plan of its own and runs beside the others. A condition that a
/// subsearch gives, and what `map` makes of rows, is known only behind a pass, and so runs in the next one.
///
/// Several threads may ask for rows at a time. Where two ask for the same, both find them out, and both find the same.
final class SearchResolution: Sendable {
    /// A search under a schedule; two rules that ask for the same share it.
    ///
    /// There are thousands of them, looked up again and again: copies share what they are made of, with its hash.
    struct Key: Hashable {
        private final class Content: Sendable {
            let search: Subsearch
            let schedule: Schedule?
            let label: String?
            let digest: Int

            init(_ search: Subsearch, _ schedule: Schedule?, _ label: String?) {
                self.search = search
                self.schedule = schedule
                self.label = label
                digest = Key.digest(search.plan, label)
            }
        }

        private let content: Content

        /// - Parameter label: tells rules apart whose searches are alike, where more is kept of their events than rows.
        init(search: Subsearch, schedule: Schedule? = nil, label: String? = nil) {
            content = Content(search, schedule, label)
        }

        var search: Subsearch { _read { yield content.search } }
        var schedule: Schedule? { _read { yield content.schedule } }

        static func == (left: Key, right: Key) -> Bool {
            let (left, right) = (left.content, right.content)
            if left === right { return true }
            return left.digest == right.digest && left.label == right.label && left.schedule == right.schedule
                && left.search == right.search
        }

        func hash(into hasher: inout Hasher) { hasher.combine(content.digest) }

        /// Only a few of the parts by which searches differ are hashed: equality tells apart those that are alike in these.
        private static func digest(_ plan: SearchPlan, _ label: String?) -> Int {
            var hasher = Hasher()
            if let label {
                hasher.combine(label)
                return hasher.finalize()
            }
            hasher.combine(plan.source)
            hasher.combine(plan.commands.count)
            var tests = 0
            plan.filter.forEachTest { field, test in
                if tests < 4 {
                    hasher.combine(field)
                    hasher.combine(test)
                }
                tests += 1
            }
            hasher.combine(tests)
            return hasher.finalize()
        }
    }

    /// More passes than this over the archives are not made.
    static let maximumPasses = 8

    /// One scan has one condition for all runs of a schedule.
    private static let windowedCondition =
        "the condition that its subsearch makes is another one in each run of its schedule; hunt without --as-scheduled"

    let context: EvaluationContext
    let zone: TimeZone
    private let limits: SubsearchLimits
    private let lookups: any LookupSource
    private let rowMemory: Int
    private let interruption: Interruption
    private let state: Mutex<State>

    /// What is known of searches so far.
    struct State: Sendable {
        fileprivate var scanned: [Key: ScannedSearch] = [:]
        /// Why a search can't be run over events.
        fileprivate var refused: [Key: String] = [:]
        fileprivate var known: [Place: RowSet] = [:]
        /// Searches that something waits for, in the order in which they were asked for.
        fileprivate var wanted: [Key] = []
        fileprivate var isWanted: Set<Key> = []
        /// Limits that were reached, by the search that reached them.
        fileprivate var notes: [Key: [String]] = [:]
        /// The risk events of this hunt, for searches over them.
        fileprivate var risk: RowSet?
        /// With those of the archives, made ready when they are first asked for.
        fileprivate var allRisk: RiskRows?

        fileprivate mutating func want(_ key: Key) {
            guard isWanted.insert(key).inserted else { return }
            if key.search.plan.readsEvents { wanted.append(key) }
            if key.search.plan.readsRisk, let archived = ArchivedRisk.key { want(archived) }
            for inner in key.search.plan.searchesInside { want(Key(search: inner, schedule: key.schedule)) }
        }

        fileprivate func refusal(of key: Key) -> String? {
            if let reason = refused[key] { return reason }
            for inner in key.search.plan.searchesInside {
                if let reason = refusal(of: Key(search: inner, schedule: key.schedule)) {
                    return "its subsearch: " + reason
                }
            }
            return nil
        }
    }

    fileprivate struct Place: Hashable {
        var key: Key
        var window: ScheduledWindow?
    }

    /// - Parameter state: what a resolution like this one knew.
    init(
        context: EvaluationContext, zone: TimeZone, limits: SubsearchLimits, lookups: any LookupSource, rowMemory: Int,
        interruption: Interruption, from state: State = State()
    ) {
        self.interruption = interruption
        self.rowMemory = rowMemory
        self.context = context
        self.zone = zone
        self.limits = limits
        self.lookups = lookups
        self.state = Mutex(state)
    }

    /// What is known now, to begin anew from.
    var snapshot: State { state.withLock { $0 } }

    // MARK: What is to be scanned

    /// Asks for a search and for all inside it.
    func want(_ key: Key) { state.withLock { $0.want(key) } }

    /// The searches that can be run over the archives now, each with the plan to run. What waits for others stays.
    func takeReady() -> [(key: Key, plan: SearchPlan)] {
        let wanted = state.withLock { state in
            defer { state.wanted = [] }
            return state.wanted.filter { state.scanned[$0] == nil && state.refused[$0] == nil }
        }
        var ready: [(Key, SearchPlan)] = []
        var waiting: [Key] = []
        for key in wanted {
            if key.schedule != nil, !key.search.plan.filter.deferred.isEmpty {
                refuse(key, because: Self.windowedCondition)
                continue
            }
            do {
                ready.append((key, try key.search.plan.resolvingFilter(in: environment(key, window: nil))))
            } catch .awaits {
                waiting.append(key)
            } catch {
                refuse(key, because: error.description)
            }
        }
        state.withLock { $0.wanted = waiting + $0.wanted }
        return ready
    }

    func add(_ search: ScannedSearch, for key: Key) { state.withLock { $0.scanned[key] = search } }

    func refuse(_ key: Key, because reason: String) { state.withLock { $0.refused[key] = reason } }

    func scan(of key: Key) -> ScannedSearch? { state.withLock { $0.scanned[key] } }

    func know(risk: RowSet) {
        state.withLock { state in
            state.risk = risk
            state.allRisk = nil
        }
    }

    // MARK: What is known

    /// Why a search can't be run; `nil` where it can.
    func refusal(of key: Key) -> String? { state.withLock { $0.refusal(of: key) } }

    /// The searches inside of others, each once, that were run over the archives and whose rows are not known yet.
    func searchesInside(of keys: [Key]) -> [Key] {
        var found: [Key] = []
        var seen: Set<Key> = []
        func add(_ key: Key) {
            for inner in key.search.plan.searchesInside {
                let inner = Key(search: inner, schedule: key.schedule)
                guard seen.insert(inner).inserted else { continue }
                add(inner)
                let isOpen = state.withLock { $0.scanned[inner] != nil && $0.known[Place(key: inner)] == nil }
                if isOpen, key.schedule == nil { found.append(inner) }
            }
        }
        for key in keys { add(key) }
        return found
    }

    /// Finds out the rows of a search, for those who will ask for them.
    func findRows(of key: Key) { _ = try? rows(of: key, window: nil) }

    /// The search that `map` makes where every value is this one; `nil` where it makes none.
    func search(of map: MapSearch, for key: Key, filledWith value: String) -> Subsearch? {
        try? map.search(filledWith: value, in: environment(key, window: nil))
    }

    /// The rows that a search ends with; with a schedule, window after window.
    /// - Throws: `PipelineError.awaits` where another pass is needed; what it is for is wanted then.
    func outcome(of key: Key) throws(FinalStageError) -> FinalStages.Outcome {
        guard key.schedule != nil, let search = scan(of: key) else {
            do {
                if let found = try scheduledRows(of: key) {
                    return FinalStages.Outcome(
                        findings: found.findings(), limits: state.withLock { $0.notes[key] } ?? [])
                }
                let rows = try rows(of: key, window: nil)
                return FinalStages.Outcome(
                    findings: Findings(rows), limits: state.withLock { $0.notes[key] } ?? [])
            } catch {
                throw .pipeline(error)
            }
        }
        let stages = search.stages(rowMemory: rowMemory, interruption) { self.environment(key, window: $0) }
        return try stages.outcome(search.partial)
    }

    /// The rows of a search, in one run of its schedule where it has one.
    func rows(of key: Key, window: ScheduledWindow?) throws(PipelineError) -> RowSet {
        let place = Place(key: key, window: window)
        if let rows = state.withLock({ $0.known[place] }) { return rows }
        let rows = try findRows(of: key, window: window)
        state.withLock { $0.known[place] = rows }
        return rows
    }

    private func findRows(of key: Key, window: ScheduledWindow?) throws(PipelineError) -> RowSet {
        let plan = key.search.plan
        // What it says itself of time makes its window another one than that of the search around it.
        let window = window.map { scan(of: key)?.partial.runs[$0.runTime]?.window ?? $0 }
        let environment = environment(key, window: window)
        defer { remember(environment.notes + FinalStages.reached(environment.context.limits), for: key) }
        switch plan.source {
        case .table(let table): return try plan.run(over: table.rowSet, in: environment)
        case .rows(let count):
            return try plan.run(
                over: RowSet(columns: [], rows: Array(repeating: [], count: count)), in: environment)
        case .dataset("Risk", let name) where name != ArchivedRisk.dataset:
            return try plan.run(over: try risk().within(try sight(of: key, window)), in: environment)
        case .events, .dataset, .logsource:
            if let reason = state.withLock({ $0.refused[key] }) { throw .unsupported(word: "search", reason: reason) }
            guard let search = scan(of: key) else {
                want(key)
                throw .awaits
            }
            let stages = search.stages(rowMemory: rowMemory, interruption) { _ in environment }
            let empty = search.hunt.grouping.map { GroupTable($0) }
            let groups = window.map { search.partial.runs[$0.runTime]?.groups ?? empty } ?? search.partial.whole
            do {
                let outcome = try stages.outcome(of: groups, window: window)
                let (rows, isWhole) = try stages.collect(outcome.findings)
                remember(outcome.limits + (isWhole ? [] : [stages.keptOnly(rows.rows.count)]), for: key)
                return rows
            } catch {
                switch error {
                case .pipeline(let error): throw error
                case .storage(let error): throw .unsupported(word: "search", reason: "\(error)")
                }
            }
        }
    }

    /// The risk events of this hunt and of the archives.
    /// - Throws: `PipelineError.awaits` while not all of them are known.
    func risk() throws(PipelineError) -> RiskRows {
        if let known = state.withLock({ $0.allRisk }) { return known }
        guard var risk = state.withLock({ $0.risk }) else { throw .awaits }
        if let archived = try archivedRisk() { risk.append(archived) }
        let made = RiskRows(risk)
        state.withLock { $0.allRisk = made }
        return made
    }

    /// The risk events of the archives; none with schema files of a user's that don't know them.
    private func archivedRisk() throws(PipelineError) -> RowSet? {
        guard let key = ArchivedRisk.key, state.withLock({ $0.refused[key] }) == nil else { return nil }
        var rows = try rows(of: key, window: nil)
        rows.dropEmptyColumns()
        return rows
    }

    private func remember(_ sentences: [String], for key: Key) {
        if sentences.isEmpty { return }
        state.withLock { state in
            for sentence in sentences where state.notes[key]?.contains(sentence) != true {
                state.notes[key, default: []].append(sentence)
            }
        }
    }

    /// What the commands of a search, in one window of its schedule, know of others.
    private func environment(_ key: Key, window: ScheduledWindow?) -> PipelineEnvironment {
        let lookups = lookups
        var context = self.context
        context.limits = context.limits.renewed()
        context = (scan(of: key)?.hunt.context ?? context).running(in: window)
        return PipelineEnvironment(
            context: context, limits: limits, rowMemory: rowMemory,
            rowsOf: { search throws(PipelineError) in
                try self.rows(of: Key(search: search, schedule: key.schedule), window: window)
            },
            compile: { text throws(PipelineError) in
                do {
                    let compiled = try SearchCompiler.compile(text, lookups: lookups)
                    return Subsearch(plan: compiled.plan, timeRange: compiled.timeRange)
                } catch {
                    throw .unsupported(word: "map", reason: "\(error)")
                }
            },
            condition: { text throws(PipelineError) in
                do {
                    return try SearchCompiler.condition(text)
                } catch {
                    throw .unsupported(word: "subsearch", reason: "its result is no condition: \(error)")
                }
            },
            expression: { text throws(PipelineError) in
                do {
                    return try SearchCompiler.expression(text)
                } catch {
                    throw .unsupported(word: "subsearch", reason: "its result is no expression: \(error)")
                }
            })
    }
}

/// What a pass over the archives has found for a search.
final class ScannedSearch: Sendable {
    let hunt: Hunt
    /// The hunt's number, by which its rows are stored.
    let number: Int
    let partial: HuntPartial
    let results: StoredResults

    init(hunt: Hunt, number: Int, partial: HuntPartial, results: StoredResults) {
        self.hunt = hunt
        self.number = number
        self.partial = partial
        self.results = results
    }

    /// How many groups its events were put into, without a schedule.
    var groupCount: Int { partial.whole?.count ?? 0 }

    func stages(
        rowMemory: Int, _ interruption: Interruption,
        environment: @escaping (ScheduledWindow?) -> PipelineEnvironment
    ) -> FinalStages {
        FinalStages(
            hunt: hunt, number: number, results: results, environment: environment, rowMemory: rowMemory,
            interruption: interruption)
    }
}
