/// Search terms without a field: words and phrases anywhere in a text.
extension WildcardPattern {
    /// Whether the pattern occurs as a whole word or phrase: a break stands before and behind it, unless it has a `*` there.
    ///
    /// A break is an end of the text or a place beside a byte that is no letter, digit, underscore or part of a non-ASCII
    /// character, as Splunk cuts text into terms.
    /// - Complexity: about linear in the text; for a pattern that is not ASCII, quadratic in the breaks of the text.
    public func occursAsPhrase(in text: UnsafeRawBufferPointer) -> Bool {
        if matchesEverything { return true }
        guard source.allSatisfy({ $0 < 0x80 }) else { return occursBetweenBreaks(of: text) }
        let star = UInt8(ascii: "*")
        let isOpenBefore = source.first == star
        let isOpenBehind = source.last == star
        let pieces = source.split(separator: star).map { Array($0) }
        guard !pieces.isEmpty else { return !source.isEmpty }
        var from = 0
        while let first = find(pieces[0], in: text, from: from) {
            if isOpenBefore || Self.isBreak(text, at: first), ends(pieces, behind: first, in: text, isOpenBehind) {
                return true
            }
            from = first + 1
        }
        return false
    }

    /// The plain way: every stretch from one break to another is matched as a whole.
    func occursBetweenBreaks(of text: UnsafeRawBufferPointer) -> Bool {
        let star = UInt8(ascii: "*")
        let breaks = (0...text.count).filter { Self.isBreak(text, at: $0) }
        let starts = source.first == star ? [0] : breaks
        let ends = source.last == star ? [text.count] : breaks
        for start in starts {
            for end in ends where end > start {
                if matches(UnsafeRawBufferPointer(rebasing: text[start..<end])) { return true }
            }
        }
        return false
    }

    /// Whether the pieces after the first follow it in order, and the last one ends at a break.
    private func ends(
        _ pieces: [[UInt8]], behind first: Int, in text: UnsafeRawBufferPointer, _ isOpenBehind: Bool
    ) -> Bool {
        var place = first
        var end = first + pieces[0].count
        for piece in pieces.dropFirst() {
            guard let next = find(piece, in: text, from: end) else { return false }
            place = next
            end = next + piece.count
        }
        if isOpenBehind { return true }
        guard let last = pieces.last else { return false }
        while true {
            if Self.isBreak(text, at: place + last.count) { return true }
            guard pieces.count > 1, let next = find(last, in: text, from: place + 1) else { return false }
            place = next
        }
    }

    private static func isBreak(_ text: UnsafeRawBufferPointer, at place: Int) -> Bool {
        place == 0 || place == text.count || !(isWord(text[place - 1]) && isWord(text[place]))
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
    }

    private func find(_ piece: [UInt8], in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard text.count >= piece.count, start <= text.count - piece.count else { return nil }
        var place = start
        while place <= text.count - piece.count {
            var length = 0
            while length < piece.count, isEqual(text[place + length], piece[length]) { length += 1 }
            if length == piece.count { return place }
            place += 1
        }
        return nil
    }

    @inline(__always)
    private func isEqual(_ left: UInt8, _ right: UInt8) -> Bool {
        left == right || !isCaseSensitive && CaseFolding.folded(left) == CaseFolding.folded(right)
    }
}
