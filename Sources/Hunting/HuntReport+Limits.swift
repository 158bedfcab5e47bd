extension HuntReport {
    /// Keeps at most so many rows of each rule.
    public mutating func limit(rowsOfEachRule limit: Int) {
        for index in rules.indices { rules[index].findings.limit(to: limit) }
    }

    /// Whether some input could not be read whole, or, where that counts, a line was malformed.
    public func isIncomplete(isStrict: Bool) -> Bool {
        !damage.isEmpty || summary.isInterrupted || rules.contains(where: \.isIncomplete)
            || isStrict && summary.malformed > 0
    }
}
