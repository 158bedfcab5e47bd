extension Array where Element: Hashable {
    /// Each element once, where it is met first.
    public var unique: [Element] {
        if count < 2 { return self }
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
