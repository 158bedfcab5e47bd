public import Detections
import Pipeline
public import SPL
import Synchronization

/// A rule as it is given to a hunt: compiled, or the reason why it is not.
///
/// There are thousands of them, each with dozens of parts: what they are made of is shared by copies.
public struct HuntRule: Sendable {
    /// What became of the rule before the hunt.
    public enum State: Sendable {
        case compiled(CompiledSearch)
        /// Over the matches of other rules.
        case correlated(CorrelationSearch)
        case refused(RuleReport.Status, reason: String)
    }

    private struct Content: Sendable {
        var identity: RuleIdentity
        var state: State
        var error: SPLError?
        var detection: Detection?
        var sigma: SigmaContent?
        var isSilent = false
        var schedule: Schedule?
    }

    private final class Storage: Sendable {
        let content: Content
        /// Made when it is first asked for.
        let key = Mutex<SearchResolution.Key??>(nil)

        init(_ content: Content) { self.content = content }
    }

    private var storage: Storage

    /// - Parameters:
    ///   - detection: where the search belongs to one, for its annotations and alerts.
    ///   - schedule: `nil` for one search over all of time.
    public init(identity: RuleIdentity, state: State, detection: Detection? = nil, schedule: Schedule? = nil) {
        storage = Storage(Content(identity: identity, state: state, detection: detection, schedule: schedule))
    }

    private mutating func change(_ body: (inout Content) -> Void) {
        var content = storage.content
        body(&content)
        storage = Storage(content)
    }

    /// What findings are told under.
    public var identity: RuleIdentity {
        _read { yield storage.content.identity }
        set { change { $0.identity = newValue } }
    }

    /// A change of it leaves ``error`` and all else as they are.
    public var state: State {
        _read { yield storage.content.state }
        set { change { $0.state = newValue } }
    }

    /// Where the search can't be compiled, what is in the way, and where.
    public var error: SPLError? {
        _read { yield storage.content.error }
        set { change { $0.error = newValue } }
    }

    /// The detection that the search belongs to; none for a search given directly.
    public var detection: Detection? {
        _read { yield storage.content.detection }
        set { change { $0.detection = newValue } }
    }

    /// For a Sigma rule, what is known of it beside its search.
    public var sigma: SigmaContent? {
        _read { yield storage.content.sigma }
        set { change { $0.sigma = newValue } }
    }

    /// Whether it only gives its matches to correlations, and no findings of its own.
    public var isSilent: Bool {
        get { storage.content.isSilent }
        set { change { $0.isSilent = newValue } }
    }

    /// The schedule that is replayed; none where the search sees all of time at once.
    public var schedule: Schedule? {
        _read { yield storage.content.schedule }
        set { change { $0.schedule = newValue } }
    }

    /// The search whose rows are the rule's findings; `nil` where it has none of its own.
    var key: SearchResolution.Key? {
        storage.key.withLock { known in
            if let known { return known }
            let key = makeKey()
            known = .some(key)
            return key
        }
    }

    /// Whether it is to run, as a search or a correlation. The hunt may refuse it all the same: `Hunter.refusals`.
    public var isCompiled: Bool {
        if case .refused = state { false } else { true }
    }

    /// Whether anything that it searches stands in archives: `| makeresults` and `| inputlookup` need none.
    public var readsArchives: Bool {
        func reads(_ plan: SearchPlan) -> Bool {
            plan.readsEvents || plan.readsRisk || plan.holdsMap || plan.searchesInside.contains { reads($0.plan) }
        }
        return keys.contains { reads($0.search.plan) }
    }
}
