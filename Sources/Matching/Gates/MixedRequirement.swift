/// Several requirements, of which a line must satisfy one: some by their keys, others by their literals, or by both, in one scan.
///
/// One search over a kind of events that makes up half of a text lets half of it pass by its keys, however rare what it asks for;
/// and a few hundred searches over rare events have more literals than a scan can look for.
struct MixedRequirement: Sendable {
    /// Searches that ask for the same keys.
    private struct Part: Sendable {
        var keys: KeyRequirement?
        /// The literals that are looked for where the part goes by some; `nil` where it can't.
        var literals: [RequiredLiteral]?
    }

    private let parts: [Part]
    /// The keys of all parts that have some.
    private let keys: GateKeys

    /// More parts than these are not weighed against each other.
    private static let mostParts = 64
    /// Of more literals than these a part is not asked which to look for.
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
            var part = Part(keys: keys)
            if joined != .nothing, joined.literals.count <= Self.mostLiterals {
                part.literals = PrefilterChoice(joined, statistics: statistics, sample: nil).cheapestSet()
            }
            // Neither keys nor literals: every line may matter.
            if keys == nil, part.literals == nil { return nil }
            parts.append(part)
        }
        guard parts.contains(where: { $0.literals != nil }) else { return nil }
        var all = KeyRequirement()
        for part in parts { if let keys = part.keys { all.formUnion(keys) } }
        self.parts = parts
        keys = GateKeys(all)
    }

    /// What a literal more takes in a scan by words, in nanoseconds a byte: it blurs what the words match.
    private static let literalCost = 0.002

    /// What lets a line pass for a part.
    private enum Way {
        case keys
        case literals
        /// A key, where the line holds a literal, too.
        case both
    }

    /// A gate for the keys of all parts, and by which words it finds them.
    private struct Whole {
        var gate: KeyGate
        var cover: KeyCover
    }

    /// Gates of which each will do: one for the keys of all parts, where all have some, and one that fits a text, where it is better
    /// than by keys alone.
    ///
    /// - Complexity: linear in the sample for each part and each literal.
    func gates(fitting sample: TextSample) -> [KeyGate] {
        var whole: Whole?
        if !keys.entries.isEmpty {
            guard let cover = KeyGate.cover(keys, sample) else { return [] }
            whole = Whole(gate: KeyGate(keys, cover, of: sample), cover: cover)
        }
        let byKeys = parts.allSatisfy { $0.keys != nil } ? whole?.gate : nil
        let ways = ways(whole, sample)
        return [byKeys, ways.contains { $0 != .keys } ? gate(ways, sample) : nil].compactMap(\.self)
    }

    /// A gate that goes by the chosen way for each part.
    private func gate(_ ways: [Way], _ sample: TextSample) -> KeyGate? {
        var (open, bound) = (KeyRequirement(), KeyRequirement())
        var (literals, boundLiterals): ([RequiredLiteral], [RequiredLiteral]) = ([], [])
        for (part, way) in zip(parts, ways) {
            switch way {
            case .keys: if let keys = part.keys { open.formUnion(keys) }
            case .literals: literals += part.literals ?? []
            case .both:
                if let keys = part.keys { bound.formUnion(keys) }
                boundLiterals += part.literals ?? []
            }
        }
        var all = open
        all.formUnion(bound)
        let keys = GateKeys(all, literals: Self.unique(literals))
        if boundLiterals.isEmpty { return KeyGate(keys, words: sample) }
        let beside = GateKeys(KeyRequirement(), literals: Self.unique(boundLiterals))
        guard let cover = KeyGate.cover(keys, sample), let held = KeyGate(beside, words: sample) else { return nil }
        let gate = KeyGate(keys, cover, of: sample)
        return gate.bound(by: LiteralBond(open: gate.restricted(to: open, of: keys, cover), literals: held))
    }

    /// The cheapest way for each part.
    private func ways(_ whole: Whole?, _ sample: TextSample) -> [Way] {
        let byKeys = linesByKeys(whole, sample)
        // Parts without literals go by keys, and what these let pass costs the others nothing.
        var passing = Set(parts.indices.filter { parts[$0].literals == nil }.flatMap { byKeys[$0] ?? [] })
        return parts.indices.map { index in
            guard let literals = parts[index].literals else { return .keys }
            guard let own = byKeys[index]?.subtracting(passing) else { return .literals }
            let holding = Set(literals.flatMap { sample.linesHolding($0) })
            let choices: [(way: Way, cost: Double)] = [
                (.keys, sample.parsing(own)),
                (.literals, sample.parsing(holding.subtracting(passing)) + Double(literals.count) * Self.literalCost),
                (
                    .both,
                    sample.parsing(own.intersection(holding))
                        + share(of: own, sample) * PrefilterChoice.Cost.boundByte
                ),
            ]
            let way = choices.min { $0.cost < $1.cost }?.way ?? .keys
            // Two parts that ask for the same keys win only together: the one that gives way makes the other cheap.
            if way == .keys { passing.formUnion(own) }
            return way
        }
    }

    /// For each part that has keys, the lines of the sample that it lets pass by them.
    private func linesByKeys(_ whole: Whole?, _ sample: TextSample) -> [Int: Set<Int>] {
        var passing: [Int: Set<Int>] = [:]
        guard let whole else { return passing }
        for (index, part) in parts.enumerated() {
            guard let own = part.keys else { continue }
            let gate = whole.gate.restricted(to: own, of: keys, whole.cover)
            passing[index] = Set(sample.lines.indices.filter { gate.admits(sample.lines[$0]) })
        }
        return passing
    }

    private func share(of lines: Set<Int>, _ sample: TextSample) -> Double {
        let bytes = lines.reduce(0) { $0 + sample.lines[$1].count }
        return Double(bytes) / Double(max(1, sample.byteCount))
    }

    private static func unique(_ literals: [RequiredLiteral]) -> [RequiredLiteral] {
        var known: Set<RequiredLiteral> = []
        return literals.filter {
            known.insert(RequiredLiteral(bytes: $0.bytes, isCaseSensitive: $0.isCaseSensitive, field: nil)).inserted
        }
    }
}
