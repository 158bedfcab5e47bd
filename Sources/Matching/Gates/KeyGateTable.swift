/// The keys of a gate and their texts, in memory of its own: reading an array of arrays would retain and release it for every
/// candidate of a scan.
final class KeyGateTable: Sendable {
    struct Key {
        /// Where its name begins in the bytes.
        var start: Int
        var count: Int
        /// Where in the name the pair begins.
        var offset: Int
        /// Whether any value will do.
        var isAny: Bool
        /// Texts of at most eight bytes, in `words`.
        var words: Range<Int>
        /// Longer texts, in `texts`.
        var texts: Range<Int>
    }

    /// A pair that a scan looks for, and the keys that it finds.
    struct Way {
        var pair: BytePair
        var keys: Range<Int>
    }

    // SAFETY: allocated and filled in init, only read after, freed in deinit. Every range lies within what it names: names
    // and texts in `bytes`, words and texts of a key in `words` and `texts`, keys of a way in `keys`.
    nonisolated(unsafe) let keys: UnsafeMutableBufferPointer<Key>
    /// Each pair once: a candidate is compared with few pairs instead of with the pair of each key.
    nonisolated(unsafe) let ways: UnsafeMutableBufferPointer<Way>
    nonisolated(unsafe) private let bytes: UnsafeMutableBufferPointer<UInt8>
    nonisolated(unsafe) private let words: UnsafeMutableBufferPointer<UInt64>
    nonisolated(unsafe) private let texts: UnsafeMutableBufferPointer<Range<Int>>

    init(_ keys: [(name: [UInt8], texts: Set<[UInt8]>?)], _ cover: PairCatalogue.Cover) {
        var table: [Key] = []
        var bytes: [UInt8] = []
        var words: [UInt64] = []
        var texts: [Range<Int>] = []
        var ways: [Way] = []
        let grouped = cover.pairs.flatMap { pair in zip(keys, cover.ways).filter { $0.1.pair == pair } }
        for ((name, wanted), way) in grouped {
            if ways.last?.pair != way.pair { ways.append(Way(pair: way.pair, keys: table.count..<table.count)) }
            ways[ways.count - 1].keys = ways[ways.count - 1].keys.lowerBound..<table.count + 1
            let start = bytes.count
            bytes += name
            let firstWord = words.count
            let firstText = texts.count
            for text in wanted ?? [] {
                if text.count <= 8 {
                    words.append(text.withUnsafeBytes { Self.foldedWord($0) })
                } else {
                    texts.append(bytes.count..<bytes.count + text.count)
                    bytes += text
                }
            }
            words[firstWord...].sort()
            table.append(
                Key(
                    start: start, count: name.count, offset: way.offset, isAny: wanted == nil,
                    words: firstWord..<words.count, texts: firstText..<texts.count))
        }
        self.keys = Self.block(table)
        self.ways = Self.block(ways)
        self.bytes = Self.block(bytes)
        self.words = Self.block(words)
        self.texts = Self.block(texts)
    }

    deinit {
        keys.deallocate()
        ways.deallocate()
        bytes.deallocate()
        words.deallocate()
        texts.deallocate()
    }

    private static func block<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
        let block = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = block.initialize(from: elements)
        return block
    }

    /// Whether the key's name stands at this place, behind which the text has as many bytes.
    func isName(_ index: Int, _ text: UnsafeRawBufferPointer, at start: Int) -> Bool {
        let first = keys[index].start
        for offset in 0..<keys[index].count where text[start + offset] != bytes[first + offset] { return false }
        return true
    }

    /// Whether a value is one of the key's texts.
    func isWanted(_ index: Int, _ value: UnsafeRawBufferPointer) -> Bool {
        if keys[index].isAny { return !value.isEmpty }
        if value.count <= 8 {
            let word = Self.foldedWord(value)
            for place in keys[index].words where words[place] >= word { return words[place] == word }
            return false
        }
        for place in keys[index].texts where texts[place].count == value.count {
            let first = texts[place].lowerBound
            if (0..<value.count).allSatisfy({ CaseFolding.folded(value[$0]) == bytes[first + $0] }) { return true }
        }
        return false
    }

    /// At most eight bytes in lower case as one number. No wanted text holds a zero, so that lengths differ, too.
    private static func foldedWord(_ text: UnsafeRawBufferPointer) -> UInt64 {
        var word: UInt64 = 0
        for byte in text { word = word << 8 | UInt64(CaseFolding.folded(byte)) }
        return word
    }
}
