import Detections
import Hunting

/// What is known of rules that are not run, as records.
extension JSONWriter {
    mutating func members(of check: RuleCheck) {
        rule(check.rule)
        key("status")
        string(check.status.rawValue)
        member("reason", check.reason)
        member("group", check.group)
        member("file", check.file)
        member("line", check.line)
        member("path", check.path)
        member("logsource", check.logsource)
        member("column", check.error?.column)
        member("word", check.error?.word)
        member("detection_status", check.maturity)
        member("detection_type", check.type)
        if let needs = check.needs {
            key("needs")
            self.needs(needs)
        }
    }

    /// A document that can't be read.
    mutating func members(of problem: ContentProblem) {
        member("file", problem.file)
        member("line", problem.mark?.line)
        member("column", problem.mark?.column)
        member("reason", problem.reason)
    }

    /// What a rule needs, as an object.
    mutating func needs(_ needs: RuleNeeds) {
        beginObject()
        if let dataset = needs.dataset {
            member("dataset", dataset)
            key("sources")
            beginArray()
            for source in needs.sources {
                beginObject()
                member("name", source.name)
                let lists = [
                    ("channels", source.channels), ("providers", source.providers), ("events", source.events),
                    ("shapes", source.shapes),
                ]
                for (name, texts) in lists where !texts.isEmpty { list(name, texts) }
                endObject()
            }
            endArray()
        } else if let logsource = needs.logsource {
            member("logsource", logsource)
        } else {
            key("origin")
            beginObject()
            for origin in needs.origin { list(origin.field, origin.values) }
            endObject()
        }
        list("fields", needs.fields)
        list("macros", needs.macros)
        endObject()
    }

    mutating func members(of summary: RuleCheckSummary) {
        member("rules", summary.rules)
        for status in [RuleReport.Status.compiled, .unsupported, .invalid, .notGated] {
            member(status.rawValue, summary.statuses[status] ?? 0)
        }
        member("unreadable", summary.unreadable)
        member("deprecated", summary.deprecated)
        member("deprecated_compiled", summary.runnableDeprecated)
        groups("reasons", "reason", summary.reasons, countsRunnable: false)
        groups("data", "needs", summary.data, countsRunnable: true)
        key("kinds")
        beginArray()
        for kind in summary.kinds {
            beginObject()
            member("detection_status", kind.maturity)
            member("detection_type", kind.type)
            member("rules", kind.rules)
            member("compiled", kind.runnable)
            endObject()
        }
        endArray()
    }

    private mutating func groups(
        _ name: String, _ label: String, _ groups: [RuleCheckSummary.Group], countsRunnable: Bool
    ) {
        key(name)
        beginArray()
        for group in groups {
            beginObject()
            member(label, group.name)
            member("rules", group.rules)
            if countsRunnable { member("compiled", group.runnable) }
            endObject()
        }
        endArray()
    }

    mutating func member(_ name: String, _ text: String?) {
        guard let text else { return }
        key(name)
        string(text)
    }

    mutating func member(_ name: String, _ number: Int?) {
        guard let number else { return }
        key(name)
        integer(number)
    }

    mutating func list(_ name: String, _ texts: [String]) {
        key(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
