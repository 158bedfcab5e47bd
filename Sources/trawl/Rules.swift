import ArgumentParser
import Detections
import Events
import Hunting
import Reporting
import Schemas
import Values

/// `trawl rules check PATH ...`
struct Rules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Look at rules without running them.", subcommands: [Check.self])

    func run() async throws {
        throw Running.help(for: Rules.self)
    }

    /// Compiles rules and tells what can't run, and why.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Compile rules, and tell which can't run and exactly why.",
            discussion: """
                Told are, of each rule, whether it can run, else the file, the column in the search, the word and the \
                reason, and the data that it needs: the dataset or the origin of events, and the fields without which \
                none counts. A summary groups the reasons, the data, and the rules' status and type; the type of a Sigma rule \
                is its level.

                Exit status: 0 all can run; 1 some can't; 2 nothing was found to check.
                """)

        @Argument(help: "Rule files and folders of them.", completion: .file())
        var paths: [String] = []

        @OptionGroup var content: ContentArguments
        @OptionGroup var choice: RuleArguments
        @OptionGroup var output: OutputArguments

        @Option(help: HuntArguments.schemasHelp, completion: .directory)
        var schemas: String?

        @Flag(help: "In a table, name the rules that can run too, with the data that each needs.")
        var all = false

        func validate() throws {
            try GivenName.refuse(paths, "a rule's name", "name rule files or folders of them")
            try GivenName.refuse(schemas.map { [$0] } ?? [], "--schemas", "name a folder")
        }

        mutating func run() async throws {
            let pack: DetectionPack
            let rules: [HuntRule]
            let schema: Schema
            do {
                schema = try RunConfiguration.schema(schemas)
                pack = try content.pack(rules: paths, output: output, besides: [schemas, choice.placeholders])
                let placeholders = try choice.placeholderValues()
                rules = pack.huntRules(
                    scheduledIn: nil, choice: choice.choice(), schema: schema, placeholders: placeholders)
            } catch {
                throw Running.fail("\(error)")
            }
            for problem in pack.problems { Running.complain(Diagnostic(problem)) }
            choice.tellUnmatched(in: pack)
            for rule in rules {
                guard let detection = rule.detection, case .compiled(let search) = rule.state else { continue }
                for warning in search.warnings {
                    Running.complain(
                        Diagnostic(
                            .warning, place: "\(detection.file):\(detection.searchMark.line)", message: warning))
                }
            }
            let unreadable = pack.problems.filter { $0.severity == .error }
            // What is not there, or can't be opened, is nothing that was found to check.
            guard !rules.isEmpty || !unreadable.allSatisfy(pack.unread.contains) else {
                throw Running.fail(pack.noRule(in: paths, chosenBy: choice.given))
            }
            let checks: [RuleCheck]
            do {
                let options = HuntOptions(now: Timestamp(nanoseconds: 0))
                checks =
                    try rules.isEmpty
                    ? [] : Hunter(rules: rules, schema: schema, options: options).checks(schema: schema)
            } catch {
                throw Running.fail("\(error)")
            }
            let writer = RuleCheckWriter(
                format: Running.format(output), options: Running.reportOptions(output), listsAll: all)
            try Running.writing(to: output.output) { sink throws(OutputError) in
                try writer.write(checks, problems: pack.problems, to: sink)
            }
            if !unreadable.isEmpty || checks.contains(where: { !$0.canRun }) { throw ExitCode(1) }
        }
    }
}
