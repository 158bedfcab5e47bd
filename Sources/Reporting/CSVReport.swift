import Detections
import Hunting
import Values

/// One table after RFC 4180: a header, CRLF at line ends, quotes where a cell needs them.
///
/// Findings stand under the union of the columns of the rules that ran, in order of first appearance, after `rule_id` and
/// `rule_name`, be it one rule or a thousand, so that who reads the file need not know which; those of a search given
/// directly, which is no rule, have its columns alone. The order of rules is that of ``RuleOrder``. Multivalue fields have a
/// line feed between their values, as in Splunk's own CSV.
struct CSVReport {
    var report: HuntReport
    var options: ReportOptions
    var cut: OutputCut

    func write(to output: Output) throws(OutputError) {
        switch options.csvContent {
        case .findings: try writeFindings(to: output)
        case .matches: try writeMatches(to: output)
        case .risk: try writeAlerts(.risk, to: output)
        case .notables: try writeAlerts(.notable, to: output)
        case .rules: try writeRules(to: output)
        }
    }

    private func writeFindings(to output: Output) throws(OutputError) {
        let rules = RuleOrder(report).rules.filter { $0.status == .compiled }
        let namesRule = !report.isOfSearch
        var columns = ColumnUnion(leading: namesRule ? ruleColumns : [])
        for rule in rules { columns.add(rule.findings.columns) }
        try write(header: columns.titles, to: output)
        let batches = RecordBatches(output: output, cut: cut)
        for rule in rules {
            let places = columns.places(of: rule.findings.columns)
            var begun = [Value](repeating: .missing, count: columns.titles.count)
            if namesRule { begun.replaceSubrange(0..<ruleColumns.count, with: identity(rule.rule)) }
            try batches.write(rule.findings, columns: begun.count) { [begun] rows, _ throws(StorageError) in
                var lines: [UInt8] = []
                try rows.withEach { numbers, values in
                    var cells = begun
                    for (number, value) in zip(numbers, values) { cells[places[number]] = value }
                    lines += CSVCell.line(cells, isSafe: options.isCSVSafe)
                }
                return lines
            }
        }
    }

    private func writeAlerts(_ kind: Alert.Kind, to output: Output) throws(OutputError) {
        let alerts = RuleOrder(report).alerts.lazy.filter { $0.kind == kind }
        var columns = ColumnUnion(leading: ruleColumns)
        for alert in alerts { columns.add(alert.fields.map(\.name)) }
        try write(header: columns.titles, to: output)
        for alert in alerts {
            guard cut.allowsRecord() else { return }
            var cells = [Value](repeating: .missing, count: columns.titles.count)
            cells.replaceSubrange(0..<ruleColumns.count, with: identity(alert.rule))
            for (place, field) in zip(columns.places(of: alert.fields.map(\.name)), alert.fields) {
                cells[place] = field.value
            }
            try write(cells, to: output)
        }
    }

    private func writeMatches(to output: Output) throws(OutputError) {
        let namesSelections = report.hasSelections
        let selections = namesSelections ? ["selections"] : []
        try write(header: ruleColumns + ["archive", "line", "offset"] + selections + ["event"], to: output)
        try RecordBatches(output: output, cut: cut).write(report.matches) { matches, _ in
            var lines: [UInt8] = []
            for match in matches {
                lines += CSVCell.line(cells(of: match, namesSelections: namesSelections), isSafe: options.isCSVSafe)
            }
            return lines
        }
    }

    private func cells(of match: MatchedEvent, namesSelections: Bool) -> [Value] {
        var cells = identity(match.rule)
        cells += [.text(Text(match.archive)), .text(Text(String(match.line))), .text(Text(String(match.offset)))]
        if namesSelections {
            cells.append(match.selections.isEmpty ? .missing : .multivalue(match.selections.map { Text($0) }))
        }
        cells.append(.text(Text(bytes: JSONWriter.harmless(match.event.bytes))))
        return cells
    }

    private func writeRules(to output: Output) throws(OutputError) {
        try write(
            header: ruleColumns + [
                "kind", "status", "reason", "findings", "coverage", "gated_events", "absent_fields",
            ], to: output)
        for rule in report.rules {
            let outcome = [
                Value.text(Text(rule.rule.kind.rawValue)), Value.text(Text(rule.status.rawValue)),
                Value.text(Text(rule.reason ?? "")), Value.number(Double(rule.findings.count)),
            ]
            let absent = rule.coverage?.fields.filter { $0.events == 0 }.map { Text($0.name) } ?? []
            let coverage: [Value] = [
                rule.coverage.map { .text(Text($0.verdict.rawValue)) } ?? .missing,
                rule.coverage.map { .number(Double($0.events)) } ?? .missing,
                absent.isEmpty ? .missing : .multivalue(absent),
            ]
            try write(identity(rule.rule) + outcome + coverage, to: output)
        }
    }

    private func identity(_ rule: RuleIdentity) -> [Value] {
        [.text(Text(rule.id)), .text(Text(rule.name))]
    }

    private func write(header: [String], to output: Output) throws(OutputError) {
        // A rule whose columns come from what it finds has none where it finds nothing: no table, not one of a nameless column.
        if header.isEmpty { return }
        try write(header.map { .text(Text($0)) }, to: output)
    }

    private func write(_ cells: [Value], to output: Output) throws(OutputError) {
        try output.write(CSVCell.line(cells, isSafe: options.isCSVSafe))
    }
}

/// What tells the rows of several rules apart.
private let ruleColumns = ["rule_id", "rule_name"]

/// Columns of several tables side by side, each name once.
private struct ColumnUnion {
    private(set) var titles: [String]
    private let leading: Int
    private var place: [String: Int] = [:]

    init(leading: [String]) {
        titles = leading
        self.leading = leading.count
    }

    mutating func add(_ columns: [String]) {
        for column in columns where place[column] == nil {
            place[column] = titles.count
            // No two columns of one table have the same name, so a search's own `rule_id` says whose it is.
            titles.append(titles.prefix(leading).contains(column) ? "row.\(column)" : column)
        }
    }

    func places(of columns: [String]) -> [Int] {
        columns.map { place[$0] ?? 0 }
    }
}
