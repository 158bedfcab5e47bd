/// The keys and literals of a gate and their texts, in memory of its own: reading an array of arrays would retain and release
/// it for every candidate of a scan.
final class KeyGateTable: Sendable {
    struct Key {
        /// Where its name begins in the bytes.
        var start: Int
        var count: Int
        /// Where in the name begins what it is found by.
        var offset: Int
        /// Whether it is a literal, behind which nothing is looked at.
        var isLiteral: Bool
        /// Whether case does not count in it.
        var isFolded: Bool
        /// Whether any value will do.
        var isAny: Bool
        /// Whether each of its texts is made of letters, digits and what joins them in names.
        var asksForWords: Bool
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

    init(_ entries: [GateEntry], _ cover: KeyCover) {
        var table: [Key] = []
        var bytes: [UInt8] = []
        var words: [UInt64] = []
        var texts: [Range<Int>] = []
        var ways: [Way] = []
        let grouped = cover.finders.flatMap { finder in zip(entries, cover.ways).filter { $0.1.finder == finder } }
        for (entry, way) in grouped {
            let name = entry.name
            var wanted: Set<[UInt8]>? = []
            var (isLiteral, isFolded) = (false, false)
            switch entry {
            case .key(_, let texts): wanted = texts
            case .literal(_, let isCaseSensitive): (isLiteral, isFolded) = (true, !isCaseSensitive)
            }
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
                    start: start, count: name.count, offset: way.offset, isLiteral: isLiteral, isFolded: isFolded,
                    isAny: wanted == nil,
                    asksForWords: wanted?.allSatisfy { $0.allSatisfy(Self.isNameByte) } == true,
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
        let spellings = ways.enumerated().flatMap { number, way -> [WordPlace] in
            guard case .word(let word) = way.finder else { return [] }
            return word.spellings.map { WordPlace(bits: $0, way: Int32(number)) }
        }
        var places = [WordPlace](repeating: WordPlace(), count: 64)
        while places.count < 4 * spellings.count { places += places }
        for spelling in spellings {
            var place = index(of: spelling.bits, among: places.count)
            while places[place].way >= 0 { place = (place + 1) & (places.count - 1) }
            places[place] = spelling
        }
        return block(places)
    }

    @inline(__always)
    private static func index(of bits: UInt32, among count: Int) -> Int {
        Int((bits &* 0x9E37_79B1) >> 8) & (count - 1)
    }

    /// Whether a way that is found by the word that stands at this place passes a test. A word may be one of a key and a spelling
    /// of one of a literal.
    @inline(__always)
    func hasWay(ofWord text: UnsafeRawBufferPointer, at place: Int, where passes: (Way) -> Bool) -> Bool {
        guard let bits = ShortWord.bits(text, at: place) else { return false }
        var index = Self.index(of: bits, among: waysOfWords.count)
        while waysOfWords[index].way >= 0 {
            if waysOfWords[index].bits == bits, passes(ways[Int(waysOfWords[index].way)]) { return true }
            index = (index + 1) & (waysOfWords.count - 1)
        }
        return false
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5F || byte == 0x2D || byte == 0x2E
    }

    /// Whether the key's name, or the literal, stands at this place, behind which the text has as many bytes.
    func isName(_ index: Int, _ text: UnsafeRawBufferPointer, at start: Int) -> Bool {
        let first = keys[index].start
        if keys[index].isFolded {
            for offset in 0..<keys[index].count {
                let own = bytes[first + offset]
                if text[start + offset] | CaseFolding.mask(own) != own { return false }
            }
            return true
        }
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
