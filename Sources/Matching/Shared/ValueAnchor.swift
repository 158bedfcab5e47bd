/// What a value must hold to pass a test, as far as a table can look for it.
enum ValueAnchor: Hashable {
    /// Only a value that is equal to this once both are folded.
    case text([UInt8])
    /// Only values that hold one of these runs once they are folded.
    case runs([AnchorRun])
    /// Nothing that a table could look for: the test has to be tried.
    case none
}

/// A run of bytes that is looked for in values of which the ASCII letters are folded.
///
/// A long run can be found by looking at every fourth place of a value only, if four neighbouring grams of it are in the
/// table: whatever the place where it stands, one of them is met.
///
///     run        i n v o k e -        seven bytes, four grams
///     value  . . i n v o k e - w m i .
///     looked at  ^       ^       ^     every fourth place: here `nvok` would be met, or `voke`, or `invo`, or `oke-`
struct AnchorRun: Hashable {
    /// At most eight.
    let bytes: [UInt8]

    /// How many bytes a gram has.
    var width: Int { bytes.count < 4 ? 2 : 4 }

    /// How far apart the places may be that are looked at.
    var stride: Int {
        switch bytes.count {
        case 7...: 4
        case 5...: 2
        default: 1
        }
    }

    fileprivate init(_ bytes: [UInt8]) { self.bytes = bytes }
}

/// Looks for the run to search for in texts that a value must hold.
///
/// Longer runs cost less to look for and are rarer; of those of one kind the one is taken whose grams are met least often.
/// Preferring grams that few of the tests hold, so that registry keys are not asked about for `\\currentversion`, won no time.
/// Only ASCII is looked for, and scalars that folding leaves as they are and makes of no others, as symbols and ideographs are: a
/// value that passes holds these bytes whatever else of it changes when it is folded.
private struct AnchorSearch {
    private let statistics: ByteStatistics
    /// The best run, folded: its bytes from the lowest on.
    private var best: UInt64 = 0
    private var bestCount = 0
    /// How many of its bytes are looked for; 0 where there is none yet.
    private var length = 0
    private var share: Float = 0

    /// Whether scalars beyond ASCII are looked for.
    private let takesOthers: Bool

    init(_ statistics: ByteStatistics, takesOthers: Bool) {
        self.statistics = statistics
        self.takesOthers = takesOthers
    }

    var run: AnchorRun? {
        length == 0 ? nil : AnchorRun((0..<bestCount).map { UInt8(truncatingIfNeeded: best >> UInt64(8 * $0)) })
    }

    mutating func look(at text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var place = 0
        while place < text.count {
            let length = takesOthers ? Self.lengthOfUnfolded(text, at: place) : text[place] < 0x80 ? 1 : nil
            if let length {
                place += length
                continue
            }
            look(at: text, start, place)
            place += 1
            start = place
        }
        look(at: text, start, text.count)
    }

    /// How many bytes the scalar has that begins there; `nil` for one that folding may change, or that is none.
    private static func lengthOfUnfolded(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Int? {
        if text[place] < 0x80 { return 1 }
        guard let (scalar, length) = CaseFolding.scalar(in: UnsafeRawBufferPointer(text), at: place) else { return nil }
        return CaseFolding.isAlone(scalar) ? length : nil
    }

    private mutating func look(at text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
        let length = Self.searchedLength(of: end - start)
        guard length > 0, length >= self.length else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: end - start) { rarities in
            for place in start..<end - 1 {
                rarities[place - start] = statistics.probability(of: text[place], then: text[place + 1])
            }
            for first in start...(end - length) {
                let share = Self.share(of: rarities[first - start..<first - start + length - 1])
                if length == self.length, self.share <= share { continue }
                (self.length, self.share) = (length, share)
                // One byte more costs nothing when a gram that was met is compared with the run.
                let last = length == 7 ? min(first + 8, end) : first + length
                bestCount = last - first
                best = 0
                for place in first..<last {
                    best |= UInt64(CaseFolding.folded(text[place])) << UInt64(8 * (place - first))
                }
            }
        }
    }

    /// How many of so many bytes are looked for.
    private static func searchedLength(of count: Int) -> Int {
        switch count {
        case 7...: 7
        case 5...: 5
        case 4: 4
        case 2...: 2
        default: 0
        }
    }

    /// How many places of a text are expected to show one of the grams, each of which is about as frequent as the rarest of
    /// its pairs.
    private static func share(of pairs: Slice<UnsafeMutableBufferPointer<Float>>) -> Float {
        guard pairs.count > 2 else { return pairs.first ?? 1 }
        var share: Float = 0
        for place in pairs.startIndex...(pairs.endIndex - 3) {
            share += min(pairs[place], pairs[place + 1], pairs[place + 2])
        }
        return share
    }
}

extension ValueTest {
    /// What to look for in folded values: the whole text of a pattern without stars, else the rarest run of its pieces.
    ///
    /// It is sound for patterns that heed case, too; more is found then.
    func anchor(_ statistics: ByteStatistics) -> ValueAnchor {
        switch self {
        case .equals(let pattern):
            if pattern.isLiteral, !pattern.source.isEmpty, pattern.source.allSatisfy({ $0 < 0x80 }) {
                return .text(pattern.source.map { CaseFolding.folded($0) })
            }
            var search = AnchorSearch(statistics, takesOthers: true)
            pattern.forEachPiece { search.look(at: $0) }
            return search.run.map { .runs([$0]) } ?? .none
        case .wildcards(let pattern):
            return Self.run(in: pattern.pieces, statistics, takesOthers: true).map { .runs([$0]) } ?? .none
        case .expression(let expression):
            guard let texts = RequiredTexts(expression).alternatives else { return .none }
            // PCRE2 has a folding of its own.
            let runs = texts.compactMap { Self.run(in: [$0], statistics, takesOthers: false) }
            // Without one of them some text that matches would be missed.
            return runs.count == texts.count ? .runs(Array(Set(runs))) : .none
        default: return .none
        }
    }

    private static func run(
        in texts: [[UInt8]], _ statistics: ByteStatistics, takesOthers: Bool
    ) -> AnchorRun? {
        var search = AnchorSearch(statistics, takesOthers: takesOthers)
        for text in texts { text.withUnsafeBufferPointer { search.look(at: $0) } }
        return search.run
    }

    /// Whether only a value that holds a byte beyond ASCII can pass.
    var needsForeignBytes: Bool {
        switch self {
        // ASCII folds to ASCII only, so this holds with and without case.
        case .equals(let pattern): pattern.source.contains { $0 >= 0x80 }
        case .wildcards(let pattern): pattern.pieces.contains { $0.contains { $0 >= 0x80 } }
        default: false
        }
    }
}
