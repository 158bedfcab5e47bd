import Matching

/// Search terms without a field: words and phrases anywhere in the event's text.
enum RawTextSearch {
    /// Whether a pattern occurs as a whole word or phrase: no letter, digit or underscore touches either end, unless
    /// the pattern has a `*` there.
    static func occurs(_ pattern: WildcardPattern, in text: UnsafeRawBufferPointer) -> Bool {
        let star = UInt8(ascii: "*")
        let source = pattern.source
        let core = source.drop { $0 == star }
        let opensBefore = source.first == star
        let opensBehind = source.last == star
        let inner = Array(core.reversed().drop { $0 == star }.reversed())
        guard !inner.isEmpty else { return !source.isEmpty }
        let pieces = inner.split(separator: star).map { Array($0) }
        var from = 0
        while let first = find(pieces[0], in: text, from: from, isCaseSensitive: pattern.isCaseSensitive) {
            if opensBefore || first == 0 || !isWordByte(text[first - 1]) || !isWordByte(pieces[0][0]),
                ends(pieces, behind: first, in: text, opensBehind: opensBehind, pattern.isCaseSensitive)
            {
                return true
            }
            from = first + 1
        }
        return false
    }

    /// Whether the pieces after the first follow it in order, and the last one ends a word.
    private static func ends(
        _ pieces: [[UInt8]], behind first: Int, in text: UnsafeRawBufferPointer, opensBehind: Bool,
        _ isCaseSensitive: Bool
    ) -> Bool {
        var end = first + pieces[0].count
        for piece in pieces.dropFirst() {
            guard let next = find(piece, in: text, from: end, isCaseSensitive: isCaseSensitive) else { return false }
            end = next + piece.count
        }
        guard let last = pieces.last else { return false }
        if opensBehind { return true }
        var place = end - last.count
        while true {
            let behind = place + last.count
            if behind == text.count || !isWordByte(text[behind]) || !isWordByte(last[last.count - 1]) { return true }
            guard pieces.count > 1,
                let next = find(last, in: text, from: place + 1, isCaseSensitive: isCaseSensitive)
            else { return false }
            place = next
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
    }

    private static func find(
        _ piece: [UInt8], in text: UnsafeRawBufferPointer, from start: Int, isCaseSensitive: Bool
    ) -> Int? {
        guard text.count >= piece.count, start <= text.count - piece.count else { return nil }
        var place = start
        while place <= text.count - piece.count {
            var length = 0
            while length < piece.count, equals(text[place + length], piece[length], isCaseSensitive) { length += 1 }
            if length == piece.count { return place }
            place += 1
        }
        return nil
    }

    @inline(__always)
    private static func equals(_ left: UInt8, _ right: UInt8, _ isCaseSensitive: Bool) -> Bool {
        left == right || !isCaseSensitive && CaseFolding.folded(left) == CaseFolding.folded(right)
    }
}
