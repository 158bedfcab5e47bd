extension Array where Element: Hashable {
    /// Each element once, where it is met first.
    @inlinable public var unique: [Element] {
        if count < 2 { return self }
        // Few are compared with each other in less time than a set is made.
        if count <= 8 {
            var kept: [Element] = []
            for element in self where !kept.contains(element) { kept.append(element) }
            return kept
        }
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
