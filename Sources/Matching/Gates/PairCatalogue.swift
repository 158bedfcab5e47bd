/// The pairs of bytes by which words can be found in a text, and which words each of them finds.
///
/// Which pairs are best to look for depends on the text: `cover` chooses, as often as there is reason to.
struct PairCatalogue: Sendable {
    private struct Member {
        var word: Int
        var offset: Int
    }

    private let wordCount: Int
    private var pairs: [BytePair] = []
    /// For each pair the words that it finds.
    private var members: [[Member]] = []

    /// Case counts. A word of fewer than two bytes can't be found.
    init(_ words: [[UInt8]]) {
        wordCount = words.count
        var index: [BytePair: Int] = [:]
        for (number, word) in words.enumerated() {
            for first in word.indices {
                for second in word.indices.dropFirst(first + 1).prefix(TextSample.longestDistance) {
                    let pair = BytePair(
                        first: word[first], firstFold: 0, second: word[second], secondFold: 0,
                        distance: UInt16(second - first))
                    let place = index[pair] ?? pairs.count
                    if place == pairs.count {
                        index[pair] = place
                        pairs.append(pair)
                        members.append([])
                    }
                    // Where a word holds a pair twice, the first will do.
                    if members[place].last?.word != number {
                        members[place].append(Member(word: number, offset: first))
                    }
                }
            }
        }
    }

    /// Chooses pairs: greedily the one that costs least for each word that it finds.
    ///
    /// - Parameters:
    ///   - limit: no more pairs than this; `nil` where more are needed.
    ///   - share: the places where a pair matches, for each byte.
    /// - Complexity: O(pairs of the words × pairs chosen).
    func cover(limit: Int, share: (BytePair) -> Double) -> KeyCover? {
        let shares = pairs.map(share)
        // Where rare pairs find too few words each, those that find more are worth more.
        for weight in [1.0, 4, 16, 256] {
            if let cover = cover(limit: limit, pairCost: PrefilterChoice.Cost.scannedPair * weight, shares) {
                return cover
            }
        }
        return nil
    }

    private func cover(limit: Int, pairCost: Double, _ shares: [Double]) -> KeyCover? {
        var ways = [KeyCover.Way?](repeating: nil, count: wordCount)
        var left = wordCount
        var cover = KeyCover()
        while left > 0 {
            var best: (place: Int, cost: Double)?
            for place in pairs.indices {
                let count = members[place].count { ways[$0.word] == nil }
                guard count > 0 else { continue }
                let cost = (pairCost + shares[place] * PrefilterChoice.Cost.keyCandidate) / Double(count)
                if let best, best.cost <= cost { continue }
                best = (place, cost)
            }
            guard let best, cover.finders.count < limit else { return nil }
            let finder = KeyCover.Finder.pair(pairs[best.place])
            cover.finders.append(finder)
            cover.share += shares[best.place]
            for member in members[best.place] where ways[member.word] == nil {
                ways[member.word] = KeyCover.Way(finder: finder, offset: member.offset)
                left -= 1
            }
        }
        cover.ways = ways.compactMap(\.self)
        return cover
    }
}
