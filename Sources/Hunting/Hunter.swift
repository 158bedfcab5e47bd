public import Archives
import Detections
import Events
import Glibc
import Pipeline
import SPL
public import Schemas
import Synchronization
import Values

/// Runs rules over archives: the plans are compiled once, workers pull chunks, their partial results merge, the final
/// stages run on what is left.
///
/// What it finds depends on nothing but the rules, the archives and the options that say so.
public final class Hunter: Sendable {
    public let rules: [HuntRule]
    public let options: HuntOptions
    let program: HuntProgram
    let context: EvaluationContext
    /// The commands of each rule that was compiled, by the rule's index.
    let searches: [Int: CompiledSearch]
    /// What may be wrong with rules that run all the same, by their index: fields that their data model does not have.
    public let notes: [Int: [String]]
    private let reader = Mutex<ArchiveReader?>(nil)
    private let isCancelled = Atomic<Bool>(false)
    private let matched = Atomic<Int>(0)

    /// - Throws: `HuntError` when a search's time bounds or dataset are not known.
    public init(rules: [HuntRule], schema: Schema, options: HuntOptions) throws(HuntError) {
        self.rules = rules
        self.options = options
        var plans: [HuntProgram.Input] = []
        var searches: [Int: CompiledSearch] = [:]
        for (index, rule) in rules.enumerated() {
            guard case .compiled(let search) = rule.state else { continue }
            plans.append(
                HuntProgram.Input(
                    rule: index, plan: search.plan, range: try Self.range(of: search.timeRange, options),
                    schedule: rule.schedule, keepsMatches: options.matchLimit > 0))
            searches[index] = search
        }
        self.searches = searches
        notes = Self.notes(on: plans, schema: schema)
        context = EvaluationContext(now: options.now.nanoseconds, times: ZonedTimes(zone: options.zone))
        program = try HuntProgram(plans: plans, schema: schema, context: context)
    }

    /// Why rules that compiled can't run all the same, by their index: a dataset without a mapping.
    public var refusals: [Int: String] { program.refused }

    private static func notes(on plans: [HuntProgram.Input], schema: Schema) -> [Int: [String]] {
        var notes: [Int: [String]] = [:]
        for plan in plans {
            let shape = HuntShape(plan.plan)
            guard case .dataset(let dataset) = shape.view else { continue }
            for field in schema.unknownFields(of: dataset, among: shape.fieldNames) {
                notes[plan.rule, default: []].append(
                    "\(dataset) has no field \(field): no event has a value for it; check how it is written")
            }
        }
        return notes
    }

    private static func range(of bounds: TimeRange, _ options: HuntOptions) throws(HuntError) -> ClosedTimeRange {
        let outer = ClosedTimeRange(earliest: options.earliest, latest: options.latest)
        do {
            let earliest = try bounds.earliest.map { text throws(TimeModifierError) in
                try TimeModifier.resolve(text, now: options.now, zone: options.zone)
            }
            let latest = try bounds.latest.map { text throws(TimeModifierError) in
                try TimeModifier.resolve(text, now: options.now, zone: options.zone)
            }
            return outer.intersection(ClosedTimeRange(earliest: earliest, latest: latest))
        } catch {
            throw HuntError("\(error)")
        }
    }

    /// Ends the hunt soon; what was found until then is reported.
    public func cancel() {
        isCancelled.store(true, ordering: .relaxed)
        reader.withLock { $0?.cancel() }
    }

    /// How far the hunt has come, and how many events matched so far.
    public var progress: (archives: ArchiveProgress?, matched: Int) {
        (reader.withLock { $0?.progress }, matched.load(ordering: .relaxed))
    }

    /// Hunts through the archives.
    public func run(_ archives: [Archive]) async -> HuntReport {
        let clock = ContinuousClock()
        let begin = clock.now
        let reader = ArchiveReader(archives: archives, options: options.archives)
        self.reader.withLock { $0 = reader }
        if isCancelled.load(ordering: .relaxed) { reader.cancel() }
        let file = TemporaryFile(folder: options.temporaryFolder)
        var outcome = HuntOutcome(program, archives: archives.count, file: file)
        let sweep = Sweep(
            reader: reader, threads: options.threads, prefilter: options.parsesEveryLine ? nil : program.scansWith)
        await sweep.run(
            into: &outcome, makeConsumer: { HuntWorker(program: self.program, options: self.options, file: file) },
            fold: { $0.merge($1) },
            report: {
                self.matched.wrappingAdd($0, ordering: .relaxed)
                // Results are lost: going on finds nothing that could be told.
                if file.failure != nil { reader.cancel() }
            })
        self.reader.withLock { $0 = nil }
        var report = ReportBuilder(hunter: self, outcome: outcome, archives: archives, reader: reader).report()
        let elapsed = clock.now - begin
        report.summary.seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        return report
    }
}

/// What all workers together have found.
struct HuntOutcome: Sendable {
    var partials: [HuntPartial]
    var results: StoredResults
    var counts: [LineCounts]
    var malformed = MalformedLog()
    var matchedEvents = 0
    var withoutTime = 0

    init(_ program: HuntProgram, archives: Int, file: TemporaryFile) {
        partials = program.hunts.map { HuntPartial($0) }
        results = StoredResults(file: file)
        counts = Array(repeating: LineCounts(), count: archives)
    }

    mutating func merge(_ share: Sweep.Share<HuntWorker.Finds>) {
        for index in partials.indices { partials[index].merge(share.result.partials[index]) }
        results.merge(share.result.runs)
        for index in counts.indices { counts[index] += share.counts[index] }
        malformed.merge(share.malformed)
        matchedEvents += share.result.matchedEvents
        withoutTime += share.result.withoutTime
    }
}
