import Hunting

/// How many rules can run, and why the others can't.
struct RuleCheckSummary {
    struct Group {
        var name: String
        var rules = 0
        var runnable = 0
    }

    struct Kind {
        var maturity: String
        var type: String
        var rules = 0
        var runnable = 0
    }

    var rules = 0
    var runnable = 0
    /// Documents of which no rule could be read.
    var unreadable = 0
    var deprecated = 0
    var runnableDeprecated = 0
    var statuses: [RuleReport.Status: Int] = [:]
    /// The most frequent first.
    var reasons: [Group]
    var data: [Group]
    var kinds: [Kind]

    init(_ checks: [RuleCheck], unreadable: Int = 0) {
        self.unreadable = unreadable
        var reasons: [String: Group] = [:]
        var data: [String: Group] = [:]
        var kinds: [[String]: Kind] = [:]
        for check in checks {
            let ran = check.canRun ? 1 : 0
            rules += 1
            runnable += ran
            statuses[check.status, default: 0] += 1
            if check.isDeprecated {
                deprecated += 1
                runnableDeprecated += ran
            }
            if let group = check.group { reasons[group, default: Group(name: group)].rules += 1 }
            if let text = check.needs?.family {
                data[text, default: Group(name: text)].rules += 1
                data[text]?.runnable += ran
            }
            let (maturity, type) = (check.maturity ?? "", check.type ?? "")
            kinds[[maturity, type], default: Kind(maturity: maturity, type: type)].rules += 1
            kinds[[maturity, type]]?.runnable += ran
        }
        let sorted = { (groups: [String: Group]) in
            groups.values.sorted { ($1.rules, $0.name) < ($0.rules, $1.name) }
        }
        self.reasons = sorted(reasons)
        self.data = sorted(data)
        self.kinds = kinds.values.sorted { ($0.maturity, $0.type) < ($1.maturity, $1.type) }
    }
}
