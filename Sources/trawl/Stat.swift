import ArgumentParser
import Detections
import Events
import Hunting
import Reporting
import Schemas

/// `trawl stat ARCHIVE ...`
struct Stat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat",
        abstract: "Say what archives hold: shapes, sources, event identifiers, times, malformed lines.",
        discussion: """
            Every line is parsed. With --rules it says too which rules the archives could feed at all, and what the \
            others lack: events of their dataset or origin, or fields. With --earliest or --latest only events in this range \
            count, and it is said how many are left out; lines are all accounted for.
            """)

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Say which of these rules could find anything in the archives; may be given several times.",
            valueName: "path"),
        completion: .file())
    var rules: [String] = []

    @OptionGroup var content: ContentArguments

    @OptionGroup var archives: ArchiveArguments
    @OptionGroup var time: TimeArguments
    @OptionGroup var output: OutputArguments

    @Option(help: HuntArguments.schemasHelp, completion: .directory)
    var schemas: String?

    @Flag(help: "Fail when a line is malformed.")
    var strict = false

    func validate() throws {
        try GivenName.refuse(rules, "--rules", "name a detection or a folder of them")
        try GivenName.refuse(schemas.map { [$0] } ?? [], "--schemas", "name a folder")
    }

    mutating func run() async throws {
        let configuration: RunConfiguration
        let surveyor: Surveyor
        let isMissingRules: Bool
        do {
            try output.refuseContent(at: [schemas].compactMap(\.self))
            let schema = try RunConfiguration.schema(schemas)
            let hunted = try huntRules(schema)
            isMissingRules = hunted.isMissing
            configuration = try RunConfiguration(archives: archives, time: time, output: output, schema: schema)
            surveyor = try Surveyor(
                schema: configuration.schema, options: configuration.options, rules: hunted.rules)
        } catch {
            throw Running.fail("\(error)")
        }
        let archives = configuration.archives
        let destination = try Destination(output.output)
        configuration.tellInput()
        var survey = await Running.watching(
            progress: output.progress, cancel: { surveyor.cancel() },
            state: { Progress(surveyor.progress, of: archives.count, matchedEvents: nil) },
            work: { await surveyor.run(archives) })
        if Running.mayHaveCut(archives) { survey.noteStop(ofStreams: archives) }
        survey.missing = configuration.missing.map(\.damage)
        let options = Running.reportOptions(output)
        let writer = SurveyWriter(format: Running.format(output), options: options)
        let cancel = { @Sendable in surveyor.cancel() }
        try Running.heedingInterrupts(by: cancel) { () throws(ExitCode) in
            try destination.write(until: surveyor.interruption) { [survey] sink throws(OutputError) in
                try writer.write(survey, to: sink)
            }
        }
        Running.tellUnfit(survey.unfit)
        if !survey.unread.isEmpty { Running.tellPartial(output) }
        // A table of kinds of events has no place for what concerns the archives.
        if Running.format(output) == .csv {
            let memory = Output()
            try? writer.writeSummary(survey, to: memory)
            Running.write(String(decoding: memory.bytes, as: UTF8.self), to: 2)
        }
        if survey.isIncomplete(isStrict: strict) || isMissingRules { throw ExitCode(1) }
    }

    /// The rules to be judged, and whether some that were named could not be read; none where none is named.
    private func huntRules(_ schema: Schema) throws -> (rules: [HuntRule], isMissing: Bool) {
        if rules.isEmpty { return ([], false) }
        let pack = try content.pack(rules: rules, output: output)
        for problem in pack.problems { Running.complain(Diagnostic(problem)) }
        let rules = pack.huntRules(scheduledIn: nil, schema: schema)
        if rules.isEmpty {
            throw CommandFailure(pack.noRule(in: self.rules))
        }
        return (rules + pack.lostRules(), isMissing: !pack.unread.isEmpty)
    }
}
