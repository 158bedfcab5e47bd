public import Hunting
import Values

/// Writes what became of rules, without a hunt.
public struct RuleStatusWriter: Sendable {
    public var format: ReportFormat
    public var options: ReportOptions

    public init(format: ReportFormat, options: ReportOptions = ReportOptions()) {
        self.format = format
        self.options = options
    }

    public func write(_ rules: [RuleReport], to output: Output) throws(OutputError) {
        var report = HuntReport()
        report.rules = rules
        switch format {
        case .table: try writeTable(rules, to: output)
        case .csv:
            var options = options
            options.csvContent = .rules
            try CSVReport(report: report, options: options).write(to: output)
        case .jsonl, .json: try writeRecords(rules, to: output)
        }
        try output.flush()
    }

    private func writeRecords(_ rules: [RuleReport], to output: Output) throws(OutputError) {
        var json = JSONWriter()
        if format == .json { json.beginArray() }
        for rule in rules {
            if format == .json { json.lineBreak() }
            json.beginObject()
            json.key("type")
            json.string("rule")
            json.members(of: rule)
            json.endObject()
            try output.write(format == .json ? json.takePart() : json.takeLine())
        }
        if format == .json {
            json.endArray()
            try output.write(json.takeLine())
        }
    }

    /// Those that can't run, with the reason, and how many there are of each status.
    private func writeTable(_ rules: [RuleReport], to output: Output) throws(OutputError) {
        var table = TextTable(columns: [
            TextTable.Column("status", priority: .key), TextTable.Column("rule"), TextTable.Column("reason"),
        ])
        for rule in rules where rule.status != .compiled {
            let name = rule.rule.name.isEmpty ? rule.rule.id : rule.rule.name
            table.rows.append([
                .text(Text(rule.status.rawValue)), .text(Text(name)), .text(Text(rule.reason ?? "")),
            ])
        }
        try table.write(to: output, width: options.width, hasColor: options.hasColor)
        if !table.rows.isEmpty { try output.write("\n") }
        let compiled = rules.count { $0.status == .compiled }
        try output.write("\(Figures.count(compiled)) of \(Figures.count(rules.count, "rule")) can run\n")
    }
}
