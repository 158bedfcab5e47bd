import Archives
import Events
import Foundation
import Hunting
import Matching
import Schemas
import TestSupport

/// A condition that a rule of a hunt has, and the kinds of events that may satisfy it.
struct GeneratedTarget: Sendable {
    /// The rule's place among those of the hunt.
    var rule: Int
    var name: String
    var condition: Condition
    var sources: [any EventSource]
}

/// Events made for many rules, as lines, and what is to become of each.
struct GeneratedArchive {
    struct Expectation {
        var rule: Int
        /// Counted from 1.
        var line: Int
        var isMatch: Bool
        /// For messages: the rule, the kind of event, the shape, and what is broken.
        var origin: String
    }

    /// An event of which is told what becomes of it with all other rules.
    struct Sample {
        var line: Int
        var source: any EventSource
        var record: EventRecord
    }

    var lines: [String] = []
    /// Every so many lines one.
    var samples: [Sample] = []
    private static let sampleStride = 97
    /// Shapes take turns.
    private var turn = 0
    var expectations: [Expectation] = []
    /// Rules and kinds of events for which no event could be made, though there is none that is ruled out by its fields.
    var withoutMatch: [String] = []
    /// Those for which there are events, but none that only just fails.
    var withoutNearMiss: [String] = []
    /// How many rules have events.
    var rules = 0

    /// Whether all made events are written in every shape that can carry them: minutes instead of seconds. Else each rule's
    /// events are in some of the shapes, in turns, so that each shape carries events of every kind.
    static let isExhaustive = ProcessInfo.processInfo.environment["TRAWL_EXHAUSTIVE"] != nil

    private struct Made: Sendable {
        var source: any EventSource
        var events = GeneratedEvents()
        var canCarry = false
        /// Whether some event of the source fails the condition.
        var canFail = true
    }

    /// Makes events for all targets, such that satisfy the condition and such that do not.
    init(_ targets: [GeneratedTarget]) {
        let counts = Self.isExhaustive ? (4, 16) : (2, 2)
        let made = targets.concurrentMap { target in
            let maker = EventMaker()
            return target.sources.map { source -> Made in
                guard Self.canCarry(target.condition, source, maker) else { return Made(source: source) }
                let events = Self.events(of: target, source, maker, counts)
                let canFail = Self.canCarry(.not(target.condition), source, maker)
                return Made(source: source, events: events, canCarry: true, canFail: canFail)
            }
        }
        for (target, sources) in zip(targets, made) {
            for made in sources where made.canCarry { add(target, made) }
            if sources.contains(where: { !$0.events.matching.isEmpty }) { rules += 1 }
        }
    }

    private static func canCarry(_ condition: Condition, _ source: some EventSource, _ maker: EventMaker) -> Bool {
        maker.canCarry(condition, source)
    }

    private static func events(
        of target: GeneratedTarget, _ source: some EventSource, _ maker: EventMaker, _ counts: (Int, Int)
    ) -> GeneratedEvents {
        maker.events(
            for: target.condition, from: source, seed: target.name, matching: counts.0, nearMisses: counts.1)
    }

    private mutating func add(_ target: GeneratedTarget, _ made: Made) {
        let origin = "\(target.name), \(made.source.name)"
        guard !made.events.matching.isEmpty else {
            withoutMatch.append(origin)
            return
        }
        if made.events.nearMisses.isEmpty, made.canFail { withoutNearMiss.append(origin) }
        add(made.events.matching.map { ($0, origin) }, isMatch: true, of: target.rule, made.source)
        add(
            made.events.nearMisses.map { ($0.record, "\(origin), part \($0.part + 1) of \(made.events.parts) broken") },
            isMatch: false, of: target.rule, made.source)
    }

    private mutating func add(
        _ records: [(record: EventRecord, origin: String)], isMatch: Bool, of rule: Int, _ source: any EventSource
    ) {
        guard let first = records.first?.record else { return }
        let fitting = EventShape.allCases.filter { shape in
            records.contains { EventShape.shapes(of: $0.record).contains(shape) }
        }
        let count = Self.isExhaustive ? fitting.count : min(fitting.count, isMatch ? 2 : 1)
        let shapes = (0..<count).map { fitting[(turn + $0) % fitting.count] }
        turn += count
        for (number, shape) in shapes.enumerated() {
            let fitting = records.filter { EventShape.shapes(of: $0.record).contains(shape) }
            let chosen =
                Self.isExhaustive ? fitting : [fitting[(number + first.data.count) % fitting.count]]
            for (record, origin) in chosen {
                lines.append(shape.line(record, seed: UInt64(lines.count)))
                expectations.append(
                    Expectation(
                        rule: rule, line: lines.count, isMatch: isMatch, origin: "\(origin), \(shape.rawValue)"))
                // Where the message is there, too, rules may read it.
                if lines.count % Self.sampleStride == 0, shape != .nxlogMessage {
                    samples.append(Sample(line: lines.count, source: source, record: record))
                }
            }
        }
    }

    var text: String { lines.joined(separator: "\n") + "\n" }
}

/// A hunt through generated events.
struct GeneratedHunt {
    var report: HuntReport
    /// Which lines matched, by the rule's place.
    private var matched: Set<Match> = []

    private struct Match: Hashable {
        var rule: Int
        var line: Int
    }

    /// Runs all rules together.
    init(_ rules: [HuntRule], over archive: GeneratedArchive, keepsMatches: Bool = true) async throws {
        var numbered = rules
        // Identifiers need not be unique; numbers are.
        for index in numbered.indices { numbered[index].identity.id = String(index) }
        let folder = try TemporaryFolder()
        var options = HuntOptions(now: Timestamp(nanoseconds: 1_714_600_000_000_000_000))
        options.matchLimit = keepsMatches ? .max : 0
        options.threads = 2
        let hunter = try Hunter(rules: numbered, schema: testSchema, options: options)
        report = await hunter.run(
            try ArchiveLocator().locate(paths: [try folder.write(archive.text, to: "generated.jsonl")]))
        var reader = report.matches.reader()
        while let match = try reader.next() {
            if let rule = Int(match.rule.id) { matched.insert(Match(rule: rule, line: match.line)) }
        }
    }

    /// What is other than expected, with the line.
    func surprises(in archive: GeneratedArchive) -> [String] {
        archive.expectations.compactMap { expectation in
            let isMatch = matched.contains(Match(rule: expectation.rule, line: expectation.line))
            guard isMatch != expectation.isMatch else { return nil }
            return (isMatch ? "found, though it is not: " : "not found: ") + expectation.origin + "\n"
                + archive.lines[expectation.line - 1]
        }
    }

    /// Sampled events of which another rule than the one they were made for thinks otherwise than the plain reading of its
    /// condition.
    func disagreements(in archive: GeneratedArchive, among targets: [GeneratedTarget]) -> [String] {
        var bySource: [AnyHashable: [GeneratedTarget]] = [:]
        // What any value of an event is depends on its shape.
        for target in targets where !target.condition.readsEveryValue && target.condition.deferred.isEmpty {
            for source in target.sources { bySource[AnyHashable(source), default: []].append(target) }
        }
        let maker = EventMaker()
        return archive.samples.flatMap { sample in
            (bySource[AnyHashable(sample.source)] ?? []).compactMap { target in
                let isMatch = matched.contains(Match(rule: target.rule, line: sample.line))
                guard isMatch != maker.holds(target.condition, sample.record, of: sample.source) else { return nil }
                return (isMatch ? "found, though it is not: " : "not found: ") + target.name + "\n"
                    + archive.lines[sample.line - 1]
            }
        }
    }
}
