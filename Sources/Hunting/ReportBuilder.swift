import Aggregation
import Archives
import Detections
import Pipeline
import SPL
import Values

/// Makes the report of what the workers have found: final stages, places in the archives, sums.
struct ReportBuilder {
    private let hunter: Hunter
    private var outcome: HuntOutcome
    private let archives: [Archive]
    private(set) var accounts: [ArchiveAccount]
    private let positions: ChunkPositions
    /// What each rule has found, as far as its final stages have run.
    private var resolved: [Int: Result<FinalStages.Outcome, FinalStageError>] = [:]
    private var scans: [Int: ScannedSearch] = [:]
    /// With their events, those in the windows of each correlation.
    private var correlatedEvents: [Int: StoredResults] = [:]
    private var failure: StorageError?
    /// Rules of which searches over risk have seen the first findings only.
    private var withPartOfRisk: Set<Int> = []
    /// The final stages that run beside all else, and whose they are.
    private var aside: (rules: Set<Int>, stages: Task<[Finished], Never>)?

    private typealias Scanned = (index: Int, scan: ScannedSearch)
    private typealias Finished = (index: Int, result: Result<FinalStages.Outcome, FinalStageError>)

    init(hunter: Hunter, outcome: HuntOutcome, archives: [Archive], reader: ArchiveReader) {
        self.hunter = hunter
        self.outcome = outcome
        self.archives = archives
        accounts = reader.accounts()
        positions = reader.positions()
    }

    /// Adds what a later pass has found, and what it could not read. The lines are those of the first.
    mutating func add(_ later: HuntOutcome, from reader: ArchiveReader) {
        for (index, account) in reader.accounts().enumerated() {
            if let failure = account.failure, accounts[index].failure == nil {
                accounts[index].damage.append(
                    ArchiveDamage(offset: 0, reason: "it can't be read once more, as some searches need: \(failure)"))
            }
            let known = Set(accounts[index].damage)
            accounts[index].damage += account.damage.filter { !known.contains($0) }
            accounts[index].damage.sort { $0.offset < $1.offset }
        }
        outcome.matchedEvents += later.matchedEvents
        outcome.outOfRange += later.outOfRange
        // Most of them are those of the first pass, read once more.
        outcome.withoutTime = max(outcome.withoutTime, later.withoutTime)
        failure = failure ?? later.results.file.failure
    }

    /// Takes over what is known of each rule now: the rules that need another pass are returned.
    ///
    /// Rules over risk events come last, over those of all the others. What fills gaps goes on during the other pass.
    mutating func resolve(_ searches: SearchResolution, with riskModel: RiskModel) async -> [Int] {
        var alone: [Int] = []
        var joining: [(index: Int, key: SearchResolution.Key)] = []
        var overRisk: [(index: Int, key: SearchResolution.Key)] = []
        for (index, rule) in hunter.rules.enumerated() {
            guard let key = rule.key, hunter.refusals[index] == nil else { continue }
            scans[index] = searches.scan(of: key)
            if key.search.plan.readsRiskSomewhere {
                overRisk.append((index, key))
            } else if key.search.plan.standsAlone {
                if resolved[index] == nil, aside?.rules.contains(index) != true { alone.append(index) }
            } else {
                joining.append((index, key))
            }
        }
        await finish(alone)
        let pending = await finish(joining, searches)
        await correlate(searches)
        guard pending.isEmpty else { return pending }
        await finishAside()
        guard !overRisk.isEmpty else { return pending }
        searches.know(risk: riskRows(riskModel))
        return await finish(overRisk, searches)
    }

    /// Runs the correlations over what their rules have matched, one after the other.
    private mutating func correlate(_ searches: SearchResolution) async {
        var correlations: [(index: Int, search: CorrelationSearch)] = []
        for (index, rule) in hunter.rules.enumerated() {
            guard case .correlated(let search) = rule.state, hunter.refusals[index] == nil, resolved[index] == nil,
                !rule.isSilent
            else {
                continue
            }
            correlations.append((index, search))
        }
        let file = outcome.results.file
        let (budget, keepsEvents) = (hunter.options.resultMemory, hunter.options.matchLimit > 0)
        let made = await sideBySide(correlations, threads: 1, until: hunter.interruption) { index, search in
            Result { () throws(StorageError) in
                let scan = { (search: Subsearch) in searches.scan(of: SearchResolution.Key(search: search)) }
                var run = CorrelationRun(file: file, budget: budget, scan: scan)
                let stream = ResultStream(.match, of: index)
                var events = keepsEvents ? CorrelatedEvents(stream, file: file, budget: budget) : nil
                let findings = try run.findings(of: search, into: ResultStream(.row, of: index), events: &events)
                let found = FinalStages.Outcome(findings: findings, limits: run.limits)
                return (found, try events?.found(among: search.searches.compactMap(scan)))
            }
        }
        for case (let (index, _), let result?) in zip(correlations, made) {
            switch result {
            case .success((let found, let events)):
                resolved[index] = .success(found)
                correlatedEvents[index] = events
            case .failure(let error): resolved[index] = .failure(.storage(error))
            }
        }
    }

    /// Runs the final stages of rules that need no other search, side by side; but one by one those that may make hundreds of
    /// thousands of rows of a few, so that those of several are not in memory at the same time. Where there are more threads
    /// than one these run aside of all that follows, as no other rule but those over risk events needs them.
    private mutating func finish(_ rules: [Int]) async {
        var scanned = rules.compactMap { index in scans[index].map { (index: index, scan: $0) } }
        let large = scanned.partition { Command.fillGaps($0.scan.hunt.finalStages) }
        // The largest first, so that no thread is left alone with one at the end.
        let small = scanned[..<large].sorted { $0.scan.groupCount > $1.scan.groupCount }
        let rest = Array(scanned[large...])
        let threads = hunter.options.threads
        if !rest.isEmpty {
            await finishAside()
            aside = (Set(rest.map(\.index)), Task { [hunter] in await Self.finished([rest], threads: 1, of: hunter) })
            if threads == 1 { await finishAside() }
        }
        for (index, result) in await Self.finished(
            small.map { [$0] }, threads: rest.isEmpty ? threads : max(1, threads - 1), of: hunter)
        {
            resolved[index] = result
        }
    }

    /// What comes of queues of rules, of which each is worked off by one thread.
    private static func finished(_ queues: [[Scanned]], threads: Int, of hunter: Hunter) async -> [Finished] {
        let (rowMemory, interruption) = (hunter.options.rowMemory, hunter.interruption)
        let made = await sideBySide(queues, threads: threads, until: interruption) { queue in
            queue.map { index, scan -> Finished in
                let context = scan.hunt.context
                let stages = scan.stages(rowMemory: rowMemory, interruption) {
                    PipelineEnvironment(context: context.running(in: $0), rowMemory: rowMemory)
                }
                return (index, Result { () throws(FinalStageError) in try stages.outcome(scan.partial) })
            }
        }
        return made.compactMap(\.self).flatMap(\.self)
    }

    /// Waits for what runs aside.
    mutating func finishAside() async {
        guard let running = aside else { return }
        aside = nil
        for (index, result) in await running.stages.value { resolved[index] = result }
    }

    /// The same for rules that need other searches, the searches first. Those that wait for another pass are returned.
    private mutating func finish(
        _ rules: [(index: Int, key: SearchResolution.Key)], _ searches: SearchResolution
    ) async -> [Int] {
        let inner = searches.searchesInside(of: rules.map(\.key))
        let (threads, interruption) = (hunter.options.threads, hunter.interruption)
        _ = await sideBySide(inner, threads: threads, until: interruption) { searches.findRows(of: $0) }
        let made = await sideBySide(rules, threads: threads, until: interruption) { _, key in
            Result { () throws(FinalStageError) in try searches.outcome(of: key) }
        }
        var pending: [Int] = []
        for case (let rule, let result?) in zip(rules, made) {
            if case .failure(.pipeline(.awaits)) = result {
                pending.append(rule.index)
            } else {
                resolved[rule.index] = result
            }
        }
        return pending
    }

    /// The risk events of what is found so far, as the dataset `Risk.All_Risk` has them.
    private mutating func riskRows(_ model: RiskModel) -> RowSet {
        let (options, interruption) = (hunter.options, hunter.interruption)
        let rowMemory = options.rowMemory
        var found: [(index: Int, detection: Detection, findings: Findings)] = []
        for (index, rule) in hunter.rules.enumerated() {
            guard let detection = rule.detection, hunter.refusals[index] == nil, let key = rule.key,
                !key.search.plan.readsRiskSomewhere, let findings = try? outcome(of: index)?.findings, !findings.isEmpty
            else { continue }
            found.append((index, detection, findings))
        }
        let datasets = found.concurrentMap { entry -> Result<(rows: RowSet, isWhole: Bool), StorageError> in
            if interruption.endsStages { return .success((RowSet(), false)) }
            do throws(StorageError) {
                let (set, isWhole) = try entry.findings.rowSet(within: rowMemory)
                let rows = model.dataset(
                    of: entry.detection, findings: set, zone: options.zone, now: options.latest ?? options.now)
                return .success((rows, isWhole))
            } catch {
                return .failure(error)
            }
        }
        var rows = RowSet()
        for (entry, dataset) in zip(found, datasets) {
            switch dataset {
            case .success(let made):
                rows.append(made.rows)
                if !made.isWhole { withPartOfRisk.insert(entry.index) }
            case .failure(let error): failure = failure ?? error
            }
        }
        return rows
    }

    /// What a rule has found; `nil` while it waits for another pass.
    private func outcome(of index: Int) throws(FinalStageError) -> FinalStages.Outcome? {
        if let result = resolved[index] { return try result.get() }
        return nil
    }

    func report() -> HuntReport {
        var report = HuntReport()
        let givenUp = GivenUpPatterns(of: hunter.rules)
        for (index, rule) in hunter.rules.enumerated() {
            switch rule.state {
            case .refused(let status, let reason):
                report.rules.append(RuleReport(rule: rule.identity, status: status, reason: reason))
            case .compiled, .correlated:
                if let refusal = hunter.refusals[index] {
                    let reason = rule.placed(refusal, schema: hunter.schema).reason
                    report.rules.append(RuleReport(rule: rule.identity, status: .unsupported, reason: reason))
                    continue
                }
                var found = ruleReport(index, rule, &report)
                if givenUp.concern(rule), found.status == .compiled {
                    report.limits.append(ReachedLimit(rule: rule.identity, reason: FinalStages.patternLimit))
                    found.reason = [found.reason, FinalStages.patternLimit].compactMap(\.self).joined(separator: "; ")
                }
                report.rules.append(found)
                if withPartOfRisk.contains(index) {
                    let reason = "searches over risk have seen the risk of its first findings only"
                    report.limits.append(ReachedLimit(rule: rule.identity, reason: reason))
                }
                if let scan = scans[index] {
                    addMatches(of: rule, in: scan.results, ResultStream(.match, of: scan.number), to: &report)
                } else if let events = correlatedEvents[index] {
                    addMatches(of: rule, in: events, ResultStream(.match, of: index), to: &report)
                }
            }
        }
        for (index, rule) in hunter.rules.enumerated() {
            guard let content = rule.sigma else { continue }
            report.rules[index].severity = content.header.level?.rawValue ?? ""
            report.rules[index].techniques = content.header.techniques
            report.rules[index].tactics = content.header.tactics
            if report.rules[index].status == .compiled, hunter.options.countsFields {
                report.rules[index].coverage = outcome.presence.coverage(of: content, map: hunter.firstPass.program.map)
                if case .correlated(let correlation) = rule.state {
                    report.rules[index].coverage = outcome.presence.coverage(
                        of: correlation, map: hunter.firstPass.program.map)
                }
            }
        }
        addCoverage(to: &report)
        if hunter.options.profilesRules { report.profile = hunter.profile(outcome.costs) }
        report.malformed = outcome.malformed.located(archives, positions)
        report.damage = zip(accounts.indices, accounts).flatMap { index, account in
            account.damage.map { Damage(archive: account.path, offset: $0.offset, reason: $0.reason) }
                + (account.failure.map {
                    [Damage(archive: account.path, offset: nil, reason: "can't be opened: \($0)")]
                }
                    ?? [])
        }
        report.unfit = UnfitArchive.all(among: accounts, outcome.counts)
        report.unread = accounts.filter { !$0.isComplete && $0.failure == nil }.map(\.path)
        report.failure = outcome.results.file.failure ?? failure ?? report.failure
        report.summary = summary(report)
        report.isBounded = hunter.options.earliest != nil || hunter.options.latest != nil
        report.isFed = outcome.isFed
        return report
    }

    /// What the rules could see that have no logsource but a dataset, or an origin of events.
    private func addCoverage(to report: inout HuntReport) {
        guard let program = hunter.firstPass.program.feeds, let counts = outcome.feeds else { return }
        let feeds = program.feeds(counts, rules: hunter.fedRules.map { hunter.rules[$0].identity })
        for (index, feed) in zip(hunter.fedRules, feeds) where report.rules[index].status == .compiled {
            let coverage = RuleCoverage(feed)
            // A search inside of another one may find what that one's own events do not show.
            let standsAlone = hunter.rules[index].key?.search.plan.standsAlone ?? false
            if standsAlone || coverage.verdict == .evaluated {
                report.rules[index].coverage = coverage
            } else if report.rules[index].reason == nil {
                report.rules[index].reason =
                    "no event is of its own dataset or origin, or none has its fields; what the searches inside it "
                    + "see is not told"
            }
        }
    }

    private func ruleReport(_ index: Int, _ rule: HuntRule, _ report: inout HuntReport) -> RuleReport {
        var found = RuleReport(rule: rule.identity, status: .compiled)
        if rule.isSilent {
            found.reason = "its matches go to the correlations that name it"
            return found
        }
        do {
            guard let finished = try outcome(of: index) else {
                found.isIncomplete = true
                found.reason = waitingReason
                report.limits.append(ReachedLimit(rule: rule.identity, reason: waitingReason))
                return found
            }
            found.findings = finished.findings
            report.limits += finished.limits.map { ReachedLimit(rule: rule.identity, reason: $0) }
            if !finished.limits.isEmpty { found.reason = finished.limits.joined(separator: "; ") }
        } catch {
            switch error {
            // The rule is right; what these events came to is more than its commands take.
            case .pipeline(let error):
                found.isIncomplete = true
                found.reason = error.description
                report.limits.append(
                    ReachedLimit(rule: rule.identity, reason: "\(error.description); it has no results"))
            case .storage(let error): report.failure = error
            }
        }
        return found
    }

    /// Why a rule has no rows although it runs.
    private var waitingReason: String {
        if hunter.interruption.isRequested { return "the hunt was stopped before its rows were made" }
        return archives.contains(where: \.isReadOnce)
            ? "it needs a second pass over the archives, and a stream can be read only once"
            : "the hunt ended before the passes over the archives that it needs"
    }

    private func addMatches(
        of rule: HuntRule, in results: StoredResults, _ stream: ResultStream, to report: inout HuntReport
    ) {
        let limit = hunter.options.matchLimit
        guard limit > 0 else { return }
        report.matches.append(
            StoredMatches(
                rule: rule.identity, selections: rule.sigma?.selections.map(\.name) ?? [], results: results,
                stream: stream, archives: archives, positions: positions),
            limit: limit)
        guard results.count(of: stream) > limit else { return }
        report.limits.append(
            ReachedLimit(
                rule: rule.identity, reason: "matched events behind the first \(limit) are left out, as asked for",
                isAsked: true))
    }

    private func summary(_ report: HuntReport) -> HuntSummary {
        var summary = HuntSummary()
        summary.archives = archives.count
        summary.bytesRead = accounts.reduce(0) { $0 + $1.bytesRead }
        summary.bytesScanned = accounts.reduce(0) { $0 + $1.bytesDecompressed }
        let counts = outcome.counts.reduce(into: LineCounts()) { $0 += $1 }
        summary.lines = counts.lines
        summary.malformed = counts.malformed
        summary.blank = counts.blank
        summary.events = summary.lines - summary.malformed - summary.blank
        summary.parsed = counts.parsed
        summary.recovered = counts.recovered
        summary.matchedEvents = outcome.matchedEvents
        summary.withoutTime = outcome.withoutTime
        summary.outOfRange = outcome.outOfRange
        summary.findings = report.rules.reduce(0) { $0 + $1.findings.count }
        summary.rules = report.rules.count { $0.status == .compiled }
        summary.unsupported = report.rules.count { $0.status == .unsupported }
        summary.invalid = report.rules.count { $0.status == .invalid }
        summary.notGated = report.rules.count { $0.status == .notGated }
        if hunter.options.countsFields {
            let verdicts = report.rules.compactMap(\.coverage?.verdict)
            summary.evaluated = verdicts.count { $0 == .evaluated }
            summary.withoutEvents = verdicts.count { $0 == .noEvents }
            summary.notEvaluable = verdicts.count { $0 == .notEvaluable }
        }
        summary.damaged = report.damage.count
        summary.unread = report.unread.count
        summary.limited = Set(report.limits.map(\.rule)).count
        summary.isInterrupted =
            summary.unread > 0 || hunter.interruption.hasCut
            || hunter.interruption.isRequested && report.rules.contains(where: \.isIncomplete)
        return summary
    }
}
