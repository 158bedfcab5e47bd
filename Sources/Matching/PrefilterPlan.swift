import Synchronization

/// What matching lines must hold, from which a prefilter is chosen: at first by general statistics, then to fit a text.
public struct PrefilterPlan: Sendable {
    /// What is looked for where nothing is known of the text.
    public let decision: Prefilter.Decision
    private let literals: LiteralRequirement
    private let keys: GateKeys?
    private let mixed: MixedRequirement?
    private let statistics: ByteStatistics
    /// Those first that are satisfied most easily.
    private let requirements: [LineRequirement]
    /// The literals that are chosen where nothing is known of the text.
    private let usual: Choice
    /// Whether they are few enough to be counted in a sample.
    private let weighsInSample: Bool
    /// What was chosen for a text last, by any worker.
    fileprivate let latest = LatestPrefilter()

    /// What came of weighing literals.
    private enum Choice: Sendable {
        case chosen(PrefilterChoice.Covered, rejected: [Prefilter.RejectedSet])
        case refused(String)
    }

    /// More literals are not counted in a sample: that would take longer than it saves.
    private static let mostSampled = 64

    /// For one requirement.
    ///
    /// - Parameters:
    ///   - literals: what matching lines must hold.
    ///   - keys: of which matching lines must hold one, where that is known.
    ///   - statistics: how frequent bytes are taken to be.
    public init(
        _ literals: LiteralRequirement, keys: KeyRequirement? = nil, statistics: ByteStatistics = .telemetry
    ) {
        self.init([LineRequirement(literals: literals, keys: keys)], statistics: statistics)
    }

    /// - Parameters:
    ///   - requirements: of which matching lines must satisfy one.
    ///   - statistics: how frequent bytes are taken to be.
    /// - Complexity: about linear in the literals.
    public init(_ requirements: [LineRequirement], statistics: ByteStatistics = .telemetry) {
        literals = LiteralRequirement.anyOf(requirements.map(\.literals))
        keys = Self.union(requirements).map { GateKeys($0) }
        mixed = MixedRequirement(requirements, statistics: statistics)
        self.statistics = statistics
        self.requirements =
            requirements.filter { $0.literals == .nothing } + requirements.filter { $0.literals != .nothing }
        usual = Self.choice(literals, statistics, nil)
        weighsInSample = literals.literals.count <= Self.mostSampled
        decision = Self.decide(literals, usual, keys, nil, statistics, nil)
    }

    /// The keys of all requirements; `nil` where one has none.
    private static func union(_ requirements: [LineRequirement]) -> KeyRequirement? {
        var union = KeyRequirement()
        for requirement in requirements {
            guard let keys = requirement.keys else { return nil }
            union.formUnion(keys)
        }
        return union
    }

    /// Whether a line plainly holds what some search requires. Such a line is handed on whatever is looked for, so that what is
    /// said of it does not depend on what that was.
    ///
    /// - Complexity: linear in the line, times all literals and keys: for the few lines that are malformed.
    public func requires(_ line: UnsafeRawBufferPointer) -> Bool { requirements.contains { $0.holds(in: line) } }

    /// Whether another decision may be taken once a text is known.
    public var isFitted: Bool {
        if case .noLineMatches = decision { return false }
        return keys != nil || mixed != nil || literals != .nothing && weighsInSample
    }

    /// What to look for in a text.
    ///
    /// - Complexity: linear in the sample for each of at most ``mostSampled`` literals, and in the pairs of the keys.
    public func decision(fitting sample: TextSample) -> Prefilter.Decision {
        guard sample.byteCount > 0 else { return decision }
        let choice = weighsInSample ? Self.choice(literals, statistics, sample) : usual
        return Self.decide(literals, choice, keys, mixed, statistics, sample)
    }

    private static func choice(
        _ literals: LiteralRequirement, _ statistics: ByteStatistics, _ sample: TextSample?
    ) -> Choice {
        if literals == .nothing || literals == .impossible {
            return .refused("no part of the condition asks for text that must stand in the line")
        }
        let choice = PrefilterChoice(literals, statistics: statistics, sample: sample)
        switch choice.best() {
        case .failure(let found): return .refused(found.reason)
        case .success(let best): return .chosen(best, rejected: choice.alternatives(to: best))
        }
    }

    private static func decide(
        _ literals: LiteralRequirement, _ choice: Choice, _ keys: GateKeys?, _ mixed: MixedRequirement?,
        _ statistics: ByteStatistics, _ sample: TextSample?
    ) -> Prefilter.Decision {
        if case .impossible = literals { return .noLineMatches }
        let byPairs = keys.flatMap { keys in
            KeyGate(keys) { pair in sample?.share(of: pair) ?? statistics.share(of: pair) }
        }
        let byWords = sample.map { sample in
            mixed?.gates(fitting: sample) ?? keys.flatMap { KeyGate($0, words: sample) }.map { [$0] } ?? []
        }
        let gates = [byPairs].compactMap(\.self) + (byWords ?? [])
        let cheapest = gates.map { (gate: $0, cost: PrefilterChoice.cost(of: $0, sample: sample)) }
            .min { $0.cost < $1.cost }
        let (gate, gateCost) = (cheapest?.gate, cheapest?.cost ?? .infinity)
        let isGateWorth = gateCost < PrefilterChoice.worthwhile(sample)
        let refusal: String
        switch choice {
        case .refused(let reason): refusal = reason
        case .chosen(let best, let rejected):
            if best.cost <= gateCost || !isGateWorth {
                return .prefilter(Prefilter(best, rejected: rejected, gate: gate, isSampled: sample != nil))
            }
            refusal = "literals are expected in more lines"
        }
        guard let gate, isGateWorth else { return .everyLine(reason: refusal) }
        return .prefilter(Prefilter(gate, cost: gateCost, isSampled: sample != nil, refusal: refusal))
    }
}

/// The prefilter that was chosen last: workers scan what stands close together, and choosing takes as long as scanning megabytes.
private final class LatestPrefilter: Sendable {
    private let chosen = Mutex<(number: Int, prefilter: Prefilter?)>((0, nil))

    /// What was chosen, and how many times something was.
    var value: (number: Int, prefilter: Prefilter?) { chosen.withLock { $0 } }

    /// Returns the number of this choice.
    func replace(by prefilter: Prefilter) -> Int {
        chosen.withLock { chosen in
            chosen = (chosen.number + 1, prefilter)
            return chosen.number
        }
    }
}

/// The prefilter that one worker scans with. It is chosen anew when scanning takes more than was expected of it, since the
/// text is of another kind then; which one it is changes what a scan costs, never what it finds.
public struct FittedPrefilter: Sendable {
    /// `nil` where every line is to be parsed.
    public private(set) var current: Prefilter?
    private let plan: PrefilterPlan?
    /// How much is scanned before the next choice, at least; more each time, so that choosing takes little of the whole.
    private var interval = 8 << 20
    private var bytesLeft: Int
    /// The number of the last choice of any worker that this one knows.
    private var known = 0

    private static let longestInterval = 64 << 20
    /// A text of less is scanned sooner than a sample of it is taken.
    private static let leastSampled = 256 << 10
    /// Scanning takes more than expected from so many times as much on.
    private static let tolerance = 1.5

    /// - Parameter plan: `nil` where every line is to be parsed, whatever it holds.
    public init(_ plan: PrefilterPlan?) {
        self.plan = plan?.isFitted == true ? plan : nil
        current = if case .prefilter(let chosen) = plan?.decision { chosen } else { nil }
        // Pairs of keys are common in some texts and rare in others; for literals rare ones were chosen.
        bytesLeft = current?.literals.isEmpty == false ? interval : 0
    }

    /// Chooses what to look for in this text and those behind it, if there is reason to.
    public mutating func fit(to text: UnsafeRawBufferPointer) {
        guard let plan, bytesLeft <= 0, text.count >= Self.leastSampled else { return }
        bytesLeft = interval
        interval = min(2 * interval, Self.longestInterval)
        let sample = TextSample(text)
        let latest = plan.latest.value
        // What another worker has chosen since will do, if it promises as much for this text as it did for that one.
        if latest.number > known, let other = latest.prefilter, other.fits(sample) {
            (current, known) = (other, latest.number)
            return
        }
        current = if case .prefilter(let chosen) = plan.decision(fitting: sample) { chosen } else { nil }
        if let current { known = plan.latest.replace(by: current) }
    }

    /// Takes note of what a scan came to.
    ///
    /// - Parameters:
    ///   - bytes: how much was scanned.
    ///   - candidates: places that the kernel reported.
    ///   - lines: how many were scanned.
    ///   - parsed: those that were parsed.
    public mutating func note(bytes: Int, candidates: Int, lines: Int, parsed: Int) {
        guard plan != nil else { return }
        guard let current else {
            bytesLeft -= bytes
            return
        }
        let parsing = Double(parsed) * PrefilterChoice.Cost.parsing(bytes / max(1, lines))
        let cost =
            current.target.cost
            + (Double(candidates) * current.candidateCost + parsing) / Double(max(1, bytes))
        bytesLeft -= bytes
        // As long as all is as expected, nothing is chosen.
        if cost < current.cost * Self.tolerance { bytesLeft = max(bytesLeft, 1) }
    }
}
