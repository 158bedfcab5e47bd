import Detections
import Hunting

/// One JSON document: an object with an array for each kind of record, whose members are those of JSON Lines but for
/// `type`, and the summary. Findings come in the order of ``RuleOrder``. One record stands on one line. `rules` and `profile`
/// are there where they were asked for, `unread` where the hunt was stopped.
struct JSONDocumentReport {
    var report: HuntReport
    var options: ReportOptions
    var cut: OutputCut

    func write(to output: Output) throws(OutputError) {
        var json = JSONWriter()
        json.beginObject()
        if options.listsRules {
            try write("rules", report.rules, with: &json, to: output) { $0.members(of: $1) }
        }
        let order = RuleOrder(report)
        try writeFindings(order.rules, with: &json, to: output)
        try writeMatches(with: &json, to: output)
        for (name, kind) in [("risk", Alert.Kind.risk), ("notables", .notable)] {
            let alerts = order.alerts.lazy.filter { $0.kind == kind }.prefix { _ in cut.allowsRecord() }
            try write(name, alerts, with: &json, to: output) {
                $0.rule($1.rule)
                $0.row($1.fields)
            }
        }
        try write("malformed", report.malformed, with: &json, to: output) { $0.members(of: $1) }
        try write("damaged", report.damage, with: &json, to: output) { $0.members(of: $1) }
        if !report.unread.isEmpty {
            try write("unread", report.unread.named, with: &json, to: output) { $0.member("archive", $1) }
        }
        try write("limits", report.limits, with: &json, to: output) { $0.members(of: $1) }
        if let profile = report.profile {
            try write("profile", profile.entries, with: &json, to: output) { $0.members(of: $1) }
        }
        json.lineBreak()
        json.key("summary")
        json.beginObject()
        json.members(of: report.summary, isCut: cut.isMade)
        json.endObject()
        json.endObject()
        try json.writeLine(to: output)
    }

    private func writeFindings(
        _ rules: [RuleReport], with json: inout JSONWriter, to output: Output
    ) throws(OutputError) {
        json.lineBreak()
        json.key("findings")
        json.beginArray()
        for rule in rules where !rule.findings.isEmpty {
            let columns = rule.findings.columns.map(JSONWriter.Key.init)
            try rule.findings.withEachRow(while: cut.allowsRecord) { row throws(OutputError) in
                json.lineBreak()
                json.beginObject()
                json.rule(rule.rule)
                json.row(row, under: columns)
                json.endObject()
                try json.writePart(to: output)
            }
        }
        json.endArray()
    }

    private func writeMatches(with json: inout JSONWriter, to output: Output) throws(OutputError) {
        json.lineBreak()
        json.key("matches")
        json.beginArray()
        try report.matches.withEachEvent(while: cut.allowsRecord) { match throws(OutputError) in
            json.lineBreak()
            json.beginObject()
            json.members(of: match)
            json.endObject()
            try json.writePart(to: output)
        }
        json.endArray()
    }

    private func write<Element>(
        _ name: String, _ elements: some Sequence<Element>, with json: inout JSONWriter, to output: Output,
        members: (inout JSONWriter, Element) -> Void
    ) throws(OutputError) {
        json.lineBreak()
        json.key(name)
        json.beginArray()
        for element in elements {
            json.lineBreak()
            json.beginObject()
            members(&json, element)
            json.endObject()
            try json.writePart(to: output)
        }
        json.endArray()
    }
}
