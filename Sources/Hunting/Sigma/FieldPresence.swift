import Schemas

/// How many events each dataset and logsource had, and how many of them had each of its fields.
struct FieldPresence: Sendable {
    private var events: [Int] = []
    private var fields: [Int] = []

    init() {}

    /// What one worker has counted.
    init(_ reader: EventReader, map: FieldMap) {
        events = (0..<map.datasetCount).map { reader.eventCount(of: $0) }
        fields = (0..<map.fieldCount).map { reader.presenceCount(of: $0) }
    }

    mutating func merge(_ other: FieldPresence) {
        if events.isEmpty {
            self = other
            return
        }
        for (index, count) in other.events.enumerated() { events[index] += count }
        for (index, count) in other.fields.enumerated() { fields[index] += count }
    }

    /// What a rule could see; `nil` where nothing was counted.
    func coverage(of content: SigmaContent, map: FieldMap) -> RuleCoverage? {
        guard let view = content.view, let dataset = map.logsource(view), dataset < events.count else { return nil }
        let counts = content.fields.map { name in
            let field = map.field(FieldMap.Request(view: .logsource(view), name: name))
            return RuleCoverage.Field(name: name, events: field.map { fields[$0] } ?? 0)
        }
        return RuleCoverage(events: events[dataset], fields: counts, condition: content.condition)
    }
}
