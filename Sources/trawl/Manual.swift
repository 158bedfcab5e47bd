import ArgumentParser
import Reporting

/// `trawl manual`: the manual page, made from the same words as the help.
struct Manual: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the manual page, for man: trawl manual | man -l -")

    private static let sections: [(title: String, command: any ParsableCommand.Type)] = [
        ("TRAWL HUNT", Hunt.self), ("TRAWL SEARCH", Search.self), ("TRAWL RULES", Rules.self),
        ("TRAWL RULES CHECK", Rules.Check.self), ("TRAWL STAT", Stat.self), ("TRAWL GENERATE", Generate.self),
        ("TRAWL SCHEMAS", SchemasCommand.self),
    ]

    /// How each command is called.
    private static var synopsis: [String] {
        sections.filter { $0.command.configuration.subcommands.isEmpty }.map {
            Trawl.usageString(for: $0.command)
        }
    }

    func run() throws {
        var page = """
            .TH TRAWL 1 "" "\(Version.text)" "User Commands"
            .SH NAME
            trawl \\- run detections over archived telemetry as it lies on disk
            .SH SYNOPSIS
            .nf
            \(Self.synopsis.map { Self.line($0[...]) }.joined(separator: "\n"))
            .fi
            .SH DESCRIPTION
            \(([Trawl.purpose] + Trawl.remarks).map { Self.line($0[...]) }.joined(separator: "\n.PP\n"))

            """
        for section in Self.sections {
            page += ".SH \(section.title)\n.nf\n"
            let help = Self.help(for: section.command)
            page += help.split(separator: "\n", omittingEmptySubsequences: false).map(Self.line).joined(separator: "\n")
            page += "\n.fi\n"
        }
        page += ".SH EXAMPLES\n"
        for example in Trawl.examples {
            page += ".TP\n.B \(Self.line(example.command[...]))\n\(Self.line(example.purpose[...])).\n"
        }
        page += ".SH ENVIRONMENT\n"
        for variable in Trawl.variables {
            page += ".TP\n.B \(variable.name)\n\(Self.line(variable.meaning[...])).\n"
        }
        page += ".SH EXIT STATUS\n"
        for status in Trawl.exitStatus { page += ".TP\n.B \(status.number)\n\(Self.line(status.meaning[...])).\n" }
        page += ".PP\nA reader that closes the pipe early ends a command quietly, with status 0.\n"
        try Running.writing(to: nil) { sink throws(OutputError) in try sink.write(page) }
    }

    /// The help of a command, without the word that it begins with: in a page the section's title stands there.
    private static func help(for command: any ParsableCommand.Type) -> String {
        let help = Trawl.helpMessage(for: command, columns: 70)
        let heading = "OVERVIEW: "
        return help.hasPrefix(heading) ? String(help.dropFirst(heading.count)) : help
    }

    /// A line of text as roff takes it literally.
    private static func line(_ text: Substring) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            default: escaped.append(character)
            }
        }
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }
}
