import ArgumentParser
import Glibc
import Reporting

@main
struct Trawl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trawl",
        abstract: "Did this ever happen to us? Runs detections over archived telemetry as it lies on disk.",
        discussion: """
            trawl runs detection content (Splunk ESCU detections) over archives of JSON lines, plain or compressed with \
            zstd, lz4 or gzip, with no server, no ingestion and no index.

            Exit status: 0 the work is complete, whatever it found; 1 some input could not be read whole, which the \
            output says; 2 it could not run.
            """,
        version: Version.text,
        subcommands: [
            Hunt.self, Search.self, Rules.self, Stat.self, Generate.self, SchemasCommand.self, Manual.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            // Wrong arguments are one of the reasons why a command can't run, and end with the same status as the others.
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            let message = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
            Running.write(message.map { Diagnostic.harmless(String($0)) }.joined(separator: "\n") + "\n", to: 2)
            Glibc.exit(2)
        }
    }
}
