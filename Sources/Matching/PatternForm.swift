/// A wildcard pattern taken apart for matching.
///
/// The bytes are in memory of its own and not in arrays: matching one value takes some nanoseconds, and reading an array
/// would retain and release it each time.
final class PatternForm: Sendable {
    /// A run of bytes between two stars.
    struct Piece: Sendable {
        /// Where it begins in the form's bytes.
        let start: Int
        let count: Int
    }

    /// Bytes to be found in a long text.
    struct Landmark: Sendable {
        let whole: Piece
        /// What lies between its two rarest bytes, these included: a search looks for its first and its last byte.
        let rarest: Piece
    }

    // SAFETY: both are allocated and filled in `init`, only read after, and freed in `deinit`. `bytes` holds `count` bytes
    // and as many masks, `pieces` holds `pieceCount` pieces, each of which lies within the first `count` bytes.
    nonisolated(unsafe) private let bytes: UnsafeMutablePointer<UInt8>
    nonisolated(unsafe) let pieces: UnsafeMutablePointer<Piece>
    let pieceCount: Int
    /// How many bytes all pieces have.
    let count: Int
    let beginsWithPiece: Bool
    let endsWithPiece: Bool
    /// Non-ASCII text is in the pattern and case is ignored: lengths may change when the text is folded.
    let foldsUnicode: Bool
    /// Of the pattern as written, for telling thousands of patterns apart.
    let digest: UInt64

    init(_ source: [UInt8], isCaseSensitive: Bool) {
        var pieceCount = 0
        var starCount = 0
        var previous = WildcardPattern.star
        var isASCII = true
        for byte in source {
            if byte == WildcardPattern.star {
                starCount += 1
            } else if previous == WildcardPattern.star {
                pieceCount += 1
            }
            if byte >= 0x80 { isASCII = false }
            previous = byte
        }
        self.pieceCount = pieceCount
        pieces = .allocate(capacity: max(1, pieceCount))
        beginsWithPiece = source.first != WildcardPattern.star
        endsWithPiece = source.last != WildcardPattern.star
        digest = source.withUnsafeBytes { ValueHash.hash($0, seed: ValueHash.seed) }
        if isASCII || isCaseSensitive {
            count = source.count - starCount
            bytes = .allocate(capacity: max(1, 2 * count))
        } else {
            // Folding may change lengths: the text is folded as a whole, in which stars stay what they are.
            let folded = CaseFolding.folded(source)
            count = folded.count - starCount
            bytes = .allocate(capacity: max(1, 2 * count))
            foldsUnicode = true
            fill(folded, isCaseSensitive: false)
            return
        }
        foldsUnicode = false
        fill(source, isCaseSensitive: isCaseSensitive)
    }

    /// Writes the bytes, the masks and the pieces of a text with stars.
    private func fill(_ text: [UInt8], isCaseSensitive: Bool) {
        var end = 0
        var piece = 0
        var start = 0
        func close() {
            guard end > start else { return }
            (pieces + piece).initialize(to: Piece(start: start, count: end - start))
            piece += 1
            start = end
        }
        for byte in text {
            if byte == WildcardPattern.star {
                close()
                continue
            }
            (bytes + end).initialize(to: isCaseSensitive ? byte : CaseFolding.folded(byte))
            (bytes + count + end).initialize(to: isCaseSensitive ? 0 : CaseFolding.mask(byte))
            end += 1
        }
        close()
    }

    /// A part of the pieces, folded unless case counts.
    func bytes(of piece: Piece) -> [UInt8] {
        Array(UnsafeBufferPointer(start: bytes, count: count)[piece.start..<piece.start + piece.count])
    }

    /// The longest part of a piece that JSON has no short escape for; `nil` where there is none.
    var plainRun: Landmark? {
        let all = UnsafeBufferPointer(start: bytes, count: count)
        var best: Piece?
        for index in 0..<pieceCount {
            let piece = pieces[index].start..<pieces[index].start + pieces[index].count
            for run in all[piece].split(whereSeparator: { !LiteralRequirement.isPlain($0) })
            where run.count > best?.count ?? 0 {
                best = Piece(start: run.startIndex, count: run.count)
            }
        }
        return best.map { Landmark(whole: $0, rarest: rarestEnds(of: $0)) }
    }

    /// The part of a piece that begins and ends with the two of its bytes that telemetry has least of.
    private func rarestEnds(of piece: Piece) -> Piece {
        guard piece.count > 2 else { return piece }
        let statistics = ByteStatistics.telemetry
        var rarest = (place: piece.start, share: Float.infinity)
        var next = rarest
        for place in piece.start..<piece.start + piece.count {
            let share = statistics.probability(of: bytes[place])
            if share < rarest.share {
                next = rarest
                rarest = (place, share)
            } else if share < next.share {
                next = (place, share)
            }
        }
        let start = min(rarest.place, next.place)
        return Piece(start: start, count: max(rarest.place, next.place) - start + 1)
    }

    deinit {
        bytes.deallocate()
        pieces.deallocate()
    }

    /// Runs `body` with what compares the pieces with a text at this address.
    func withSearch(of text: UnsafeRawPointer, _ body: (PieceSearch) -> Bool) -> Bool {
        body(PieceSearch(text: text, pattern: UnsafePointer(bytes), masks: count))
    }

    /// Whether the whole text, folded where that matters, matches.
    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count >= count else { return false }
        guard pieceCount > 0 else { return text.isEmpty || !beginsWithPiece }
        let last = pieceCount - 1
        if last == 0, beginsWithPiece, endsWithPiece, text.count != count { return false }
        // The sum of the pieces is at most the text's length, so the text is not empty and has an address.
        guard let address = text.baseAddress else { return false }
        let search = PieceSearch(text: address, pattern: UnsafePointer(bytes), masks: count)
        var next = 0
        var lower = 0
        var upper = text.count
        if beginsWithPiece {
            guard search.isEqual(pieces[0], at: 0) else { return false }
            lower = pieces[0].count
            next = 1
        }
        var end = pieceCount
        if endsWithPiece, end > next {
            // What the first and the last piece take never overlaps: the text is as long as all pieces together.
            upper -= pieces[last].count
            guard search.isEqual(pieces[last], at: upper) else { return false }
            end -= 1
        }
        while next < end {
            let piece = pieces[next]
            guard let found = search.find(piece, from: lower, to: upper) else { return false }
            lower = found + piece.count
            next += 1
        }
        return true
    }
}
