import Detections
import Matching
import Pipeline
import SPL
import Schemas

/// What a hunt would do, for people: the compiled plans, what is searched in raw lines first and why, the fields read.
extension Hunter {
    /// Lines without line ends, those that belong to a rule indented below it. Nothing is read for it.
    public func explanation() -> [String] {
        var lines: [String] = []
        for (index, rule) in rules.enumerated() {
            lines.append("rule \(rule.identity.name) (\(rule.identity.kind.rawValue) \(rule.identity.id))")
            switch rule.state {
            case .refused(let status, let reason): lines.append("  \(status.rawValue): \(reason)")
            case .correlated(let correlation):
                if let reason = refusals[index] {
                    lines.append("  unsupported: \(reason)")
                    continue
                }
                lines += correlation.explanation.map { "  " + $0 }
            case .compiled(let search):
                if rule.isSilent { lines.append("  for correlations only") }
                if let reason = refusals[index] {
                    lines.append("  unsupported: \(reason)")
                    continue
                }
                lines += search.plan.explanation.map { "  " + $0 }
                lines += search.macros.map { "  macro \($0.name): \($0.definition)" }
                lines += (search.notes + search.warnings).map { "  note: \($0)" }
            }
            lines.append("")
        }
        if let timeLine { lines += [timeLine, ""] }
        for part in [logsourceLines, searchLines] where !part.isEmpty { lines += part + [""] }
        lines += prefilterLines
        lines.append("")
        lines.append("read from each event that is parsed")
        lines += firstPass.program.map.pathsRead.map { "  " + $0 }
        if firstPass.program.readsAllFields { lines.append("  all fields of an event that such a search keeps") }
        return lines
    }

    /// Which events count by their time; `nil` where all do.
    private var timeLine: String? {
        let bounds = [
            options.earliest.map { "from \($0.iso8601)" }, options.latest.map { "before \($0.iso8601)" },
        ].compactMap(\.self)
        return bounds.isEmpty ? nil : "events " + bounds.joined(separator: " and ")
    }

    private var prefilterLines: [String] {
        if options.parsesEveryLine { return ["every line is parsed: asked for by --strict or --no-prefilter"] }
        let plan = firstPass.program.prefilter
        let fitting = plan.isFitted ? ["  chosen anew where a sample of the lines shows that less will do"] : []
        return decisionLines(plan.decision) + fitting
    }

    private func decisionLines(_ decision: Prefilter.Decision) -> [String] {
        switch decision {
        case .everyLine(let reason): return ["every line is parsed: \(reason)"]
        case .noLineMatches: return ["no line can match: the condition contradicts itself"]
        case .prefilter(let chosen) where chosen.literals.isEmpty:
            return [
                "searched in raw lines before any is parsed, since \(chosen.refusal ?? "keys are rarer"); a line must hold one of"
            ]
                + Self.keyLines(chosen.keys) + ["  or an escape that may hide one (\\u00..)"]
        case .prefilter(let chosen):
            var lines = ["searched in raw lines before any is parsed; a line must hold one of"]
            lines += chosen.literals.map { literal in
                let (first, second) = literal.pairOffsets
                let share = Self.rounded(literal.linesPerMegabyte)
                let pair = "found by its bytes \(first) and \(second)"
                let field = literal.literal.field.map { " for \($0)" } ?? ""
                return "  \"\(literal.literal.text)\"\(field), \(pair), in about \(share) lines a megabyte"
            }
            lines.append("  or an escape that may hide one (\\u00.., &#..)")
            if let keys = chosen.keys {
                lines.append("and, behind one of these keys, one of its values")
                lines += Self.keyLines(keys)
            }
            if !chosen.rejected.isEmpty { lines.append("would do as well, but are expected in more lines") }
            lines += chosen.rejected.map { set in
                "  " + set.literals.map { "\"\($0.text)\"" }.joined(separator: " or ")
                    + ", in about \(Self.rounded(set.linesPerMegabyte))"
            }
            return lines
        }
    }

    /// A key and its values, no more of either than people read.
    private static func keyLines(_ keys: KeyRequirement?) -> [String] {
        let sorted = (keys?.keys ?? [:]).map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
            .sorted { $0.0 < $1.0 }
        return sorted.map { key, texts in
            guard let texts else { return "  \(key) with any value" }
            return "  \(key) with \(Self.listed(texts.map { String(decoding: $0, as: UTF8.self) }.sorted()))"
        }
    }

    private static func listed(_ texts: [String]) -> String {
        let shown = texts.prefix(30).joined(separator: ", ")
        return texts.count > 30 ? "\(shown) and \(texts.count - 30) more" : shown
    }

    private static func rounded(_ number: Double) -> String {
        guard number.isFinite, number < 1e9 else { return "many" }
        let hundredths = Int((number * 100).rounded())
        let digits = hundredths % 100
        return "\(hundredths / 100).\(digits < 10 ? "0" : "")\(digits)"
    }
}
