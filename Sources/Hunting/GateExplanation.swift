import Detections
import Matching
import Schemas

/// What a hunt does with the events of each logsource and dataset that its rules ask for, for people.
extension Hunter {
    /// For each logsource: which events are of it, its rules, the fields that are read for them, and in which way rules are
    /// looked at for an event; last the rules that no event is known for.
    var logsourceLines: [String] {
        var members: [String: [HuntRule]] = [:]
        var withoutGate: [String: [HuntRule]] = [:]
        for rule in rules {
            guard let content = rule.sigma, let logsource = content.logsource else { continue }
            if rule.isCompiled, let view = content.view {
                members[view, default: []].append(rule)
            } else if content.view == nil, content.error == nil {
                withoutGate[logsource.name, default: []].append(rule)
            }
        }
        let groups = Dictionary(grouping: firstPass.program.conditions.description, by: \.domain)
        let names = namesOfSearches
        var lines: [String] = []
        for (view, rules) in members.sorted(by: { $0.key < $1.key }) {
            lines.append("logsource \(view): \(Self.count(rules.count, "rule"))")
            lines += schema.logsourceDescription(view).map { "  events: \($0)" }
            lines.append("  fields, and how many rules read each: \(Self.fieldCounts(of: rules))")
            let domain = firstPass.program.map.logsource(view) ?? -1
            for group in groups[domain] ?? [] { lines += groupLines(group, names) }
        }
        if !withoutGate.isEmpty {
            if !lines.isEmpty { lines.append("") }
            lines.append("not gated: no events are known for these logsources, and their rules do not run")
            for (logsource, rules) in withoutGate.sorted(by: { $0.key < $1.key }) {
                lines.append("  logsource \(logsource)")
                lines += rules.map(\.identity.name).sorted().map { "    \($0)" }
            }
        }
        return lines
    }

    /// The same for datasets and for events as they are, which detections search.
    var searchLines: [String] {
        let program = firstPass.program
        let groups = Dictionary(grouping: program.conditions.description, by: \.domain)
        let names = namesOfSearches
        var lines: [String] = []
        for name in schema.datasetNames {
            guard let domain = program.map.dataset(name), let own = groups[domain] else { continue }
            lines.append("dataset \(name)")
            for group in own { lines += groupLines(group, names) }
        }
        if let own = groups[-1] {
            lines.append("events")
            for group in own { lines += groupLines(group, names) }
        }
        return lines
    }

    /// Rules that are looked at together: which fields tell that one of them may hold, and which rules are evaluated anyway.
    private func groupLines(_ group: PredicateSet.GroupDescription, _ names: [Int: [String]]) -> [String] {
        let map = firstPass.program.map
        let gate =
            group.gate.map { slot, pattern in
                "where \(map.name(ofSlot: slot)) is \(String(decoding: pattern, as: UTF8.self))"
            } ?? "in every event of it"
        var lines = [
            "  \(gate): \(Self.count(group.members.count, "rule")), "
                + "\(Self.count(group.testCount, "test")) of \(Self.count(group.slots.count, "field"))"
        ]
        func sorted(_ members: [Int]) -> [String] { members.flatMap { names[$0] ?? [] }.sorted() }
        let open = Set(group.withoutTrigger)
        let triggered = group.members.filter { !open.contains($0) }
        if !triggered.isEmpty {
            let fields = group.triggerSlots.map { map.name(ofSlot: $0) }.sorted()
            lines.append(
                "    evaluated where a value of \(fields.joined(separator: ", ")) is one that the rule requires")
            lines += sorted(triggered).map { "      \($0)" }
        }
        if !open.isEmpty {
            lines.append("    evaluated for each of these events, as no value is required")
            lines += sorted(group.withoutTrigger).map { "      \($0)" }
        }
        return lines
    }

    /// The rules that each condition of the first pass stands for, by the condition's number.
    private var namesOfSearches: [Int: [String]] {
        var names: [SearchResolution.Key: [String]] = [:]
        for rule in rules {
            for key in rule.keys { names[key, default: []].append(rule.identity.name) }
        }
        var found: [Int: [String]] = [:]
        let program = firstPass.program
        for (number, hunt) in program.hunts.enumerated() { found[number] = names[firstPass.keys[hunt.rule]] }
        for (number, later) in program.anticipations.enumerated() {
            let owners = later.keys.flatMap { names[$0] ?? [] }
            found[program.hunts.count + number] = owners.map { "\($0), for a later pass" }
        }
        return found
    }

    private static func fieldCounts(of rules: [HuntRule]) -> String {
        var counts: [String: Int] = [:]
        for field in rules.flatMap({ $0.sigma?.fields ?? [] }) { counts[field, default: 0] += 1 }
        let ofKeywords = rules.count { $0.sigma?.condition.readsEveryValue ?? false }
        if ofKeywords > 0 { counts["every value"] = ofKeywords }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return sorted.map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension FieldMap {
    /// What plans call a slot of theirs.
    func name(ofSlot slot: Int) -> String {
        switch slot {
        case PredicateSet.everyValueSlot: "every value"
        case FieldAccess.timeSlot: "_time"
        case FieldAccess.rawSlot: "_raw"
        default: requests.indices.contains(slot) ? requests[slot].name : "?"
        }
    }
}
