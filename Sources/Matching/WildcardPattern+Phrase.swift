/// Search terms without a field: words and phrases anywhere in a text.
extension WildcardPattern {
    /// Whether the pattern occurs as a whole word or phrase: a break stands before and behind it, unless it has a `*` there.
    ///
    /// A break is an end of the text or a place beside a byte that is no letter, digit or part of a non-ASCII character.
    /// Splunk cuts text into terms there: at its major breakers, as spaces and brackets are, and at the minor ones
    /// `/ : = @ . - $ # % \ _`.
    /// - Complexity: about linear in the text. Allocates only where both hold non-ASCII bytes and case is ignored, for the folded
    ///   text.
    public func occursAsPhrase(in text: UnsafeRawBufferPointer) -> Bool {
        if matchesEverything { return true }
        guard form.pieceCount > 0 else { return !source.isEmpty }
        guard form.foldsUnicode else { return form.occursAsPhrase(in: text) }
        guard text.contains(where: { $0 >= 0x80 }) else { return false }
        return withUnsafeTemporaryAllocation(byteCount: CaseFolding.maximumCount(text.count), alignment: 1) { buffer in
            // Folding leaves a break where it was: only letters become others, and those beyond ASCII stay beyond it.
            let count = CaseFolding.fold(text, into: buffer)
            return form.occursAsPhrase(in: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    static func isBreak(_ text: UnsafeRawBufferPointer, at place: Int) -> Bool {
        place == 0 || place == text.count || !(isWord(text[place - 1]) && isWord(text[place]))
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
    }
}

extension PatternForm {
    /// Whether the pieces, which are ASCII or folded as the text is, occur one after the other, the first behind a break and the last before one
    /// unless the pattern is open there.
    fileprivate func occursAsPhrase(in text: UnsafeRawBufferPointer) -> Bool {
        guard let address = text.baseAddress, text.count >= count else { return false }
        return withSearch(of: address) { search in
            var from = 0
            while let first = search.find(pieces[0], from: from, to: text.count) {
                let isBegin = !beginsWithPiece || WildcardPattern.isBreak(text, at: first)
                if isBegin {
                    if ends(behind: first, in: text, search) { return true }
                    // Behind a later beginning there is less, not more.
                    if pieceCount > 1 { return false }
                }
                from = first + 1
            }
            return false
        }
    }

    /// Whether the pieces after the first follow it in order, and the last one ends at a break.
    private func ends(behind first: Int, in text: UnsafeRawBufferPointer, _ search: PieceSearch) -> Bool {
        var place = first
        var end = first + pieces[0].count
        for index in 1..<max(1, pieceCount) {
            guard let next = search.find(pieces[index], from: end, to: text.count) else { return false }
            place = next
            end = next + pieces[index].count
        }
        if !endsWithPiece { return true }
        let last = pieces[pieceCount - 1]
        while true {
            if WildcardPattern.isBreak(text, at: place + last.count) { return true }
            guard pieceCount > 1, let next = search.find(last, from: place + 1, to: text.count) else { return false }
            place = next
        }
    }
}
