import Archives
import ArgumentParser
import CSignals
import Glibc
import Reporting
import Synchronization

/// What all commands do around their work: errors, exit status, results, progress, interrupts.
enum Running {
    /// Says on standard error why the command can't run, and ends with status 2.
    static func fail(_ message: String) -> ExitCode {
        complain(Diagnostic(message: message))
        return ExitCode(2)
    }

    static func complain(_ diagnostic: Diagnostic) {
        let text = diagnostic.text(hasColor: Terminal.isTerminal(2) && Terminal.wantsColor(2))
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }

    /// Opens the results' destination, lets `body` write to it, and keeps it only if all went well.
    static func writing(
        to file: String?, _ body: (Output) throws(OutputError) -> Void
    ) throws(ExitCode) {
        Output.ignoreBrokenPipes()
        do {
            if let file {
                let target = try OutputFile(path: file)
                try body(target.output)
                try target.commit()
            } else {
                let output = Output.standardOutput()
                try body(output)
                try output.flush()
            }
        } catch {
            // A reader that has seen enough is no failure.
            if case .closedPipe = error { throw ExitCode(0) }
            complain(Diagnostic(error))
            throw ExitCode(2)
        }
    }

    /// Runs `work` while a second task passes on interrupts and, if wanted, shows how far the work has come.
    static func watching<Result: Sendable>(
        progress when: OutputArguments.WhenArgument, cancel: @escaping @Sendable () -> Void,
        state: @escaping @Sendable () -> Progress, work: @escaping @Sendable () async -> Result
    ) async -> Result {
        trawl_interrupt_watch()
        let isShown = when == .always || when == .auto && Terminal.isTerminal(2)
        let watcher = Task.detached {
            var line = ProgressLine()
            var isCancelled = false
            let clock = ContinuousClock()
            let begin = clock.now
            while !Task.isCancelled {
                if trawl_interrupt_requested(), !isCancelled {
                    isCancelled = true
                    cancel()
                }
                do {
                    try await Task.sleep(for: .milliseconds(100))
                } catch {
                    break
                }
                if isShown {
                    var progress = state()
                    let elapsed = clock.now - begin
                    progress.seconds =
                        Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
                    line.show(progress)
                }
            }
            if isShown { line.clear() }
        }
        let result = await work()
        watcher.cancel()
        await watcher.value
        return result
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
        return options
    }
}

extension Progress {
    /// How far a reader has come; nothing is known before it begins.
    init(_ read: ArchiveProgress?, of archives: Int, findings: Int) {
        self.init(
            bytesRead: read?.bytesRead ?? 0, bytesTotal: read?.bytesTotal, archivesDone: read?.archivesDone ?? 0,
            archives: archives, findings: findings, seconds: 0)
    }
}
