/// Keys of which a line must hold one, with one of its texts as the value, for any event in it to matter.
///
/// It is what is known of an event's kind before it is parsed: `EventID` with `1` or `4688`, `event_simpleName` with
/// `ProcessRollup2`. A key is written as it stands in JSON or as an XML element's name; only its last part counts.
public struct KeyRequirement: Hashable, Sendable {
    /// For each key its texts in lower case; `nil` where any value will do.
    public private(set) var keys: [[UInt8]: Set<[UInt8]>?]

    /// A requirement that no line satisfies.
    public init() { keys = [:] }

    /// Adds a key. One that can't be looked for makes the requirement useless, which is said by `false`.
    ///
    /// - Parameters:
    ///   - key: at least two bytes of printable ASCII without quotes, backslashes, and white space.
    ///   - texts: in any case; `nil` for any value.
    public mutating func insert(_ key: String, texts: [String]?) -> Bool {
        let name = Array(key.utf8)
        guard name.count >= 2, name.allSatisfy({ $0 > 0x20 && LiteralRequirement.isPlain($0) }) else { return false }
        guard let texts else {
            keys.updateValue(nil, forKey: name)
            return true
        }
        let folded = texts.map { $0.utf8.map { CaseFolding.folded($0) } }
        guard folded.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0 >= 0x20 && LiteralRequirement.isPlain($0) } })
        else {
            return insert(key, texts: nil)
        }
        if let known = keys[name] {
            if let known { keys[name] = known.union(folded) }
        } else {
            keys[name] = .some(Set(folded))
        }
        return true
    }

    /// Adds all keys of another requirement.
    public mutating func formUnion(_ other: KeyRequirement) {
        for (key, texts) in other.keys {
            switch (keys[key], texts) {
            case (nil, _): keys.updateValue(texts, forKey: key)
            case (.some(let known), .some(let texts)): keys.updateValue(known.map { $0.union(texts) }, forKey: key)
            case (.some, nil): keys.updateValue(nil, forKey: key)
            }
        }
    }
}

/// Something of which a line must hold one: a key with a value, or a literal wherever it stands.
enum GateEntry: Sendable {
    /// The texts are in lower case; `nil` where any value will do.
    case key([UInt8], texts: Set<[UInt8]>?)
    /// In lower case where case does not count.
    case literal([UInt8], isCaseSensitive: Bool)

    /// What a scan has to find.
    var name: [UInt8] {
        switch self {
        case .key(let name, _), .literal(let name, _): name
        }
    }
}

/// What a gate asks for, in order, and by which pairs of bytes and short words it can be found.
struct GateKeys: Sendable {
    let requirement: KeyRequirement
    /// Keys first, then literals in which case counts, then those in which it does not.
    let entries: [GateEntry]
    /// `nil` where there are literals, which are found by words alone.
    let pairs: PairCatalogue?
    /// `nil` where some entry is too short for it.
    let words: WordCatalogue?

    var hasLiterals: Bool { pairs == nil }

    /// - Parameter literals: of which a line may hold one in place of a key.
    init(_ requirement: KeyRequirement, literals: [RequiredLiteral] = []) {
        self.requirement = requirement
        let keys = requirement.keys.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let exact = literals.filter(\.isCaseSensitive).map(\.bytes)
        let folded = literals.filter { !$0.isCaseSensitive }.map(\.bytes)
        entries =
            keys.map { .key($0.key, texts: $0.value) } + exact.map { .literal($0, isCaseSensitive: true) }
            + folded.map { .literal($0, isCaseSensitive: false) }
        pairs = literals.isEmpty ? PairCatalogue(keys.map(\.key)) : nil
        words = WordCatalogue(keys.map(\.key) + exact, folded: folded)
    }
}
