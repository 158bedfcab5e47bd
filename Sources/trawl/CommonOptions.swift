import Archives
import ArgumentParser
import Detections
import Events
import Hunting

/// What archives are read, and how.
struct ArchiveArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Files, folders (searched recursively), globs in quotes, or - for standard input.",
            valueName: "archive"),
        completion: .file())
    var archives: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many workers scan at the same time; by default as many as there are CPUs for this process.",
            valueName: "count"))
    var threads: Int?

    @Option(
        help: ArgumentHelp("Read regular files by mapping them, by reading them, or as is fastest.", valueName: "way"))
    var access: AccessArgument = .automatic

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Cut archives into chunks of about so many bytes.", visibility: .hidden))
    var chunkSize: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("A line of more bytes than this is malformed.", valueName: "bytes"))
    var lineLimit: Int = 16 << 20

    @Option(
        help: ArgumentHelp(
            "Use the loops for this instruction set: scalar, sse2, avx2, avx512bw, avx512, neon.", visibility: .hidden))
    var kernels: String?

    func validate() throws {
        try GivenName.refuse(
            archives, "an archive's name", "name files, folders, or - for standard input", takesBytes: true)
    }

    enum AccessArgument: String, ExpressibleByArgument, CaseIterable {
        case automatic = "auto"
        case mapped = "map"
        case read
    }
}

/// Which events count, by their time.
struct TimeArguments: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Leave out events before this: ISO 8601, epoch, or relative such as -70m@m.", valueName: "time"))
    var earliest: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Leave out events at or after this.", valueName: "time"))
    var latest: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What relative times are counted from; by default the present.", valueName: "time"))
    var now: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The zone of times without one: a name such as Europe/Berlin, or an offset.", valueName: "zone"))
    var timezone: String = "UTC"

    func validate() throws {
        do {
            _ = try RunConfiguration.options(self)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

/// How results are told.
struct OutputArguments: ParsableArguments {
    @Option(
        help: """
            table, jsonl, json or csv; by default table on a terminal, else jsonl. jsonl has one record on a line, its type \
            first, the summary last; json is one object with an array for each type of record, and the summary. A csv holds \
            one kind of record: of a hunt, findings, with their rule in the first two columns, or, where they are asked for, \
            rules, notables, risk or events, of several the last in this order. Findings come by severity, the highest first, \
            in jsonl as the rules were given. In csv and table a control character looks like \\x1b or \\u{202e}, as text of \
            this spelling does; jsonl and json tell them apart.
            """)
    var format: FormatArgument?

    @Option(
        help: ArgumentHelp(
            "Write the results to a file, whole or not at all; after an interrupt, what was found until then.",
            valueName: "file"),
        completion: .file())
    var output: String?

    @Option(help: "Show progress on standard error: auto, always or never.")
    var progress: WhenArgument = .auto

    @Option(help: "Use colours in tables: auto, always or never.")
    var color: WhenArgument = .auto

    @Flag(help: "In tables, show long values whole, up to 64 KiB, instead of cutting them in the middle.")
    var full = false

    @Flag(help: "In CSV, put a ' before cells that a spreadsheet would take for a formula.")
    var csvSafe = false

    func validate() throws {
        try GivenName.refuse(output.map { [$0] } ?? [], "--output", "name a file")
    }

    /// An explanation of what would be done is text for people.
    func refuseRecords(ofExplanation isExplaining: Bool) throws {
        if isExplaining, let format, format != .table {
            throw ValidationError(
                "--explain prints text, for which --format \(format.rawValue) has no records: leave the format away")
        }
    }

    /// Rules, what belongs to them, and schemas are not written over.
    func refuseContent(at paths: [String]) throws(CommandFailure) {
        guard let output, ContentFolders.hold(output, anyOf: paths) else { return }
        throw CommandFailure("--output \(output): is one of the files that the command reads; name another file")
    }

    enum FormatArgument: String, ExpressibleByArgument, CaseIterable {
        case table, jsonl, json, csv
    }

    enum WhenArgument: String, ExpressibleByArgument, CaseIterable {
        case auto, always, never
    }
}

/// What a hunt does beyond finding.
struct HuntArguments: ParsableArguments {
    @Flag(help: "Parse every line, and fail when one is malformed.")
    var strict = false

    @Flag(help: "Parse every line instead of only those that may match.")
    var noPrefilter = false

    @Flag(help: "Print what would be done and scan nothing.")
    var explain = false

    @Flag(help: "Tell each event that matched, too.")
    var events = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Tell at most so many rows, and so many events, of each rule or of the search; what is made of rows is made of "
                + "these.",
            valueName: "count"))
    var limit: Int?

    static let schemasHelp = ArgumentHelp(
        "Read shapes and field mappings from this folder; files that it lacks are the built-in ones.",
        valueName: "folder")

    @Option(help: schemasHelp, completion: .directory)
    var schemas: String?

    func validate() throws {
        try GivenName.refuse(schemas.map { [$0] } ?? [], "--schemas", "name a folder")
    }
}

/// Names that nothing can be called.
enum GivenName {
    /// Refuses names without a character in them, as a shell variable that is not set gives them.
    ///
    /// - Parameter takesBytes: whether names may be no UTF-8, as strings can't hold them; others are refused, too.
    static func refuse(_ names: [String], _ what: String, _ remedy: String, takesBytes: Bool = false) throws {
        if names.contains("") { throw ValidationError("\(what) is empty: \(remedy)") }
        if !takesBytes, let name = RawArguments.escapedForeign(names) {
            throw ValidationError("\(what) \(name): this is no UTF-8; only archives may have such names, so rename it")
        }
    }
}
