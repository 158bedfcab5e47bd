extension HuntReport {
    /// Keeps at most so many rows and events of each rule.
    public mutating func limit(rowsOfEachRule limit: Int) {
        for index in rules.indices where rules[index].findings.rows.count > limit {
            rules[index].findings.rows.removeSubrange(limit...)
        }
    }

    /// Whether some input could not be read whole, or, where that counts, a line was malformed.
    public func isIncomplete(isStrict: Bool) -> Bool {
        !damage.isEmpty || summary.isInterrupted || isStrict && summary.malformed > 0
    }
}
