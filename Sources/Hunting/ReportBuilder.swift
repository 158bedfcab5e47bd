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
        var hunts: [Int: Int] = [:]
        for (number, hunt) in hunter.program.hunts.enumerated() { hunts[hunt.rule] = number }
        for (index, rule) in hunter.rules.enumerated() {
            switch rule.state {
            case .refused(let status, let reason):
                report.rules.append(RuleReport(rule: rule.identity, status: status, reason: reason))
            case .compiled:
                guard let number = hunts[index] else {
                    let reason = hunter.program.refused[index]
                    report.rules.append(RuleReport(rule: rule.identity, status: .unsupported, reason: reason))
                    continue
                }
                report.rules.append(ruleReport(rule, number, &report))
                addMatches(of: rule.identity, number, to: &report)
            }
        }
        report.malformed = outcome.malformed.located(archives, positions)
        report.damage = zip(accounts.indices, accounts).flatMap { index, account in
            account.damage.map { Damage(archive: account.path, offset: $0.offset, reason: $0.reason) }
                + (account.failure.map {
                    [Damage(archive: account.path, offset: nil, reason: "can't be opened: \($0)")]
                }
                    ?? [])
        }
        report.unread = accounts.filter { !$0.isComplete && $0.failure == nil }.map(\.path)
        report.failure = outcome.results.file.failure ?? report.failure
        report.summary = summary(report)
        return report
    }

    private func ruleReport(_ rule: HuntRule, _ number: Int, _ report: inout HuntReport) -> RuleReport {
        var found = RuleReport(rule: rule.identity, status: .compiled)
        let stages = FinalStages(
            hunt: hunter.program.hunts[number], number: number, results: outcome.results,
            context: hunter.context.bounded(by: hunter.program.hunts[number].range),
            rowMemory: hunter.options.rowMemory)
        do {
            let finished = try stages.outcome(outcome.partials[number])
            found.findings = finished.findings
            report.limits += finished.limits.map { ReachedLimit(rule: rule.identity, reason: $0) }
            if !finished.limits.isEmpty { found.reason = finished.limits.joined(separator: "; ") }
        } catch {
            switch error {
            case .pipeline(let error):
                return RuleReport(rule: rule.identity, status: .invalid, reason: error.description)
            case .storage(let error): report.failure = error
            }
        }
        return found
    }

    private func addMatches(of rule: RuleIdentity, _ number: Int, to report: inout HuntReport) {
        guard hunter.options.matchLimit > 0 else { return }
        report.matches.append(
            StoredMatches(
                rule: rule, results: outcome.results, stream: ResultStream(.match, of: number), archives: archives,
                positions: positions),
            limit: hunter.options.matchLimit)
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
        summary.findings = report.rules.reduce(0) { $0 + $1.findings.count }
        summary.rules = report.rules.count { $0.status == .compiled }
        summary.damaged = report.damage.count
        summary.unread = report.unread.count
        summary.limited = Set(report.limits.map(\.rule)).count
        summary.isInterrupted = summary.unread > 0
        return summary
    }
}
