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
        abstract: "Look at rules without running them.", subcommands: [Check.self])

    /// Compiles rules and tells what can't run, and why.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compile rules, and tell which can't run and exactly why.",
            discussion: "Exit status: 0 all can run; 1 some can't; 2 nothing was found to check.")

        @Argument(help: "Rule files and folders of them.", completion: .file())
        var paths: [String] = []

        @OptionGroup var content: ContentArguments
        @OptionGroup var output: OutputArguments

        @Option(
            help: ArgumentHelp(
                "Read field mappings from this folder instead of the built-in ones.", valueName: "folder"),
            completion: .directory)
        var schemas: String?

        func validate() throws {
            try EmptyName.refuse(paths, "a rule's name", "name rule files or folders of them")
            try EmptyName.refuse(schemas.map { [$0] } ?? [], "--schemas", "name a folder")
        }

        mutating func run() async throws {
            let pack: DetectionPack
            let rules: [HuntRule]
            do {
                pack = try content.pack(rules: paths)
                rules = try pack.huntRules(scheduledIn: nil)
            } catch {
                throw Running.fail("\(error)")
            }
            for problem in pack.problems { Running.complain(Diagnostic(problem)) }
            guard !rules.isEmpty else { throw Running.fail("no rule was found") }
            let refusals: [Int: String]
            do {
                let schema =
                    try schemas.map { folder throws(SchemaError) in try Schema(folder: folder) } ?? Schema.builtIn()
                let options = HuntOptions(now: Timestamp(nanoseconds: 0))
                refusals = try Hunter(rules: rules, schema: schema, options: options).refusals
            } catch {
                throw Running.fail("\(error)")
            }
            var report = HuntReport()
            for (index, rule) in rules.enumerated() {
                switch rule.state {
                case .compiled:
                    let file = rule.detection.map { "\($0.file): " } ?? ""
                    let reason = refusals[index].map { file + $0 }
                    let status = reason == nil ? RuleReport.Status.compiled : .unsupported
                    report.rules.append(RuleReport(rule: rule.identity, status: status, reason: reason))
                case .refused(let status, let reason):
                    report.rules.append(RuleReport(rule: rule.identity, status: status, reason: reason))
                }
            }
            let refused = report.rules.count { $0.status != .compiled }
            let writer = RuleStatusWriter(format: Running.format(output), options: Running.reportOptions(output))
            try Running.writing(to: output.output) { sink throws(OutputError) in
                try writer.write(report.rules, to: sink)
            }
            if refused > 0 || pack.problems.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
        }
    }
}
