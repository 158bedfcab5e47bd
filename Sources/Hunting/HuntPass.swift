import Archives
import Detections
import Events
import Pipeline
import SPL
import Schemas

/// Searches that run over the archives together, made ready.
struct HuntPass: Sendable {
    /// By the number under which the program knows them.
    let keys: [SearchResolution.Key]
    let program: HuntProgram
    /// Which searches can't be run, and why.
    let refusals: [(key: SearchResolution.Key, reason: String)]

    /// - Parameters:
    ///   - rules: those whose own searches are among `searches`; the events of others are not counted as found.
    ///   - anticipations: what a later pass may look for.
    ///   - needs: of rules of which it is counted what they could see.
    /// - Throws: `HuntError` when the schema can't be used.
    init(
        _ searches: [(key: SearchResolution.Key, plan: SearchPlan)], of rules: [HuntRule],
        anticipations: [Anticipation] = [], schema: Schema, context: EvaluationContext, options: HuntOptions,
        needs: [RuleNeeds] = []
    ) throws(HuntError) {
        let own = Set(rules.compactMap(\.key))
        let correlated = Set(rules.flatMap(\.correlatedKeys))
        var contents: [SearchResolution.Key: SigmaContent] = [:]
        if options.matchLimit > 0 {
            for rule in rules {
                if let key = rule.key, let content = rule.sigma { contents[key] = content }
            }
        }
        var inputs: [HuntProgram.Input] = []
        var refusals: [(SearchResolution.Key, String)] = []
        for (number, (key, plan)) in searches.enumerated() {
            let isOwn = own.contains(key)
            do {
                let sight = try Self.sight(of: key, options)
                var input = HuntProgram.Input(
                    rule: number, plan: plan, range: sight.range, schedule: sight.schedule,
                    keepsMatches: isOwn && options.matchLimit > 0, isCounted: isOwn || correlated.contains(key))
                // With their events a correlation's windows are told, too.
                if options.matchLimit > 0, correlated.contains(key) {
                    input.keepsMatches = true
                    input.isCorrelated = true
                }
                if input.keepsMatches { input.selections = contents[key]?.selections.map(\.predicate) ?? [] }
                inputs.append(input)
            } catch {
                refusals.append((key, error.message))
            }
        }
        keys = searches.map(\.key)
        program = try HuntProgram(
            plans: inputs, anticipations: anticipations, schema: schema, context: context,
            countsFields: options.countsFields, needs: needs)
        self.refusals = refusals + program.refused.map { [keys] in (keys[$0.key], $0.value) }
    }

    /// Hands over what was found, and what could not be run.
    func deliver(_ outcome: HuntOutcome, to searches: SearchResolution) {
        for (key, reason) in refusals { searches.refuse(key, because: reason) }
        for (number, hunt) in program.hunts.enumerated() {
            searches.add(
                ScannedSearch(
                    hunt: hunt, number: number, partial: outcome.partials[number], results: outcome.results),
                for: keys[hunt.rule])
        }
    }

    /// Where the events of searches are that a later pass runs; `nil` where they may be anywhere.
    ///
    /// - Parameter noted: what this pass has noted for each of its anticipations.
    func selection(for plans: [SearchPlan], among noted: [ChunkSelection]) -> ChunkSelection? {
        var selection = ChunkSelection()
        for plan in plans {
            guard let place = program.anticipations.firstIndex(where: { $0.covers(plan) }) else { return nil }
            selection.formUnion(noted[place])
        }
        return selection
    }

    /// Which times a search sees, and in which runs of its schedule. What its own text says of time is counted from each run, and
    /// goes before what the schedule says.
    private static func sight(
        of key: SearchResolution.Key, _ options: HuntOptions
    ) throws(HuntError) -> (range: ClosedTimeRange, schedule: Schedule?) {
        let outer = ClosedTimeRange(earliest: options.earliest, latest: options.latest)
        let bounds = key.search.timeRange
        do {
            guard let schedule = key.schedule else {
                let own = try ClosedTimeRange(bounds, now: options.now, zone: options.zone)
                return (outer.intersection(own), nil)
            }
            return (outer, try schedule.seeing(bounds))
        } catch {
            throw HuntError("\(error)")
        }
    }
}

extension Schedule {
    /// The same runs, seeing what a search says itself where it says something.
    func seeing(_ bounds: TimeRange) throws(ScheduleError) -> Schedule {
        if bounds == TimeRange() { return self }
        return try seeing(earliest: bounds.earliest ?? "", latest: bounds.latest ?? "")
    }
}

extension HuntRule {
    /// The searches that the rule needs: its own, or those that it correlates.
    var keys: [SearchResolution.Key] {
        guard case .correlated = state else { return key.map { [$0] } ?? [] }
        return correlatedKeys
    }

    /// The searches that the rule correlates.
    var correlatedKeys: [SearchResolution.Key] {
        guard case .correlated(let correlation) = state else { return [] }
        return correlation.searches.map { SearchResolution.Key(search: $0) }
    }

    /// What ``key`` is, to be asked for once.
    func makeKey() -> SearchResolution.Key? {
        guard case .compiled(let search) = state, !isSilent else { return nil }
        return SearchResolution.Key(
            search: Subsearch(plan: search.plan, timeRange: search.timeRange), schedule: schedule,
            label: sigma.map { "\($0.header.file):\($0.header.mark.line)" })
    }
}
