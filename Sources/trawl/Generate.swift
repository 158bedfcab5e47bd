import ArgumentParser
import Events
import Glibc
import Hunting
import Reporting
import Telemetry
import Values

/// `trawl generate FOLDER`
struct Generate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Write synthetic telemetry with planted findings, and files that say what must be found where.",
        discussion: """
            The same seed and options give the same bytes. Beside the archives stand expected.trawl.jsonl, which tells of \
            each planted event where it is and what it is, and expected_rows.trawl.jsonl with the rows that the built-in \
            detection must yield. A hunt through the folder passes over both, as over all files in it that are so called.
            """)

    @Argument(
        help: "The folder to write to; it is made, with those above it, if it is not there.", completion: .directory)
    var folder: String

    @Option(parsing: .unconditional, help: ArgumentHelp("What everything is derived from.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How much in all before compression: 64M, 10G, or a number of bytes; by default 64M.", valueName: "size"))
    var size: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            About how many events in all, instead of a size: there are more where an archive's share of them is smaller than \
            what is planted in it.
            """, valueName: "count"))
    var events: Int?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            """
            Shapes, with commas between them, or several times: \(Self.list(Shape.self)); by default all.
            """, valueName: "shapes"),
        completion: .list(Shape.allCases.map(\.rawValue)))
    var shape: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            """
            Compressions, with commas between them, or several times: \(Self.list(Compression.self)); by default all.
            """, valueName: "compressions"),
        completion: .list(Compression.allCases.map(\.rawValue)))
    var compression: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many archives; by default enough for every shape and compression.", valueName: "count"))
    var archives: Int?

    @Option(parsing: .unconditional, help: ArgumentHelp("How many hosts there are.", valueName: "count"))
    var hosts = 48

    @Option(parsing: .unconditional, help: ArgumentHelp("How many users there are.", valueName: "count"))
    var users = 160

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "When the telemetry begins, in seconds since 1970; by default on 10 March 2025.", valueName: "epoch"))
    var start: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long it lasts, in seconds; by default a day.", valueName: "seconds"))
    var duration: Int?

    @Option(parsing: .unconditional, help: ArgumentHelp("How many true findings are planted.", valueName: "count"))
    var findings = 24

    @Option(parsing: .unconditional, help: ArgumentHelp("How many near misses are planted.", valueName: "count"))
    var nearMisses = 40

    @Option(parsing: .unconditional, help: ArgumentHelp("How many malformed lines are planted.", valueName: "count"))
    var malformed = 0

    @Option(parsing: .unconditional, help: ArgumentHelp("How many blank lines are planted.", valueName: "count"))
    var blank = 0

    @Option(
        parsing: .unconditional, help: ArgumentHelp("How many workers generate at the same time.", valueName: "count"))
    var threads: Int?

    func validate() throws {
        try GivenName.refuse([folder], "the folder's name", "name the folder to write to")
        if size != nil, events != nil {
            throw ValidationError("--size and --events say both how much is made: give one of them")
        }
    }

    mutating func run() async throws {
        if let folder = opendir(folder) {
            defer { closedir(folder) }
            // Besides itself and its parent.
            guard (0..<3).contains(where: { _ in readdir(folder) == nil }) else {
                throw Running.fail(
                    "\(self.folder): is not empty; what is there would be hunted with what is made. Name a new folder")
            }
        }
        let report: GenerationReport
        let options: GenerationOptions
        do {
            options = try self.options()
        } catch {
            throw Running.fail("\(error)")
        }
        Folder.make(above: folder)
        let work = Task { [folder] in try await Telemetry.generate(into: folder, options: options) }
        let watcher = Watcher(
            isShown: false, cancel: { work.cancel() }, state: { Progress(nil, of: 0, matchedEvents: nil) })
        let result = await work.result
        watcher.end()
        do {
            report = try result.get()
        } catch GenerationError.cancelled {
            throw Running.fail("stopped: \(folder) holds some of the archives only; remove it, and generate anew")
        } catch GenerationError.invalidOption(let name, let requirement) {
            throw Running.fail("\(given(name)): give \(requirement)")
        } catch {
            throw Running.fail("\(error)")
        }
        try Running.writing(to: nil) { sink throws(OutputError) in
            var table = TextTable(
                columns: ["archive", "shape", "compression", "events", "bytes", "stored"].map { TextTable.Column($0) })
            table.rows = report.archives.map { archive in
                [
                    .text(Text(archive.name)), .text(Text(archive.shape.rawValue)),
                    .text(Text(archive.compression.rawValue)), .number(Double(archive.events)),
                    .number(Double(archive.bytes)), .number(Double(archive.storedBytes)),
                ]
            }
            // Whoever reads them goes on with the names.
            table.showsWhole = true
            try table.write(to: sink, width: Terminal.width(of: 1))
            try sink.write(
                "\(Figures.count(report.events, "event")) in \(Figures.count(report.archives.count, "archive")), "
                    + "\(Figures.bytes(report.bytes)) before compression; \(report.findings) planted findings "
                    + "(\(report.plantsName)) that must yield \(report.rows) rows (\(report.rowsName)), "
                    + "\(report.nearMisses) near misses\n")
        }
    }

    private func options() throws(CommandFailure) -> GenerationOptions {
        var options = GenerationOptions()
        options.seed = seed
        if let events {
            options.size = .events(events)
        } else {
            let size = size ?? "64M"
            guard let bytes = Self.bytes(size) else {
                throw CommandFailure("--size \(size): give a number of bytes, with K, M, G or T behind it if you like")
            }
            options.size = .bytes(bytes)
        }
        if !shape.isEmpty { options.shapes = try Self.choices(shape, "--shape") }
        if !compression.isEmpty { options.compressions = try Self.choices(compression, "--compression") }
        options.archives = archives
        options.hosts = hosts
        options.users = users
        if let start { options.start = start }
        if let duration { options.duration = duration }
        guard Self.isTold(options.start, options.duration) else {
            throw CommandFailure(
                "--start \(options.start), --duration \(options.duration): give times from 1970 to 2261, "
                    + "as hunts know no later ones")
        }
        options.findings = findings
        options.nearMisses = nearMisses
        options.malformedLines = malformed
        options.blankLines = blank
        options.threads = threads ?? ProcessorCount.available
        return options
    }

    /// The option by which a property of `GenerationOptions` was given, with its value.
    private func given(_ name: String) -> String {
        switch name {
        case "bytes": "--size \(size ?? "64M")"
        case "events": "--events \(events ?? 0)"
        case "archives": "--archives \(archives ?? 0)"
        case "hosts": "--hosts \(hosts)"
        case "users": "--users \(users)"
        case "start": "--start \(start ?? 0)"
        case "duration": "--duration \(duration ?? 0)"
        case "findings": "--findings \(findings)"
        case "nearMisses": "--near-misses \(nearMisses)"
        case "malformedLines": "--malformed \(malformed)"
        case "blankLines": "--blank \(blank)"
        case "threads": "--threads \(threads ?? 0)"
        default: "--\(name)"
        }
    }

    /// Whether a hunt can tell all times apart that lie in a stretch.
    private static func isTold(_ start: Int, _ duration: Int) -> Bool {
        let (end, isTooLarge) = start.addingReportingOverflow(duration)
        return !isTooLarge && Timestamp(seconds: Int64(end)) != nil
    }

    private static func list<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) -> String {
        type.allCases.map(\.rawValue).joined(separator: ", ")
    }

    /// What the values of an option name, also several with commas between them.
    private static func choices<Choice: RawRepresentable<String> & CaseIterable>(
        _ values: [String], _ option: String
    ) throws(CommandFailure) -> [Choice] {
        var choices: [Choice] = []
        for name in values.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            guard let choice = Choice(rawValue: String(name)) else {
                throw CommandFailure("\(option) \(name): give one of \(list(Choice.self))")
            }
            choices.append(choice)
        }
        return choices
    }

    /// `64M` as bytes; units are powers of 1024.
    static func bytes(_ text: String) -> Int? {
        let units: [Character: Int] = ["K": 10, "M": 20, "G": 30, "T": 40]
        var digits = Substring(text.uppercased())
        if digits.hasSuffix("B") { digits = digits.dropLast() }
        if digits.hasSuffix("I") { digits = digits.dropLast() }
        var shift = 0
        if let last = digits.last, let unit = units[last] {
            shift = unit
            digits = digits.dropLast()
        }
        guard let number = Int(digits), number > 0, number <= Int.max >> shift else { return nil }
        return number << shift
    }
}
