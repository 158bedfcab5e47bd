import Aggregation
import Archives
import Detections
import Pipeline
import SPL
import Values

/// Makes the report of what the workers have found: final stages, places in the archives, sums.
struct ReportBuilder {
    let hunter: Hunter
    let outcome: HuntOutcome
    let archives: [Archive]
    let accounts: [ArchiveAccount]
    let positions: ChunkPositions

    init(hunter: Hunter, outcome: HuntOutcome, archives: [Archive], reader: ArchiveReader) {
        self.hunter = hunter
        self.outcome = outcome
        self.archives = archives
        accounts = reader.accounts()
        positions = reader.positions()
    }

    func report() -> HuntReport {
        var report = HuntReport()
        var partials: [Int: (Hunt, HuntPartial)] = [:]
        for (hunt, partial) in zip(hunter.program.hunts, outcome.partials) { partials[hunt.rule] = (hunt, partial) }
        for (index, rule) in hunter.rules.enumerated() {
            switch rule.state {
            case .refused(let status, let reason):
                report.rules.append(RuleReport(rule: rule.identity, status: status, reason: reason))
            case .compiled:
                guard let (hunt, partial) = partials[index] else {
                    let reason = hunter.program.refused[index]
                    report.rules.append(RuleReport(rule: rule.identity, status: .unsupported, reason: reason))
                    continue
                }
                report.rules.append(ruleReport(rule, hunt, partial))
                report.matches += partial.matches.map { match(rule.identity, $0) }
            }
        }
        report.malformed = outcome.malformed.located(archives, positions)
        report.damage = zip(accounts.indices, accounts).flatMap { index, account in
            account.damage.map { Damage(archive: account.path, offset: $0.offset, reason: $0.reason) }
                + (account.failure.map { [Damage(archive: account.path, offset: 0, reason: $0)] } ?? [])
        }
        report.unread = accounts.filter { !$0.isComplete && $0.failure == nil }.map(\.path)
        report.summary = summary(report)
        return report
    }

    private func ruleReport(_ rule: HuntRule, _ hunt: Hunt, _ partial: HuntPartial) -> RuleReport {
        var found = RuleReport(rule: rule.identity, status: .compiled)
        do {
            let stages = FinalStages(hunt: hunt, context: hunter.context)
            found.findings = try stages.rows(partial)
        } catch {
            return RuleReport(rule: rule.identity, status: .invalid, reason: error.description)
        }
        if partial.hasDroppedRows {
            found.reason = "only the first \(hunter.options.rowLimit) events were kept for its final stages"
        }
        return found
    }

    private func match(_ rule: RuleIdentity, _ match: HuntPartial.OrderedMatch) -> MatchedEvent {
        let (line, offset) = match.place.position(in: positions)
        return MatchedEvent(
            rule: rule, archive: archives[match.place.archive].path, line: line, offset: offset, event: match.event)
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
        summary.matchedEvents = outcome.matchedEvents
        summary.withoutTime = outcome.withoutTime
        summary.findings = report.rules.reduce(0) { $0 + $1.findings.rows.count }
        summary.rules = report.rules.count { $0.status == .compiled }
        summary.damaged = report.damage.count
        summary.unread = report.unread.count
        summary.isInterrupted = summary.unread > 0
        return summary
    }
}
