public import Matching
public import Sigma

/// What is known of a Sigma rule beside its search.
public struct SigmaContent: Sendable {
    /// As much of it as could be read, where the document can't be used.
    public var header: SigmaHeader
    /// `nil` for a correlation, and for a document that could not be read.
    public var logsource: SigmaLogsource?
    /// The view of the events that the rule sees; `nil` where it is not gated.
    public var view: String?
    /// In their order, without those of filters, for telling which ones an event satisfies; none for a correlation.
    public var selections: [CompiledSigma.Selection] = []
    /// The fields that the rule and its filters read.
    public var fields: [String] = []
    /// With filters added to it; never true where the document could not be compiled, and for a correlation.
    public var condition = Predicate<String>.constant(false)
    /// What is wrong with the document, and where.
    public var error: SigmaError?

    /// Nothing but the header is known.
    public init(header: SigmaHeader) {
        self.header = header
    }
}

/// What a rule could see of the events that were read.
public struct RuleCoverage: Hashable, Sendable {
    /// The raw values are those of reports.
    public enum Verdict: String, Hashable, Sendable {
        /// There were events with the fields that the rule needs: no finding means that nothing was found.
        case evaluated
        /// No event was of its logsource, of its dataset, or of the origin that it asks for.
        case noEvents = "no_events"
        /// There were such events, but never with the fields that it can't do without.
        case notEvaluable = "not_evaluable"
    }

    /// What no finding means.
    public var verdict: Verdict
    /// Events of the rule's logsource, dataset or origin.
    public var events: Int
    /// How many of these had each field that the rule reads, in the order of the rule; of a search, each that it can't do
    /// without.
    public var fields: [Field]

    /// A field, and how often it was there.
    public struct Field: Hashable, Sendable {
        /// As the rule or search writes it.
        public var name: String
        /// How many of the rule's events had it.
        public var events: Int
    }

    init(verdict: Verdict, events: Int, fields: [Field]) {
        self.verdict = verdict
        self.events = events
        self.fields = fields
    }

    /// - Parameter keyless: the fields that no event had, not even without a value.
    init(events: Int, fields: [Field], keyless: Set<String>, condition: Predicate<String>) {
        self.events = events
        self.fields = fields
        let absent = Set(fields.filter { $0.events == 0 }.map(\.name))
        if events == 0 {
            verdict = .noEvents
        } else {
            let isNever = condition.without(absent, keyless: keyless).simplified == .constant(false)
            verdict = isNever ? .notEvaluable : .evaluated
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
    /// The condition for events that never have a value of some fields, and of these some not at all.
    fileprivate func without(_ absent: Set<String>, keyless: Set<String>) -> Predicate {
        switch self {
        // A field that only ever holds null is there and never has a value.
        case .field(let name, .exists): keyless.contains(name) ? .constant(false) : self
        case .field(let name, _): absent.contains(name) ? .constant(false) : self
        case .compare(let left, _, let right):
            absent.contains(left) || absent.contains(right) ? .constant(false) : self
        case .not(let inner): .not(inner.without(absent, keyless: keyless))
        case .all(let parts): .all(parts.map { $0.without(absent, keyless: keyless) })
        case .any(let parts): .any(parts.map { $0.without(absent, keyless: keyless) })
        case .constant, .anyValue, .rawText, .deferred: self
        }
    }
}
