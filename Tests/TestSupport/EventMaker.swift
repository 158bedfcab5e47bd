public import Matching
public import TestRandom

/// A source of events: which fields a condition can ask for, how an event looks that has them, and what it then says.
public protocol EventSource: Hashable, Sendable {
    /// For messages: `Sysmon 1`.
    var name: String { get }
    func availability(of field: String) -> FieldAvailability
    /// Events that may give the fields these values. More than one where a field of an event gives several fields of the
    /// condition.
    func records(for fields: [String: String], loose: [String], _ random: inout SeededGenerator) -> [EventRecord]
    /// What the condition sees of an event.
    func view(of record: EventRecord) -> PlainEvent
}

/// An event before it has a shape.
public struct EventRecord: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Of the Windows event log.
        case windows(channel: String, provider: String?, id: String)
        /// Of CrowdStrike's sensor.
        case sensor(String)
        /// Fields and nothing else.
        case flat
    }

    public var kind: Kind
    public var host: String?
    /// The event's own fields.
    public var data: [String: String]

    public init(kind: Kind, host: String? = "host-1", data: [String: String]) {
        self.kind = kind
        self.host = host
        self.data = data
    }

    /// Every scalar value that an event has in any shape.
    public var values: [String] {
        var values = data.keys.sorted().compactMap { data[$0] } + [host].compactMap(\.self)
        switch kind {
        case .windows(let channel, let provider, let id): values += [channel, id] + [provider].compactMap(\.self)
        case .sensor(let name): values.append(name)
        case .flat: break
        }
        return values
    }
}

/// Events that satisfy a condition, and such that only just do not.
public struct GeneratedEvents: Sendable {
    public struct NearMiss: Sendable {
        public var record: EventRecord
        /// The part of the condition that fails, counted from 0; the others hold.
        public var part: Int
    }

    public var matching: [EventRecord] = []
    public var nearMisses: [NearMiss] = []
    /// How many parts the condition has of which one at a time was broken.
    public var parts = 0

    public init() {}
}

/// Makes events for conditions.
public struct EventMaker {
    private let matcher = PlainMatcher()

    public init() {}

    private static let ways = 60

    /// Events of a source.
    ///
    /// - Parameters:
    ///   - seed: what is made depends on it and the condition alone.
    ///   - matching: how many that satisfy the condition.
    ///   - nearMisses: how many that do not, of different parts as far as there are.
    public func events(
        for predicate: Predicate<String>, from source: some EventSource, seed: String, matching: Int, nearMisses: Int
    ) -> GeneratedEvents {
        var random = SeededGenerator(seed: seed + source.name)
        let parts = Self.parts(of: predicate)
        var generated = GeneratedEvents()
        generated.parts = parts.count
        for _ in 0..<matching {
            guard let record = record(predicate, failing: nil, source, &random) else { break }
            generated.matching.append(record)
        }
        guard !generated.matching.isEmpty else { return generated }
        for index in parts.indices.shuffled(using: &random) where generated.nearMisses.count < nearMisses {
            var others = parts
            others.remove(at: index)
            if let record = record(.all(others), failing: parts[index], source, &random) {
                generated.nearMisses.append(GeneratedEvents.NearMiss(record: record, part: index))
            }
        }
        return generated
    }

    /// Whether events of the source have the fields that the condition can't do without.
    public func canCarry(_ predicate: Predicate<String>, _ source: some EventSource) -> Bool {
        ConditionSolver.isPossible(predicate, matcher: matcher, source.availability)
    }

    /// Whether an event of the source satisfies a condition.
    public func holds(_ predicate: Predicate<String>, _ record: EventRecord, of source: some EventSource) -> Bool {
        matcher.holds(predicate, source.view(of: record))
    }

    /// The conditions that must all hold.
    static func parts(of predicate: Predicate<String>) -> [Predicate<String>] {
        guard case .all(let parts) = predicate else { return [predicate] }
        return parts.flatMap { Self.parts(of: $0) }
    }

    private func record(
        _ predicate: Predicate<String>, failing near: Predicate<String>?, _ source: some EventSource,
        _ random: inout SeededGenerator
    ) -> EventRecord? {
        for _ in 0..<Self.ways {
            var solver = ConditionSolver(
                matcher: matcher, availability: source.availability, random: SeededGenerator(seed: random.next()))
            guard let solution = solver.solve(predicate, failing: near) else { continue }
            for record in source.records(for: solution.fields, loose: solution.loose, &random) {
                let view = source.view(of: record)
                guard matcher.holds(predicate, view) else { continue }
                if let near, matcher.holds(near, view) { continue }
                return record
            }
        }
        return nil
    }
}
