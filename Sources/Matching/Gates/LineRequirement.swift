/// What the line of every event holds that some searches may find: as literals say, and as keys say.
public struct LineRequirement: Sendable {
    public var literals: LiteralRequirement
    /// Keys of which it holds one; `nil` where that is not known.
    public var keys: KeyRequirement?

    public init(literals: LiteralRequirement, keys: KeyRequirement?) {
        self.literals = literals
        self.keys = keys
    }
}

/// Several requirements, of which a line must satisfy one: some by their keys, and others by their literals, in one scan.
///
/// One search over a kind of events that makes up half of a text lets half of it pass by its keys, however rare what it asks for;
/// and a few hundred searches over rare events have more literals than a scan can look for.
struct MixedRequirement: Sendable {
    /// Searches that ask for the same keys.
    private struct Part: Sendable {
        var keys: KeyRequirement?
        var literals: LiteralRequirement
        var literalCount: Int
    }

    private let parts: [Part]
    /// The keys of all parts that have some.
    private let keys: GateKeys
    private let statistics: ByteStatistics

    /// More parts than these are not weighed against each other.
    private static let mostParts = 64
    /// More literals of one part are not weighed in a sample.
    private static let mostLiterals = 64

    /// `nil` where there is nothing to be mixed.
    init?(_ requirements: [LineRequirement], statistics: ByteStatistics) {
        var literals: [KeyRequirement?: [LiteralRequirement]] = [:]
        var order: [KeyRequirement?] = []
        for requirement in requirements {
            if literals[requirement.keys] == nil { order.append(requirement.keys) }
            literals[requirement.keys, default: []].append(requirement.literals)
        }
        guard order.count > 1, order.count <= Self.mostParts else { return nil }
        var parts: [Part] = []
        for keys in order {
            let joined = LiteralRequirement.anyOf(literals[keys] ?? [])
            if joined == .impossible { continue }
            let part = Part(keys: keys, literals: joined, literalCount: joined.literals.count)
            // Neither keys nor literals: every line may matter.
            if keys == nil, !Self.isWeighed(part) { return nil }
            parts.append(part)
        }
        guard parts.contains(where: Self.isWeighed) else { return nil }
        var all = KeyRequirement()
        for part in parts { if let keys = part.keys { all.formUnion(keys) } }
        self.parts = parts
        keys = GateKeys(all)
        self.statistics = statistics
    }

    private static func isWeighed(_ part: Part) -> Bool {
        part.literals != .nothing && part.literalCount <= mostLiterals
    }

    /// A gate that fits a text; `nil` where none is better than one over keys alone.
    ///
    /// - Complexity: linear in the sample for each part, and in the literals of parts that have few.
    func gate(fitting sample: TextSample) -> KeyGate? {
        var byKeys = parts.indices.filter { parts[$0].keys != nil }
        var literals: [RequiredLiteral] = []
        for part in parts where part.keys == nil {
            guard let set = set(of: part, sample) else { return nil }
            literals += set.literals
        }
        // The lines of the sample that each part lets pass by its keys.
        var passing: [Int: Set<Int>] = [:]
        if !byKeys.isEmpty {
            guard let cover = KeyGate.cover(keys, sample) else { return nil }
            let whole = KeyGate(keys, cover, of: sample)
            for index in byKeys {
                guard let own = parts[index].keys else { continue }
                let gate = whole.restricted(to: own, of: keys, cover)
                passing[index] = Set(sample.lines.indices.filter { gate.admits(sample.lines[$0]) })
            }
        }
        // One part after the other goes by its literals, as long as that saves something.
        while let best = best(byKeys, passing, sample) {
            byKeys.removeAll { $0 == best.part }
            literals += best.literals
        }
        guard !literals.isEmpty else { return nil }
        var required = KeyRequirement()
        for index in byKeys { if let keys = parts[index].keys { required.formUnion(keys) } }
        return KeyGate(GateKeys(required, literals: Self.unique(literals)), words: sample)
    }

    private func set(of part: Part, _ sample: TextSample) -> (cost: Double, literals: [RequiredLiteral])? {
        PrefilterChoice(part.literals, statistics: statistics, sample: sample).cheapestSet()
    }

    /// The part that saves most where it goes by its literals.
    private func best(
        _ byKeys: [Int], _ passing: [Int: Set<Int>], _ sample: TextSample
    ) -> (part: Int, literals: [RequiredLiteral])? {
        var best: (part: Int, literals: [RequiredLiteral], gain: Double)?
        for index in byKeys where Self.isWeighed(parts[index]) {
            let others = byKeys.filter { $0 != index }.reduce(into: Set<Int>()) { $0.formUnion(passing[$1] ?? []) }
            let saved = (passing[index] ?? []).subtracting(others).reduce(0) { $0 + sample.lines[$1].count }
            let gain = Double(saved) / Double(max(1, sample.byteCount)) * PrefilterChoice.Cost.parsedByte
            guard gain > best?.gain ?? 0, let set = set(of: parts[index], sample), gain > set.cost else { continue }
            best = (index, set.literals, gain - set.cost)
        }
        return best.map { ($0.part, $0.literals) }
    }

    private static func unique(_ literals: [RequiredLiteral]) -> [RequiredLiteral] {
        var known: Set<RequiredLiteral> = []
        return literals.filter {
            known.insert(RequiredLiteral(bytes: $0.bytes, isCaseSensitive: $0.isCaseSensitive, field: nil)).inserted
        }
    }
}
