public import Hunting

/// The end of a report as people read it: what was found, what was looked at, how fast, and what could not be read.
public struct SummaryText {
    var report: HuntReport
    var options: ReportOptions

    /// Of the options, the width, the colours and whether rules are listed count.
    public init(report: HuntReport, options: ReportOptions) {
        self.report = report
        self.options = options
    }

    /// Damaged archives that are named one by one.
    private static let damageShown = 10

    /// Writes a few lines, none wider than the options say.
    public func write(to output: Output) throws(OutputError) {
        let width = max(20, options.width)
        let style = Style(hasColor: options.hasColor)
        for line in lines {
            try output.write(
                flowed(
                    DisplayText(line.lead), line.parts.map { DisplayText($0) }, separator: line.separator, width: width,
                    as: line.role, style: style))
        }
    }

    private struct Line {
        var lead = ""
        var parts: [String] = []
        var separator = ","
        var role: Style.Role?
    }

    private var summary: HuntSummary { report.summary }

    private var lines: [Line] {
        var lines = [outcome, volume]
        if let rules = rulesThatDidNotRun { lines.append(rules) }
        if summary.withoutTime > 0 {
            lines.append(
                Line(
                    lead:
                        "\(Figures.count(summary.withoutTime, "event")) without a time could not be placed in the range"
                ))
        }
        if let malformed { lines.append(malformed) }
        lines += damage
        if summary.isInterrupted { lines.append(interruption) }
        return lines
    }

    /// `3 findings of 1 rule (2,914 ran) in 85 archives`.
    private var outcome: Line {
        let archives = "in \(Figures.count(summary.archives, "archive"))"
        let isSearch = !report.rules.isEmpty && report.rules.allSatisfy { $0.rule.kind == .search }
        let noun = isSearch ? "result" : "finding"
        if summary.findings == 0 {
            var parts = ["\(Figures.count(summary.events, "event")) \(archives)"]
            if !isSearch { parts.insert("\(Figures.count(summary.rules, "rule")) over", at: 0) }
            return Line(lead: "No \(noun)s:", parts: parts, separator: "", role: .heading)
        }
        let found = Figures.count(summary.findings, noun)
        if isSearch { return Line(lead: found, parts: [archives], separator: "", role: .heading) }
        let firing = report.rules.count { !$0.findings.rows.isEmpty }
        var parts = ["of \(Figures.count(firing, "rule"))", archives]
        if summary.rules > firing { parts.insert("(\(Figures.count(summary.rules)) ran)", at: 1) }
        return Line(lead: found, parts: parts, separator: "", role: .heading)
    }

    /// `1.16 GB, 459,484 events in 0.08 s (14.5 GB/s)`.
    private var volume: Line {
        var parts = [Figures.bytes(summary.bytesScanned)]
        if summary.bytesRead != summary.bytesScanned { parts[0] += " (\(Figures.bytes(summary.bytesRead)) as read)" }
        var speed = "\(Figures.count(summary.events, "event")) in \(Figures.duration(seconds: summary.seconds))"
        if let rate = Figures.rate(bytes: summary.bytesScanned, seconds: summary.seconds) { speed += " (\(rate))" }
        parts.append(speed)
        return Line(parts: parts)
    }

    private var rulesThatDidNotRun: Line? {
        var parts: [String] = []
        var total = 0
        for (status, name) in [
            (RuleReport.Status.unsupported, "unsupported"), (.invalid, "invalid"), (.notGated, "not gated"),
        ] {
            let count = report.rules.count { $0.status == status }
            if count > 0 { parts.append("\(Figures.count(count)) \(name)") }
            total += count
        }
        guard total > 0 else { return nil }
        if !options.listsRules { parts[parts.count - 1] += " (--rule-status says why)" }
        return Line(lead: "\(Figures.count(total, "rule")) did not run:", parts: parts, role: .caution)
    }

    /// `28 malformed lines in 7 archives (first: path:12: reason)`.
    private var malformed: Line? {
        guard summary.malformed > 0 else { return nil }
        var lead = Figures.count(summary.malformed, "malformed line")
        guard let first = report.malformed.first else { return Line(lead: lead, role: .caution) }
        // Of every archive with malformed lines the report holds the first ones.
        lead += " in \(Figures.count(Set(report.malformed.map(\.archive)).count, "archive"))"
        return Line(
            lead: lead, parts: ["(first: \(first.archive):\(first.line): \(first.reason))"], role: .caution)
    }

    private var damage: [Line] {
        guard !report.damage.isEmpty else { return [] }
        let archives = Set(report.damage.map(\.archive)).count
        var lines = [
            Line(lead: "\(Figures.count(archives, "archive")) damaged, the rest of each was hunted:", role: .alarm)
        ]
        for damage in report.damage.prefix(Self.damageShown) {
            lines.append(
                Line(lead: " ", parts: ["\(damage.archive): byte \(Figures.count(damage.offset)): \(damage.reason)"]))
        }
        if report.damage.count > Self.damageShown {
            lines.append(Line(lead: "  and \(Figures.count(report.damage.count - Self.damageShown)) more"))
        }
        return lines
    }

    private var interruption: Line {
        let unread =
            summary.unread > 0
            ? ["\(Figures.count(summary.unread, "archive")) not read, or not to the end"] : ["nothing was left unread"]
        return Line(lead: "Interrupted:", parts: unread, role: .alarm)
    }
}
