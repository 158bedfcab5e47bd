extension HuntReport {
    /// Keeps at most so many rows of each rule, and notes of which rules some are left out.
    ///
    /// - Parameter alerts: whether risk or notable events are made of the rows that are kept, and so of no others.
    public mutating func limit(rowsOfEachRule limit: Int, alerts: Bool = false) {
        for index in rules.indices {
            let count = rules[index].findings.count
            guard count > limit else { continue }
            rules[index].findings.limit(to: limit)
            limits.append(
                ReachedLimit(
                    rule: rules[index].rule,
                    reason: "rows behind the first \(limit) of \(count)"
                        + (alerts ? ", and the risk and notable events of these, are" : " are")
                        + " left out, as asked for", isAsked: true))
        }
        summary.limited = Set(limits.map(\.rule)).count
    }

    /// Whether some input could not be read whole, or, where that counts, a line was malformed.
    public func isIncomplete(isStrict: Bool) -> Bool {
        !damage.isEmpty || summary.isInterrupted || rules.contains(where: \.isIncomplete)
            || isStrict && summary.malformed > 0
    }
}
