/// What is looked for in a text so that all keys are found.
struct KeyCover {
    /// One thing that is looked for.
    enum Finder: Hashable, Sendable {
        case pair(BytePair)
        case word(ShortWord)
    }

    /// How a key is found.
    struct Way {
        var finder: Finder
        /// Where in the key it begins.
        var offset: Int
    }

    var finders: [Finder] = []
    /// For each key how it is found.
    var ways: [Way] = []
    /// Places where something that is looked for stands, for each byte scanned: an estimate.
    var share = 0.0
}
