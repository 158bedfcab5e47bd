public import Archives
public import Detections
import Events
import Glibc
import Pipeline
public import SPL
public import Schemas
import Synchronization
import Values

/// Runs rules over archives: the plans are compiled once, workers pull chunks, their partial results merge, the final
/// stages run on what is left.
///
/// What it finds depends on nothing but the rules, the archives and the options that say so.
public final class Hunter: Sendable {
    /// In the order in which reports tell of them.
    public let rules: [HuntRule]
    /// As given.
    public let options: HuntOptions
    /// What the first pass over the archives runs; hardly ever is there another.
    let firstPass: HuntPass
    /// Why rules that compiled can't run all the same, by their index: a dataset without a mapping.
    public let refusals: [Int: String]
    let context: EvaluationContext
    /// What may be wrong with rules that run all the same, by their index: fields that their data model does not have.
    public let notes: [Int: [String]]
    let schema: Schema
    /// Rules without a logsource of which it is counted what they could see, by their index, in the order of the program's needs.
    let fedRules: [Int]
    /// What is known of the searches before the first pass.
    private let known: SearchResolution.State
    private let lookups: any LookupSource
    private let riskModel: RiskModel
    private let reader = Mutex<ArchiveReader?>(nil)
    /// How far the last reader had come, for those who ask while rows are made of what was read.
    private let lastProgress = Mutex<ArchiveProgress?>(nil)
    /// Asked for by ``cancel()``; whoever tells the results looks at it, too.
    public let interruption = Interruption()
    private let matched = Atomic<Int>(0)

    /// - Parameters:
    ///   - lookups: what searches may look up that `map` makes while the hunt runs.
    ///   - riskModel: makes the risk events that searches over them see.
    /// - Throws: `HuntError` when the schema can't be used.
    public init(
        rules: [HuntRule], schema: Schema, options: HuntOptions, lookups: any LookupSource = NoLookups(),
        riskModel: RiskModel = RiskModel()
    ) throws(HuntError) {
        self.rules = rules
        self.options = options
        self.schema = schema
        self.lookups = lookups
        self.riskModel = riskModel
        let interruption = interruption
        context = EvaluationContext(
            now: options.now.nanoseconds, times: ZonedTimes(zone: options.zone),
            limits: EvaluationLimits { interruption.endsStages }
        ).bounded(by: ClosedTimeRange(earliest: options.earliest, latest: options.latest))
        let searches = SearchResolution(
            context: context, zone: options.zone, limits: options.subsearches, lookups: lookups,
            rowMemory: options.rowMemory, interruption: interruption)
        for rule in rules {
            for key in rule.keys { searches.want(key) }
        }
        let needs = options.countsFields ? Self.needs(of: rules, schema: schema) : []
        fedRules = needs.map(\.index)
        firstPass = try HuntPass(
            searches.takeReady(), of: rules,
            anticipations: Anticipation.all(of: rules.lazy.flatMap(\.keys), in: searches), schema: schema,
            context: context, options: options, needs: needs.map(\.needs))
        for (key, reason) in firstPass.refusals { searches.refuse(key, because: reason) }
        var refusals: [Int: String] = [:]
        for (index, rule) in rules.enumerated() {
            refusals[index] = rule.keys.lazy.compactMap { searches.refusal(of: $0) }.first
        }
        self.refusals = refusals
        known = searches.snapshot
        notes = Self.notes(on: rules, schema: schema)
    }

    /// What rules over events of the archives need, but for Sigma's, whose logsources are counted by themselves.
    private static func needs(of rules: [HuntRule], schema: Schema) -> [(index: Int, needs: RuleNeeds)] {
        rules.enumerated().compactMap { index, rule in
            guard rule.sigma == nil, case .compiled(let search) = rule.state, search.plan.readsEvents else {
                return nil
            }
            return (index, RuleNeeds(search, schema: schema))
        }
    }

    private static func notes(on rules: [HuntRule], schema: Schema) -> [Int: [String]] {
        var notes: [Int: [String]] = [:]
        for (index, rule) in rules.enumerated() {
            if case .compiled(let search) = rule.state, !search.warnings.isEmpty {
                notes[index] = search.warnings
            }
            guard let plan = rule.key?.search.plan, plan.readsEvents else { continue }
            guard case .dataset = plan.source else { continue }
            let shape = HuntShape(plan, schema: schema)
            guard case .dataset(let dataset) = shape.view else { continue }
            let unknown = schema.unknownFields(of: dataset, among: shape.fieldNames)
            if unknown.isEmpty { continue }
            let made = Command.columnsMadeFirst(by: plan.commands).subtracting(plan.filter.fields)
            for field in unknown where !made.contains(field) {
                notes[index, default: []].append(
                    "\(dataset) has no field \(field): no event has a value for it; check how it is written")
            }
        }
        return notes
    }

    /// Ends the hunt within a moment; what was found until then is reported, but for rules whose final stages take longer.
    public func cancel() {
        interruption.request()
        reader.withLock { $0?.cancel() }
    }

    /// How far the hunt has come, and how many events matched so far.
    public var progress: (archives: ArchiveProgress?, matched: Int) {
        (reader.withLock { $0?.progress } ?? lastProgress.withLock { $0 }, matched.load(ordering: .relaxed))
    }

    /// Hunts through the archives.
    public func run(_ archives: [Archive]) async -> HuntReport {
        let clock = ContinuousClock()
        let begin = clock.now
        GivenUpPatterns.begin(rules)
        let searches = SearchResolution(
            context: context, zone: options.zone, limits: options.subsearches, lookups: lookups,
            rowMemory: options.rowMemory, interruption: interruption, from: known)
        let (outcome, reader) = await sweep(firstPass, archives)
        let noted = outcome.chunks
        firstPass.deliver(outcome, to: searches)
        var builder = ReportBuilder(hunter: self, outcome: outcome, archives: archives, reader: reader)
        var passes = 1
        var pending = await builder.resolve(searches, with: riskModel)
        while !pending.isEmpty, passes < SearchResolution.maximumPasses, !interruption.isRequested {
            let ready = searches.takeReady()
            let pass = try? HuntPass(ready, of: rules, schema: schema, context: context, options: options)
            guard let pass, !pass.keys.isEmpty, !archives.contains(where: \.isReadOnce) else { break }
            let (outcome, reader) = await sweep(
                pass, archives, firstPass.selection(for: ready.map(\.plan), among: noted), after: builder.accounts)
            pass.deliver(outcome, to: searches)
            builder.add(outcome, from: reader)
            passes += 1
            pending = await builder.resolve(searches, with: riskModel)
        }
        await builder.finishAside()
        var report = builder.report()
        report.summary.passes = passes
        let elapsed = clock.now - begin
        report.summary.seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        return report
    }

    /// One pass over the archives, or over what is selected of them.
    private func sweep(
        _ pass: HuntPass, _ archives: [Archive], _ selection: ChunkSelection? = nil,
        after earlier: [ArchiveAccount] = []
    ) async -> (HuntOutcome, ArchiveReader) {
        let reader = ArchiveReader(
            archives: archives, options: options.archives, selection: selection, after: earlier)
        self.reader.withLock { $0 = reader }
        if interruption.isRequested { reader.cancel() }
        let file = TemporaryFile(folder: options.temporaryFolder)
        var outcome = HuntOutcome(pass.program, archives: archives.count, file: file, options: options)
        let sweep = Sweep(
            reader: reader, threads: options.threads,
            prefilter: options.parsesEveryLine ? nil : pass.program.prefilter)
        await sweep.run(
            into: &outcome,
            makeConsumer: {
                HuntWorker(program: pass.program, options: self.options, file: file, interruption: self.interruption)
            },
            fold: { $0.merge($1) },
            report: {
                self.matched.wrappingAdd($0, ordering: .relaxed)
                // Results are lost: going on finds nothing that could be told.
                if file.failure != nil { reader.cancel() }
            })
        lastProgress.withLock { $0 = reader.progress }
        self.reader.withLock { $0 = nil }
        interruption.endReading()
        // The final stages have rows of theirs.
        ProcessMemory.trim()
        return (outcome, reader)
    }
}

/// What all workers together have found.
struct HuntOutcome: Sendable {
    var partials: [HuntPartial]
    var results: StoredResults
    var counts: [LineCounts]
    var malformed = MalformedLog()
    var matchedEvents = 0
    var isFed = false
    var withoutTime = 0
    var outOfRange = 0
    var presence = FieldPresence()
    var feeds: FeedCounts?
    var costs = ConditionCosts()
    /// Where there is something for each anticipation of the program.
    var chunks: [ChunkSelection]
    /// About how many bytes all groups may take.
    private let groupMemory: Int

    init(_ program: HuntProgram, archives: Int, file: TemporaryFile, options: HuntOptions) {
        partials = program.hunts.map { HuntPartial($0, memory: options.rowMemory) }
        groupMemory = options.groupMemory
        results = StoredResults(file: file)
        counts = Array(repeating: LineCounts(), count: archives)
        feeds = program.feeds.map { FeedCounts($0) }
        chunks = program.anticipations.map { _ in ChunkSelection() }
    }

    mutating func merge(_ share: Sweep.Share<HuntWorker.Finds>) {
        let theirs = share.result.partials
        partials.updateConcurrently { $0.merge(theirs[$1]) }
        partials.withUnsafeMutableBufferPointer { partials in
            guard let start = partials.baseAddress else { return }
            GroupMemory.bound(start, at: partials.indices, within: groupMemory, isLast: true)
        }
        results.merge(share.result.runs)
        for index in counts.indices { counts[index] += share.counts[index] }
        malformed.merge(share.malformed)
        matchedEvents += share.result.matchedEvents
        isFed = isFed || share.result.isFed
        withoutTime += share.result.withoutTime
        outOfRange += share.result.outOfRange
        presence.merge(share.result.presence)
        if let counts = share.result.feeds { feeds?.merge(counts) }
        costs.merge(share.result.costs)
        for index in chunks.indices { chunks[index].formUnion(share.result.chunks[index]) }
    }
}
