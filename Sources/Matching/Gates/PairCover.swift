/// Pairs of bytes that find all of several words, as few and as rare as can be had.
struct PairCover {
    struct Way {
        var pair: BytePair
        /// Where in the word the pair begins.
        var offset: Int
    }

    private(set) var pairs: [BytePair] = []
    /// For each word how it is found.
    private(set) var ways: [Way] = []
    /// Places where a pair matches, for each byte scanned: an estimate.
    private(set) var share = 0.0

    /// `nil` where more than `limit` pairs are needed. Case counts.
    init?(_ words: [[UInt8]], limit: Int, _ statistics: ByteStatistics) {
        let all = words.map { PairCover.ways(of: $0, statistics) }
        var found: [Int: Way] = [:]
        while found.count < words.count {
            var best: (pair: BytePair, cost: Double, share: Double)?
            for index in words.indices where found[index] == nil {
                for (way, share) in all[index] {
                    let count = words.indices.count { other in
                        found[other] == nil && all[other].contains { $0.way.pair == way.pair }
                    }
                    let cost =
                        (PrefilterChoice.Cost.scannedPair + share * PrefilterChoice.Cost.candidate) / Double(count)
                    if let best, best.cost <= cost { continue }
                    best = (way.pair, cost, share)
                }
            }
            guard let best, pairs.count < limit else { return nil }
            pairs.append(best.pair)
            share += best.share
            for index in words.indices where found[index] == nil {
                found[index] = all[index].first { $0.way.pair == best.pair }?.way
            }
        }
        for index in words.indices {
            guard let way = found[index] else { return nil }
            ways.append(way)
        }
    }

    private static func ways(of word: [UInt8], _ statistics: ByteStatistics) -> [(way: Way, share: Double)] {
        var found: [(way: Way, share: Double)] = []
        for first in word.indices {
            for second in word.indices.dropFirst(first + 1).prefix(15) {
                let pair = BytePair(
                    first: word[first], firstFold: 0, second: word[second], secondFold: 0,
                    distance: UInt16(second - first))
                // Bytes of one word are not independent, so a product of shares is too hopeful.
                let share =
                    second == first + 1
                    ? statistics.probability(of: word[first], then: word[second])
                    : 4 * statistics.probability(of: word[first]) * statistics.probability(of: word[second])
                if !found.contains(where: { $0.way.pair == pair }) {
                    found.append((Way(pair: pair, offset: first), Double(share)))
                }
            }
        }
        return found.sorted { $0.share < $1.share }
    }
}
