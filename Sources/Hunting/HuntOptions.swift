public import Archives
public import Events
public import Pipeline

/// How a hunt is run. Nothing here but the time range and the limits changes what is found.
public struct HuntOptions: Sendable {
    /// Workers that scan at the same time.
    public var threads = 1
    /// How archives are read; its line limit is one of those that change what is found.
    public var archives = ArchiveOptions()
    /// Events before this are left out.
    public var earliest: Timestamp?
    /// Events at or after this are left out.
    public var latest: Timestamp?
    /// What times without a zone are in.
    public var zone = TimeZone.utc
    /// What relative times in searches are counted from.
    public var now: Timestamp
    /// Whether lines that can't match are told by a search of their bytes and not parsed; false to parse every line.
    public var usesPrefilter = true
    /// How many rows searches inside others may yield.
    public var subsearches = SubsearchLimits()
    /// Every line is parsed, and a malformed one fails the run.
    public var isStrict = false
    /// Events that matched are kept, in input order, up to so many for each rule.
    public var matchLimit = 0
    /// For every rule the events that it could see are counted, and among them those that have its fields. No line is ruled
    /// out by what rules look for then.
    public var countsFields = false
    /// What each rule costs is counted and measured, by an evaluation beside the one that finds.
    public var profilesRules = false
    /// Bytes that rows and matched events may take in memory while archives are read, of all workers together; what is
    /// more goes to a temporary file.
    public var resultMemory = 16 << 20
    /// Where the temporary file lies; nil for the folder that TMPDIR names, else `/tmp`.
    public var temporaryFolder: String?
    /// About how many bytes rows of one rule may take in memory where a final stage needs all of them at a time, as `sort 0`; and
    /// the groups of one search, with the rows that they become. Those beyond are left out, and the report says so.
    public var rowMemory = 1 << 30
    /// About how many bytes the groups of all searches may take together, each of them no more than ``rowMemory``.
    public var groupMemory = 2 << 30

    /// One thread, all of time, in UTC.
    public init(now: Timestamp) {
        self.now = now
    }

    var parsesEveryLine: Bool { isStrict || !usesPrefilter }
}
