import Glibc

/// How far a hunt is.
public struct Progress: Hashable, Sendable {
    /// Of the archives as they lie on disk.
    public var bytesRead: Int
    /// `nil` where it cannot be known, as of a pipe.
    public var bytesTotal: Int?
    /// Read to their end, or given up.
    public var archivesDone: Int
    /// All that are to be read.
    public var archives: Int
    /// Events that some rule's condition, or the search's, holds for; findings are made of them only at the end. `nil`
    /// where nothing is looked for.
    public var matchedEvents: Int?
    /// Seconds since the start.
    public var seconds: Double

    /// - Parameter matchedEvents: `nil` where nothing is looked for.
    public init(
        bytesRead: Int, bytesTotal: Int?, archivesDone: Int, archives: Int, matchedEvents: Int?, seconds: Double
    ) {
        self.bytesRead = bytesRead
        self.bytesTotal = bytesTotal
        self.archivesDone = archivesDone
        self.archives = archives
        self.matchedEvents = matchedEvents
        self.seconds = seconds
    }
}

/// One line that says how far a hunt is and writes over itself.
public struct ProgressLine: Sendable {
    private let descriptor: Int32
    private let interval: Duration
    private var last: ContinuousClock.Instant?

    /// - Parameters:
    ///   - descriptor: a terminal; standard error if not given.
    ///   - interval: what lies at least between two writes.
    public init(descriptor: Int32 = 2, interval: Duration = .milliseconds(100)) {
        self.descriptor = descriptor
        self.interval = interval
    }

    /// Writes the line unless the last one is too recent. A line that cannot be written is no loss to the hunt.
    public mutating func show(_ progress: Progress, at now: ContinuousClock.Instant = .now) {
        if let last, now - last < interval { return }
        last = now
        // A terminal may be made wider or narrower meanwhile. The last column stays free: a full line would wrap.
        send("\r" + Self.text(for: progress, width: Terminal.width(of: descriptor) - 1) + "\u{1b}[K")
    }

    /// Removes the line, before anything else is written and at the end.
    public mutating func clear() {
        guard last != nil else { return }
        last = nil
        send("\r\u{1b}[K")
    }

    private func send(_ text: String) {
        let output = Output(descriptor: descriptor, name: "progress")
        try? output.write(text)
        try? output.flush()
    }

    /// The line for a terminal: what fits the width of the bar, the percentage, bytes, rate, matched events, archives and time
    /// left. At most `width` columns, all ASCII.
    public static func text(for progress: Progress, width: Int) -> String {
        let rate = Figures.rate(bytes: progress.bytesRead, seconds: progress.seconds)
        let matched = progress.matchedEvents.map { Figures.count($0, "matched event") }
        let archives = "\(Figures.count(progress.archivesDone)) of \(Figures.count(progress.archives, "archive"))"
        var bytes = Figures.bytes(progress.bytesRead)
        var percentage: String?
        var left: String?
        var done: Double?
        if let total = progress.bytesTotal, total > 0 {
            let part = min(1, max(0, Double(progress.bytesRead) / Double(total)))
            done = part
            percentage = "\(Int(part * 100))%"
            bytes += " of \(Figures.bytes(total))"
            // Before that the rate says nothing yet.
            if part > 0.01, progress.seconds > 0.5 {
                left = "\(timeLeft(progress.seconds / part * (1 - part))) left"
            }
        }
        let forms = [
            [percentage, bytes, rate, archives, matched, left], [percentage, rate, archives, matched, left],
            [percentage, rate, matched, left], [percentage, matched, left], [percentage, matched],
            [percentage ?? bytes],
        ]
        for form in forms {
            let text = form.compactMap { $0 }.joined(separator: "  ")
            let room = width - text.utf8.count
            guard room >= 0 else { continue }
            guard let done, room >= 14 else { return text }
            return bar(done, width: min(30, room - 4)) + "  " + text
        }
        return ""
    }

    private static func bar(_ done: Double, width: Int) -> String {
        let full = Int(done * Double(width))
        return "[" + String(repeating: "=", count: full) + String(repeating: " ", count: width - full) + "]"
    }

    /// `0:42`, `1:02:03`.
    private static func timeLeft(_ seconds: Double) -> String {
        guard seconds < 1e9 else { return "long" }
        let whole = Int(seconds.rounded(.up))
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let minutes = "\(whole / 60 % 60)"
        return whole < 3600
            ? "\(minutes):\(two(whole % 60))" : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }
}
