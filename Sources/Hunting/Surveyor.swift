import Aggregation
public import Archives
import Detections
import Events
public import Schemas
import Synchronization
import Values

/// Looks at everything in archives, to say what is there: shapes, sources, event identifiers, times, malformed lines.
public final class Surveyor: Sendable {
    /// As given; the time range and the number of threads count.
    public let options: HuntOptions
    private let map: FieldMap
    /// What is looked for on behalf of rules; `nil` where none was given.
    private let feeds: FeedProgram?
    /// The rules on whose behalf it is looked for, with one need or, for correlations, several each.
    private let fedRules: [(check: RuleCheck, needs: [RuleNeeds])]
    private let refusedRules: [RuleCheck]
    private let reader = Mutex<ArchiveReader?>(nil)
    /// Who writes the survey heeds it, too.
    public let interruption = Interruption()

    /// - Parameter rules: which of them the archives could feed is found out, too.
    /// - Throws: `HuntError` where the schema or the time bounds of a rule can't be used.
    public convenience init(schema: Schema, options: HuntOptions, rules: [HuntRule] = []) throws(HuntError) {
        let checks =
            rules.isEmpty ? [] : try Hunter(rules: rules, schema: schema, options: options).checks(schema: schema)
        try self.init(schema: schema, options: options, checks: checks)
    }

    /// - Parameter checks: of rules that a hunt has looked at already.
    /// - Throws: `HuntError` where the schema can't be used.
    init(schema: Schema, options: HuntOptions, checks: [RuleCheck]) throws(HuntError) {
        self.options = options
        refusedRules = checks.filter { !$0.canRun }
        fedRules = checks.filter(\.canRun).compactMap { check in
            let needs = check.correlation?.needs ?? check.needs.map { [$0] } ?? []
            return needs.isEmpty ? nil : (check, needs)
        }
        let needs = fedRules.flatMap(\.needs)
        do {
            map = try FieldMap(
                schema: schema, requests: FeedProgram.requests(for: needs),
                views: [.events] + needs.compactMap(\.view))
        } catch {
            throw HuntError(error.description)
        }
        feeds = needs.isEmpty ? nil : FeedProgram(needs: needs, map: map)
    }

    /// Has ``run(_:)`` end soon, from any thread; what was seen by then is told. It can't be taken back.
    public func cancel() {
        interruption.request()
        reader.withLock { $0?.cancel() }
    }

    /// How far it has come; `nil` before and after.
    public var progress: ArchiveProgress? { reader.withLock { $0?.progress } }

    /// Parses every line of the archives.
    public func run(_ archives: [Archive]) async -> Survey {
        let clock = ContinuousClock()
        let begin = clock.now
        let reader = ArchiveReader(archives: archives, options: options.archives)
        self.reader.withLock { $0 = reader }
        if interruption.isRequested { reader.cancel() }
        var outcome = SurveyOutcome(archives: archives.count, feeds: feeds.map(FeedCounts.init))
        let sweep = Sweep(reader: reader, threads: options.threads, prefilter: nil)
        await sweep.run(
            into: &outcome,
            makeConsumer: {
                SurveyWorker(
                    map: self.map, options: self.options, archives: archives.count,
                    feeds: self.feeds.map { FeedCounter($0) })
            },
            fold: { $0.merge($1) }, report: { _ in })
        self.reader.withLock { $0 = nil }
        interruption.endReading()
        var survey = outcome.survey(archives, reader)
        survey.isBounded = options.earliest != nil || options.latest != nil
        if let feeds, let counts = outcome.feeds { survey.feeds = self.feeds(of: feeds, counts) }
        survey.refusedRules = refusedRules
        let elapsed = clock.now - begin
        survey.seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        return survey
    }

    /// One for each rule.
    private func feeds(of program: FeedProgram, _ counts: FeedCounts) -> [RuleFeed] {
        let identities = fedRules.flatMap { check, needs in needs.map { _ in check.rule } }
        var feeds = program.feeds(counts, rules: identities)[...]
        return fedRules.compactMap { check, _ in
            if let correlation = check.correlation { return correlation.search.feed(&feeds) }
            var feed = feeds.popFirst()
            feed?.hasOtherRows = check.hasOtherRows
            return feed
        }
    }
}

/// What one worker, or all together, have seen.
private struct SurveyOutcome: Sendable {
    static let grouping = Grouping(
        keys: ["shape", "source", "event"].map { GroupKey(field: $0, column: $0) },
        functions: [
            AggregateCall(.count, column: "count"), AggregateCall(.minimum, field: "_time", column: "firstTime"),
            AggregateCall(.maximum, field: "_time", column: "lastTime"),
        ], fill: "-")

    var kinds = GroupTable(SurveyOutcome.grouping)
    var times: [(earliest: Timestamp, latest: Timestamp)?]
    var counts: [LineCounts]
    /// By archive.
    var leftOut: [EventsLeftOut]
    var malformed = MalformedLog()
    var feeds: FeedCounts?

    init(archives: Int, feeds: FeedCounts?) {
        self.feeds = feeds
        times = Array(repeating: nil, count: archives)
        counts = Array(repeating: LineCounts(), count: archives)
        leftOut = Array(repeating: EventsLeftOut(), count: archives)
    }

    mutating func merge(_ share: Sweep.Share<SurveyWorker.Finds>) {
        kinds.merge(share.result.kinds)
        malformed.merge(share.malformed)
        if let counts = share.result.feeds { feeds?.merge(counts) }
        for index in counts.indices {
            counts[index] += share.counts[index]
            leftOut[index] += share.result.leftOut[index]
            guard let other = share.result.times[index] else { continue }
            let known = times[index] ?? other
            times[index] = (min(known.earliest, other.earliest), max(known.latest, other.latest))
        }
    }

    /// By shape and source, and events of one source by their number: 2 before 10.
    private static func comesBefore(_ left: [Value], _ right: [Value]) -> Bool {
        for (index, pair) in zip(left, right).enumerated().prefix(grouping.keys.count) {
            guard case (.text(let first), .text(let second)) = pair, first != second else { continue }
            let isNumber = { (text: Text) in text.bytes.allSatisfy { 0x30...0x39 ~= $0 } }
            if index == 2, first.bytes.count != second.bytes.count, isNumber(first), isNumber(second) {
                return first.bytes.count < second.bytes.count
            }
            return first.bytes.lexicographicallyPrecedes(second.bytes)
        }
        return false
    }

    func survey(_ archives: [Archive], _ reader: ArchiveReader) -> Survey {
        var survey = Survey()
        for (index, account) in reader.accounts().enumerated() {
            let count = counts[index]
            survey.archives.append(
                Survey.ArchiveEntry(
                    path: account.path, format: account.format, unreadFormat: account.unreadFormat,
                    bytesRead: account.bytesRead, bytes: account.bytesDecompressed, lines: count.lines,
                    events: count.lines - count.malformed - count.blank, malformed: count.malformed,
                    blank: count.blank, recovered: count.recovered, outOfRange: leftOut[index].outOfRange,
                    withoutTime: leftOut[index].withoutTime, earliest: times[index]?.earliest,
                    latest: times[index]?.latest,
                    damage: account.damage, failure: account.failure, isComplete: account.isComplete))
        }
        survey.unfit = UnfitArchive.all(among: reader.accounts(), counts)
        survey.kinds = kinds.finish()
        survey.kinds.rows.sort(by: Self.comesBefore)
        survey.malformed = malformed.located(archives, reader.positions())
        return survey
    }
}

/// Events that a time range leaves out.
private struct EventsLeftOut: Sendable {
    var outOfRange = 0
    var withoutTime = 0

    static func += (left: inout EventsLeftOut, right: EventsLeftOut) {
        left.outOfRange += right.outOfRange
        left.withoutTime += right.withoutTime
    }
}

/// Groups every event by its kind.
private final class SurveyWorker: SweepConsumer {
    struct Finds: Sendable {
        var kinds: GroupTable
        var times: [(earliest: Timestamp, latest: Timestamp)?]
        var leftOut: [EventsLeftOut]
        var feeds: FeedCounts?
    }

    let matchedEvents = 0
    private let reader: EventReader
    private var kinds = GroupTable(SurveyOutcome.grouping)
    private var times: [(earliest: Timestamp, latest: Timestamp)?]
    private var key = GroupKeyBuffer()
    private var archive = 0
    private let range: ClosedTimeRange
    private var leftOut: [EventsLeftOut]
    private var feeds: FeedCounter?

    init(map: FieldMap, options: HuntOptions, archives: Int, feeds: FeedCounter?) {
        self.feeds = feeds
        range = ClosedTimeRange(earliest: options.earliest, latest: options.latest)
        reader = EventReader(map: map, zone: options.zone)
        times = Array(repeating: nil, count: archives)
        leftOut = Array(repeating: EventsLeftOut(), count: archives)
    }

    func begin(_ chunk: Chunk) { archive = chunk.archive }

    func result() -> Finds { Finds(kinds: kinds, times: times, leftOut: leftOut, feeds: feeds?.counts) }

    func consume(_ line: UnsafeRawBufferPointer, at offset: Int) -> MalformedReason? {
        if let reason = reader.read(line) { return reason }
        take(line, at: offset)
        return nil
    }

    func index(lineFrom text: UnsafeRawBufferPointer) -> Int? { reader.index(lineFrom: text) }

    func consumeIndexed(_ line: UnsafeRawBufferPointer, at offset: Int) -> MalformedReason? {
        if let reason = reader.readIndexed(line) { return reason }
        take(line, at: offset)
        return nil
    }

    /// Takes the event that was read.
    @inline(__always)
    private func take(_ line: UnsafeRawBufferPointer, at offset: Int) {
        if !range.isOpen {
            guard let time = reader.timestamp else {
                leftOut[archive].withoutTime += 1
                return
            }
            guard range.contains(time) else {
                leftOut[archive].outOfRange += 1
                return
            }
        }
        if let time = reader.timestamp {
            let known = times[archive] ?? (time, time)
            times[archive] = (min(known.earliest, time), max(known.latest, time))
        }
        var kind = EventKind(reader: reader)
        kinds.update(from: &kind, key: &key)
        feeds?.count(reader)
    }
}

/// An event as the survey groups it.
private struct EventKind: AggregateReader {
    let reader: EventReader

    var moment: EventMoment { EventMoment(order: EventOrder(offset: 0), time: reader.timestamp?.nanoseconds) }

    mutating func key(_ index: Int) -> AggregateInput {
        switch index {
        case 0: return .several([reader.shapeText])
        case 1:
            let header = reader.header
            return (header.channel ?? header.provider).map { .bytes($0) } ?? .missing
        default: return reader.header.eventID.map { .bytes($0) } ?? .missing
        }
    }

    mutating func argument(_ index: Int) -> AggregateInput {
        reader.timestamp.map { .time($0.nanoseconds) } ?? .missing
    }
}
