public import Archives
import Detections

extension Hunter {
    /// Of a hunt in which no event matched: how many rules of detections and Sigma it ran, where none of them could have found
    /// anything, since no event is of a kind that one of them reads, or has what they need of it. `nil` where some could, and where
    /// that is not known: archives that are small are looked at once more, others are not.
    ///
    /// - Parameter archives: those that the report is of.
    /// - Complexity: linear in the archives, of which every line is parsed.
    public func unfedRules(of report: HuntReport, in archives: [Archive]) async -> Int? {
        let summary = report.summary
        guard summary.events > 0, summary.matchedEvents == 0, summary.outOfRange == 0, summary.findings == 0,
            !summary.isInterrupted, !options.countsFields,
            summary.bytesScanned <= Self.worthAnotherLook, !archives.contains(where: \.isReadOnce)
        else { return nil }
        // With one rule, that its fields are missing is worth saying; of hundreds some have theirs.
        if report.isFed, rules.count > Self.fewRules { return nil }
        let packed = checks(schema: schema).filter { $0.rule.kind != .search && $0.canRun }
        // Events that the time range leaves out are such as a rule reads, too.
        var options = options
        (options.earliest, options.latest) = (nil, nil)
        guard !packed.isEmpty, let surveyor = try? Surveyor(schema: schema, options: options, checks: packed) else {
            return nil
        }
        let feeds = await surveyor.run(archives).feeds.filter { $0.raisers == nil }
        return feeds.isEmpty || feeds.contains(where: \.isFed) ? nil : feeds.count
    }

    private static let fewRules = 32
}
