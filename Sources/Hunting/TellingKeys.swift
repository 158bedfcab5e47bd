import Matching
import Schemas

/// What the line of every event that a hunt may find holds, as far as keys tell.
struct TellingKeys {
    /// What searches over events call an event's identifier.
    static let eventIDNames = ["EventID", "EventCode"]

    private let schema: Schema
    /// By dataset and source; `nil` for a source whose events can't be told by keys.
    private var known: [String: [KeyRequirement?]] = [:]

    init(schema: Schema) {
        self.schema = schema
    }

    /// What one hunt asks for; `nil` where there is nothing to go by.
    mutating func keys(_ filter: Predicate<String>, _ view: FieldMap.View, _ map: FieldMap) -> KeyRequirement? {
        switch view {
        case .dataset(let name): return keys(filter, ofDataset: name, map)
        case .logsource: return nil
        case .events:
            let texts = filter.negationNormalForm.requiredTexts(ofAny: Self.eventIDNames)
            return requirement(
                texts.flatMap { texts in
                    schema.tellingKeys(ofEventIDs: texts.map { String(decoding: $0, as: UTF8.self) }.sorted())
                })
        }
    }

    /// The keys of the sources of which some event may satisfy the filter: a source that has no value for a field tells none
    /// that has.
    private mutating func keys(
        _ filter: Predicate<String>, ofDataset name: String, _ map: FieldMap
    ) -> KeyRequirement? {
        let sources = sources(ofDataset: name)
        guard !sources.isEmpty else { return nil }
        let requests = filter.fields.map { FieldMap.Request(view: .dataset(name), name: $0) }
        var required = KeyRequirement()
        for (number, own) in sources.enumerated() {
            let missing = requests.filter { !map.mayHave($0, inSource: number) }.map(\.name)
            guard missing.isEmpty || filter.mayHold(whereMissing: missing.contains) else { continue }
            guard let own else { return nil }
            required.formUnion(own)
        }
        return required
    }

    private mutating func sources(ofDataset name: String) -> [KeyRequirement?] {
        if let found = known[name] { return found }
        let found = schema.tellingKeys(ofDataset: name).map { requirement($0) }
        known[name] = found
        return found
    }

    private func requirement(_ telling: [TellingKey]?) -> KeyRequirement? {
        guard let telling else { return nil }
        var keys = KeyRequirement()
        for found in telling {
            guard keys.insert(found.key, texts: found.texts) else { return nil }
        }
        return keys
    }
}
