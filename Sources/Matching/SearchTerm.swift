/// A pattern that is looked for in the raw text of many events.
///
/// A class, so that readers can be given it without a copy of what it is made of.
public final class SearchTerm: Sendable {
    /// What the term finds; `occursAsPhrase` decides, the term only rules out.
    public let pattern: WildcardPattern
    /// The longest run of bytes of it that only `\u` can write otherwise.
    private let landmark: PatternForm.Landmark?

    /// Made once for all events: choosing the landmark costs more than a search.
    public init(_ pattern: WildcardPattern) {
        self.pattern = pattern
        landmark = pattern.form.plainRun
    }

    /// The bytes of that run, folded unless case counts.
    var plainRun: [UInt8]? { landmark.map { pattern.form.bytes(of: $0.whole) } }

    /// Whether the pattern may occur in this text, or in what it is once its JSON escapes are decoded. A cheap way to see
    /// that it can't: its landmark does not stand there, and there is no `\u`.
    public func mayOccur(in escaped: UnsafeRawBufferPointer, hasUnicodeEscapes: Bool) -> Bool {
        guard !hasUnicodeEscapes, let landmark, let address = escaped.baseAddress else { return true }
        return pattern.form.withSearch(of: address) { $0.contains(landmark, length: escaped.count) }
    }
}
