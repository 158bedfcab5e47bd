public import Detections
public import SPL

/// A rule as it is given to a hunt: compiled, or the reason why it is not.
public struct HuntRule: Sendable {
    public enum State: Sendable {
        case compiled(CompiledSearch)
        /// Over the matches of other rules.
        case correlated(CorrelationSearch)
        case refused(RuleReport.Status, reason: String)
    }

    public var identity: RuleIdentity
    public var state: State
    /// Where the search can't be compiled, what is in the way, and where.
    public var error: SPLError?
    /// The detection that the search belongs to; none for a search given directly.
    public var detection: Detection?
    /// For a Sigma rule, what is known of it beside its search.
    public var sigma: SigmaContent?
    /// Whether it only gives its matches to correlations, and no findings of its own.
    public var isSilent = false
    /// The schedule that is replayed; none where the search sees all of time at once.
    public var schedule: Schedule?

    public init(identity: RuleIdentity, state: State, detection: Detection? = nil, schedule: Schedule? = nil) {
        self.identity = identity
        self.state = state
        self.detection = detection
        self.schedule = schedule
    }

    public var isCompiled: Bool {
        if case .refused = state { false } else { true }
    }
}
