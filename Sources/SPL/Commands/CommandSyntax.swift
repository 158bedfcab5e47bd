public import Pipeline

/// How one command is read. A family of commands is one file that adds its own to `CommandSyntax.all`.
struct CommandSyntax: Sendable {
    /// In lower case.
    let name: String
    /// Reads what stands behind the command's name, to the end of the scanner.
    let parse: @Sendable (_ scanner: inout Scanner, _ context: inout CompilationContext) throws(SPLError) -> [Command]

    init(
        _ name: String,
        parse: @escaping @Sendable (inout Scanner, inout CompilationContext) throws(SPLError) -> [Command]
    ) {
        self.name = name
        self.parse = parse
    }

    /// Every command that may follow another, by name.
    static let all: [String: CommandSyntax] = {
        let families: [[CommandSyntax]] = [
            filtering, evaluating, renaming, converting, selecting, ordering, grouping, combining, lookups,
            binning, charting, ranking, ranging, joiningEvents, refused,
            matching, replacing, multivalues, structured, pairing, iterating, totalling, pivoting, harmless,
            locating, trending, tabulating,
        ]
        return Dictionary(families.joined().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }()
}

/// A command that begins a search, behind a pipe: the plan that it is so far.
enum GeneratingSyntax {
    typealias Parse =
        @Sendable (_ scanner: inout Scanner, _ context: inout CompilationContext) throws(SPLError) -> SearchPlan

    static let all: [String: Parse] = [
        "from": DatasetSyntax.parseFrom, "datamodel": DatasetSyntax.parseDataModel,
        "inputlookup": LookupSyntax.parseGenerating, "makeresults": DatasetSyntax.parseMakeResults,
        "multisearch": CombiningSyntax.parseUnion, "union": CombiningSyntax.parseUnion,
        "set": CombiningSyntax.parseSet, "gentimes": DatasetSyntax.parseTimes,
    ]
}

/// What the parts of one search share while it is compiled.
struct CompilationContext {
    var notes: [String] = []
    var warnings: [String] = []
    /// The searches that conditions wait for, by number.
    var subsearches: [Subsearch] = []
    /// How many searches stand around this one.
    var depth = 0
    /// Whether the text may name one of the fields that ``DateFields`` computes.
    var mentionsDateFields = false
    /// The fields of the rows so far that stay empty because what they come from is not here.
    var absentFields = AbsentFields()
    /// Those that the command at hand adds, and the searches in it.
    var addedAbsentFields = AbsentFields()
    let lookups: any LookupSource
    let macros: MacroLibrary

    init(lookups: any LookupSource = NoLookups(), macros: MacroLibrary = MacroLibrary()) {
        self.lookups = lookups
        self.macros = macros
    }

    mutating func note(_ sentence: String) {
        if !notes.contains(sentence) { notes.append(sentence) }
    }

    mutating func note(_ sentences: [String]) {
        for sentence in sentences { note(sentence) }
    }

    mutating func warn(_ sentences: [String]) {
        for sentence in sentences where !warnings.contains(sentence) { warnings.append(sentence) }
    }
}

/// Where a search finds the tables that it names.
public protocol LookupSource: Sendable {
    /// The table with a definition's name or a file's.
    /// - Throws: ``LookupFailure`` where there is none, or it can't be read.
    func table(named name: String) throws(LookupFailure) -> LookupTable
}

/// Why a table can't be had.
public struct LookupFailure: Error, Hashable, Sendable {
    /// As a clause without a full stop.
    public var reason: String
    /// Whether what the table is made of is broken, rather than absent.
    public var isBroken: Bool

    /// - Parameter reason: a clause without a full stop.
    public init(_ reason: String, isBroken: Bool = false) {
        self.reason = reason
        self.isBroken = isBroken
    }
}

/// No tables at all.
public struct NoLookups: LookupSource {
    /// Searches that name no table compile with it.
    public init() {}

    /// - Throws: ``LookupFailure``, always.
    public func table(named name: String) throws(LookupFailure) -> LookupTable {
        throw LookupFailure("no folder with lookups was found or given")
    }
}
