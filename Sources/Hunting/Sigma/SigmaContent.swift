public import Matching
public import Sigma

/// What is known of a Sigma rule beside its search.
public struct SigmaContent: Sendable {
    public var header: SigmaHeader
    /// `nil` for a correlation, and for a document that could not be read.
    public var logsource: SigmaLogsource?
    /// The view of the events that the rule sees; `nil` where it is not gated.
    public var view: String?
    public var selections: [CompiledSigma.Selection] = []
    /// The fields that the rule and its filters read.
    public var fields: [String] = []
    public var condition = Predicate<String>.constant(false)
    /// What is wrong with the document, and where.
    public var error: SigmaError?

    public init(header: SigmaHeader) {
        self.header = header
    }
}

/// What a rule could see of the events that were read.
public struct RuleCoverage: Hashable, Sendable {
    public enum Verdict: String, Hashable, Sendable {
        /// There were events with the fields that the rule needs: no finding means that nothing was found.
        case evaluated
        /// No event was of its logsource, of its dataset, or of the origin that it asks for.
        case noEvents = "no_events"
        /// There were such events, but never with the fields that it can't do without.
        case notEvaluable = "not_evaluable"
    }

    public var verdict: Verdict
    /// Events of the rule's logsource, dataset or origin.
    public var events: Int
    /// How many of these had each field that the rule reads, in the order of the rule; of a search, each that it can't do
    /// without.
    public var fields: [Field]

    public struct Field: Hashable, Sendable {
        public var name: String
        public var events: Int
    }

    init(verdict: Verdict, events: Int, fields: [Field]) {
        self.verdict = verdict
        self.events = events
        self.fields = fields
    }

    init(events: Int, fields: [Field], condition: Predicate<String>) {
        self.events = events
        self.fields = fields
        let absent = Set(fields.filter { $0.events == 0 }.map(\.name))
        if events == 0 {
            verdict = .noEvents
        } else {
            verdict = condition.without(absent).simplified == .constant(false) ? .notEvaluable : .evaluated
        }
    }
}

extension RuleCoverage {
    /// What a search could see.
    init(_ feed: RuleFeed) {
        self.init(
            verdict: feed.events == 0 ? .noEvents : feed.isFed ? .evaluated : .notEvaluable, events: feed.events,
            fields: zip(feed.needs.fields, feed.presence).map { Field(name: $0, events: $1) })
    }
}

extension Predicate<String> {
    /// The condition for events that never have some fields.
    fileprivate func without(_ absent: Set<String>) -> Predicate {
        switch self {
        // A field that only ever holds null is there and never has a value.
        case .field(_, .exists): self
        case .field(let name, _): absent.contains(name) ? .constant(false) : self
        case .compare(let left, _, let right):
            absent.contains(left) || absent.contains(right) ? .constant(false) : self
        case .not(let inner): .not(inner.without(absent))
        case .all(let parts): .all(parts.map { $0.without(absent) })
        case .any(let parts): .any(parts.map { $0.without(absent) })
        case .constant, .anyValue, .rawText, .deferred: self
        }
    }
}
