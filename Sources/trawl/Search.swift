import ArgumentParser
import Detections
import Hunting
import Reporting
import SPL
import Schemas

/// `trawl search 'SPL' ARCHIVE ...`
struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Run an SPL search over archives.",
        discussion: """
            The search is given as Splunk takes it: '| tstats count from datamodel=Endpoint.Processes by Processes.dest', \
            'EventID=1 Image=*powershell* | stats count by Computer', or just 'stats count by Channel EventID'.
            """)

    @Argument(help: ArgumentHelp("The search, in SPL.", valueName: "SPL"))
    var search: String

    @OptionGroup var archives: ArchiveArguments
    @OptionGroup var time: TimeArguments
    @OptionGroup var hunt: HuntArguments
    @OptionGroup var output: OutputArguments

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Take macros from the YAML files of this folder.", valueName: "folder"),
        completion: .directory)
    var macros: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Take lookups from the CSV and YAML files of this folder.", valueName: "folder"),
        completion: .directory)
    var lookups: [String] = []

    @Option(help: MissingLookups.help)
    var missingLookups = MissingLookups.refused

    func validate() throws {
        try GivenName.refuse(macros, "--macros", "name a folder")
        try GivenName.refuse(lookups, "--lookups", "name a folder")
        try output.refuseRecords(ofExplanation: hunt.explain)
    }

    mutating func run() async throws {
        let identity = RuleIdentity(id: "search", name: "search", kind: .search)
        let rules: [HuntRule]
        let parts: SchemaParts
        do {
            try output.refuseContent(at: macros + lookups + [hunt.schemas].compactMap(\.self))
        } catch {
            throw Running.fail("\(error)")
        }
        let tables = LookupFolders(lookups, takesAbsentForEmpty: missingLookups == .empty)
        for problem in tables.problems { Running.complain(Diagnostic(problem)) }
        do {
            let library = try MacroFolders.library(macros)
            let compiled = try SearchCompiler.compile(search, macros: library, lookups: tables)
            for note in compiled.notes { Running.complain(Diagnostic(.note, message: note)) }
            rules = [HuntRule(identity: identity, state: .compiled(compiled))]
            parts = SchemaParts(readBy: [compiled])
        } catch {
            throw Running.fail("the search can't be run: \(error)")
        }
        var run = HuntRun(rules: rules, archives: archives, time: time, hunt: hunt, output: output)
        run.lookups = tables
        if hunt.events { run.csvContent = .matches }
        do {
            run.schema = try RunConfiguration.schema(hunt.schemas, reading: parts)
        } catch {
            throw Running.fail("\(error)")
        }
        try await run.run()
    }
}
