import CKernels

/// A literal, how to find it and how often that is expected to happen.
struct LiteralFinder: Sendable {
    var literal: RequiredLiteral
    var pair: BytePair
    /// Where in the literal the pair begins.
    var offset: Int
    /// Places where the pair matches, for each byte scanned.
    var candidateShare: Double
    /// Lines that hold the literal, for each byte scanned.
    var lineShare: Double
}

/// Weighs the alternatives of a requirement against each other.
///
/// The cost of a set of literals is a time for each byte scanned: searching its pairs, looking at candidates, parsing the
/// lines that pass. One part of an `all` is enough, so the cheapest is taken; an `any` needs all its parts, and their
/// costs add up. Since a scan has room for few pairs, the cheapest set is kept for every number of literals.
///
/// A class, as it finds out about a literal when that is first asked for: of the thousands that a pack of rules needs, hardly any
/// is, since no set may have so many.
final class PrefilterChoice {
    /// Nanoseconds, measured on one core; only their ratios matter.
    enum Cost {
        static let scannedByte = 0.04
        static let scannedPair = 0.012
        static let scannedWords = 0.11
        static let candidate = 6.0
        /// What looking at a candidate for a key takes: its name, and what stands behind it.
        static let keyCandidate = 20.0
        /// The same where short words are found, of which each leads to its keys.
        static let wordCandidate = 25.0
        /// Parsing a line of a number of bytes that no search is about, and evaluating it.
        static func parsing(_ bytes: Int) -> Double { 700 + 0.17 * Double(bytes) }
        /// The same for a line that is as long as most.
        static let line = parsing(2500)
        /// The same for each byte of such lines.
        static let parsedByte = line / 2500
        /// Looking for the literals that a key needs in its line.
        static let boundByte = 0.1
    }

    /// What a search may cost to be better than parsing every line: a part of that.
    private static let worthwhileShare = 0.9
    /// The share of a text that a gate is taken to let pass where no sample tells.
    private static let passingShare = 0.25

    /// What a search of a text may cost to be better than parsing every line of it.
    static func worthwhile(_ sample: TextSample?) -> Double {
        worthwhileShare * (sample.map { $0.parsing($0.lines.indices) } ?? Cost.parsedByte)
    }

    /// What searching keys costs.
    static func cost(of gate: KeyGate, sample: TextSample?) -> Double {
        var parsing = passingShare * Cost.parsedByte
        if let sample {
            // A few lines say little.
            let (bytes, all) = (Double(sample.byteCount), sample.parsing(sample.lines.indices))
            let admitted = sample.parsing(sample.lines.indices.filter { gate.admits(sample.lines[$0]) })
            parsing = (passingShare * all * priorBytes + admitted * bytes) / (priorBytes + bytes)
        }
        return gate.target.cost + gate.candidateShare * gate.candidateCost + parsing
    }

    /// Sets of more literals are not considered; they share pairs if they fit at all.
    static let maximumLiterals = 24
    static let maximumPairs = Int(TRAWL_SCAN_PAIRS) - EscapePairs.all.count
    /// No more lines than this begin in a byte of telemetry, however often a literal occurs in each.
    private static let maximumLineShare = 1.0 / 1000
    /// The estimates of the statistics count as much as so many bytes of the sample.
    private static let priorBytes = 8192.0

    private let requirement: LiteralRequirement
    private let literals: [RequiredLiteral]
    private let index: [RequiredLiteral: Int]
    private let statistics: ByteStatistics
    private let sample: TextSample?
    /// Of the literals asked for so far, by their places.
    private var known: [Int: Ways] = [:]

    /// The ways to find a literal, and what the cheapest costs.
    private struct Ways {
        var finders: [LiteralFinder]
        var cost: Double
    }

    /// A set of literals, by index, ascending.
    struct Option: Sendable {
        var cost: Double
        var members: [Int]
    }

    /// A set that a scan can search.
    struct Covered: Sendable {
        var pairs: [BytePair]
        var finders: [LiteralFinder]
        var members: [Int]
        var cost: Double
    }

    struct Refusal: Error { var reason: String }

    init(_ requirement: LiteralRequirement, statistics: ByteStatistics, sample: TextSample?) {
        self.requirement = requirement
        self.statistics = statistics
        self.sample = sample
        // One text that two fields ask for is one literal.
        var unique: [RequiredLiteral] = []
        var places: [RequiredLiteral: Int] = [:]
        var index: [RequiredLiteral: Int] = [:]
        for literal in requirement.literals {
            let text = RequiredLiteral(bytes: literal.bytes, isCaseSensitive: literal.isCaseSensitive, field: nil)
            let place = places[text] ?? unique.count
            if place == unique.count { unique.append(literal) }
            places[text] = place
            index[literal] = place
        }
        self.literals = unique
        self.index = index
    }

    private func ways(of place: Int) -> Ways {
        if let known = known[place] { return known }
        let finders = PrefilterChoice.finders(of: literals[place], statistics, sample)
        let best = finders.map(\.candidateShare).min() ?? 1
        let ways = Ways(
            finders: finders, cost: best * Cost.candidate + (finders.first?.lineShare ?? 1) * Cost.line)
        known[place] = ways
        return ways
    }

    private func finders(of place: Int) -> [LiteralFinder] { ways(of: place).finders }

    /// The cheapest set that fits into a scan and is worth it.
    func best() -> Result<Covered, Refusal> {
        let options = options(of: requirement)
        if options.isEmpty {
            return .failure(
                Refusal(reason: "more than \(PrefilterChoice.maximumLiterals) literals would have to be searched"))
        }
        let covered = options.values.compactMap { cover($0.members) }.min { $0.cost < $1.cost }
        guard let covered else {
            let count = options.values.map(\.members.count).min() ?? 0
            return .failure(
                Refusal(
                    reason: "\(count) literals need more than the \(PrefilterChoice.maximumPairs) pairs of a scan")
            )
        }
        guard covered.cost < PrefilterChoice.worthwhile(nil) else {
            let names = covered.finders.map { "\"\($0.literal.text)\"" }.joined(separator: ", ")
            return .failure(Refusal(reason: "the rarest literals are expected in too many lines: \(names)"))
        }
        return .success(covered)
    }

    /// The literals that cost least to search, however they are found; `nil` where too many would have to be.
    func cheapestSet() -> [RequiredLiteral]? {
        let cheapest = options(of: requirement).values.min {
            ($0.cost, $0.members.count) < ($1.cost, $1.members.count)
        }
        return cheapest?.members.map { literals[$0] }
    }

    /// The other parts of a top-level `all`, cheapest first.
    func alternatives(to best: Covered) -> [Prefilter.RejectedSet] {
        guard case .all(let parts) = requirement else { return [] }
        return parts.compactMap { part in options(of: part).values.min { $0.cost < $1.cost } }
            .filter { $0.members != best.members }
            .sorted { $0.cost < $1.cost }
            .map { option in
                Prefilter.RejectedSet(
                    literals: option.members.map { literals[$0] },
                    linesPerMegabyte: option.members.reduce(0) { $0 + (finders(of: $1).first?.lineShare ?? 1) } * 1e6)
            }
    }

    // MARK: Sets

    /// For every number of literals the cheapest set of so many that satisfies the requirement.
    private func options(of requirement: LiteralRequirement) -> [Int: Option] {
        switch requirement {
        case .nothing, .impossible: return [:]
        case .literal(let literal):
            guard let place = index[literal] else { return [:] }
            return [1: Option(cost: ways(of: place).cost, members: [place])]
        case .all(let parts):
            var best: [Int: Option] = [:]
            for part in parts {
                for option in options(of: part).values { PrefilterChoice.keep(option, in: &best) }
            }
            return best
        case .any(let parts):
            var joined: [Int: Option]?
            for part in parts {
                // Those before it are too many already.
                if joined?.isEmpty == true { return [:] }
                let own = options(of: part)
                guard let before = joined else {
                    joined = own
                    continue
                }
                var next: [Int: Option] = [:]
                for (_, left) in before.sorted(by: { $0.key < $1.key }) {
                    for (_, right) in own.sorted(by: { $0.key < $1.key }) {
                        PrefilterChoice.keep(union(left, right), in: &next)
                    }
                }
                joined = next
            }
            return joined ?? [:]
        }
    }

    /// Ties go to the set of earlier literals, so that the choice never depends on the order of a dictionary.
    private static func keep(_ option: Option, in best: inout [Int: Option]) {
        let count = option.members.count
        guard count <= maximumLiterals else { return }
        if let other = best[count] {
            if other.cost < option.cost { return }
            if other.cost == option.cost, !option.members.lexicographicallyPrecedes(other.members) { return }
        }
        best[count] = option
    }

    /// Both sets as one. A literal that holds another of them adds nothing: whoever finds the shorter finds it.
    private func union(_ left: Option, _ right: Option) -> Option {
        let members = Set(left.members + right.members).sorted()
        let needed = members.filter { member in
            !members.contains { $0 != member && literals[member].implies(literals[$0]) }
        }
        return Option(cost: needed.reduce(0) { $0 + ways(of: $1).cost }, members: needed)
    }

    /// Chooses pairs that find all these literals: greedily the one that costs least for each literal it finds.
    private func cover(_ members: [Int]) -> Covered? {
        var left = members
        var pairs: [BytePair] = []
        var found: [LiteralFinder] = []
        var cost = Cost.scannedByte + Double(EscapePairs.all.count) * Cost.scannedPair
        while !left.isEmpty {
            var best: (pair: BytePair, cost: Double, share: Double)?
            for finder in left.flatMap({ finders(of: $0) }) {
                let count = left.count { finders(of: $0).contains { $0.pair == finder.pair } }
                let each = (Cost.scannedPair + finder.candidateShare * Cost.candidate) / Double(count)
                if let best, best.cost <= each { continue }
                best = (finder.pair, each, finder.candidateShare)
            }
            guard let best, pairs.count < PrefilterChoice.maximumPairs else { return nil }
            pairs.append(best.pair)
            cost += Cost.scannedPair + best.share * Cost.candidate
            left = left.filter { member in
                guard let finder = finders(of: member).first(where: { $0.pair == best.pair }) else { return true }
                found.append(finder)
                cost += finder.lineShare * Cost.line
                return false
            }
        }
        return Covered(pairs: pairs, finders: found, members: members, cost: cost)
    }

    // MARK: Literals

    /// The ways to find a literal: its pairs, neighbours and others, the rarest first.
    private static func finders(
        of literal: RequiredLiteral, _ statistics: ByteStatistics, _ sample: TextSample?
    ) -> [LiteralFinder] {
        let bytes = literal.bytes
        let estimated = Double(statistics.probability(of: bytes))
        let lineShare = min(maximumLineShare, blend(estimated, with: sample?.lineShare(of: literal), of: sample))
        var ways: [LiteralFinder] = []
        var known: Set<BytePair> = []
        for first in bytes.indices {
            for second in bytes.indices.dropFirst(first + 1).prefix(15) {
                let pair = BytePair(
                    first: bytes[first], firstFold: literal.isCaseSensitive ? 0 : CaseFolding.mask(bytes[first]),
                    second: bytes[second], secondFold: literal.isCaseSensitive ? 0 : CaseFolding.mask(bytes[second]),
                    distance: UInt16(second - first))
                guard known.insert(pair).inserted else { continue }
                let share = blend(statistics.share(of: pair), with: sample?.share(of: pair), of: sample)
                ways.append(
                    LiteralFinder(
                        literal: literal, pair: pair, offset: first, candidateShare: share, lineShare: lineShare))
            }
        }
        return ways.sorted { ($0.candidateShare, $0.offset) < ($1.candidateShare, $1.offset) }
    }

    /// What statistics and a sample say together.
    private static func blend(_ estimate: Double, with sampled: Double?, of sample: TextSample?) -> Double {
        guard let sampled, let sample else { return estimate }
        let bytes = Double(sample.byteCount)
        return (estimate * priorBytes + sampled * bytes) / (priorBytes + bytes)
    }
}
