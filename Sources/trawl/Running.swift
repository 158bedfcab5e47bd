import Archives
import ArgumentParser
import CSignals
import Glibc
import Hunting
import Reporting
import Synchronization

/// What all commands do around their work: errors, exit status, results, progress, interrupts.
enum Running {
    /// Says on standard error why the command can't run, and ends with status 2.
    static func fail(_ message: String) -> ExitCode {
        complain(Diagnostic(message: message))
        return ExitCode(2)
    }

    /// Tells how a command is used that was called without one of its own commands.
    static func help(for command: any ParsableCommand.Type) -> ExitCode {
        write(Trawl.helpMessage(for: command) + "\n", to: 2)
        return ExitCode(2)
    }

    static func complain(_ diagnostic: Diagnostic) {
        let text = diagnostic.text(hasColor: Terminal.isTerminal(2) && Terminal.wantsColor(2))
        write(text, to: 2)
    }

    /// Writes a message at once; where nobody reads it, nothing can be done.
    static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes.removeFirst(count)
        }
    }

    /// Names archives in which there is no event a line: nothing found in them means nothing.
    static func tellUnfit(_ archives: [UnfitArchive]) {
        let places = archives.map { archive in
            let isRule = [".yml", ".yaml"].contains { archive.path.lowercased().hasSuffix($0) }
            return (archive.path, archive.reason + (isRule ? "; rules are named behind --rules" : ""))
        }
        tellArchives(places, more: "have no event a line")
    }

    /// Says that a file that was written after an interrupt is whole in its form only: a csv has no place for that.
    static func tellPartial(_ output: OutputArguments) {
        guard let file = output.output else { return }
        complain(
            Diagnostic(
                .warning, place: file, message: "holds whole records, but not all: the work was stopped before its end")
        )
    }

    /// Warns of as many archives as a screen holds.
    static func tellArchives(_ archives: [(path: String, reason: String)], more: String) {
        for (path, reason) in archives.prefix(20) { complain(Diagnostic(.warning, place: path, message: reason)) }
        if archives.count > 20 {
            complain(Diagnostic(.warning, message: "and \(Figures.count(archives.count - 20)) more \(more)"))
        }
    }

    /// Opens the results' destination, lets `body` write to it, and keeps it only if all went well.
    static func writing(
        to file: String?, _ body: (Output) throws(OutputError) -> Void
    ) throws(ExitCode) {
        try Destination(file).write(body)
    }

    /// Runs `work` while a watcher passes on interrupts and, if wanted, shows how far the work has come.
    static func watching<Result: Sendable>(
        progress when: OutputArguments.WhenArgument, cancel: @escaping @Sendable () -> Void,
        state: @escaping @Sendable () -> Progress, work: @escaping @Sendable () async -> Result
    ) async -> Result {
        let isShown = when == .always || when == .auto && Terminal.canRewrite(2)
        let watcher = Watcher(isShown: isShown, cancel: cancel, state: state)
        let result = await work()
        watcher.end()
        return result
    }

    /// Whether the end of streams may be that of an interrupt, which ends whoever writes into them, too.
    static func mayHaveCut(_ archives: [Archive]) -> Bool {
        guard archives.contains(where: \.isReadOnce) else { return false }
        // All processes of a pipeline are interrupted at once, but do not hear of it at once.
        if !trawl_interrupt_requested() { usleep(5_000) }
        return trawl_interrupt_requested()
    }

    /// Runs `work` while a watcher passes on interrupts.
    static func heedingInterrupts<Result>(
        by cancel: @escaping @Sendable () -> Void, _ work: () throws(ExitCode) -> Result
    ) throws(ExitCode) -> Result {
        let watcher = Watcher(isShown: false, cancel: cancel, state: { Progress(nil, of: 0, matchedEvents: nil) })
        defer { watcher.end() }
        return try work()
    }

    /// The format asked for, else what suits the destination.
    static func format(_ output: OutputArguments) -> ReportFormat {
        switch output.format {
        case .table: .table
        case .jsonl: .jsonl
        case .json: .json
        case .csv: .csv
        case nil: output.output == nil && Terminal.isTerminal(1) ? .table : .jsonl
        }
    }

    static func reportOptions(_ output: OutputArguments) -> ReportOptions {
        var options = ReportOptions()
        options.width = Terminal.width(of: 1)
        switch output.color {
        case .always: options.hasColor = true
        case .never: options.hasColor = false
        case .auto: options.hasColor = output.output == nil && Terminal.isTerminal(1) && Terminal.wantsColor(1)
        }
        options.isCSVSafe = output.csvSafe
        options.showsWhole = output.full
        return options
    }
}

/// Where results go. Opened before the work, so that an output that can't be written costs no hunt.
struct Destination {
    private let file: OutputFile?

    /// Standard output where no file is named.
    init(_ path: String?) throws(ExitCode) {
        Output.ignoreBrokenPipes()
        do {
            file = try path.map { path throws(OutputError) in try OutputFile(path: path) }
        } catch {
            throw Self.ended(by: error)
        }
    }

    /// Lets `body` write, and keeps the file only if all went well.
    ///
    /// - Parameter interruption: what ends a wait for a reader that takes nothing.
    func write(
        until interruption: Interruption? = nil, _ body: (Output) throws(OutputError) -> Void
    ) throws(ExitCode) {
        do {
            let output = file?.output ?? Output.standardOutput()
            output.interruption = interruption
            try body(output)
            try output.flush()
            try file?.commit()
        } catch {
            throw Self.ended(by: error)
        }
    }

    private static func ended(by error: OutputError) -> ExitCode {
        // A reader that has seen enough is no failure.
        if case .closedPipe = error { return ExitCode(0) }
        Running.complain(Diagnostic(error))
        if case .stopped = error { return ExitCode(1) }
        return ExitCode(2)
    }
}

extension Progress {
    /// How far a reader has come; nothing is known before it begins.
    init(_ read: ArchiveProgress?, of archives: Int, matchedEvents: Int?) {
        self.init(
            bytesRead: read?.bytesRead ?? 0, bytesTotal: read?.bytesTotal, archivesDone: read?.archivesDone ?? 0,
            archives: archives, matchedEvents: matchedEvents, seconds: 0)
    }
}
