public import Detections
public import Values

/// All that a hunt found out, in the order in which it is told; the same for every number of threads.
public struct HuntReport: Sendable {
    public var rules: [RuleReport] = []
    /// Events that a rule matched, in input order, where they were asked for.
    public var matches = MatchedEvents()
    public var malformed: [MalformedLine] = []
    public var damage: [Damage] = []
    /// Archives that were not read, or not whole, because the hunt was stopped.
    public var unread: [String] = []
    /// Risk and notable events made from the findings, where they were asked for.
    public var alerts: [Alert] = []
    /// What each rule has cost, where it was asked for.
    public var profile: RuleProfile?
    /// Limits that were reached, so that something is left out of the findings.
    public var limits: [ReachedLimit] = []
    /// Results did not fit in memory, nor in the temporary file: what is told is not all.
    public var failure: StorageError?
    public var summary = HuntSummary()

    public init() {}
}

/// A limit that a rule ran into.
public struct ReachedLimit: Hashable, Sendable {
    public var rule: RuleIdentity
    /// What was left out, and which limit it was.
    public var reason: String
    /// Whether it was asked for, and is none of the program's own.
    public var isAsked: Bool

    public init(rule: RuleIdentity, reason: String, isAsked: Bool = false) {
        self.rule = rule
        self.reason = reason
        self.isAsked = isAsked
    }
}

/// What became of one rule.
public struct RuleReport: Sendable {
    public enum Status: String, Sendable {
        case compiled, unsupported, invalid
        case notGated = "not_gated"
    }

    public var rule: RuleIdentity
    public var status: Status
    /// Why it did not run: file, place, word and reason.
    public var reason: String?
    /// Whether it ran, but its rows could not be made whole: a pass over the archives that it needs was not possible.
    public var isIncomplete = false
    /// One row a finding.
    public var findings = Findings()
    /// For a heading: `low`, `medium`, `high`, `critical`, `informational`; empty where the rule does not say.
    public var severity = ""
    public var riskScore: Int?
    /// ATT&CK technique identifiers, `T1047`.
    public var techniques: [String] = []
    public var tactics: [String] = []
    /// What the rule could see, where fields were counted.
    public var coverage: RuleCoverage?

    public init(rule: RuleIdentity, status: Status, reason: String? = nil) {
        self.rule = rule
        self.status = status
        self.reason = reason
    }
}

public struct MatchedEvent: Sendable {
    public var rule: RuleIdentity
    public var archive: String
    /// Counted from 1.
    public var line: Int
    /// Of the line's first byte in the decompressed archive, from 0.
    public var offset: Int
    /// The event as it stands in the archive: a JSON object.
    public var event: Text
    /// The selections of a Sigma rule that the event satisfies, in the order of the rule.
    public var selections: [String]

    public init(
        rule: RuleIdentity, archive: String, line: Int, offset: Int, event: Text, selections: [String] = []
    ) {
        self.rule = rule
        self.archive = archive
        self.line = line
        self.offset = offset
        self.event = event
        self.selections = selections
    }
}

public struct MalformedLine: Hashable, Sendable {
    public var archive: String
    public var line: Int
    public var offset: Int
    public var reason: String

    public init(archive: String, line: Int, offset: Int, reason: String) {
        self.archive = archive
        self.line = line
        self.offset = offset
        self.reason = reason
    }
}

public struct Damage: Hashable, Sendable {
    public var archive: String
    /// In the archive as it lies on disk (compressed bytes); nil where it could not be opened at all.
    public var offset: Int?
    public var reason: String

    public init(archive: String, offset: Int?, reason: String) {
        self.archive = archive
        self.offset = offset
        self.reason = reason
    }
}

public struct HuntSummary: Sendable {
    public var archives = 0
    /// Bytes read from disk or pipe, compressed where they are.
    public var bytesRead = 0
    /// Bytes looked at, after decompression.
    public var bytesScanned = 0
    /// `lines` = `events` + `malformed` + `blank`.
    public var lines = 0
    public var events = 0
    public var malformed = 0
    public var blank = 0
    /// Lines that were parsed, not ruled out before.
    public var parsed = 0
    public var matchedEvents = 0
    public var findings = 0
    public var rules = 0
    /// Rules that did not run, by the reason.
    public var unsupported = 0
    public var invalid = 0
    public var notGated = 0
    /// Rules that ran, by what they could see; `nil` where it was not counted.
    public var evaluated: Int?
    public var withoutEvents: Int?
    public var notEvaluable: Int?
    /// How often the archives were read: more than once where a search needs what another has found.
    public var passes = 1
    public var damaged = 0
    /// Events that a time range was asked of and that have no time.
    public var withoutTime = 0
    /// The hunt was stopped before it had read everything.
    public var isInterrupted = false
    /// Archives that were not read, or not whole, because it was stopped.
    public var unread = 0
    /// Rules of whose findings something is left out because a limit was reached.
    public var limited = 0
    public var seconds = 0.0

    public init() {}
}
