/// What can be looked for in a text to find some words, and which words each of these finds.
struct FinderCatalogue<Finder: Hashable & Sendable>: Sendable {
    private struct Member {
        var word: Int
        var offset: Int
    }

    private let wordCount: Int
    private(set) var finders: [Finder] = []
    /// For each finder the words that it finds.
    private var members: [[Member]] = []
    private var places: [Finder: Int] = [:]

    init(wordCount: Int) { self.wordCount = wordCount }

    /// Adds that a finder stands in a word at this offset; to be called word after word, from left to right.
    mutating func add(_ finder: Finder, at offset: Int, of word: Int) {
        let place = places[finder] ?? finders.count
        if place == finders.count {
            places[finder] = place
            finders.append(finder)
            members.append([])
        }
        // Where a word holds it twice, the first will do.
        if members[place].last?.word != word { members[place].append(Member(word: word, offset: offset)) }
    }

    /// Chooses finders that find all words: greedily the one that costs least for each word that it finds.
    ///
    /// - Parameters:
    ///   - limit: no more finders than this; `nil` where more are needed.
    ///   - shares: for each finder the places where it stands, for each byte of the text.
    ///   - cost: what it costs to look for one with such a share.
    ///   - kind: what a cover calls a finder.
    /// - Complexity: O(finders × finders chosen).
    func cover(
        limit: Int, shares: [Double], cost: (Double) -> Double, as kind: (Finder) -> KeyCover.Finder
    ) -> KeyCover? {
        let costs = shares.map(cost)
        var ways = [KeyCover.Way?](repeating: nil, count: wordCount)
        var left = wordCount
        var cover = KeyCover()
        while left > 0 {
            var best: (place: Int, cost: Double)?
            for place in finders.indices {
                let count = members[place].count { ways[$0.word] == nil }
                guard count > 0 else { continue }
                let each = costs[place] / Double(count)
                if let best, best.cost <= each { continue }
                best = (place, each)
            }
            guard let best, cover.finders.count < limit else { return nil }
            let finder = kind(finders[best.place])
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
