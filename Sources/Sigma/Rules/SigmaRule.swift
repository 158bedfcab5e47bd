/// A rule over single events.
public struct SigmaRule: Sendable {
    public var header: SigmaHeader
    public var logsource: SigmaLogsource
    public var detection: SigmaDetection

    public init(header: SigmaHeader, logsource: SigmaLogsource, detection: SigmaDetection) {
        self.header = header
        self.logsource = logsource
        self.detection = detection
    }
}

/// A condition that is added to other rules, to leave out what is known to be harmless in one place.
public struct SigmaFilter: Sendable {
    public enum Target: Hashable, Sendable {
        case any
        /// Identifiers or names of rules.
        case rules([String])
    }

    public var header: SigmaHeader
    public var logsource: SigmaLogsource
    public var target: Target
    public var detection: SigmaDetection

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
