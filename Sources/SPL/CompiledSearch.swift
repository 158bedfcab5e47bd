public import Pipeline

/// A search that was understood: what to run, and what a person may want to know about it.
public struct CompiledSearch: Hashable, Sendable {
    public var plan: SearchPlan
    /// `earliest=` and `latest=` of the search itself.
    public var timeRange: TimeRange
    /// The macros that the text uses, directly or through others, in the order of first use.
    public var macros: [UsedMacro]
    /// Decisions that the reader of the search may not expect, as sentences.
    public var notes: [String]
    /// The text after comments were taken out and macros expanded.
    public var expandedText: String

    public init(
        plan: SearchPlan, timeRange: TimeRange = TimeRange(), macros: [UsedMacro] = [], notes: [String] = [],
        expandedText: String = ""
    ) {
        self.plan = plan
        self.timeRange = timeRange
        self.macros = macros
        self.notes = notes
        self.expandedText = expandedText
    }
}

/// The time bounds written in a search, as text: a relative time (`-70m@m`, `now`), epoch seconds, or a date.
///
/// They are to be read with the parser of the command line's `--earliest` and `--latest`, against the same anchor.
public struct TimeRange: Hashable, Sendable {
    /// Events before this are left out.
    public var earliest: String?
    /// Events at or after this are left out.
    public var latest: String?

    public init(earliest: String? = nil, latest: String? = nil) {
        self.earliest = earliest
        self.latest = latest
    }
}

/// A macro that a search uses.
public struct UsedMacro: Hashable, Sendable {
    public var name: String
    /// Names of the arguments it takes.
    public var arguments: [String]
    /// Its text before arguments are filled in.
    public var definition: String

    public init(name: String, arguments: [String], definition: String) {
        self.name = name
        self.arguments = arguments
        self.definition = definition
    }
}
