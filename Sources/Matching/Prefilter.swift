import CKernels

/// What to look for in raw lines before any of them is parsed: a set of literals of which every matching line holds one,
/// or keys of which it holds one with a wanted text behind it.
///
/// The scan kernel reports the places of byte pairs or short words; `verify` then tells whether one of the literals or keys
/// really stands there, or an escape that may hide one. A line without a verified place can't match. Where there are both,
/// literals are looked for, and what holds one is asked for the keys: `admits(behindKeys:)`. Some keys let their line pass
/// only beside a literal: `needsLiteral(behind:in:)`.
public struct Prefilter: Sendable {
    /// For the scan kernel: what finds the literals or keys, and the escapes.
    public let target: ScanTarget
    /// The literals, the one expected in most lines first; none where keys alone decide.
    public let literals: [ChosenLiteral]
    /// Sets that would have done as well but cost more, cheapest first. For people only.
    public let rejected: [RejectedSet]
    /// Where the estimates come from.
    public let isSampled: Bool
    /// What scanning is expected to take, in nanoseconds a byte; only good for comparing.
    let cost: Double
    /// What looking at a place takes that the kernel reports, in nanoseconds.
    var candidateCost: Double { verifier == nil ? gate?.candidateCost ?? 0 : PrefilterChoice.Cost.candidate }
    /// Why there are no literals.
    public let refusal: String?
    let verifier: LiteralVerifier?
    let gate: KeyGate?

    /// A literal with the pair that finds it.
    public struct ChosenLiteral: Hashable, Sendable {
        /// What `verify` looks for once the pair was found.
        public var literal: RequiredLiteral
        /// The two bytes that are searched, as offsets in the literal.
        public var pairOffsets: (first: Int, second: Int) { (offset, offset + distance) }
        /// Estimates: places where the pair matches, and lines that hold the literal.
        public var candidatesPerMegabyte: Double
        /// Estimated lines that hold the literal, in a million bytes of telemetry.
        public var linesPerMegabyte: Double
        var offset: Int
        var distance: Int
    }

    /// A set of literals that was not chosen.
    public struct RejectedSet: Hashable, Sendable {
        /// Any matching line would hold one of these, too.
        public var literals: [RequiredLiteral]
        /// The sum of the estimates for each literal, in a million bytes of telemetry.
        public var linesPerMegabyte: Double
    }

    /// What a requirement comes to.
    public enum Decision: Sendable {
        case prefilter(Prefilter)
        /// No line can match: nothing needs to be looked at.
        case noLineMatches
        /// Every line must be parsed.
        case everyLine(reason: String)
    }

    /// Whether a line that holds this place must be parsed: one of the literals stands there, or an escape that may stand
    /// for a byte of one.
    ///
    /// - Parameters:
    ///   - position: a candidate of the scan kernel: where the first byte of a pair is.
    ///   - bytes: what was scanned. Literals don't hold line feeds, so lines need no bounds.
    /// - Complexity: linear in the literals; allocates nothing.
    public func verify(_ position: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
        if let verifier { return verifier.verify(position, in: bytes) }
        return gate?.verify(position, in: bytes) ?? true
    }

    /// Whether what was verified at this place lets its line pass only if that holds a literal, too.
    @inline(__always)
    public func needsLiteral(behind position: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
        guard verifier == nil, let bond = gate?.bond else { return false }
        return !bond.open.verify(position, in: bytes)
    }

    /// Whether a line may hold a literal that one of its keys needs.
    public func mayHoldLiteral(_ line: UnsafeRawBufferPointer) -> Bool { gate?.bond?.literals.admits(line) ?? true }

    /// Whether a line in which something was verified may hold a wanted key, too.
    @inline(__always)
    public func admits(behindKeys line: UnsafeRawBufferPointer) -> Bool {
        verifier == nil ? true : gate?.admits(line) ?? true
    }

    /// Whether a scan by keys alone takes no longer in a text like this one than it was expected to where it was chosen.
    func fits(_ sample: TextSample) -> Bool {
        guard verifier == nil, let gate else { return false }
        return PrefilterChoice.cost(of: gate, sample: sample) < cost * Self.tolerance
    }

    /// Costs that differ by less are the same.
    private static let tolerance = 1.2

    /// The keys of which a line must hold one, for people.
    public var keys: KeyRequirement? { gate?.requirement }
}

extension Prefilter {
    init(_ best: PrefilterChoice.Covered, rejected: [RejectedSet], gate: KeyGate?, isSampled: Bool) {
        let literals = best.finders.map { finder in
            ChosenLiteral(
                literal: finder.literal, candidatesPerMegabyte: finder.candidateShare * 1e6,
                linesPerMegabyte: finder.lineShare * 1e6, offset: finder.offset,
                distance: Int(finder.pair.distance))
        }
        target = .pairs((best.pairs + EscapePairs.all).map(\.kernelPair))
        self.literals = literals.sorted { $0.linesPerMegabyte > $1.linesPerMegabyte }
        self.rejected = rejected
        self.isSampled = isSampled
        cost = best.cost
        refusal = nil
        verifier = LiteralVerifier(best.finders)
        self.gate = gate
    }

    init(_ gate: KeyGate, cost: Double, isSampled: Bool, refusal: String) {
        target = gate.target
        literals = []
        rejected = []
        self.isSampled = isSampled
        self.cost = cost
        self.refusal = refusal
        verifier = nil
        self.gate = gate
    }
}

/// Two bytes at a distance, as the scan kernel takes them; hashable, which the C type is not.
struct BytePair: Hashable, Sendable {
    var first: UInt8
    var firstFold: UInt8
    var second: UInt8
    var secondFold: UInt8
    var distance: UInt16

    var kernelPair: trawl_pair {
        trawl_pair(
            first: first, first_fold: firstFold, second: second, second_fold: secondFold, distance: distance)
    }

    /// Whether both bytes stand at this place.
    func matches(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
        let other = place + Int(distance)
        return other < bytes.count && bytes[place] | firstFold == first && bytes[other] | secondFold == second
    }
}

/// The pairs that find places where a line may spell a byte differently from how it stands in the value.
enum EscapePairs {
    static let all = [unicodeEscape, markup]

    /// `\u00XX`. Only a small `u` begins an escape.
    static let unicodeEscape = BytePair(first: 0x75, firstFold: 0, second: 0x30, secondFold: 0, distance: 1)

    /// `&#` (a character reference) and `<!` (a comment or CDATA section inside a value) in one pair: the first byte is one
    /// of `$ & , . 4 6 < >`, the second `!` or `#`, and the other combinations are rare.
    static let markup = BytePair(first: 0x3E, firstFold: 0x1A, second: 0x23, secondFold: 0x02, distance: 1)
}

/// The same for scans by words.
enum EscapeWords {
    /// `\u00XX`, or `\u0` before a digit that is itself escaped, in text nested once more.
    static let unicodeEscape = ["u00", "u0\\"].compactMap { ShortWord(Array($0.utf8)) }

    /// References to characters, comments and CDATA sections, which may stand in a value.
    static let markup = (["<!-", "<![", "&#x", "&#X"] + (0...9).map { "&#\($0)" }).compactMap {
        ShortWord(Array($0.utf8))
    }
}
