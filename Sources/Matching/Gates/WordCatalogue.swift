/// The short words by which longer ones can be found in a text, and which of these each of them finds.
///
/// As many as there are can be looked for at once, so that only how rare they are counts.
struct WordCatalogue: Sendable {
    private var catalogue: FinderCatalogue<ShortWord>

    /// Case counts in words, and not in folded ones, which are in lower case and numbered behind the others. `nil` where some word
    /// is too short to be found, or not of ASCII.
    init?(_ words: [[UInt8]], folded: [[UInt8]] = []) {
        catalogue = FinderCatalogue(wordCount: words.count + folded.count)
        for (number, word) in (words + folded).enumerated() {
            guard word.count >= ShortWord.length else { return nil }
            for offset in 0...(word.count - ShortWord.length) {
                guard let short = ShortWord(word, at: offset, isFolded: number >= words.count) else { return nil }
                catalogue.add(short, at: offset, of: number)
            }
        }
    }

    /// Words more take no more time, but blur what their sets match: it is as if each stood so often more in the text.
    private static let blur = 0.0002

    /// Chooses short words that find all words.
    ///
    /// - Complexity: O(short words × those that are chosen).
    func cover(of sample: TextSample) -> KeyCover? {
        catalogue.cover(
            limit: .max, shares: catalogue.finders.map { sample.share(of: $0) }, cost: { Self.blur + $0 },
            as: { .word($0) })
    }
}
