public import Archives
public import Detections
public import Values

/// All that a hunt found out, in the order in which it is told; the same for every number of threads.
public struct HuntReport: Sendable {
    /// One for each rule, in the order given, those that did not run among them.
    public var rules: [RuleReport] = []
    /// Events that a rule matched, in input order, where they were asked for.
    public var matches = MatchedEvents()
    /// In input order, the first of each archive; ``HuntSummary/malformed`` counts all.
    public var malformed: [MalformedLine] = []
    /// In input order; what could not be opened at all has no offset.
    public var damage: [Damage] = []
    /// Archives that were not read, or not whole, because the hunt was stopped.
    public var unread: [String] = []
    /// Whether only events in a time range were asked for.
    public var isBounded = false
    /// Archives, without damage, in which there are no events a line, in input order.
    public var unfit: [UnfitArchive] = []
    /// Risk and notable events made from the findings, where they were asked for.
    public var alerts: [Alert] = []
    /// What each rule has cost, where it was asked for.
    public var profile: RuleProfile?
    /// Limits that were reached, so that something is left out of the findings.
    public var limits: [ReachedLimit] = []
    /// Results did not fit in memory, nor in the temporary file: what is told is not all.
    public var failure: StorageError?
    /// Counts over all that the hunt has read.
    public var summary = HuntSummary()
    /// Whether an event is known to have been of a dataset or logsource that one of the rules reads.
    var isFed = false

    /// A report of nothing, to be filled in.
    public init() {}
}

/// A limit that a rule ran into.
public struct ReachedLimit: Hashable, Sendable {
    /// The rule whose results are not all there are.
    public var rule: RuleIdentity
    /// What was left out, and which limit it was.
    public var reason: String
    /// Whether it was asked for, and is none of the program's own.
    public var isAsked: Bool

    /// - Parameter isAsked: whether the user set the limit.
    public init(rule: RuleIdentity, reason: String, isAsked: Bool = false) {
        self.rule = rule
        self.reason = reason
        self.isAsked = isAsked
    }
}

/// What became of one rule.
public struct RuleReport: Sendable {
    /// The raw values are those of reports. `notGated`: no events are known for the rule's logsource.
    public enum Status: String, Sendable {
        case compiled, unsupported, invalid
        case notGated = "not_gated"
    }

    /// As the hunt was given it.
    public var rule: RuleIdentity
    /// Whether it ran.
    public var status: Status
    /// Why it did not run, or not to its end: file, place, word and reason.
    public var reason: String?
    /// Whether it ran, but its rows could not be made whole: a pass over the archives that it needs was not possible, or its
    /// commands don't take as much as the events came to.
    public var isIncomplete = false
    /// One row a finding.
    public var findings = Findings()
    /// For a heading: `low`, `medium`, `high`, `critical`, `informational`; empty where the rule does not say.
    public var severity = ""
    /// That of a detection, rounded, from 0 to 100 as a rule; `nil` where it has none, and for other rules.
    public var riskScore: Int?
    /// ATT&CK technique identifiers, `T1047`.
    public var techniques: [String] = []
    /// ATT&CK tactics: names for people.
    public var tactics: [String] = []
    /// What the rule could see, where fields were counted.
    public var coverage: RuleCoverage?

    /// - Parameter reason: why it did not run, or what else is to be said of it.
    public init(rule: RuleIdentity, status: Status, reason: String? = nil) {
        self.rule = rule
        self.status = status
        self.reason = reason
    }
}

/// An event that the condition of a rule holds for.
public struct MatchedEvent: Sendable {
    /// The rule that matched; an event that several match is there several times.
    public var rule: RuleIdentity
    /// The archive's path, as reports name it.
    public var archive: String
    /// Counted from 1.
    public var line: Int
    /// Of the line's first byte in the decompressed archive, from 0; of the event itself where zeros or a byte order mark
    /// precede it.
    public var offset: Int
    /// The event as it stands in the archive: a JSON object.
    public var event: Text
    /// The selections of a Sigma rule that the event satisfies, in the order of the rule.
    public var selections: [String]

    /// - Parameter line: from 1; `offset` from 0, in the decompressed archive.
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

/// A line that is no event. It is counted, told and left out.
public struct MalformedLine: Hashable, Sendable {
    /// The archive's path, as reports name it.
    public var archive: String
    /// Counted from 1.
    public var line: Int
    /// Of the line's first byte in the decompressed archive, from 0; of the event itself where zeros or a byte order mark
    /// precede it.
    public var offset: Int
    /// As a clause without a full stop.
    public var reason: String

    /// - Parameter line: from 1; `offset` from 0, in the decompressed archive.
    public init(archive: String, line: Int, offset: Int, reason: String) {
        self.archive = archive
        self.line = line
        self.offset = offset
        self.reason = reason
    }
}

/// A place where an archive could not be read as it should be; the hunt goes on behind it where that can be.
public struct Damage: Hashable, Sendable {
    /// The path, also of what was named and is not there.
    public var archive: String
    /// In the archive as it lies on disk (compressed bytes); nil where it could not be opened at all.
    public var offset: Int?
    /// As a clause without a full stop.
    public var reason: String

    /// - Parameter offset: in the archive as it lies on disk; `nil` where it could not be opened at all.
    public init(archive: String, offset: Int?, reason: String) {
        self.archive = archive
        self.offset = offset
        self.reason = reason
    }
}

extension HuntReport {
    /// Notes that an interrupt came: of streams nobody knows whether they were at their end.
    public mutating func noteStop(ofStreams given: [Archive]) {
        let unopened = Set(damage.filter { $0.offset == nil }.map(\.archive))
        let known = Set(unread)
        unread = given.filter { known.contains($0.path) || $0.isReadOnce && !unopened.contains($0.path) }.map(\.path)
        guard !unread.isEmpty else { return }
        summary.unread = unread.count
        summary.isInterrupted = true
    }
}

/// What a hunt has read, found and left out, in numbers.
public struct HuntSummary: Sendable {
    /// Archives that were found under the names given, those that could not be opened among them.
    public var archives = 0
    /// Bytes read from disk or pipe, compressed where they are.
    public var bytesRead = 0
    /// Bytes looked at, after decompression.
    public var bytesScanned = 0
    /// `lines` = `events` + `malformed` + `blank`.
    public var lines = 0
    /// Lines that are JSON objects, or that were ruled out before they were parsed.
    public var events = 0
    /// Lines that were parsed and are no JSON objects, and lines beyond the limit.
    public var malformed = 0
    /// Lines with nothing but white space.
    public var blank = 0
    /// Lines that were parsed, not ruled out before.
    public var parsed = 0
    /// Events that stood between zeros in malformed lines and were parsed: they are not among `events`, as their lines are
    /// not, and may be among `matchedEvents`.
    public var recovered = 0
    /// Events that some rule's condition holds for, each once in each pass over the archives.
    public var matchedEvents = 0
    /// Rows of all rules together.
    public var findings = 0
    /// Rules that ran.
    public var rules = 0
    /// Rules that did not run, by the reason.
    public var unsupported = 0
    /// As `unsupported`: rules that are broken.
    public var invalid = 0
    /// As `unsupported`: rules for whose logsource no events are known.
    public var notGated = 0
    /// Rules that ran, by what they could see; `nil` where it was not counted.
    public var evaluated: Int?
    /// Rules that ran and could see no event; `nil` where it was not counted.
    public var withoutEvents: Int?
    /// Rules that ran and never saw the fields that they can't do without; `nil` where it was not counted.
    public var notEvaluable: Int?
    /// How often the archives were read: more than once where a search needs what another has found.
    public var passes = 1
    /// Places of damage, and archives that could not be opened.
    public var damaged = 0
    /// Events that a time range was asked of and that have no time; of several passes those of the one that had most.
    public var withoutTime = 0
    /// Events that a rule's condition holds for and that are in no time range that is asked for: none of the `matchedEvents`.
    /// As those, each once in each pass over the archives.
    public var outOfRange = 0
    /// The hunt was stopped before it had read everything.
    public var isInterrupted = false
    /// Archives that were not read, or not whole, because it was stopped.
    public var unread = 0
    /// Rules of whose findings something is left out because a limit was reached.
    public var limited = 0
    /// From the beginning of the first pass to the finished report.
    public var seconds = 0.0

    /// All counts 0, to be filled in.
    public init() {}
}
