import Detections
import Hunting

/// One JSON object a line: rules where asked for, findings, matches, alerts, malformed lines, damage, archives that a
/// stopped hunt has not read whole, limits that were reached, what rules cost where asked for, the summary last.
struct JSONLinesReport {
    var report: HuntReport
    var options: ReportOptions
    var cut: OutputCut

    func write(to output: Output) throws(OutputError) {
        var line = JSONWriter()
        let batches = RecordBatches(output: output, cut: cut)
        if options.listsRules {
            for rule in report.rules {
                try write("rule", with: &line, to: output) { $0.members(of: rule) }
            }
        }
        for rule in report.rules where !rule.findings.isEmpty {
            let columns = rule.findings.columns.map(JSONWriter.Key.init)
            var begun = JSONWriter()
            begun.beginRecord("finding")
            begun.rule(rule.rule)
            try batches.write(rule.findings) { [begun] rows, _ throws(StorageError) in
                var lines = JSONWriter()
                try rows.withEach { places, values in
                    lines.begin(as: begun)
                    lines.row(values, at: places, under: columns)
                    lines.endLine()
                }
                return lines.bytes
            }
        }
        try batches.write(report.matches) { matches, _ in
            var lines = JSONWriter()
            for match in matches {
                lines.beginRecord("match")
                lines.members(of: match)
                lines.endLine()
            }
            return lines.bytes
        }
        for alert in report.alerts {
            guard cut.allowsRecord() else { break }
            try write(alert.kind.rawValue, with: &line, to: output) {
                $0.rule(alert.rule)
                $0.row(alert.fields)
            }
        }
        for malformed in report.malformed {
            try write("malformed", with: &line, to: output) { $0.members(of: malformed) }
        }
        for damage in report.damage {
            try write("damaged", with: &line, to: output) { $0.members(of: damage) }
        }
        for path in report.unread.named {
            try write("unread", with: &line, to: output) { $0.member("archive", path) }
        }
        for limit in report.limits {
            try write("limit", with: &line, to: output) { $0.members(of: limit) }
        }
        for entry in report.profile?.entries ?? [] {
            try write("profile", with: &line, to: output) { $0.members(of: entry) }
        }
        try write("summary", with: &line, to: output) { $0.members(of: report.summary, isCut: cut.isMade) }
    }

    private func write(
        _ type: String, with line: inout JSONWriter, to output: Output, members: (inout JSONWriter) -> Void
    ) throws(OutputError) {
        line.beginRecord(type)
        members(&line)
        line.endLine()
        try line.writePart(to: output)
    }
}
