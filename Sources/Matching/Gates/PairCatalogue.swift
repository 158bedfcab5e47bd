/// The pairs of bytes by which words can be found in a text, and which words each of them finds.
///
/// Which pairs are best to look for depends on the text: `cover` chooses, as often as there is reason to.
struct PairCatalogue: Sendable {
    private var catalogue: FinderCatalogue<BytePair>

    /// Case counts. A word of fewer than two bytes can't be found.
    init(_ words: [[UInt8]]) {
        catalogue = FinderCatalogue(wordCount: words.count)
        for (number, word) in words.enumerated() {
            for first in word.indices {
                for second in word.indices.dropFirst(first + 1).prefix(TextSample.longestDistance) {
                    let pair = BytePair(
                        first: word[first], firstFold: 0, second: word[second], secondFold: 0,
                        distance: UInt16(second - first))
                    catalogue.add(pair, at: first, of: number)
                }
            }
        }
    }

    /// Chooses pairs that find all words.
    ///
    /// - Parameters:
    ///   - limit: no more pairs than this; `nil` where more are needed.
    ///   - share: the places where a pair matches, for each byte.
    /// - Complexity: O(pairs of the words × pairs chosen).
    func cover(limit: Int, share: (BytePair) -> Double) -> KeyCover? {
        let shares = catalogue.finders.map(share)
        // Where rare pairs find too few words each, those that find more are worth more.
        for weight in [1.0, 4, 16, 256] {
            let cover = catalogue.cover(
                limit: limit, shares: shares,
                cost: { PrefilterChoice.Cost.scannedPair * weight + $0 * PrefilterChoice.Cost.keyCandidate },
                as: { .pair($0) })
            if let cover { return cover }
        }
        return nil
    }
}
