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
        if options.listsRules {
            for rule in report.rules {
                try write("rule", with: &line, to: output) { $0.members(of: rule) }
            }
        }
        for rule in report.rules where !rule.findings.isEmpty {
            let columns = rule.findings.columns.map(JSONWriter.Key.init)
            var beginning = JSONWriter()
            beginning.beginRecord("finding")
            beginning.rule(rule.rule)
            try rule.findings.withEachRow(while: cut.allowsRecord) { row throws(OutputError) in
                line.begin(as: beginning)
                line.row(row, under: columns)
                line.endObject()
                try line.writeLine(to: output)
            }
        }
        try report.matches.withEachEvent(while: cut.allowsRecord) { match throws(OutputError) in
            try write("match", with: &line, to: output) { $0.members(of: match) }
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
        line.endObject()
        try line.writeLine(to: output)
    }
}
