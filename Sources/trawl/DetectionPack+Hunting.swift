import Detections
import Events
import Hunting
import Reporting
import Schemas
import Sigma

/// From loaded content to the rules of a hunt, and from its findings to what they mean.
extension DetectionPack {
    /// A rule for each detection and each Sigma rule that is chosen, compiled or not.
    ///
    /// With a zone, each detection gets the schedule of its type, read in that zone; one whose schedule is none does not run, and
    /// one without a type has no schedule and runs over all of time: `tell` gets a message of each.
    func huntRules(
        scheduledIn zone: TimeZone?, choice: RuleChoice = RuleChoice(), schema: Schema,
        placeholders: SigmaPlaceholders = SigmaPlaceholders(),
        tell: (Diagnostic) -> Void = { _ in }
    ) -> [HuntRule] {
        var rules: [HuntRule] = []
        for entry in entries {
            let detection = entry.detection
            let annotations = Annotations(of: detection, enrichment: riskModel.enrichment)
            guard choice.takes(RuleTraits(detection, annotations)) else { continue }
            let identity = RuleIdentity(id: detection.id, name: detection.name, kind: .escu)
            let state: HuntRule.State =
                switch entry.outcome {
                case .compiled(let search): .compiled(search)
                case .unsupported(let reason): .refused(.unsupported, reason: reason)
                case .invalid(let reason): .refused(.invalid, reason: reason)
                }
            var rule = HuntRule(identity: identity, state: state, detection: detection)
            rule.error = entry.error
            if let zone, rule.isCompiled { schedule(&rule, detection, in: zone, tell) }
            rules.append(rule)
        }
        return rules
            + HuntRule.rules(
                of: sigma, schema: schema, placeholders: placeholders, where: { choice.takes(RuleTraits($0)) })
    }

    private func schedule(
        _ rule: inout HuntRule, _ detection: Detection, in zone: TimeZone, _ tell: (Diagnostic) -> Void
    ) {
        guard let type = detection.type else {
            let message = "\(detection.file): has no type, by which schedules are given; it runs over all of time"
            tell(Diagnostic(.warning, place: rule.identity.name, message: message))
            return
        }
        let deployment = riskModel.deployments[type]
        do {
            rule.schedule = try Schedule(deployment, zone: zone)
        } catch {
            let reason = "\(detection.file): the schedule of the deployment \(deployment.name): \(error)"
            rule.state = .refused(.invalid, reason: reason)
            tell(Diagnostic(.error, place: rule.identity.name, message: reason))
        }
    }

    /// A rule that does not run for each path, file and document of which no rule could be read, as far as it is chosen.
    func lostRules(_ choice: RuleChoice = RuleChoice()) -> [HuntRule] {
        lostRules.compactMap { problem in
            let name = problem.mark.map { "\(problem.file):\($0.line)" } ?? problem.file
            guard choice.takes(RuleTraits(lost: problem)) else { return nil }
            let reason = problem.mark.map { "\(problem.file):\($0.line):\($0.column)" } ?? problem.file
            return HuntRule(
                identity: RuleIdentity(id: name, name: name, kind: .escu),
                state: .refused(.invalid, reason: "\(reason): \(problem.reason)"))
        }
    }

    /// Why there is no rule left to run.
    ///
    /// - Parameter options: those given by which rules are chosen.
    func noRule(in paths: [String], chosenBy options: [String] = []) -> String {
        let count = entries.count + sigma.documents.count + sigma.failures.count
        if paths.isEmpty {
            return "the built-in rule is left out by \(options.joined(separator: " and ")); name rules with --rules"
        }
        let places = paths.joined(separator: ", ")
        if count == 0 { return "no rule was found in \(places)" }
        let leave = options.count == 1 ? "leaves" : "leave"
        return "\(options.joined(separator: " and ")) \(leave) none of the \(Figures.count(count, "rule")) in \(places)"
    }

    /// The parts of the schema that the content reads.
    var schemaParts: SchemaParts {
        SchemaParts(readBy: entries.compactMap(\.search), logsources: !sigma.isEmpty)
    }

    /// Adds what the detections say of their findings: severity, techniques and, if wanted, risk and notable events.
    ///
    /// Where an interruption ends this, the findings of the rules that are left raise none, which is said.
    func complete(
        _ report: inout HuntReport, of rules: [HuntRule], risk: Bool, notables: Bool, until interruption: Interruption
    ) {
        for (index, rule) in rules.enumerated() where index < report.rules.count {
            guard let detection = rule.detection else { continue }
            let annotations = Annotations(of: detection, enrichment: riskModel.enrichment)
            report.rules[index].severity = detection.severity?.rawValue ?? ""
            report.rules[index].riskScore = detection.riskScore.flatMap { Int(exactly: $0.rounded()) }
            report.rules[index].techniques = annotations.techniqueIDs
            report.rules[index].tactics = annotations.tactics
            let findings = report.rules[index].findings
            guard risk || notables, !findings.isEmpty else { continue }
            guard !interruption.endsStages else {
                report.rules[index].isIncomplete = true
                report.limits.append(
                    ReachedLimit(
                        rule: report.rules[index].rule,
                        reason: "the hunt was stopped before risk and notable events were made"))
                continue
            }
            do {
                let (set, isWhole) = try findings.rowSet(within: Self.alertMemory)
                if !isWhole {
                    report.limits.append(
                        ReachedLimit(
                            rule: report.rules[index].rule,
                            reason: "risk and notable events were made of the first \(set.rows.count) findings only"))
                }
                report.alerts += riskModel.alerts(for: detection, findings: set).filter { alert in
                    switch alert.kind {
                    case .risk: risk
                    case .notable: notables
                    }
                }
            } catch {
                report.failure = error
            }
        }
        report.summary.limited = Set(report.limits.map(\.rule)).count
    }

    /// Bytes that one rule's findings may take in memory to have alerts made of them, which take several times as much.
    private static let alertMemory = 32 << 20
}

extension Diagnostic {
    /// A problem of a content file.
    init(_ problem: ContentProblem) {
        let severity: Severity =
            switch problem.severity {
            case .error: .error
            case .warning: .warning
            case .note: .note
            }
        let place = problem.mark.map { "\(problem.file):\($0.line):\($0.column)" } ?? problem.file
        self.init(severity, place: place, message: problem.reason)
    }
}
