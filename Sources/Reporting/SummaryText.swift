public import Hunting

/// The end of a report as people read it: what was found, what was looked at, how fast, and what could not be read.
public struct SummaryText {
    var report: HuntReport
    var options: ReportOptions
    var isCut: Bool

    /// Of the options, the width, the colours and whether rules are listed count.
    ///
    /// - Parameter isCut: whether the report is not written to its end, as the hunt was stopped.
    public init(report: HuntReport, options: ReportOptions, isCut: Bool = false) {
        self.report = report
        self.options = options
        self.isCut = isCut
    }

    /// Damaged places, and the like, that are named one by one.
    private static let shown = 10

    /// Writes a few lines, none wider than the options say.
    public func write(to output: Output) throws(OutputError) {
        let style = Style(hasColor: options.hasColor)
        for sentence in sentences {
            let words = sentence.text.split(separator: " ").map { DisplayText(String($0)) }
            try output.write(
                flowed(words, separator: "", width: options.tableWidth, as: sentence.role, style: style))
        }
    }

    private struct Sentence {
        var text: String
        var role: Style.Role?

        init(_ text: String, as role: Style.Role? = nil) {
            self.text = text
            self.role = role
        }
    }

    private var summary: HuntSummary { report.summary }

    private var sentences: [Sentence] {
        var sentences = [Sentence(outcome, as: .heading), Sentence(volume)]
        if let rulesThatDidNotRun { sentences.append(Sentence(rulesThatDidNotRun, as: .caution)) }
        sentences += blindness.map { Sentence($0, as: .caution) }
        if summary.withoutTime > 0 {
            let events = Figures.count(summary.withoutTime, "event")
            sentences.append(Sentence("\(events) without a time, left out of the time range", as: .caution))
        }
        if summary.outOfRange > 0 {
            let events = Figures.count(summary.outOfRange, "event")
            sentences.append(Sentence("\(events) that matched, left out by the time range", as: .caution))
        }
        if let malformed { sentences.append(Sentence(malformed, as: .caution)) }
        if summary.recovered > 0 {
            let events = Figures.count(summary.recovered, "event")
            sentences.append(Sentence("\(events) between zeros in malformed lines, read all the same", as: .caution))
        }
        sentences += limits.map { Sentence($0, as: .caution) }
        sentences += unopened.map { Sentence($0, as: .alarm) }
        sentences += damage.map { Sentence($0, as: .alarm) }
        if summary.isInterrupted || isCut { sentences.append(Sentence(interruption, as: .alarm)) }
        return sentences
    }

    /// `3 findings of 1 rule (2,914 ran) in 85 archives`.
    private var outcome: String {
        let archives = Figures.count(summary.archives, "archive")
        let isSearch = report.isOfSearch
        let noun = isSearch ? "result" : "finding"
        if summary.findings == 0 {
            if report.rules.contains(where: \.isIncomplete) {
                // What was matched is not nothing.
                let matched = Figures.count(summary.matchedEvents, "matched event")
                let reason = summary.isInterrupted ? ": the hunt ended before" : ", as is told below"
                return "No \(noun)s were made of \(matched) in \(archives)\(reason)"
            }
            let rules = isSearch ? "" : "\(Figures.count(summary.rules, "rule")) over "
            return "No \(noun)s: \(rules)\(Figures.count(summary.events, "event")) in \(archives)"
        }
        let found = Figures.count(summary.findings, noun)
        if isSearch { return "\(found) in \(archives)" }
        let firing = report.rules.count { !$0.findings.isEmpty }
        let ran = summary.rules > firing ? " (\(Figures.count(summary.rules)) ran)" : ""
        return "\(found) of \(Figures.count(firing, "rule"))\(ran) in \(archives)"
    }

    /// `1.16 GB, 459,484 events in 0.08 s (14.5 GB/s)`.
    private var volume: String {
        let read = summary.bytesRead == summary.bytesScanned ? "" : " (\(Figures.bytes(summary.bytesRead)) read)"
        let rate = Figures.rate(bytes: summary.bytesScanned, seconds: summary.seconds).map { " (\($0))" } ?? ""
        let duration = Figures.duration(seconds: summary.seconds)
        return
            "\(Figures.bytes(summary.bytesScanned))\(read), \(Figures.count(summary.events, "event")) in \(duration)\(rate)"
    }

    private var rulesThatDidNotRun: String? {
        let names: [(RuleReport.Status, String)] = [
            (.unsupported, "unsupported"), (.invalid, "invalid"), (.notGated, "not gated"),
        ]
        var parts: [String] = []
        var total = 0
        for (status, name) in names {
            let count = report.rules.count { $0.status == status }
            if count > 0 { parts.append("\(Figures.count(count)) \(name)") }
            total += count
        }
        guard total > 0 else { return nil }
        let hint = options.listsRules ? "" : " (--rule-status says why)"
        return "\(Figures.count(total, "rule")) did not run: \(parts.joined(separator: ", "))\(hint)"
    }

    /// Rules that ran and could not find anything in this data.
    private var blindness: [String] {
        let verdicts = report.rules.compactMap(\.coverage?.verdict)
        let unfed = verdicts.count { $0 == .noEvents }
        let unseen = verdicts.count { $0 == .notEvaluable }
        let hasSearches = report.rules.contains { $0.rule.kind != .sigma && $0.coverage?.verdict == .noEvents }
        let kind = hasSearches ? "logsource, dataset or origin" : "logsource"
        let range = report.isBounded ? " in the time range" : ""
        let whose = { (count: Int) in count == 1 ? "its" : "their" }
        return [
            unfed > 0 ? "\(Figures.count(unfed, "rule")) had no event of \(whose(unfed)) \(kind)\(range)" : nil,
            unseen > 0
                ? "\(Figures.count(unseen, "rule")) could not be evaluated: \(whose(unseen)) fields never occurred\(range)"
                : nil,
        ].compactMap(\.self)
    }

    /// `28 malformed lines in 7 archives (first: path:12: reason)`.
    private var malformed: String? {
        guard summary.malformed > 0 else { return nil }
        let lines = Figures.count(summary.malformed, "malformed line")
        guard let first = report.malformed.first else { return lines }
        // Of every archive with malformed lines the report holds the first ones.
        let archives = Figures.count(Set(report.malformed.map(\.archive)).count, "archive")
        return "\(lines) in \(archives) (first: \(first.archive):\(first.line): \(first.reason))"
    }

    private var damage: [String] {
        let places = report.damage.filter { $0.offset != nil }
        let archives = Figures.count(Set(places.map(\.archive)).count, "damaged archive")
        return list(places.map { "\($0.archive): byte \(Figures.count($0.offset ?? 0)): \($0.reason)" }) {
            "\(archives); what could be read was hunted"
        }
    }

    private var unopened: [String] {
        let archives = report.damage.filter { $0.offset == nil }
        return list(archives.map { "\($0.archive): \($0.reason)" }) {
            "\(Figures.count(archives.count, "archive")) could not be read at all"
        }
    }

    private var limits: [String] {
        list(report.limits.map { "\($0.rule.name): \($0.reason)" }) { "A limit was reached; the results are not all" }
    }

    /// A line about all of them and one for each of the first; nothing where there are none.
    private func list(_ entries: [String], under title: () -> String) -> [String] {
        guard !entries.isEmpty else { return [] }
        var lines = [title()] + entries.prefix(Self.shown).map { "- " + $0 }
        if entries.count > Self.shown { lines.append("- and \(Figures.count(entries.count - Self.shown)) more") }
        return lines
    }

    private var interruption: String {
        let unfinished = report.rules.count(where: \.isIncomplete)
        let rows = [
            unfinished > 0 ? "the rows of \(Figures.count(unfinished, "rule")) were not made" : nil,
            isCut ? "what was found is not told to its end" : nil,
        ].compactMap(\.self)
        if summary.unread > 0 {
            let unread = "\(Figures.count(summary.unread, "archive")) not read, or not to the end"
            return "Interrupted: " + ([unread] + rows).joined(separator: "; ")
        }
        return rows.isEmpty
            ? "Interrupted, but every archive had been read" : "Interrupted: " + rows.joined(separator: "; ")
    }
}
