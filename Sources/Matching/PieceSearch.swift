import CKernels

/// Comparing pieces with a text, by address.
///
/// SAFETY: made by `PatternForm` alone, whose callers keep the text alive. `text` has at least the bytes that
/// every call names: a piece is compared only at a place where `place + piece.count` is at most the text's length, which
/// `matches` checks once for all pieces and `find` for its own; `lower` and `upper` lie within the text. `pattern` holds
/// `masks` bytes and then as many masks, and every piece lies within the first part.
struct PieceSearch {
    let text: UnsafeRawPointer
    let pattern: UnsafePointer<UInt8>
    let masks: Int

    func isEqual(_ piece: PatternForm.Piece, at place: Int) -> Bool {
        let bytes = UnsafeRawPointer(pattern) + piece.start
        let start = text + place
        guard piece.count >= 8 else {
            for offset in 0..<piece.count {
                let byte = start.load(fromByteOffset: offset, as: UInt8.self)
                let mask = bytes.load(fromByteOffset: masks + offset, as: UInt8.self)
                if byte | mask != bytes.load(fromByteOffset: offset, as: UInt8.self) { return false }
            }
            return true
        }
        var offset = 0
        while offset < piece.count - 8 {
            guard isWordEqual(start, bytes, offset) else { return false }
            offset += 8
        }
        // The last word overlaps the one before it.
        return isWordEqual(start, bytes, piece.count - 8)
    }

    private func isWordEqual(_ start: UnsafeRawPointer, _ bytes: UnsafeRawPointer, _ offset: Int) -> Bool {
        let word = start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let mask = bytes.loadUnaligned(fromByteOffset: masks + offset, as: UInt64.self)
        return word | mask == bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// The leftmost place of the piece within `lower..<upper`.
    func find(_ piece: PatternForm.Piece, from lower: Int, to upper: Int) -> Int? {
        if upper - lower < piece.count { return nil }
        let bytes = pattern + piece.start
        let found = trawl_kernels_get().pointee.find_caseless(
            text.assumingMemoryBound(to: UInt8.self) + lower, upper - lower, bytes, bytes + masks, piece.count)
        // SIZE_MAX, which means that it does not occur, is -1 here.
        return found >= 0 ? lower + found : nil
    }

    /// Whether the landmark stands somewhere in the text of this length.
    func contains(_ landmark: PatternForm.Landmark, length: Int) -> Bool {
        let before = landmark.rarest.start - landmark.whole.start
        let behind = landmark.whole.count - landmark.rarest.count - before
        var next = before
        while let place = find(landmark.rarest, from: next, to: length - behind) {
            if isEqual(landmark.whole, at: place - before) { return true }
            next = place + 1
        }
        return false
    }
}
