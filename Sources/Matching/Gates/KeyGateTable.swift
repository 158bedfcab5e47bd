/// The keys and literals of a gate and their texts, in memory of its own: reading an array of arrays would retain and release
/// it for every candidate of a scan.
final class KeyGateTable: Sendable {
    struct Key {
        /// Whether it is a literal, behind which nothing is looked at.
        var isLiteral: Bool
        /// Whether any value will do.
        var isAny: Bool
        /// Whether each of its texts is made of letters, digits and what joins them in names.
        var asksForWords: Bool
        /// Texts of at most eight bytes, in `words`.
        var words: Range<Int>
        /// Longer texts, in `texts`.
        var texts: Range<Int>
    }

    /// The name of a key, or a literal.
    private struct Name {
        /// Its first bytes, as many as there is room for, in the order of memory; the others are zero.
        var first: UInt64 = 0
        /// Which of them count.
        var mask: UInt64 = 0
        /// The bits in which they differ from what they match in another case.
        var fold: UInt64 = 0
        /// Where it begins in `bytes`.
        var start: Int32
        var count: Int32
        /// Where in it begins what it is found by.
        var offset: Int32
        /// Whether case does not count in it.
        var isFolded: Bool

        init(_ name: [UInt8], at start: Int, offset: Int, isFolded: Bool) {
            (self.start, count, self.offset) = (Int32(start), Int32(name.count), Int32(offset))
            self.isFolded = isFolded
            for (place, byte) in name.prefix(MemoryLayout<UInt64>.size).enumerated() {
                let shift = UInt64(8 * place)
                first |= UInt64(byte) << shift
                mask |= 0xFF << shift
                if isFolded { fold |= UInt64(CaseFolding.mask(byte)) << shift }
            }
        }
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

    // SAFETY: allocated and filled in init, only read after, freed in deinit. There is a name for each key. Every range lies
    // within what it names: names and texts in `bytes`, words and texts of a key in `words` and `texts`, keys of a way in `keys`.
    nonisolated(unsafe) let keys: UnsafeMutableBufferPointer<Key>
    nonisolated(unsafe) private let names: UnsafeMutableBufferPointer<Name>
    /// Each finder once: a candidate is compared with few of them instead of with that of each key.
    nonisolated(unsafe) let ways: UnsafeMutableBufferPointer<Way>
    // SAFETY: as those above; a power of two of places, some of them empty.
    nonisolated(unsafe) private let waysOfWords: UnsafeMutableBufferPointer<WordPlace>
    nonisolated(unsafe) private let bytes: UnsafeMutableBufferPointer<UInt8>
    nonisolated(unsafe) private let words: UnsafeMutableBufferPointer<UInt64>
    nonisolated(unsafe) private let texts: UnsafeMutableBufferPointer<Range<Int>>

    init(_ entries: [GateEntry], _ cover: KeyCover) {
        var table: [Key] = []
        var names: [Name] = []
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
            names.append(Name(name, at: bytes.count, offset: way.offset, isFolded: isFolded))
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
                    isLiteral: isLiteral, isAny: wanted == nil,
                    asksForWords: wanted?.allSatisfy { $0.allSatisfy(Self.isNameByte) } == true,
                    words: firstWord..<words.count, texts: firstText..<texts.count))
        }
        waysOfWords = Self.places(of: ways)
        self.keys = Self.block(table)
        self.names = Self.block(names)
        self.ways = Self.block(ways)
        self.bytes = Self.block(bytes)
        self.words = Self.block(words)
        self.texts = Self.block(texts)
    }

    deinit {
        keys.deallocate()
        names.deallocate()
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
            index = (index &+ 1) & (waysOfWords.count &- 1)
        }
        return false
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5F || byte == 0x2D || byte == 0x2E
    }

    /// Where a key's name, or a literal, stands in a text if what it is found by stands at this place; `nil` where it does not
    /// stand there.
    @inline(__always)
    func range(ofName index: Int, foundAt place: Int, in text: UnsafeRawBufferPointer) -> Range<Int>? {
        let (offset, count) = (Int(names[index].offset), Int(names[index].count))
        let (start, end) = (place &- offset, place &- offset &+ count)
        guard start >= 0, end <= text.count else { return nil }
        // Most names are told from others by their first bytes, which are compared at once.
        let width = MemoryLayout<UInt64>.size
        if start &+ width <= text.count {
            let first = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            guard (first | names[index].fold) & names[index].mask == names[index].first else { return nil }
            return count <= width || isName(index, text, at: start, from: width) ? start..<end : nil
        }
        return isName(index, text, at: start, from: 0) ? start..<end : nil
    }

    /// Whether the bytes of a name from an offset on stand in a text in which the name would begin at this place, and which has
    /// as many.
    private func isName(_ index: Int, _ text: UnsafeRawBufferPointer, at start: Int, from first: Int) -> Bool {
        let name = Int(names[index].start)
        let isFolded = names[index].isFolded
        for offset in first..<Int(names[index].count) {
            let own = bytes[name &+ offset]
            let fold = isFolded ? CaseFolding.mask(own) : 0
            if text[start &+ offset] | fold != own { return false }
        }
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
