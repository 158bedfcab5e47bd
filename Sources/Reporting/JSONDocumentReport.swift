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
        json.endLine()
        try json.writePart(to: output)
    }

    private func writeFindings(
        _ rules: [RuleReport], with json: inout JSONWriter, to output: Output
    ) throws(OutputError) {
        json.lineBreak()
        json.key("findings")
        json.beginArray()
        try json.writePart(to: output)
        let batches = RecordBatches(output: output, cut: cut)
        var isFirst = true
        for rule in rules where !rule.findings.isEmpty {
            let columns = rule.findings.columns.map(JSONWriter.Key.init)
            let follows = !isFirst
            isFirst = false
            try batches.write(rule.findings) { rows, isFirst throws(StorageError) in
                var part = JSONWriter(goesOn: follows || !isFirst)
                try rows.withEach { places, values in
                    part.lineBreak()
                    part.beginObject()
                    part.rule(rule.rule)
                    part.row(values, at: places, under: columns)
                    part.endObject()
                }
                return part.bytes
            }
        }
        json.endArray()
    }

    private func writeMatches(with json: inout JSONWriter, to output: Output) throws(OutputError) {
        json.lineBreak()
        json.key("matches")
        json.beginArray()
        try json.writePart(to: output)
        try RecordBatches(output: output, cut: cut).write(report.matches) { matches, isFirst in
            var part = JSONWriter(goesOn: !isFirst)
            for match in matches {
                part.lineBreak()
                part.beginObject()
                part.members(of: match)
                part.endObject()
            }
            return part.bytes
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
