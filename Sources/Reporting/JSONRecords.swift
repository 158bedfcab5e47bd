import Detections
import Hunting
import Values

/// The members of each record, shared by JSON Lines (which puts `type` first) and the JSON document.
extension JSONWriter {
    /// Begins a record of JSON Lines, its type first.
    mutating func beginRecord(_ type: String) {
        beginObject()
        key("type")
        string(type)
    }

    mutating func rule(_ rule: RuleIdentity) {
        key("rule")
        beginObject()
        key("id")
        string(rule.id)
        key("name")
        string(rule.name)
        key("kind")
        string(rule.kind.rawValue)
        endObject()
    }

    /// `"row": {column: value, ...}` without the columns that have no value. `_time` is text, like any field of an event.
    mutating func row(_ cells: some Sequence<(name: String, value: Value)>) {
        key("row")
        beginObject()
        for (name, value) in cells where !value.isMissing {
            key(name)
            cell(value, of: name)
        }
        endObject()
    }

    /// The same of a row of a table, given the number of the column of each of its values.
    mutating func row(_ values: [Value], at places: [Int], under columns: [Key]) {
        key("row")
        beginObject()
        for (place, value) in zip(places, values) where !value.isMissing {
            key(columns[place])
            cell(value, of: columns[place].name)
        }
        endObject()
    }

    private mutating func cell(_ value: Value, of column: String) {
        if column == timeColumn, case .number(let seconds) = value {
            string(NumberText.text(seconds).bytes)
        } else {
            self.value(value)
        }
    }

    mutating func members(of report: RuleReport) {
        rule(report.rule)
        key("status")
        string(report.status.rawValue)
        if let reason = report.reason {
            key("reason")
            string(reason)
        }
        if !report.severity.isEmpty {
            key("severity")
            string(report.severity)
        }
        if let score = report.riskScore {
            key("risk_score")
            integer(score)
        }
        for (name, texts) in [("techniques", report.techniques), ("tactics", report.tactics)] where !texts.isEmpty {
            key(name)
            value(.multivalue(texts.map { Text($0) }))
        }
        guard let coverage = report.coverage else { return }
        key("coverage")
        string(coverage.verdict.rawValue)
        key("gated_events")
        integer(coverage.events)
        key("fields")
        beginObject()
        for field in coverage.fields {
            key(field.name)
            integer(field.events)
        }
        endObject()
    }

    mutating func members(of entry: RuleProfile.Entry) {
        rule(entry.rule)
        let counts = [
            ("gated_events", entry.events), ("evaluated", entry.evaluations), ("matched", entry.matches),
            ("evaluation_nanoseconds", entry.evaluation), ("own_test_nanoseconds", entry.ownTests),
        ]
        for (name, count) in counts {
            key(name)
            integer(count)
        }
    }

    mutating func members(of match: MatchedEvent) {
        rule(match.rule)
        place(archive: match.archive, line: match.line, offset: match.offset)
        if !match.selections.isEmpty {
            key("selections")
            beginArray()
            for selection in match.selections { string(selection) }
            endArray()
        }
        key("event")
        raw(match.event.bytes)
    }

    mutating func members(of line: MalformedLine) {
        place(archive: line.archive, line: line.line, offset: line.offset)
        key("reason")
        string(line.reason)
    }

    mutating func members(of damage: Damage) {
        // An archive that could not be opened is lost from its first byte on.
        place(archive: damage.archive, line: nil, offset: damage.offset ?? 0)
        key("reason")
        string(damage.reason)
    }

    mutating func members(of limit: ReachedLimit) {
        rule(limit.rule)
        key("reason")
        string(limit.reason)
    }

    /// - Parameter isCut: whether records before the summary were left out.
    mutating func members(of summary: HuntSummary, isCut: Bool) {
        let counts = [
            ("archives", summary.archives), ("bytes_read", summary.bytesRead), ("bytes_scanned", summary.bytesScanned),
            ("lines", summary.lines), ("events", summary.events), ("malformed", summary.malformed),
            ("matched_events", summary.matchedEvents), ("findings", summary.findings), ("rules", summary.rules),
        ]
        for (name, count) in counts {
            key(name)
            integer(count)
        }
        key("seconds")
        // Microseconds are more than a clock around a hunt can tell.
        number((summary.seconds * 1e6).rounded() / 1e6)
        let others = [
            ("blank", summary.blank), ("parsed", summary.parsed), ("recovered", summary.recovered),
            ("passes", summary.passes), ("damaged", summary.damaged), ("without_time", summary.withoutTime),
            ("out_of_range", summary.outOfRange),
            ("unread", summary.unread), ("limited", summary.limited),
            ("unsupported", summary.unsupported), ("invalid", summary.invalid), ("not_gated", summary.notGated),
        ]
        for (name, count) in others {
            key(name)
            integer(count)
        }
        let verdicts = [
            ("evaluated", summary.evaluated), ("no_events", summary.withoutEvents),
            ("not_evaluable", summary.notEvaluable),
        ]
        for case (let name, let count?) in verdicts {
            key(name)
            integer(count)
        }
        key("interrupted")
        boolean(summary.isInterrupted || isCut)
        guard isCut else { return }
        key("cut_short")
        boolean(true)
    }

    private mutating func place(archive: String, line: Int?, offset: Int) {
        key("archive")
        string(archive)
        if let line {
            key("line")
            integer(line)
        }
        key("offset")
        integer(offset)
    }
}

/// The column that holds an event's time: epoch text for programs, ISO 8601 for people.
let timeColumn = "_time"
