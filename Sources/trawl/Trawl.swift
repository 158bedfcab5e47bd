import ArgumentParser
import Glibc
import Reporting

@main
struct Trawl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trawl",
        abstract: "Did this ever happen to us? Runs detections over archived telemetry as it lies on disk.",
        discussion: """
            \(purpose)

            Exit status: \(exitStatus.map { "\($0.number) \($0.meaning)" }.joined(separator: "; ")).
            """,
        version: Version.text,
        subcommands: [
            Hunt.self, Search.self, Rules.self, Stat.self, Generate.self, SchemasCommand.self, Manual.self,
        ])

    static let purpose =
        "trawl runs Splunk ESCU detections and Sigma rules over archives of JSON lines, plain or compressed with "
        + "zstd, lz4 or gzip, with no server, no ingestion and no index."

    static let exitStatus = [
        (number: 0, meaning: "the work is complete, whatever it found"),
        (number: 1, meaning: "some input could not be read whole, which the output says"),
        (number: 2, meaning: "it could not run"),
    ]

    func run() async throws {
        throw Running.help(for: Trawl.self)
    }

    static func main() async {
        do {
            try HelpRequest.check(CommandLine.arguments.dropFirst())
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            // Wrong arguments are one of the reasons why a command can't run, and end with the same status as the others.
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            let lines = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
            var message = lines.map { Diagnostic.harmless(String($0)) }.joined(separator: "\n") + "\n"
            // Every complaint begins alike.
            let lead = "Error: "
            if message.hasPrefix(lead) { message = "trawl: " + message.dropFirst(lead.count) }
            Running.write(message, to: 2)
            Glibc.exit(2)
        }
    }
}

/// `trawl help COMMAND`, which the argument parser answers whatever the words are.
enum HelpRequest {
    /// - Throws: `ValidationError` where a word names no command.
    static func check(_ arguments: ArraySlice<String>) throws {
        guard arguments.first == "help" else { return }
        var command: any ParsableCommand.Type = Trawl.self
        for word in arguments.dropFirst() where !word.hasPrefix("-") {
            let known = command.configuration.subcommands
            guard let next = known.first(where: { name(of: $0) == word }) else {
                let names = known.map(name).joined(separator: ", ")
                let remedy = known.isEmpty ? "it has no commands of its own" : "there are \(names)"
                throw ValidationError("no command is called \(word) here: \(remedy)")
            }
            command = next
        }
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? "\(command)".lowercased()
    }
}
