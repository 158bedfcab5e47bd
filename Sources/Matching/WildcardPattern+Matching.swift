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
