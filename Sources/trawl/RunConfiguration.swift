import Archives
import ArgumentParser
import CKernels
import CSignals
import Events
import Glibc
import Hunting
import Reporting
import Schemas
import Values

/// The arguments that concern reading, checked and resolved before anything runs.
struct RunConfiguration {
    var archives: [Archive]
    /// What was named, or stands in a folder, and can't be read.
    var missing: [MissingArchive]
    /// Pipes, sockets and devices that were found and not named.
    private var passedOver: [String]
    /// What the program itself wrote, was found and not named.
    private var own: [String]
    var options: HuntOptions
    var schema: Schema

    init(
        archives: ArchiveArguments, time: TimeArguments, hunt: HuntArguments? = nil, output: OutputArguments,
        schemas: String? = nil, schema known: Schema? = nil, needsArchives: Bool = true
    ) throws(CommandFailure) {
        if let kernels = archives.kernels, !trawl_kernels_select(kernels) {
            throw CommandFailure("--kernels \(kernels): this machine can't run them")
        }
        var options = try Self.options(time)
        options.threads = try Self.threads(archives.threads)
        options.archives = try Self.archiveOptions(archives)
        if let hunt {
            options.isStrict = hunt.strict
            options.usesPrefilter = !hunt.noPrefilter
            if let limit = hunt.limit, limit < 1 {
                throw CommandFailure("--limit \(limit): give a number of at least 1")
            }
            if hunt.events { options.matchLimit = hunt.limit ?? .max }
        }
        self.options = options
        if let known { schema = known } else { schema = try Self.schema(hunt?.schemas ?? schemas) }
        var paths = archives.archives
        var isInputMissing = false
        if trawl_input_was_closed(), paths.contains(MissingArchive.standardInput) {
            paths.removeAll { $0 == MissingArchive.standardInput }
            isInputMissing = true
        }
        let found = ArchiveLocator().survey(rawPaths: RawArguments.bytes(of: paths))
        self.archives = found.archives
        passedOver = found.passedOver
        own = found.own
        missing =
            (isInputMissing ? [.closedInput] : []) + found.errors.map { MissingArchive($0) }
            + MissingArchive.emptyFolders(among: paths, found: found.archives)
        let mayBeNone = hunt?.explain == true || !needsArchives && archives.archives.isEmpty
        if found.archives.isEmpty, !mayBeNone {
            var empty = "there is no file in \(archives.archives.joined(separator: ", "))"
            if let first = passedOver.first { empty += "; \(first) \(Self.whyPassedOver)" }
            if let first = own.first { empty += "; \(first) \(Self.whyOwn)" }
            let nothing = "no archive: name files, folders, or - for standard input"
            let isEmpty = found.errors.isEmpty && !isInputMissing
            throw CommandFailure(archives.archives.isEmpty ? nothing : isEmpty ? empty : missing[0].message)
        }
        if let path = output.output, let file = Self.identity(path),
            found.archives.contains(where: { Self.identity($0.path) == file })
        {
            throw CommandFailure("--output \(path): is one of the archives that are read; name another file")
        }
    }

    private static let whyOwn = "was written by trawl, as its name tells, and is read only where it is named itself"
    private static let whyPassedOver = "is a pipe, socket or device, which is read only where it is named itself"
    /// Of those passed over, how many are named.
    private static let namedLimit = 10

    /// Tells on standard error what can't be read, and what is not.
    func tellInput() {
        for missing in missing { Running.complain(Diagnostic(message: missing.message)) }
        for path in passedOver.prefix(Self.namedLimit) {
            Running.complain(Diagnostic(.note, place: path, message: Self.whyPassedOver))
        }
        if let first = own.first {
            let others = own.count > 1 ? " (and \(Figures.count(own.count - 1)) more like it)" : ""
            Running.complain(Diagnostic(.note, place: first, message: Self.whyOwn + others))
        }
        let rest = passedOver.count - Self.namedLimit
        if rest > 0 { Running.complain(Diagnostic(.note, message: "so are \(rest) more; none of them is read")) }
    }

    static func options(_ time: TimeArguments) throws(CommandFailure) -> HuntOptions {
        do {
            let zone = try TimeZone(time.timezone)
            let present = Self.present
            let now = try Self.time(time.now, "--now", from: present, zone) ?? present
            var options = HuntOptions(now: now)
            options.zone = zone
            // A bound at the ends of time, or beyond, is none.
            options.earliest = try Self.time(time.earliest, "--earliest", from: now, zone, open: .first)
            options.latest = try Self.time(time.latest, "--latest", from: now, zone, open: .last)
            if let earliest = options.earliest, let latest = options.latest, earliest >= latest {
                throw CommandFailure(
                    "--earliest \(earliest.iso8601) is not before --latest \(latest.iso8601): no event could count")
            }
            return options
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    /// The time that an option gives; `nil` for one that lies beyond the times that there are, on the side that is open.
    private static func time(
        _ text: String?, _ option: String, from now: Timestamp, _ zone: TimeZone, open: Timestamp? = nil
    ) throws(CommandFailure) -> Timestamp? {
        guard let text else { return nil }
        let time: Timestamp
        do {
            time = try TimeModifier.resolve(text, now: now, zone: zone)
        } catch {
            throw CommandFailure("\(option): \(error)")
        }
        if time == open { return nil }
        guard time > .first, time < .last else {
            throw CommandFailure("\(option) \(text): times reach from 1678 to 2261; give one between")
        }
        return time
    }

    /// Which regular file a path leads to.
    private static func identity(_ path: String) -> [UInt]? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return [UInt(status.st_dev), UInt(status.st_ino)]
    }

    /// The time of day, by the clock of the machine.
    private static var present: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * Timestamp.nanosecondsPerSecond + Int64(time.tv_nsec))
    }

    private static func threads(_ given: Int?) throws(CommandFailure) -> Int {
        guard let given else { return ProcessorCount.available }
        guard given >= 1, given <= 1024 else {
            throw CommandFailure("--threads \(given): give a number from 1 to 1024")
        }
        return given
    }

    private static func archiveOptions(_ arguments: ArchiveArguments) throws(CommandFailure) -> ArchiveOptions {
        var options = ArchiveOptions()
        switch arguments.access {
        case .automatic: options.access = .automatic
        case .mapped: options.access = .mapped
        case .read: options.access = .read
        }
        if let size = arguments.chunkSize {
            guard size >= 1 else { throw CommandFailure("--chunk-size \(size): give a number of at least 1") }
            options.chunkSize = size
        }
        guard arguments.lineLimit >= 2, arguments.lineLimit <= 1 << 30 else {
            throw CommandFailure("--line-limit \(arguments.lineLimit): give a number from 2 to \(1 << 30)")
        }
        options.lineLimit = arguments.lineLimit
        return options
    }

    /// The schema of a folder; without one the parts of the built-in schema that are read.
    static func schema(_ folder: String?, reading parts: SchemaParts = .all) throws(CommandFailure) -> Schema {
        do {
            return try folder.map { path throws(SchemaError) in try Schema(folder: path) } ?? Schema.builtIn(parts)
        } catch {
            throw CommandFailure("\(error)")
        }
    }
}

/// Why a command can't run: exit status 2.
struct CommandFailure: Error, CustomStringConvertible {
    var message: String

    init(_ message: String) {
        self.message = message
    }

    var description: String { message }
}

/// Folders that a user names.
enum Folder {
    /// Fails where a path is no folder that can be read.
    static func check(_ path: String) throws(CommandFailure) {
        guard let folder = opendir(path) else {
            throw CommandFailure("\(path): can't be opened as a folder: \(SystemError(errno).reason)")
        }
        closedir(folder)
    }

    /// Makes the folders above a path that are not there; what is wrong with one, the path itself tells.
    static func make(above path: String) {
        var end = path.startIndex
        while let slash = path[end...].firstIndex(of: "/") {
            end = path.index(after: slash)
            if slash > path.startIndex { mkdir(String(path[..<slash]), 0o755) }
        }
    }
}
