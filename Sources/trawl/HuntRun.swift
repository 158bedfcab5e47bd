import ArgumentParser
import Detections
import Glibc
import Hunting
import Reporting
import SPL
import Schemas

/// Runs rules over archives and tells the results: what `hunt` and `search` have in common.
struct HuntRun {
    var rules: [HuntRule]
    /// What the rules' searches may look up.
    var lookups: any LookupSource = NoLookups()
    var riskModel = RiskModel()
    var archives: ArchiveArguments
    var time: TimeArguments
    var hunt: HuntArguments
    var output: OutputArguments
    var listsRules = false
    /// Read already; else the one that is named or built in is.
    var schema: Schema?
    /// Whether it is counted what each rule could see.
    var countsFields = false
    /// Whether it is measured what each rule costs.
    var profilesRules = false
    /// Whether rules that were named could not be read.
    var isMissingRules = false
    /// What the one table of a CSV holds.
    var csvContent = ReportOptions.CSVContent.findings
    /// Whether risk or notable events are made of the findings, so that a limit on these is one on them.
    var makesAlerts = false
    /// Adds what is made of the findings: risk and notable events, as far as there is time.
    var finish: @Sendable (inout HuntReport, Interruption) -> Void = { _, _ in }

    /// Names what an interrupted hunt has not read.
    private func tellUnread(_ paths: [String]) {
        Running.tellArchives(paths.map { ($0, "not read whole: the hunt was stopped") }, more: "were not read whole")
    }

    /// What many rules have run into alike is told in one line: limits that were asked for, and an interrupt, concern all.
    private func tellLimits(_ limits: [ReachedLimit]) {
        let asked = Set(limits.filter(\.isAsked).map(\.rule)).count
        var rules: [String: Set<RuleIdentity>] = [:]
        for limit in limits { rules[limit.reason, default: []].insert(limit.rule) }
        for limit in limits where asked == 1 || !limit.isAsked {
            guard let count = rules.removeValue(forKey: limit.reason)?.count else { continue }
            let others = count > 1 ? " and \(Figures.count(count - 1, "other rule"))" : ""
            Running.complain(Diagnostic(.warning, place: limit.rule.name + others, message: limit.reason))
        }
        if asked > 1 {
            Running.complain(
                Diagnostic(
                    .warning, message: "--limit: rows or events of \(Figures.count(asked, "rule")) are left out"))
        }
    }

    private func tellSummary(of report: HuntReport, _ options: ReportOptions, isCut: Bool) throws(ExitCode) {
        try tell { memory throws(OutputError) in
            try SummaryText(report: report, options: options, isCut: isCut).write(to: memory)
        }
    }

    /// Writes to standard error.
    private func tell(_ body: (Output) throws(OutputError) -> Void) throws(ExitCode) {
        let memory = Output()
        do {
            try body(memory)
        } catch {
            throw Running.fail("\(error)")
        }
        Running.write(String(decoding: memory.bytes, as: UTF8.self), to: 2)
    }

    func run() async throws {
        let (hunter, configuration) = try prepared()
        try tellRefusals(of: hunter)
        tellNotes(hunter.notes.sorted { $0.key < $1.key }.map { (index: $0.key, notes: $0.value) })
        if hunt.explain { return try explain(hunter) }
        let destination = try Destination(output.output)
        configuration.tellInput()
        var report = await report(of: hunter, configuration)
        var options = Running.reportOptions(output)
        options.listsRules = listsRules
        options.csvContent = csvContent
        options.interruption = hunter.interruption
        let isWhole = try complete(&report, until: hunter, to: destination, options)
        try tellWhatIsLeftOut(of: report, options, isWhole: isWhole)
        tellNotes(await hunter.doubts(about: report, in: configuration.archives))
        if let count = await hunter.unfedRules(of: report, in: configuration.archives) { tellUnfed(count) }
        let isIncomplete = report.isIncomplete(isStrict: hunt.strict) || isMissingRules || !isWhole
        // All is written. To give back what thousands of rules were made into, piece by piece, would only take time; and
        // where the hunt was stopped, a final stage may still be at work.
        Glibc._exit(isIncomplete ? 1 : 0)
    }

    /// All that can be wrong with the arguments is told here, before anything is read.
    private func prepared() throws(ExitCode) -> (Hunter, RunConfiguration) {
        do {
            var configuration = try RunConfiguration(
                archives: archives, time: time, hunt: hunt, output: output, schema: schema,
                needsArchives: rules.contains(where: \.readsArchives))
            configuration.options.countsFields = countsFields
            configuration.options.profilesRules = profilesRules
            let hunter = try Hunter(
                rules: rules, schema: configuration.schema, options: configuration.options, lookups: lookups,
                riskModel: riskModel)
            return (hunter, configuration)
        } catch {
            throw Running.fail("\(error)")
        }
    }

    /// Tells how many rules can't run; fails where none is left.
    private func tellRefusals(of hunter: Hunter) throws(ExitCode) {
        let refused = rules.indices.filter { !rules[$0].isCompiled || hunter.refusals[$0] != nil }
        if refused.isEmpty { return }
        if refused.count < rules.count {
            if listsRules { return }
            let count = Figures.count(refused.count, "rule")
            return Running.complain(
                Diagnostic(.warning, message: "\(count) can't run; --rule-status tells which and why"))
        }
        let reasons = refused.compactMap { index in
            hunter.refusals[index].map { (place: rules[index].identity.name, reason: $0) }
        }
        if let reason = reasons.first?.reason, rules.allSatisfy({ $0.identity.kind == .search }) {
            throw Running.fail("the search can't be run: \(reason)")
        }
        for (place, reason) in reasons { Running.complain(Diagnostic(.error, place: place, message: reason)) }
        throw Running.fail("no rule can run; `trawl rules check` tells why")
    }

    private func tellNotes(_ notes: [(index: Int, notes: [String])]) {
        for (index, notes) in notes {
            for note in notes { Running.complain(Diagnostic(.note, place: rules[index].identity.name, message: note)) }
        }
    }

    /// Finding nothing says nothing then.
    private func tellUnfed(_ count: Int) {
        let subject = count == 1 ? "the rule reads" : "none of the \(Figures.count(count)) rules reads"
        let object = count == 1 ? "no events such as these, or fields that none has" : "events such as these"
        Running.complain(
            Diagnostic(
                .warning,
                message: "\(subject) \(object), so that nothing could be found; `trawl stat` tells what is there, "
                    + "and with --rules what rules need"))
    }

    private func explain(_ hunter: Hunter) throws {
        try Running.writing(to: output.output) { sink throws(OutputError) in
            for line in hunter.explanation() { try sink.write(Diagnostic.harmless(line) + "\n") }
        }
    }

    /// Reads the archives; what can't be read is part of the report.
    private func report(of hunter: Hunter, _ configuration: RunConfiguration) async -> HuntReport {
        let archives = configuration.archives
        var report = await Running.watching(
            progress: output.progress, cancel: { hunter.cancel() },
            state: {
                let (read, matched) = hunter.progress
                return Progress(read, of: archives.count, matchedEvents: matched)
            },
            work: { await hunter.run(archives) })
        if Running.mayHaveCut(archives) { report.noteStop(ofStreams: archives) }
        report.damage.insert(contentsOf: configuration.missing.map(\.damage), at: 0)
        report.summary.damaged = report.damage.count
        return report
    }

    /// Adds what is made of the findings and writes the report: whether all of it was written before an interrupt.
    private func complete(
        _ report: inout HuntReport, until hunter: Hunter, to destination: Destination, _ options: ReportOptions
    ) throws(ExitCode) -> Bool {
        let cancel = { @Sendable in hunter.cancel() }
        return try Running.heedingInterrupts(by: cancel) { () throws(ExitCode) -> Bool in
            // Alerts are those of the findings that are told.
            if let limit = hunt.limit { report.limit(rowsOfEachRule: limit, alerts: makesAlerts) }
            if report.failure == nil { finish(&report, hunter.interruption) }
            if let failure = report.failure { throw Running.fail("\(failure)") }
            let writer = ReportWriter(format: Running.format(output), options: options)
            var isWhole = true
            try destination.write(until: hunter.interruption) { sink throws(OutputError) in
                isWhole = try writer.write(report, to: sink)
            }
            return isWhole
        }
    }

    /// Tells on standard error what the report does not hold.
    private func tellWhatIsLeftOut(
        of report: HuntReport, _ options: ReportOptions, isWhole: Bool
    ) throws(ExitCode) {
        tellUnread(report.unread)
        Running.tellUnfit(report.unfit)
        if !isWhole {
            Running.complain(
                Diagnostic(
                    .warning, message: "the output was cut short: the hunt was stopped before all was written"))
        }
        if report.summary.isInterrupted || !isWhole { Running.tellPartial(output) }
        tellLimits(report.limits)
        if let profile = report.profile {
            var shape = options
            shape.hasColor = false
            shape.width = Terminal.width(of: 2)
            try tell { memory throws(OutputError) in try ProfileTable(profile, options: shape).write(to: memory) }
        }
        // A table of one kind of record has no place for the summary.
        if Running.format(output) == .csv { try tellSummary(of: report, options, isCut: !isWhole) }
    }
}
