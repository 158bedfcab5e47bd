/// The keys of a gate and their texts, in memory of its own: reading an array of arrays would retain and release it for every
/// candidate of a scan.
final class KeyGateTable: Sendable {
    struct Key {
        /// Where its name begins in the bytes.
        var start: Int
        var count: Int
        /// Where in the name begins what it is found by.
        var offset: Int
        /// Whether any value will do.
        var isAny: Bool
        /// Texts of at most eight bytes, in `words`.
        var words: Range<Int>
        /// Longer texts, in `texts`.
        var texts: Range<Int>
    }

    /// What a scan looks for, and the keys that it finds.
    struct Way {
        var finder: KeyCover.Finder
        var keys: Range<Int>
    }

    /// A short word and the number of its way; -1 where there is none.
    private struct WordPlace {
        var bits: UInt32 = 0
        var way: Int32 = -1
    }

    // SAFETY: allocated and filled in init, only read after, freed in deinit. Every range lies within what it names: names
    // and texts in `bytes`, words and texts of a key in `words` and `texts`, keys of a way in `keys`.
    nonisolated(unsafe) let keys: UnsafeMutableBufferPointer<Key>
    /// Each finder once: a candidate is compared with few of them instead of with that of each key.
    nonisolated(unsafe) let ways: UnsafeMutableBufferPointer<Way>
    // SAFETY: as those above; a power of two of places, some of them empty.
    nonisolated(unsafe) private let waysOfWords: UnsafeMutableBufferPointer<WordPlace>
    nonisolated(unsafe) private let bytes: UnsafeMutableBufferPointer<UInt8>
    nonisolated(unsafe) private let words: UnsafeMutableBufferPointer<UInt64>
    nonisolated(unsafe) private let texts: UnsafeMutableBufferPointer<Range<Int>>

    init(_ keys: [(name: [UInt8], texts: Set<[UInt8]>?)], _ cover: KeyCover) {
        var table: [Key] = []
        var bytes: [UInt8] = []
        var words: [UInt64] = []
        var texts: [Range<Int>] = []
        var ways: [Way] = []
        let grouped = cover.finders.flatMap { finder in zip(keys, cover.ways).filter { $0.1.finder == finder } }
        for ((name, wanted), way) in grouped {
            if ways.last?.finder != way.finder {
                ways.append(Way(finder: way.finder, keys: table.count..<table.count))
            }
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
        waysOfWords = Self.places(of: ways)
        self.keys = Self.block(table)
        self.ways = Self.block(ways)
        self.bytes = Self.block(bytes)
        self.words = Self.block(words)
        self.texts = Self.block(texts)
    }

    deinit {
        keys.deallocate()
        ways.deallocate()
        waysOfWords.deallocate()
        bytes.deallocate()
        words.deallocate()
        texts.deallocate()
    }

    private static func block<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
        let block = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = block.initialize(from: elements)
        return block
    }

    /// Half of the places or more are empty, so that hardly any word has to be looked for at a second one.
    private static func places(of ways: [Way]) -> UnsafeMutableBufferPointer<WordPlace> {
        var places = [WordPlace](repeating: WordPlace(), count: 64)
        while places.count < 4 * ways.count { places += places }
        for (number, way) in ways.enumerated() {
            guard case .word(let word) = way.finder else { continue }
            var place = index(of: word.bits, among: places.count)
            while places[place].way >= 0 { place = (place + 1) & (places.count - 1) }
            places[place] = WordPlace(bits: word.bits, way: Int32(number))
        }
        return block(places)
    }

    @inline(__always)
    private static func index(of bits: UInt32, among count: Int) -> Int {
        Int((bits &* 0x9E37_79B1) >> 8) & (count - 1)
    }

    /// The number of the way that is found by the word that stands at this place.
    @inline(__always)
    func wayOfWord(_ text: UnsafeRawBufferPointer, at place: Int) -> Int? {
        guard let bits = ShortWord.bits(text, at: place) else { return nil }
        var index = Self.index(of: bits, among: waysOfWords.count)
        while waysOfWords[index].way >= 0 {
            if waysOfWords[index].bits == bits { return Int(waysOfWords[index].way) }
            index = (index + 1) & (waysOfWords.count - 1)
        }
        return nil
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
