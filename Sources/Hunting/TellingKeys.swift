import Matching
import Schemas

/// What the line of every event that a hunt may find holds, as far as keys tell.
struct TellingKeys {
    /// What searches over events call an event's identifier.
    static let eventIDNames = ["EventID", "EventCode"]

    private let schema: Schema
    /// By dataset; `nil` for one whose events can't be told by keys.
    private var known: [String: KeyRequirement?] = [:]

    init(schema: Schema) {
        self.schema = schema
    }

    /// Both what is required already and what one more hunt asks for; `nil` where there is nothing to go by.
    mutating func union(
        _ required: KeyRequirement, of filter: Predicate<String>, _ view: FieldMap.View
    ) -> KeyRequirement? {
        guard let own = keys(filter, view) else { return nil }
        var required = required
        required.formUnion(own)
        return required
    }

    private mutating func keys(_ filter: Predicate<String>, _ view: FieldMap.View) -> KeyRequirement? {
        switch view {
        case .dataset(let name):
            if let found = known[name] { return found }
            let found = requirement(schema.tellingKeys(ofDataset: name))
            known.updateValue(found, forKey: name)
            return found
        case .logsource: return nil
        case .events:
            let texts = filter.negationNormalForm.requiredTexts(ofAny: Self.eventIDNames)
            return requirement(
                texts.flatMap { texts in
                    schema.tellingKeys(ofEventIDs: texts.map { String(decoding: $0, as: UTF8.self) }.sorted())
                })
        }
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
