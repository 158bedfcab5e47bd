import Detections
import Hunting
import Values

/// Which rules the archives could feed, and what the others lack.
extension SurveyWriter {
    /// A record for each rule, `"type":"feed"`.
    func writeFeeds(_ survey: Survey, to records: inout JSONRecordWriter) throws(OutputError) {
        for feed in survey.feeds {
            try records.record("feed") { json in
                json.rule(feed.rule)
                json.member("status", feed.isFed ? "fed" : "not_fed")
                json.member("events", feed.events)
                json.member("source", feed.source)
                json.member("reason", feed.lack)
                if feed.events > 0 { json.list("missing_fields", feed.missingFields) }
                json.key("needs")
                json.needs(feed.needs)
            }
        }
        for check in survey.refusedRules {
            try records.record("feed") { json in
                json.rule(check.rule)
                json.member("status", check.status.rawValue)
                json.member("reason", check.reason)
            }
        }
    }

    func writeFeedCSV(_ survey: Survey, to output: Output) throws(OutputError) {
        let header = ["rule_id", "rule_name", "kind", "status", "events", "source", "reason", "needs"]
        var rows = [header.map { Value.text(Text($0)) }]
        rows += survey.feeds.map { feed in
            identity(feed.rule) + [
                .text(Text(feed.isFed ? "fed" : "not_fed")), .number(Double(feed.events)), text(feed.source),
                text(feed.lack), text(feed.needs.text),
            ]
        }
        rows += survey.refusedRules.map { check in
            identity(check.rule) + [.text(Text(check.status.rawValue)), 0, .missing, text(check.reason), .missing]
        }
        for row in rows { try output.write(CSVCell.line(row, isSafe: options.isCSVSafe)) }
    }

    /// The rules that could not find anything with what they lack, and how many could, by what they need.
    func writeFeedTables(_ survey: Survey, to output: Output) throws(OutputError) {
        let ruleCount = survey.feeds.count + survey.refusedRules.count
        if ruleCount == 0 { return }
        var rules = TextTable(columns: [
            TextTable.Column("rule", overflow: .wrap),
            TextTable.Column("can't find anything: it lacks", overflow: .wrap),
        ])
        var data = TextTable(columns: [
            TextTable.Column("rules", priority: .key), TextTable.Column("fed", priority: .key),
            TextTable.Column("need", overflow: .wrap),
        ])
        var groups: [String: (rules: Int, fed: Int)] = [:]
        for feed in survey.feeds {
            if let lack = feed.lack { rules.rows.append([name(feed.rule), .text(Text(lack))]) }
            var group = groups[feed.needs.family] ?? (0, 0)
            group.rules += 1
            group.fed += feed.isFed ? 1 : 0
            groups[feed.needs.family] = group
        }
        data.rows = groups.sorted { ($1.value.rules, $0.key) < ($0.value.rules, $1.key) }.map { text, group in
            [.number(Double(group.rules)), .number(Double(group.fed)), .text(Text(text))]
        }
        for table in [rules, data] where !table.rows.isEmpty {
            try table.write(to: output, width: options.width, hasColor: options.hasColor)
            try output.write("\n")
        }
        let fed = survey.feeds.count(where: \.isFed)
        var line = "These archives could feed \(Figures.count(fed)) of \(Figures.count(ruleCount, "rule"))"
        if !survey.refusedRules.isEmpty {
            line += "; \(Figures.count(survey.refusedRules.count)) can't run (trawl rules check tells why)"
        }
        try output.write(line + "\n")
    }

    private func identity(_ rule: RuleIdentity) -> [Value] {
        [.text(Text(rule.id)), .text(Text(rule.name)), .text(Text(rule.kind.rawValue))]
    }

    private func name(_ rule: RuleIdentity) -> Value { .text(Text(rule.name.isEmpty ? rule.id : rule.name)) }

    private func text(_ text: String?) -> Value { text.map { .text(Text($0)) } ?? .missing }
}

extension RuleFeed {
    /// What the rule lacks to find anything, as a clause; `nil` where it lacks nothing.
    var lack: String? {
        if isFed { return nil }
        if needs.isOverRisk { return "findings of other rules, which raise the risk that it is over" }
        if events == 0 {
            let sources = needs.sources.map(\.name)
            return needs.dataset.map { "events of \($0) (\(sources.joined(separator: ", ")))" } ?? needs.text
        }
        let fields = missingFields.joined(separator: ", ")
        return source.map { "\(fields) in events of \($0)" } ?? "\(fields) in \(needs.text)"
    }
}
