import Detections
import Hunting

/// The order of rules in reports that are read from the top: the most severe first, those without a severity last, and
/// those of one severity as they were given.
struct RuleOrder {
    /// From the most severe on.
    static let severities = ["critical", "high", "medium", "low", "informational"]

    static func rank(ofSeverity name: String) -> Int { severities.firstIndex(of: name) ?? severities.count }

    let rules: [RuleReport]
    let alerts: [Alert]

    init(_ report: HuntReport) {
        rules = Self.sorted(report.rules) { Self.rank(ofSeverity: $0.severity) }
        guard !report.alerts.isEmpty else {
            alerts = []
            return
        }
        var ranks: [RuleIdentity: Int] = [:]
        for rule in report.rules { ranks[rule.rule] = Self.rank(ofSeverity: rule.severity) }
        alerts = Self.sorted(report.alerts) { ranks[$0.rule] ?? Self.severities.count }
    }

    private static func sorted<Element>(_ elements: [Element], by rank: (Element) -> Int) -> [Element] {
        var groups = Array(repeating: [Element](), count: severities.count + 1)
        for element in elements { groups[rank(element)].append(element) }
        return groups.flatMap(\.self)
    }
}
