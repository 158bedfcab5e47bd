/// A rule over single events.
public struct SigmaRule: Sendable {
    /// What findings of the rule are told under.
    public var header: SigmaHeader
    /// The events that the rule is asked of.
    public var logsource: SigmaLogsource
    /// What it asks of each of them.
    public var detection: SigmaDetection

    /// Nothing is checked here: whether the conditions name selections that there are is known when the rule is compiled.
    public init(header: SigmaHeader, logsource: SigmaLogsource, detection: SigmaDetection) {
        self.header = header
        self.logsource = logsource
        self.detection = detection
    }
}

/// A condition that is added to other rules, to leave out what is known to be harmless in one place.
public struct SigmaFilter: Sendable {
    /// The rules that a filter is for.
    public enum Target: Hashable, Sendable {
        case any
        /// Identifiers or names of rules.
        case rules([String])
    }

    /// For messages: a filter has no findings of its own.
    public var header: SigmaHeader
    /// What a rule's logsource has to say, too; what the filter's leaves out may be anything.
    public var logsource: SigmaLogsource
    /// Which of the rules over such events.
    public var target: Target
    /// What has to hold beside a rule's own condition: filters are written with `not` where they leave something out.
    public var detection: SigmaDetection

    /// As a document would have it; ``applies(to:)`` says for which rules it counts.
    public init(header: SigmaHeader, logsource: SigmaLogsource, target: Target, detection: SigmaDetection) {
        self.header = header
        self.logsource = logsource
        self.target = target
        self.detection = detection
    }

    /// Whether the filter is for a rule: it names it, or any, and what its logsource says the rule's says too.
    public func applies(to rule: SigmaRule) -> Bool {
        guard logsource.isContained(in: rule.logsource) else { return false }
        switch target {
        case .any: return true
        case .rules(let references): return references.contains { rule.header.answers(to: $0) }
        }
    }
}
