import Matching
import Schemas

/// What the line of every event that a hunt may find holds, as far as keys tell.
struct TellingKeys {
    /// What searches over events call an event's identifier.
    static let eventIDNames = ["EventID", "EventCode"]

    private let schema: Schema
    /// By dataset and source; `nil` for a source whose events can't be told by keys.
    private var known: [String: [Told?]] = [:]

    /// What keys tell of the lines of some events: they hold one of the first kind, or one of the second beside a literal.
    private struct Told {
        var keys = KeyRequirement()
        var patternKeys = KeyRequirement()
        var patternLiterals: [LiteralRequirement] = []

        mutating func formUnion(_ other: Told) {
            keys.formUnion(other.keys)
            patternKeys.formUnion(other.patternKeys)
            patternLiterals += other.patternLiterals
        }

        /// Of which a line must satisfy one.
        var requirements: [LineRequirement] {
            let told = LineRequirement(literals: .nothing, keys: keys)
            if patternLiterals.isEmpty { return [told] }
            let byPatterns = LineRequirement(literals: .anyOf(patternLiterals), keys: patternKeys)
            return keys.keys.isEmpty ? [byPatterns] : [told, byPatterns]
        }
    }

    init(schema: Schema) {
        self.schema = schema
    }

    /// What the lines of one hunt hold, of which one must be satisfied; `nil` where there is nothing to go by.
    mutating func requirements(
        _ filter: Predicate<String>, _ view: FieldMap.View, _ map: FieldMap
    ) -> [LineRequirement]? {
        switch view {
        case .dataset(let name): return told(filter, ofDataset: name, map)?.requirements
        case .logsource: return nil
        case .events:
            let texts = filter.negationNormalForm.requiredTexts(ofAny: Self.eventIDNames)
            let keys = texts.flatMap { texts in
                schema.tellingKeys(ofEventIDs: texts.map { String(decoding: $0, as: UTF8.self) }.sorted())
            }
            return told(keys)?.requirements
        }
    }

    /// The keys of the sources of which some event may satisfy the filter: a source that has no value for a field tells none
    /// that has.
    private mutating func told(_ filter: Predicate<String>, ofDataset name: String, _ map: FieldMap) -> Told? {
        let sources = sources(ofDataset: name)
        guard !sources.isEmpty else { return nil }
        let requests = filter.fields.map { FieldMap.Request(view: .dataset(name), name: $0) }
        var required = Told()
        for (number, own) in sources.enumerated() {
            let missing = requests.filter { !map.mayHave($0, inSource: number) }.map(\.name)
            guard missing.isEmpty || filter.mayHold(whereMissing: missing.contains) else { continue }
            guard let own else { return nil }
            required.formUnion(own)
        }
        return required
    }

    private mutating func sources(ofDataset name: String) -> [Told?] {
        if let found = known[name] { return found }
        let found = schema.tellingKeys(ofDataset: name).map { told($0) }
        known[name] = found
        return found
    }

    private func told(_ telling: [TellingKey]?) -> Told? {
        guard let telling else { return nil }
        var told = Told()
        for found in telling {
            let literals = found.patterns.map { LiteralRequirement.anyOf($0.map(Self.literals)) }
            if let literals, literals != .nothing {
                guard told.patternKeys.insert(found.key, texts: nil) else { return nil }
                told.patternLiterals.append(literals)
            } else {
                guard told.keys.insert(found.key, texts: found.texts) else { return nil }
            }
        }
        return told
    }
    private static func literals(ofPattern text: String) -> LiteralRequirement {
        LiteralRequirement(pieces: text.utf8.split(separator: UInt8(ascii: "*")).map(Array.init))
    }
}
