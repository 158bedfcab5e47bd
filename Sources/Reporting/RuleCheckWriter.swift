public import Detections
public import Hunting
import Values

/// Writes what is known of rules that are not run: which can run, why others can't, which data each needs, and a summary.
public struct RuleCheckWriter: Sendable {
    /// `json` is written as `jsonl` is, in one document: an object with an array for each type of record.
    public var format: ReportFormat
    /// Only width, colours and the care for spreadsheets count.
    public var options: ReportOptions
    /// Whether the table names rules that can run too, with what they need.
    public var listsAll: Bool

    /// - Parameter listsAll: counts for the table only; records tell of every rule.
    public init(format: ReportFormat, options: ReportOptions = ReportOptions(), listsAll: Bool = false) {
        self.format = format
        self.options = options
        self.listsAll = listsAll
    }

    /// `problems` are what was found wrong with documents as such; those that can't be read are told of.
    public func write(
        _ checks: [RuleCheck], problems: [ContentProblem] = [], to output: Output
    ) throws(OutputError) {
        let unreadable = problems.filter { $0.severity == .error }
        let summary = RuleCheckSummary(checks, unreadable: unreadable.count)
        switch format {
        case .table: try writeTables(checks, unreadable, summary, to: output)
        case .csv: try writeCSV(checks, to: output)
        case .jsonl, .json: try writeRecords(checks, unreadable, summary, to: output)
        }
        try output.flush()
    }

    // MARK: Tables

    private func writeTables(
        _ checks: [RuleCheck], _ unreadable: [ContentProblem], _ summary: RuleCheckSummary, to output: Output
    ) throws(OutputError) {
        var table = TextTable(columns: [
            TextTable.Column("status", priority: .key), TextTable.Column("rule", overflow: .wrap),
            TextTable.Column(listsAll ? "needs, or why not" : "why not", overflow: .wrap),
        ])
        let folder = commonFolder(of: checks.filter { listsAll || !$0.canRun }.compactMap(\.file))
        if !folder.isEmpty { try output.write(heading(ofFolder: folder, options)) }
        for check in checks where listsAll || !check.canRun {
            let name = (check.rule.name.isEmpty ? check.rule.id : check.rule.name)
            let text = check.reason.map { withoutFolder($0, folder) } ?? check.needs.map { $0.summary } ?? ""
            table.rows.append([
                .text(Text(check.status.rawValue)), .text(Text(name + (check.isDeprecated ? " (deprecated)" : ""))),
                .text(Text(text)),
            ])
        }
        try write(table, heading: nil, to: output)
        var files = TextTable(columns: [
            TextTable.Column("place", overflow: .wrap), TextTable.Column("why it can't be read", overflow: .wrap),
        ])
        files.rows = unreadable.map { [$0.place.value, $0.reason.value] }
        try write(files, heading: "Documents", to: output)
        // Of a few rules the table above says it all.
        if checks.count > 1 { try writeSummaryTables(summary, to: output) }
        var line = "\(Figures.count(summary.runnable)) of \(Figures.count(summary.rules, "rule")) can run"
        if summary.deprecated > 0 {
            let current = summary.rules - summary.deprecated
            line += "; \(Figures.count(summary.runnable - summary.runnableDeprecated)) of the "
            line += "\(Figures.count(current)) that are not deprecated"
        }
        if !unreadable.isEmpty { line += "; \(Figures.count(unreadable.count, "document")) can't be read" }
        try output.write(line + "\n")
    }

    private func writeSummaryTables(_ summary: RuleCheckSummary, to output: Output) throws(OutputError) {
        try write(
            Self.table("rules", "can't run for", summary.reasons.map { [.number(Double($0.rules)), $0.name.value] }),
            heading: "Reasons", to: output)
        let data = summary.data.map { [Value.number(Double($0.rules)), .number(Double($0.runnable)), $0.name.value] }
        var dataTable = Self.table("rules", "need", data)
        dataTable.columns.insert(TextTable.Column("can run", priority: .key), at: 1)
        try write(dataTable, heading: "Data", to: output)
        var kinds = TextTable(columns: ["status", "type", "rules", "can run"].map { TextTable.Column($0) })
        kinds.rows = summary.kinds.map { kind in
            [kind.maturity.value, kind.type.value, .number(Double(kind.rules)), .number(Double(kind.runnable))]
        }
        try write(kinds, heading: "Kinds", to: output)
    }

    /// A reason without the folder that the heading told.
    private func withoutFolder(_ reason: String, _ folder: String) -> String {
        reason.hasPrefix(folder) ? String(reason.dropFirst(folder.count)) : reason
    }

    private static func table(_ count: String, _ name: String, _ rows: [[Value]]) -> TextTable {
        TextTable(
            columns: [TextTable.Column(count, priority: .key), TextTable.Column(name, overflow: .wrap)], rows: rows)
    }

    private func write(_ table: TextTable, heading: String?, to output: Output) throws(OutputError) {
        guard !table.rows.isEmpty else { return }
        if let heading {
            var line: [UInt8] = []
            Style(hasColor: options.hasColor).append(Array(heading.utf8), as: .heading, to: &line)
            try output.write(line + [UInt8(ascii: "\n")])
        }
        // A reason that is cut tells nothing exactly.
        var table = table
        table.showsWhole = true
        try table.write(to: output, width: options.width, hasColor: options.hasColor)
        try output.write("\n")
    }

    // MARK: Records

    private func writeCSV(_ checks: [RuleCheck], to output: Output) throws(OutputError) {
        let header = [
            "rule_id", "rule_name", "kind", "status", "reason", "group", "file", "line", "column", "word",
            "detection_status", "detection_type", "dataset", "origin", "fields", "macros",
        ]
        try output.write(CSVCell.line(header.map { .text(Text($0)) }, isSafe: options.isCSVSafe))
        for check in checks {
            let needs = check.needs
            let origin = needs.map { needs in needs.origin.flatMap { one in one.values.map { "\(one.field)=\($0)" } } }
            let cells: [Value] = [
                check.rule.id.value, check.rule.name.value, check.rule.kind.rawValue.value,
                check.status.rawValue.value, check.reason.value, check.group.value, check.file.value,
                check.line.value, (check.error?.column).value, (check.error?.word).value, check.maturity.value,
                check.type.value, (needs?.dataset ?? needs?.logsource).value, (origin ?? []).value,
                (needs?.fields ?? []).value,
                (needs?.macros ?? []).value,
            ]
            try output.write(CSVCell.line(cells, isSafe: options.isCSVSafe))
        }
    }

    private func writeRecords(
        _ checks: [RuleCheck], _ unreadable: [ContentProblem], _ summary: RuleCheckSummary, to output: Output
    ) throws(OutputError) {
        var records = JSONRecordWriter(isDocument: format == .json, output)
        try records.group("unreadable") { records throws(OutputError) in
            for problem in unreadable { try records.record("unreadable") { $0.members(of: problem) } }
        }
        try records.group("rules") { records throws(OutputError) in
            for check in checks { try records.record("rule") { $0.members(of: check) } }
        }
        try records.finish { $0.members(of: summary) }
    }
}

extension RuleNeeds {
    /// For people: the data and the fields.
    var summary: String { fields.isEmpty ? text : "\(text): \(fields.joined(separator: ", "))" }
}

extension ContentProblem {
    /// `file:line:column`, as far as it is known.
    fileprivate var place: String { mark.map { "\(file):\($0.line):\($0.column)" } ?? file }
}

extension String {
    fileprivate var value: Value { .text(Text(self)) }
}

extension String? {
    fileprivate var value: Value { map { .text(Text($0)) } ?? .missing }
}

extension Int? {
    fileprivate var value: Value { map { .number(Double($0)) } ?? .missing }
}

extension [String] {
    fileprivate var value: Value { isEmpty ? .missing : .multivalue(map { Text($0) }) }
}
