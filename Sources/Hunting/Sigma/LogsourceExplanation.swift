import Detections
import Matching
import Schemas

/// What a hunt with Sigma rules does in each of their logsources, for people.
extension Hunter {
    /// For each logsource: its rules, the fields that are read for them, and the rules whose condition may hold without any
    /// value that could be looked for first.
    var logsourceLines: [String] {
        var groups: [String: [HuntRule]] = [:]
        for rule in rules where rule.isCompiled {
            if let view = rule.sigma?.view { groups[view, default: []].append(rule) }
        }
        var lines: [String] = []
        for (view, members) in groups.sorted(by: { $0.key < $1.key }) {
            lines.append("logsource \(view): \(members.count) \(members.count == 1 ? "rule" : "rules")")
            var counts: [String: Int] = [:]
            for field in members.flatMap({ $0.sigma?.fields ?? [] }) { counts[field, default: 0] += 1 }
            let fields = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) (\($0.value))" }
            lines.append("  fields, and how many rules read each: \(fields.joined(separator: ", "))")
            let open = members.filter { !($0.sigma?.condition.negationNormalForm.requiresValue ?? true) }
            if !open.isEmpty {
                lines.append("  evaluated for every event, as nothing is required")
                lines += open.map { "    \($0.identity.name)" }
            }
        }
        return lines
    }
}

extension Predicate<String> {
    /// Whether the condition, in negation normal form, can hold only where some value passes a test.
    fileprivate var requiresValue: Bool {
        switch self {
        case .field(_, let test):
            switch test {
            case .given, .exists, .emptyText, .present: false
            default: true
            }
        case .compare, .anyValue, .rawText: true
        case .constant(let value): !value
        case .not, .deferred: false
        case .all(let parts): parts.contains { $0.requiresValue }
        case .any(let parts): parts.allSatisfy { $0.requiresValue }
        }
    }
}
