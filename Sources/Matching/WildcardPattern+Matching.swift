extension WildcardPattern {
    /// Whether the whole text matches.
    ///
    /// The first and the last piece are compared in place; those between stars are each found at their leftmost place
    /// after the one before, which is right where the only wildcard is `*`: a match further left never leaves less room.
    ///
    /// - Complexity: linear for patterns of one piece; else at most the product of both lengths. Allocates only where
    ///   both the pattern and the text hold non-ASCII bytes and case is ignored, for the folded text.
    public func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        if form.foldsUnicode {
            // ASCII folds to ASCII only, so a text without other bytes can't hold a piece that has one.
            guard text.contains(where: { $0 >= 0x80 }) else { return false }
            return withUnsafeTemporaryAllocation(
                byteCount: CaseFolding.maximumCount(text.count), alignment: 1
            ) { buffer in
                let count = CaseFolding.fold(text, into: buffer)
                return form.matches(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
        return form.matches(text)
    }
}

extension WildcardPattern.Form {
    fileprivate func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count >= count else { return false }
        guard let last = pieces.indices.last else { return text.isEmpty || !beginsWithPiece }
        if last == 0, beginsWithPiece, endsWithPiece, text.count != count { return false }
        // The sum of the pieces is at most the text's length, so the text is not empty and has an address.
        guard let address = text.baseAddress else { return false }
        return bytes.withUnsafeBytes { own in
            guard let pattern = own.baseAddress else { return false }
            let search = PieceSearch(text: address, pattern: pattern, masks: count)
            var next = 0
            var lower = 0
            var upper = text.count
            if beginsWithPiece {
                guard search.isEqual(pieces[0], at: 0) else { return false }
                lower = pieces[0].count
                next = 1
            }
            var end = pieces.count
            if endsWithPiece, end > next {
                // What the first and the last piece take never overlaps: the text is as long as all pieces together.
                upper -= pieces[last].count
                guard search.isEqual(pieces[last], at: upper) else { return false }
                end -= 1
            }
            while next < end {
                let piece = pieces[next]
                guard let found = search.find(piece, from: lower, to: upper) else { return false }
                lower = found + piece.count
                next += 1
            }
            return true
        }
    }
}

/// Comparing pieces with a text, by address.
///
/// SAFETY: made by `Form.matches` alone, inside the scope that keeps both buffers alive. `text` has at least the bytes that
/// every call names: a piece is compared only at a place where `place + piece.count` is at most the text's length, which
/// `matches` checks once for all pieces and `find` for its own. `pattern` holds `masks` bytes and then as many masks, and
/// every piece lies within the first part.
private struct PieceSearch {
    let text: UnsafeRawPointer
    let pattern: UnsafeRawPointer
    let masks: Int

    func isEqual(_ piece: WildcardPattern.Piece, at place: Int) -> Bool {
        let bytes = pattern + piece.start
        let start = text + place
        for offset in 0..<piece.count {
            let byte = start.load(fromByteOffset: offset, as: UInt8.self)
            let mask = bytes.load(fromByteOffset: masks + offset, as: UInt8.self)
            if byte | mask != bytes.load(fromByteOffset: offset, as: UInt8.self) { return false }
        }
        return true
    }

    /// The leftmost place of the piece within `lower..<upper`.
    func find(_ piece: WildcardPattern.Piece, from lower: Int, to upper: Int) -> Int? {
        let last = upper - piece.count
        if lower > last { return nil }
        let bytes = pattern + piece.start
        let first = bytes.load(fromByteOffset: piece.rarest, as: UInt8.self)
        let firstMask = bytes.load(fromByteOffset: masks + piece.rarest, as: UInt8.self)
        let second = bytes.load(fromByteOffset: piece.second, as: UInt8.self)
        let secondMask = bytes.load(fromByteOffset: masks + piece.second, as: UInt8.self)
        var place = lower
        // SAFETY: the last of the sixteen places looked at is at most `last`, so every byte read lies before `upper`.
        while place + 15 <= last {
            let one = (text + place).loadUnaligned(fromByteOffset: piece.rarest, as: SIMD16<UInt8>.self)
            let two = (text + place).loadUnaligned(fromByteOffset: piece.second, as: SIMD16<UInt8>.self)
            let hits = ((one | firstMask) .== first) .& ((two | secondMask) .== second)
            if any(hits) {
                for lane in 0..<16 where hits[lane] && isEqual(piece, at: place + lane) { return place + lane }
            }
            place += 16
        }
        while place <= last {
            if text.load(fromByteOffset: place + piece.rarest, as: UInt8.self) | firstMask == first,
                isEqual(piece, at: place)
            {
                return place
            }
            place += 1
        }
        return nil
    }
}
