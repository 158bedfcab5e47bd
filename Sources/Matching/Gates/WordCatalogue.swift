import CKernels

/// The short words by which longer ones can be found in a text, and which of these each of them finds.
///
/// As many as there are can be looked for at once, so that only how rare they are counts.
struct WordCatalogue: Sendable {
    private struct Member {
        var word: Int
        var offset: Int
    }

    private let wordCount: Int
    private var shortWords: [ShortWord] = []
    /// For each short word the words that it finds.
    private var members: [[Member]] = []

    /// Case counts. `nil` where some word is too short to be found.
    init?(_ words: [[UInt8]]) {
        wordCount = words.count
        var index: [ShortWord: Int] = [:]
        for (number, word) in words.enumerated() {
            guard word.count >= ShortWord.length else { return nil }
            for offset in 0...(word.count - ShortWord.length) {
                guard let short = ShortWord(word, at: offset) else { return nil }
                let place = index[short] ?? shortWords.count
                if place == shortWords.count {
                    index[short] = place
                    shortWords.append(short)
                    members.append([])
                }
                // Where a word holds it twice, the first will do.
                if members[place].last?.word != number { members[place].append(Member(word: number, offset: offset)) }
            }
        }
    }

    /// Words more take no more time, but blur what their sets match: it is as if each stood so often more in the text.
    private static let blur = 0.0002

    /// Chooses short words that find all words: greedily the one that costs least for each that it finds.
    ///
    /// - Complexity: O(short words × those that are chosen).
    func cover(of sample: TextSample) -> KeyCover {
        let shares = shortWords.map { sample.share(of: $0) }
        var ways = [KeyCover.Way?](repeating: nil, count: wordCount)
        var left = wordCount
        var cover = KeyCover()
        while left > 0 {
            var best: (place: Int, cost: Double)?
            for place in shortWords.indices {
                let count = members[place].count { ways[$0.word] == nil }
                guard count > 0 else { continue }
                let cost = (Self.blur + shares[place]) / Double(count)
                if let best, best.cost <= cost { continue }
                best = (place, cost)
            }
            guard let best else { break }
            let finder = KeyCover.Finder.word(shortWords[best.place])
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
