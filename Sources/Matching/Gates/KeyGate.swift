import CKernels

/// Lets pass the lines that may satisfy a `KeyRequirement`, by looking at what stands behind its keys in the raw line:
///
///     {"Channel":"Security","EventID":4688,...}                   a key in quotes, a colon, a value
///     {"_raw":"{\"EventID\": \"4688\",..."}                        the same in text inside a string
///     {"_raw":"<Event><System><EventID Qualifiers='0'>4688</..."}  an element's text
///     {"_raw":"... EventCode=4688 ..."}                            a pair in text
///     {"Message":"...\nCommandLine: ..."}                          a label in text
///
/// A line is held back only if none of its keys can have a wanted value. Whatever can't be told here (escapes, arrays,
/// references, anything unusual) passes. Beside keys there may be literals, of which one will do wherever it stands.
struct KeyGate: Sendable {
    /// What the scan kernel is to look for.
    let target: ScanTarget
    let requirement: KeyRequirement
    /// Places that the kernel reports, for each byte scanned: an estimate.
    let candidateShare: Double
    /// What looking at such a place takes, in nanoseconds.
    var candidateCost: Double {
        isByWords ? PrefilterChoice.Cost.wordCandidate : PrefilterChoice.Cost.keyCandidate
    }
    /// Asked for every candidate, for which the target would be retained.
    private let isByWords: Bool
    let hasLiterals: Bool
    let table: KeyGateTable
    private let escapes: EscapeSet
    /// Where some of the keys let a line pass only beside a literal.
    private(set) var bond: LiteralBond?

    /// No more than this of a tag is looked at for its end.
    private static let tagLimit = 256
    /// One is that of the escapes.
    private static let maximumPairs = Int(TRAWL_SCAN_PAIRS) - 1

    /// - Parameters:
    ///   - keys: what lines must hold.
    ///   - share: for a pair of bytes the places where it stands, for each byte of the text.
    /// - Returns: `nil` where so many keys need more pairs than a scan has room for.
    init?(_ keys: GateKeys, share: (BytePair) -> Double) {
        guard !keys.entries.isEmpty, let cover = keys.pairs?.cover(limit: Self.maximumPairs, share: share) else {
            return nil
        }
        let pairs = cover.finders.compactMap { finder -> BytePair? in
            if case .pair(let pair) = finder { pair } else { nil }
        }
        self.init(
            keys.requirement, keys.entries, cover, .pairs((pairs + [EscapePairs.unicodeEscape]).map(\.kernelPair)),
            candidateShare: cover.share + share(EscapePairs.unicodeEscape))
    }

    /// By words that are rare in a text.
    ///
    /// - Returns: `nil` where a key is too short, or the kernels have no loop for words.
    init?(_ keys: GateKeys, words sample: TextSample) {
        guard let cover = Self.cover(keys, sample) else { return nil }
        self.init(keys, cover, of: sample)
    }

    /// The words by which keys are found in a text; `nil` where they can't be.
    static func cover(_ keys: GateKeys, _ sample: TextSample) -> KeyCover? {
        guard !keys.entries.isEmpty, trawl_kernels_get().pointee.scan_words != nil else { return nil }
        return keys.words?.cover(of: sample)
    }

    init(_ keys: GateKeys, _ cover: KeyCover, of sample: TextSample) {
        let words = cover.finders.compactMap { finder -> ShortWord? in
            if case .word(let word) = finder { word } else { nil }
        }
        let escapes = EscapeWords.unicodeEscape + (keys.hasLiterals ? EscapeWords.markup : [])
        let target = ScanTarget.words(WordSets(words + escapes, frequencies: sample.frequencies))
        self.init(keys.requirement, keys.entries, cover, target, candidateShare: sample.share(of: target))
    }

    /// The same scan for fewer keys, of which each is one of the gate's, with some of its texts, and for all its literals.
    ///
    /// - Parameters:
    ///   - keys: those that the gate was made of.
    ///   - cover: by which they are found.
    func restricted(to requirement: KeyRequirement, of keys: GateKeys, _ cover: KeyCover) -> KeyGate {
        var entries: [GateEntry] = []
        var ways: [KeyCover.Way] = []
        for (entry, way) in zip(keys.entries, cover.ways) {
            switch entry {
            case .literal: entries.append(entry)
            case .key(let name, _):
                guard let texts = requirement.keys[name] else { continue }
                entries.append(.key(name, texts: texts))
            }
            ways.append(way)
        }
        let own = KeyCover(finders: cover.finders, ways: ways, share: cover.share)
        return KeyGate(requirement, entries, own, target, candidateShare: candidateShare)
    }

    private init(
        _ requirement: KeyRequirement, _ entries: [GateEntry], _ cover: KeyCover, _ target: ScanTarget,
        candidateShare: Double
    ) {
        self.target = target
        self.candidateShare = candidateShare
        isByWords = if case .words = target { true } else { false }
        self.requirement = requirement
        hasLiterals = entries.contains { if case .literal = $0 { true } else { false } }
        table = KeyGateTable(entries, cover)
        escapes = EscapeSet(
            entries.flatMap { entry in
                if case .literal(let text, isCaseSensitive: false) = entry {
                    return text + text.map { $0 & ~CaseFolding.mask($0) }
                }
                return entry.name
            })
    }

    /// Whether a line that holds this place, which the scan kernel reported, must be parsed.
    func verify(_ place: Int, in text: UnsafeRawBufferPointer) -> Bool {
        guard place >= 0, place < text.count else { return false }
        if isByWords {
            if table.hasWay(ofWord: text, at: place, where: { holdsKey(of: $0, text, at: place) }) { return true }
        } else {
            for way in table.ways {
                guard case .pair(let pair) = way.finder, pair.matches(text, at: place) else { continue }
                if holdsKey(of: way, text, at: place) { return true }
            }
        }
        switch text[place] {
        case 0x75: return escapes.isEscape(place, in: text)
        // What stands in a value may be written with references and comments; names may not.
        case 0x26: return hasLiterals && byte(text, place + 1) == 0x23
        case 0x3C: return hasLiterals && byte(text, place + 1) == 0x21
        default: return false
        }
    }

    /// Whether one of the keys that are found in this way stands here, with a value that may be wanted.
    @inline(__always)
    private func holdsKey(of way: KeyGateTable.Way, _ text: UnsafeRawBufferPointer, at place: Int) -> Bool {
        for index in way.keys {
            guard let name = table.range(ofName: index, foundAt: place, in: text) else { continue }
            if table.keys[index].isLiteral
                || mayBegin(text, name.lowerBound) && mayBeWanted(index, text, name.lowerBound, name.upperBound)
            {
                return true
            }
        }
        return false
    }

    /// The same gate, where some of its keys let a line pass only beside a literal.
    func bound(by bond: LiteralBond) -> KeyGate {
        var gate = self
        gate.bond = bond
        return gate
    }

    /// Whether the line may satisfy the requirement.
    func admits(_ line: UnsafeRawBufferPointer) -> Bool {
        var holdsBoundKey = false
        let passes = target.hasCandidate(in: line) { place in
            guard verify(place, in: line) else { return false }
            guard let bond, !bond.open.verify(place, in: line) else { return true }
            holdsBoundKey = true
            return false
        }
        return passes || holdsBoundKey && bond?.literals.admits(line) == true
    }

    /// Whether a name may begin here: no other part of it stands before, as `ProcessG` does before `uid`.
    private func mayBegin(_ text: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        guard start > 0 else { return true }
        let before = text[start - 1]
        guard (before | 0x20) &- 0x61 < 26 || before &- 0x30 < 10 || before == 0x5F else { return true }
        // `\n` and `\u003c` end like a name.
        return start > 1 && text[start - 2] == 0x5C || start > 5 && text[start - 6] == 0x5C && text[start - 5] == 0x75
    }

    // MARK: What stands behind a key

    private func mayBeWanted(_ key: Int, _ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
        guard end < text.count else { return true }
        switch text[end] {
        case 0x22: return member(key, text, behind: end + 1)
        case 0x5C:
            // In nested text the quote that ends the key has backslashes before it.
            let escaped = behindBackslashes(text, end)
            switch byte(text, escaped) {
            case 0x22: return member(key, text, behind: escaped + 1)
            // White space in a tag, or behind a word.
            case 0x72, 0x6E, 0x74: return mayBeTag(text, start)
            default: return true
            }
        case 0x3D: return pair(key, text, from: end + 1)
        case 0x3A: return label(key, text, from: end + 1)
        case 0x3E, 0x20, 0x09, 0x2F: return mayBeTag(text, start) && element(key, text, end)
        default: return false
        }
    }

    /// Whether what begins here may be an element's name: a tag begins with `<` or a prefix and a colon; `\u003c` ends with a c.
    private func mayBeTag(_ text: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        let before = start > 0 ? text[start - 1] : 0
        return before == 0x3C || before == 0x3A || before | 0x20 == 0x63
    }

    /// What stands behind an equals sign in text: a word, which may be in quotes, unless something tells otherwise.
    private func pair(_ key: Int, _ text: UnsafeRawBufferPointer, from start: Int) -> Bool {
        guard table.keys[key].asksForWords else { return true }
        var first = behindSpaces(text, start)
        let quote = behindBackslashes(text, first)
        let isQuoted = byte(text, quote) == 0x22
        let depth = quote - first
        if isQuoted { first = quote + 1 }
        var end = first
        while let byte = byte(text, end), isNameByte(byte) { end += 1 }
        let mark = behindBackslashes(text, end)
        // What is in other quotes, or goes on with a scalar, a reference or a quote of its own, is not looked at.
        guard end > first, let next = byte(text, mark), next != 0x75, next != 0x26, next < 0x80,
            !isQuoted || next == 0x22 && mark - end == depth
        else { return true }
        return table.isWanted(key, UnsafeRawBufferPointer(rebasing: text[first..<end]))
    }

    /// What stands behind a colon in text, as in the message of a Windows event: a word that ends its line, or the text, unless
    /// something tells otherwise.
    private func label(_ key: Int, _ text: UnsafeRawBufferPointer, from start: Int) -> Bool {
        guard table.keys[key].asksForWords else { return true }
        let first = behindSpaces(text, start)
        var end = first
        while let byte = byte(text, end), isNameByte(byte) { end += 1 }
        let mark = behindBackslashes(text, end)
        switch byte(text, mark) {
        case 0x22: break
        case 0x72 where mark > end, 0x6E where mark > end: break
        default: return true
        }
        return end == first || table.isWanted(key, UnsafeRawBufferPointer(rebasing: text[first..<end]))
    }

    /// What stands behind a key's closing quote.
    private func member(_ key: Int, _ text: UnsafeRawBufferPointer, behind quote: Int) -> Bool {
        var place = behindSpaces(text, quote)
        guard let colon = byte(text, place) else { return true }
        if colon == 0x5C { return true }
        // A value or a member of an array; keys have a colon behind them.
        guard colon == 0x3A else { return false }
        place = behindSpaces(text, place + 1)
        guard let first = byte(text, place) else { return true }
        switch first {
        case 0x7B: return table.keys[key].isAny
        case 0x5B: return true
        case 0x22, 0x5C:
            let quote = behindBackslashes(text, place)
            guard byte(text, quote) == 0x22 else { return true }
            return string(key, text, from: quote + 1)
        default: return token(key, text, from: place)
        }
    }

    private func string(_ key: Int, _ text: UnsafeRawBufferPointer, from start: Int) -> Bool {
        var end = start
        while let byte = byte(text, end), byte != 0x22, byte != 0x5C, byte != 0x0A { end += 1 }
        // Only a closing quote may follow; any other escape is part of the value.
        guard byte(text, behindBackslashes(text, end)) == 0x22 else { return true }
        // What begins with a backslash has text, too.
        if table.keys[key].isAny { return end > start || byte(text, end) == 0x5C }
        return table.isWanted(key, UnsafeRawBufferPointer(rebasing: text[start..<end]))
    }

    private func token(_ key: Int, _ text: UnsafeRawBufferPointer, from start: Int) -> Bool {
        var end = start
        while let byte = byte(text, end) {
            if byte == 0x2C || byte == 0x7D || byte == 0x5D || byte <= 0x20 { break }
            if byte == 0x5C || byte == 0x22 { return true }
            end += 1
        }
        let token = UnsafeRawBufferPointer(rebasing: text[start..<end])
        if table.keys[key].isAny { return !token.elementsEqual("null".utf8) }
        return table.isWanted(key, token)
    }

    /// What stands behind an element's name: its text, between the tag's end and the next tag.
    private func element(_ key: Int, _ text: UnsafeRawBufferPointer, _ end: Int) -> Bool {
        var place = end
        while let byte = byte(text, place), byte != 0x3E {
            if byte == 0x27 {
                // An attribute's value may hold anything but its quote.
                place += 1
                while let inner = self.byte(text, place), inner != 0x27 {
                    // A quote may be written as an escape.
                    if inner == 0x5C || inner == 0x0A || place - end > Self.tagLimit { return true }
                    place += 1
                }
            }
            if byte == 0x22 || byte == 0x5C || byte == 0x2F || byte == 0x0A { return true }
            place += 1
            if place - end > Self.tagLimit { return true }
        }
        let start = place + 1
        var stop = start
        while let byte = byte(text, stop), isNameByte(byte) { stop += 1 }
        guard stop > start, byte(text, stop) == 0x3C, byte(text, stop + 1) == 0x2F else { return true }
        return table.isWanted(key, UnsafeRawBufferPointer(rebasing: text[start..<stop]))
    }

    // MARK: Bytes

    private func byte(_ text: UnsafeRawBufferPointer, _ place: Int) -> UInt8? {
        place < text.count ? text[place] : nil
    }

    private func behindBackslashes(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var place = start
        while byte(text, place) == 0x5C { place += 1 }
        return place
    }

    private func behindSpaces(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var place = start
        while let byte = byte(text, place), byte == 0x20 || byte == 0x09 || byte == 0x0D { place += 1 }
        return place
    }

    private func isNameByte(_ byte: UInt8) -> Bool { KeyGateTable.isNameByte(byte) }
}

/// What some keys of a gate need beside them in the line. Most events of a frequent kind hold none of the literals that the few
/// searches over it require.
final class LiteralBond: Sendable {
    /// The keys, and literals, that let a line pass alone.
    let open: KeyGate
    /// Of which a line must hold one where only other keys are found in it.
    let literals: KeyGate

    init(open: KeyGate, literals: KeyGate) {
        self.open = open
        self.literals = literals
    }
}
