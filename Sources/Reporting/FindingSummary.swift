import Hunting
import Values

/// How many rules found how much, by what they say of themselves.
struct FindingSummary {
    struct Group {
        var name: String
        var rules = 0
        var findings = 0
    }

    /// From the most severe to the least, those without a level last.
    let levels: [Group]
    /// Of ATT&CK, in alphabetical order; a rule counts in each of its tactics.
    let tactics: [Group]

    init(_ report: HuntReport) {
        var levels: [String: Group] = [:]
        var tactics: [String: Group] = [:]
        func add(_ rule: RuleReport, to groups: inout [String: Group], as name: String) {
            groups[name, default: Group(name: name)].rules += 1
            groups[name]?.findings += rule.findings.foundCount
        }
        for rule in report.rules where !rule.findings.isEmpty && rule.rule.kind != .search {
            add(rule, to: &levels, as: rule.severity.isEmpty ? "no level" : rule.severity)
            // Detections write Command And Control, rules Command and Control, as ATT&CK does.
            for tactic in rule.tactics { add(rule, to: &tactics, as: tactic.replacing(" And ", with: " and ")) }
        }
        let rank = RuleOrder.rank(ofSeverity:)
        self.levels = levels.values.sorted { (rank($0.name), $0.name) < (rank($1.name), $1.name) }
        self.tactics = tactics.values.sorted { $0.name < $1.name }
    }

    /// A table of groups under a title.
    static func table(_ groups: [Group], titled title: String) -> TextTable {
        TextTable(
            columns: [
                TextTable.Column(title), TextTable.Column("rules", priority: .key),
                TextTable.Column("findings", priority: .key),
            ],
            rows: groups.map {
                [.text(Text($0.name)), .number(Double($0.rules)), .number(Double($0.findings))]
            })
    }
}

extension RuleReport {
    /// What people have to know of a rule that ran and could not find anything; `nil` where there is nothing.
    ///
    /// - Parameter isBounded: whether only events in a time range were looked at.
    func blindness(isBounded: Bool) -> String? {
        guard let coverage else { return nil }
        let kind = rule.kind == .sigma ? "logsource" : "dataset or origin"
        let range = isBounded ? "in the time range " : ""
        switch coverage.verdict {
        case .evaluated: return nil
        case .noEvents: return "no event \(range)is of its \(kind)"
        case .notEvaluable:
            let absent = coverage.fields.filter { $0.events == 0 }.map(\.name).joined(separator: ", ")
            let what = absent.isEmpty ? coverage.fields.map(\.name).joined(separator: " and ") : absent
            return "none of \(Figures.count(coverage.events, "event")) \(range)of its \(kind) has \(what)"
        }
    }
}
