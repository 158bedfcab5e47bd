/// Several requirements, of which a line must satisfy one: some by their keys, and others by their literals, in one scan.
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

    /// A gate that fits a text; `nil` where none is better than one over keys alone.
    ///
    /// - Complexity: linear in the sample for each part and each literal.
    func gate(fitting sample: TextSample) -> KeyGate? {
        guard let byKeys = linesByKeys(sample) else { return nil }
        // The lines of the sample that hold a literal of a part.
        var byLiterals: [Int: Set<Int>] = [:]
        for (index, part) in parts.enumerated() {
            byLiterals[index] = part.literals.map { Set($0.flatMap { sample.linesHolding($0) }) }
        }
        // All that can goes by literals at first: two parts that ask for the same keys win only together. Then each goes by its
        // keys where the lines that these let pass cost less than looking for the literals does.
        var passing = Set(parts.indices.filter { byLiterals[$0] == nil }.flatMap { byKeys[$0] ?? [] })
        for index in parts.indices {
            guard let lines = byLiterals[index], let own = byKeys[index] else { continue }
            let more = cost(own.subtracting(passing), sample)
            let literals = Double(parts[index].literals?.count ?? 0) * Self.literalCost
            guard more <= cost(lines.subtracting(passing), sample) + literals else { continue }
            byLiterals[index] = nil
            passing.formUnion(own)
        }
        guard !byLiterals.isEmpty else { return nil }
        var required = KeyRequirement()
        var literals: [RequiredLiteral] = []
        for (index, part) in parts.enumerated() {
            if byLiterals[index] != nil {
                literals += part.literals ?? []
            } else if let keys = part.keys {
                required.formUnion(keys)
            }
        }
        return KeyGate(GateKeys(required, literals: Self.unique(literals)), words: sample)
    }

    /// For each part that has keys, the lines of the sample that it lets pass by them; `nil` where keys can't be found by words.
    private func linesByKeys(_ sample: TextSample) -> [Int: Set<Int>]? {
        var passing: [Int: Set<Int>] = [:]
        guard !keys.entries.isEmpty else { return passing }
        guard let cover = KeyGate.cover(keys, sample) else { return nil }
        let whole = KeyGate(keys, cover, of: sample)
        for (index, part) in parts.enumerated() {
            guard let own = part.keys else { continue }
            let gate = whole.restricted(to: own, of: keys, cover)
            passing[index] = Set(sample.lines.indices.filter { gate.admits(sample.lines[$0]) })
        }
        return passing
    }

    /// What parsing some lines of the sample takes, in nanoseconds for each byte of it.
    private func cost(_ lines: Set<Int>, _ sample: TextSample) -> Double {
        let bytes = lines.reduce(0) { $0 + sample.lines[$1].count }
        return Double(bytes) / Double(max(1, sample.byteCount)) * PrefilterChoice.Cost.parsedByte
    }

    private static func unique(_ literals: [RequiredLiteral]) -> [RequiredLiteral] {
        var known: Set<RequiredLiteral> = []
        return literals.filter {
            known.insert(RequiredLiteral(bytes: $0.bytes, isCaseSensitive: $0.isCaseSensitive, field: nil)).inserted
        }
    }
}
