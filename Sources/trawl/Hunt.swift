import ArgumentParser
import Detections
import Events
import Hunting
import Reporting
import Schemas

/// `trawl hunt --rules PATH ARCHIVE ...`
struct Hunt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hunt",
        abstract: "Run detections over archives.",
        discussion: """
            Rules are YAML files, or folders of them that are searched recursively. Macros, lookups and deployments are found \
            in the folders macros/, lookups/ and deployments/ beside or above the rules. Without --rules the built-in \
            detection runs: \(BuiltInContent.seedName).
            """)

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A detection or Sigma rule, or a folder of them; may be given several times.", valueName: "path"),
        completion: .file())
    var rules: [String] = []

    @OptionGroup var archives: ArchiveArguments
    @OptionGroup var time: TimeArguments
    @OptionGroup var hunt: HuntArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var content: ContentArguments
    @OptionGroup var choice: RuleArguments

    @Flag(help: "Add the risk events that the findings raise; those of Sigma rules raise none.")
    var risk = false

    @Flag(help: "Add the notable events that the findings raise; those of Sigma rules raise none.")
    var notables = false

    @Flag(
        help: """
            Replay each detection's schedule: findings belong to the windows that its runs would have seen, whose times now() \
            and addinfo tell. A detection whose deployment has no valid schedule is told and does not run.
            """)
    var asScheduled = false

    @Flag(
        help: """
            Tell what became of each rule: evaluated, without events of its kind, not evaluable because its fields never occur, \
            not gated, unsupported or invalid; just compiled where events do not decide it, as of searches over risk or over \
            rows of their own. Every line is parsed for it.
            """)
    var ruleStatus = false

    @Flag(
        help: """
            Measure what each rule costs, and tell the dearest on standard error: parsed events of its kind, for how many \
            it was evaluated and matched, the time in it and in tests that only it asks for. The hunt itself takes longer.
            """)
    var profileRules = false

    func validate() throws {
        try GivenName.refuse(rules, "--rules", "name a detection or a folder of them")
        try output.refuseRecords(ofExplanation: hunt.explain)
    }

    mutating func run() async throws {
        let pack: DetectionPack
        do {
            pack = try content.pack(rules: rules, output: output, besides: [hunt.schemas, choice.placeholders])
        } catch {
            throw Running.fail("\(error)")
        }
        for problem in pack.problems { Running.complain(Diagnostic(problem)) }
        choice.tellUnmatched(in: pack)
        let (rules, schema) = try compiledRules(of: pack)
        try await huntRun(rules, of: pack, schema).run()
    }

    /// The chosen rules, at least one of which can run, and the schema with what the rules' folder adds to it.
    private func compiledRules(of pack: DetectionPack) throws(ExitCode) -> (rules: [HuntRule], schema: Schema) {
        let rules: [HuntRule]
        let schema: Schema
        do {
            let zone = try TimeZone(time.timezone)
            schema = try RunConfiguration.schema(hunt.schemas, reading: pack.schemaParts)
            let placeholders = try choice.placeholderValues()
            rules = pack.huntRules(
                scheduledIn: asScheduled ? zone : nil, choice: choice.choice(), schema: schema,
                placeholders: placeholders, tell: { Running.complain($0) })
        } catch {
            throw Running.fail("\(error)")
        }
        guard rules.contains(where: { $0.isCompiled }) else {
            for rule in rules {
                if case .refused(_, let reason) = rule.state { Running.complain(Diagnostic(.error, message: reason)) }
            }
            let none = "no rule could be compiled; `trawl rules check` tells why"
            throw Running.fail(rules.isEmpty ? pack.noRule(in: self.rules, chosenBy: choice.given) : none)
        }
        return (rules + pack.lostRules(choice.choice()), schema)
    }

    private func huntRun(_ rules: [HuntRule], of pack: DetectionPack, _ schema: Schema) -> HuntRun {
        var run = HuntRun(rules: rules, archives: archives, time: time, hunt: hunt, output: output)
        run.schema = schema
        run.countsFields = ruleStatus
        run.lookups = pack.lookups
        run.riskModel = pack.riskModel
        run.listsRules = ruleStatus
        run.profilesRules = profileRules
        run.isMissingRules = !pack.unread.isEmpty
        if ruleStatus { run.csvContent = .rules }
        if notables { run.csvContent = .notables }
        if risk { run.csvContent = .risk }
        if hunt.events { run.csvContent = .matches }
        let wantsRisk = risk
        let wantsNotables = notables
        run.makesAlerts = risk || notables
        run.finish = { report, interruption in
            pack.complete(
                &report, of: rules, risk: wantsRisk, notables: wantsNotables, until: interruption)
        }
        return run
    }
}

/// Where what belongs to rules is found.
struct ContentArguments: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Take macros from this folder, in place of those beside the rules.", valueName: "folder"),
        completion: .directory)
    var macros: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Take lookups from this folder, in place of those beside the rules.", valueName: "folder"),
        completion: .directory)
    var lookups: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Take schedules, and what findings raise, from this folder, in place of those beside the rules.",
            valueName: "folder"),
        completion: .directory)
    var deployments: [String] = []

    @Option(help: MissingLookups.help)
    var missingLookups = MissingLookups.refused

    func validate() throws {
        try GivenName.refuse(macros, "--macros", "name a folder")
        try GivenName.refuse(lookups, "--lookups", "name a folder")
        try GivenName.refuse(deployments, "--deployments", "name a folder")
    }

    /// The rules with all that belongs to them; the built-in detection where no path is given.
    ///
    /// - Parameters:
    ///   - output: which must lead to none of the files that all this is made of.
    ///   - others: other files and folders that the command reads.
    func pack(
        rules: [String], output: OutputArguments, besides others: [String?] = []
    ) throws(CommandFailure) -> DetectionPack {
        let folders = ContentFolders(macros: macros, lookups: lookups, deployments: deployments)
        for folder in macros + lookups + deployments { try Folder.check(folder) }
        let pack = DetectionPack(
            paths: rules.isEmpty ? [BuiltInContent.prefix] : rules, folders: folders,
            takesAbsentForEmpty: missingLookups == .empty)
        let found = pack.folders.macros + pack.folders.lookups + pack.folders.deployments
        try output.refuseContent(at: rules + found + others.compactMap(\.self))
        return pack
    }
}

/// What becomes of searches that name a lookup which is nowhere.
enum MissingLookups: String, ExpressibleByArgument, CaseIterable {
    case refused, empty

    static let help = ArgumentHelp(
        "What a lookup is that no folder has, as one of the KV store: refused, with the search that names it, or empty, "
            + "without rows as on a search head that never filled it.")
}
