import Detections
import Hunting
import Values

/// A report for people: rules where asked for, findings under a heading for each rule that has any, matches, alerts, and
/// the summary.
struct TableReport {
    var report: HuntReport
    var options: ReportOptions
    var cut: OutputCut
    private var width: Int { options.tableWidth }
    private var style: Style { Style(hasColor: options.hasColor) }

    func write(to output: Output) throws(OutputError) {
        if options.listsRules { try writeRules(to: output) }
        let order = RuleOrder(report)
        for rule in order.rules where !rule.findings.isEmpty && cut.allowsRecord() {
            // One search given on the command line needs no heading: who typed it knows.
            if report.rules.count > 1 || rule.rule.kind != .search { try writeHeading(of: rule, to: output) }
            try write(TextTable(rule.findings, cut: cut), to: output)
        }
        try writeMatches(to: output)
        for kind in [Alert.Kind.risk, .notable] { try writeAlerts(kind, order.alerts, to: output) }
        try writeGroups(to: output)
        try SummaryText(report: report, options: options, isCut: cut.isMade).write(to: output)
    }

    private func write(_ table: TextTable, to output: Output) throws(OutputError) {
        var table = table
        table.showsWhole = options.showsWhole
        try table.write(to: output, width: width, hasColor: options.hasColor)
        try output.write("\n")
    }

    private func write(heading: String, to output: Output) throws(OutputError) {
        var line: [UInt8] = []
        style.append(DisplayText(heading).cut(to: width).bytes, as: .heading, to: &line)
        line.append(UInt8(ascii: "\n"))
        try output.write(line)
    }

    private func writeHeading(of report: RuleReport, to output: Output) throws(OutputError) {
        try write(heading: report.rule.name.isEmpty ? report.rule.id : report.rule.name, to: output)
        var parts: [String] = []
        if !report.severity.isEmpty { parts.append("\(report.severity) severity") }
        if let score = report.riskScore { parts.append("risk score \(score)") }
        parts += report.techniques + report.tactics
        parts.append(Figures.count(report.findings.count, "finding"))
        try output.write(
            flowed(
                parts.map { DisplayText($0) }, separator: ",", width: width,
                as: Style.role(ofSeverity: report.severity) ?? .label, style: style))
    }

    /// By level and tactic, where several rules found something.
    private func writeGroups(to output: Output) throws(OutputError) {
        guard report.rules.count(where: { !$0.findings.isEmpty }) > 1 else { return }
        let summary = FindingSummary(report)
        if summary.levels.contains(where: { $0.name != "no level" }) {
            try write(FindingSummary.table(summary.levels, titled: "level"), to: output)
        }
        if !summary.tactics.isEmpty { try write(FindingSummary.table(summary.tactics, titled: "tactic"), to: output) }
    }

    private func writeRules(to output: Output) throws(OutputError) {
        guard !report.rules.isEmpty else { return }
        try write(heading: "Rules", to: output)
        let columns = [
            TextTable.Column("status", priority: .key), TextTable.Column("findings", priority: .key),
            TextTable.Column("rule", overflow: .wrap), TextTable.Column("reason", overflow: .wrap),
        ]
        let rows = report.rules.map { rule -> [Value] in
            let status = (rule.coverage?.verdict.rawValue ?? rule.status.rawValue).replacing(
                UInt8(ascii: "_"), with: UInt8(ascii: " "))
            let count = rule.status == .compiled ? Value.number(Double(rule.findings.count)) : .missing
            return [
                .text(status), count, .text(Text(rule.rule.name)),
                (rule.reason ?? rule.blindness(isBounded: report.isBounded)).map { .text(Text($0)) } ?? .missing,
            ]
        }
        try write(TextTable(columns: columns, rows: rows), to: output)
    }

    private func writeMatches(to output: Output) throws(OutputError) {
        guard !report.matches.isEmpty, cut.allowsRecord() else { return }
        try write(heading: "Matched events", to: output)
        let namesRule = report.rules.count > 1
        var columns = [
            TextTable.Column("archive"), TextTable.Column("line", priority: .key), TextTable.Column("event"),
        ]
        let namesSelections = report.hasSelections
        if namesSelections { columns.insert(TextTable.Column("selections"), at: 2) }
        if namesRule { columns.insert(TextTable.Column("rule"), at: 0) }
        let matches = report.matches
        let table = TextTable(columns: columns, rowCount: matches.count, cut: cut) { goesOn, body throws(OutputError) in
            try matches.withEachEvent(while: goesOn) { match throws(OutputError) in
                var cells: [Value] = namesRule ? [.text(Text(match.rule.name))] : []
                cells += [.text(Text(match.archive)), .number(Double(match.line))]
                if namesSelections { cells.append(.text(Text(match.selections.joined(separator: ", ")))) }
                cells.append(.text(match.event))
                try body(cells)
            }
        }
        try write(table, to: output)
    }

    /// A table for each rule, since rules differ in the fields that their alerts have.
    private func writeAlerts(_ kind: Alert.Kind, _ alerts: [Alert], to output: Output) throws(OutputError) {
        var rules: [RuleIdentity] = []
        var alertsOfRule: [RuleIdentity: [Alert]] = [:]
        for alert in alerts where alert.kind == kind {
            if alertsOfRule[alert.rule] == nil { rules.append(alert.rule) }
            alertsOfRule[alert.rule, default: []].append(alert)
        }
        for rule in rules where cut.allowsRecord() {
            try write(heading: (kind == .risk ? "Risk events: " : "Notable events: ") + rule.name, to: output)
            try write(TextTable(rowSet(of: alertsOfRule[rule] ?? []), cut: cut), to: output)
        }
    }

    private func rowSet(of alerts: [Alert]) -> RowSet {
        var set = RowSet()
        var place: [String: Int] = [:]
        for field in alerts.lazy.flatMap(\.fields) where place[field.name] == nil {
            place[field.name] = set.columns.count
            set.columns.append(field.name)
        }
        for alert in alerts {
            var row = [Value](repeating: .missing, count: set.columns.count)
            for field in alert.fields {
                if let column = place[field.name] { row[column] = field.value }
            }
            set.rows.append(row)
        }
        return set
    }
}

extension String {
    /// The text with one ASCII character exchanged for another.
    fileprivate func replacing(_ old: UInt8, with new: UInt8) -> Text {
        Text(bytes: utf8.map { $0 == old ? new : $0 })
    }
}
