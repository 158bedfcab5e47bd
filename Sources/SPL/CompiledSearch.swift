public import Pipeline

/// A search that was understood: what to run, and what a person may want to know about it.
public struct CompiledSearch: Hashable, Sendable {
    /// Complete: macros and lookups are in it, and nothing of the text is needed any more.
    public var plan: SearchPlan
    /// `earliest=` and `latest=` of the search itself.
    public var timeRange: TimeRange
    /// The macros that the text uses, directly or through others, in the order of first use.
    public var macros: [UsedMacro]
    /// Decisions that the reader of the search may not expect, as sentences.
    public var notes: [String]
    /// What the search does where Splunk runs it and not here, as sentences: its findings may lack something.
    public var warnings: [String]

    /// - Parameter plan: complete, with macros and lookups in it.
    public init(
        plan: SearchPlan, timeRange: TimeRange = TimeRange(), macros: [UsedMacro] = [], notes: [String] = [],
        warnings: [String] = []
    ) {
        self.plan = plan
        self.timeRange = timeRange
        self.macros = macros
        self.notes = notes
        self.warnings = warnings
    }
}

/// A macro that a search uses.
public struct UsedMacro: Hashable, Sendable {
    /// Without the number of arguments that content files may put behind it.
    public var name: String
    /// Names of the arguments it takes.
    public var arguments: [String]
    /// Its text before arguments are filled in.
    public var definition: String

    /// - Parameter definition: before arguments are filled in.
    public init(name: String, arguments: [String], definition: String) {
        self.name = name
        self.arguments = arguments
        self.definition = definition
    }
}
