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
                try output.write(record("rule", in: &line) { $0.members(of: rule) })
            }
        }
        for rule in report.rules {
            try rule.findings.withEachRow(while: cut.allowsRecord) { row throws(OutputError) in
                try output.write(
                    record("finding", in: &line) {
                        $0.rule(rule.rule)
                        $0.row(zip(rule.findings.columns, row).lazy.map { (name: $0, value: $1) })
                    })
            }
        }
        try report.matches.withEachEvent(while: cut.allowsRecord) { match throws(OutputError) in
            try output.write(record("match", in: &line) { $0.members(of: match) })
        }
        for alert in report.alerts {
            guard cut.allowsRecord() else { break }
            try output.write(
                record(alert.kind.rawValue, in: &line) {
                    $0.rule(alert.rule)
                    $0.row(alert.fields)
                })
        }
        for malformed in report.malformed {
            try output.write(record("malformed", in: &line) { $0.members(of: malformed) })
        }
        for damage in report.damage {
            try output.write(record("damaged", in: &line) { $0.members(of: damage) })
        }
        for path in report.unread.named {
            try output.write(record("unread", in: &line) { $0.member("archive", path) })
        }
        for limit in report.limits {
            try output.write(record("limit", in: &line) { $0.members(of: limit) })
        }
        for entry in report.profile?.entries ?? [] {
            try output.write(record("profile", in: &line) { $0.members(of: entry) })
        }
        try output.write(record("summary", in: &line) { $0.members(of: report.summary, isCut: cut.isMade) })
    }

    private func record(
        _ type: String, in line: inout JSONWriter, members: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        line.beginObject()
        line.key("type")
        line.string(type)
        members(&line)
        line.endObject()
        return line.takeLine()
    }
}
