import ArgumentParser
import Glibc
import Reporting
import Schemas

@main
struct Trawl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trawl",
        abstract: "Did this ever happen to us? Runs detections over archived telemetry as it lies on disk.",
        discussion: """
            \(purpose)

            \(remarks.joined(separator: "\n\n"))

            Exit status: \(exitStatus.map { "\($0.number) \($0.meaning)" }.joined(separator: "; ")).
            """,
        version: Version.text,
        subcommands: [
            Hunt.self, Search.self, Rules.self, Stat.self, Generate.self, SchemasCommand.self, Manual.self,
        ])

    static let purpose =
        "trawl runs Splunk ESCU detections and Sigma rules over archives of JSON lines, plain or compressed with "
        + "zstd, lz4 or gzip, with no server, no ingestion and no index."

    /// What holds for all commands, a paragraph each.
    static let remarks = [
        "An interrupt ends hunt, search and stat within a moment; only what a search does with one value is ended first. What was "
            + "found until then is told as far as there is time, and so is what was not read, and whether the output was cut "
            + "short. A second interrupt ends it at once, and so does the first one while rules are loaded.",
        "Files in a folder whose names end in .trawl.jsonl, .trawl.json, .trawl.csv or .trawl.txt are results and no telemetry: "
            + "they are passed over, unless they are named themselves.",
        "The seconds in a summary are those of reading and of making results of what was found, without those of writing "
            + "them.",
    ]

    static let exitStatus = [
        (number: 0, meaning: "the work is complete, whatever it found"),
        (
            number: 1,
            meaning: "some input could not be read whole, it was interrupted, or with --strict a line was malformed, "
                + "which the output says"
        ),
        (number: 2, meaning: "it could not run, or not do what it was for: archives were not generated to their end"),
    ]

    static let examples = [
        (
            command: "trawl hunt --rules security_content/detections --rules sigma/rules archives/",
            purpose: "run detections and rules over all archives of a folder"
        ),
        (
            command: "trawl hunt --rules sigma/rules --level high+ --events --full archives/",
            purpose: "the events that rules of high and critical level matched, shown whole"
        ),
        (
            command: "trawl search 'EventID=4625 | stats count by TargetUserName' archives/*.zst",
            purpose: "run an SPL search"
        ),
        (
            command: "zstd -dc old.zst | trawl search 'powershell | head 10' -",
            purpose: "read standard input"
        ),
        (
            command: "trawl stat --rules sigma/rules archives/",
            purpose: "what archives hold, and which rules they could feed"
        ),
        (
            command: "trawl --generate-completion-script bash",
            purpose: "print what a shell completes commands with; for zsh and fish, too"
        ),
    ]

    static let variables = [
        (name: "NO_COLOR", meaning: "where it is set to anything, tables have no colours by themselves"),
        (name: "COLUMNS", meaning: "the width of tables, instead of the terminal's"),
        (name: "TERM", meaning: "on a dumb terminal there are neither colours nor progress by themselves"),
        (name: "TMPDIR", meaning: "where results are put that do not fit into memory"),
    ]

    func run() async throws {
        throw Running.help(for: Trawl.self)
    }

    static func main() async {
        let arguments = OptionValues.joined(Array(CommandLine.arguments.dropFirst()))
        prepare(for: arguments.first)
        do {
            try HelpRequest.check(arguments[...])
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let ended as ExitCode {
            exit(withError: ended)
        } catch {
            do {
                if exitCode(for: error).isSuccess { try HelpRequest.refuseAccidental(arguments) }
                exit(for: error)
            } catch {
                exit(for: error)
            }
        }
    }

    /// Begins with what a command that reads events needs, while its arguments are looked at: both take some milliseconds.
    private static func prepare(for command: String?) {
        let readers: [any ParsableCommand.Type] = [Hunt.self, Search.self, Stat.self]
        guard readers.contains(where: { HelpRequest.name(of: $0) == command }) else { return }
        Task.detached { _ = Schema.common }
    }

    /// Says what is in the way, or what was asked for instead of a command, and ends.
    private static func exit(for error: any Error) -> Never {
        let code = exitCode(for: error)
        if code.isSuccess {
            // What was asked for is output like any other: it may be closed early, and must not be lost silently.
            let text = fullMessage(for: error)
            guard !text.isEmpty else { Glibc.exit(0) }
            do {
                try Running.writing(to: nil) { sink throws(OutputError) in try sink.write(text + "\n") }
            } catch {
                Glibc.exit(error.rawValue)
            }
            Glibc.exit(0)
        }
        // Wrong arguments are one of the reasons why a command can't run, and end with the same status as the others.
        guard code == .validationFailure else { exit(withError: error) }
        let lines = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
        var message = lines.map { Diagnostic.harmless(String($0)) }.joined(separator: "\n") + "\n"
        // Every complaint begins alike.
        let lead = "Error: "
        if message.hasPrefix(lead) { message = "trawl: " + message.dropFirst(lead.count) }
        Running.write(message, to: 2)
        Glibc.exit(2)
    }
}

/// Values of options that begin with a dash, as relative times and offsets of zones do.
enum OptionValues {
    private static let options: Set<String> = ["--earliest", "--latest", "--now", "--timezone", "--limit"]

    /// The arguments with such values joined to their options, `--earliest=-1h`: the argument parser would take a value
    /// with an `h` in it for options with one letter each, of which one asks for help.
    static func joined(_ arguments: [String]) -> [String] {
        var joined: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" { return joined + [argument] + rest }
            if options.contains(argument), let value = rest.first, isValue(value) {
                rest.removeFirst()
                joined.append("\(argument)=\(value)")
            } else {
                joined.append(argument)
            }
        }
        return joined
    }

    /// Whether the argument begins with one dash, and is none of the options that have one.
    private static func isValue(_ argument: String) -> Bool {
        argument.hasPrefix("-") && !argument.hasPrefix("--") && argument != "-" && argument != "-h"
    }
}

/// What the argument parser answers with help: `trawl help COMMAND`, whatever the words are, and any argument with one dash
/// that has an `h` in it.
enum HelpRequest {
    /// - Throws: `ValidationError` where nobody asked for help, or for anything else that is told instead of a command's work.
    static func refuseAccidental(_ arguments: [String]) throws {
        let before = arguments.prefix { $0 != "--" }
        let asks = before.contains { argument in
            ["-h", "--help", "--help-hidden", "--version"].contains(argument)
                || ["--generate-completion-script", "--experimental-dump-help", "---completion"].contains {
                    argument.hasPrefix($0)
                }
        }
        guard !asks, before.first != "help" else { return }
        let single = before.filter { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0 != "-" }
        guard let wrong = single.first(where: { $0.contains("h") }) ?? single.first else { return }
        throw ValidationError("\(wrong) is no option: options have two dashes, as -\(wrong); --help lists them")
    }

    /// - Throws: `ValidationError` where a word names no command.
    static func check(_ arguments: ArraySlice<String>) throws {
        guard let first = arguments.first, !first.hasPrefix("-") else { return }
        guard first == "help" else { return try check(first, isCommandOf: Trawl.self) }
        var command: any ParsableCommand.Type = Trawl.self
        for word in arguments.dropFirst() where !word.hasPrefix("-") {
            let known = command.configuration.subcommands
            try check(word, isCommandOf: command)
            guard let next = known.first(where: { name(of: $0) == word }) else { continue }
            command = next
        }
    }

    private static func check(_ word: String, isCommandOf command: any ParsableCommand.Type) throws {
        let known = command.configuration.subcommands.map(name)
        if known.contains(word) { return }
        let remedy = known.isEmpty ? "it has no commands of its own" : "there are \(known.joined(separator: ", "))"
        throw ValidationError("no command is called \(word) here: \(remedy)")
    }

    fileprivate static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? "\(command)".lowercased()
    }
}
