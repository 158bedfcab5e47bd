public import Detections
import Events
import Matching
import SPL
import Schemas

/// Whether the archives at hand hold what a rule needs.
public struct RuleFeed: Sendable {
    /// The rule that is fed, or not.
    public var rule: RuleIdentity
    /// What was looked for in the archives on its behalf.
    public var needs: RuleNeeds
    /// Events of the rule's dataset or origin.
    public var events: Int
    /// The source of the dataset that comes nearest to feeding the rule; `nil` where none occurs, or there is no dataset.
    public var source: String?
    /// Fields that must have a value, and have none in any event of that source or origin.
    public var missingFields: [String]
    /// For a rule over the hunt's own risk events: how many of the other rules could raise some.
    public var raisers: Int?
    /// Whether rows may come from somewhere else than from such events.
    var hasOtherRows = false
    /// How many of the events had each field that must have a value, in the order of the needs; where that was counted.
    var presence: [Int] = []

    /// Whether the rule could find anything at all.
    public var isFed: Bool { hasOtherRows || raisers.map { $0 > 0 } ?? (events > 0 && missingFields.isEmpty) }
}

/// What is looked for in every event to tell which rules could be fed. Made once; shared by the workers.
struct FeedProgram: Sendable {
    /// Events of one dataset, and all that rules over it need.
    struct Dataset: Sendable {
        var index: FieldMap.DatasetIndex
        var sources: [String]
        var fields: [FieldMap.Field]
        var names: [String]
    }

    /// Events of one origin, and all that rules over events themselves need of these.
    struct Origin: Sendable {
        /// Fields of the origin by their place in `originFields`.
        var gate: Predicate<Int>
        var fields: [FieldMap.Field]
        var names: [String]
    }

    /// Where the events of a rule are counted.
    private enum Place: Sendable {
        case dataset(Int)
        case origin(Int)
        /// It is over no events of the archives.
        case nowhere
    }

    let needs: [RuleNeeds]
    let datasets: [Dataset]
    let origins: [Origin]
    let originFields: [FieldMap.Field]
    /// By need.
    private let places: [Place]

    /// - Parameter map: made with `requests` and `views`.
    init(needs: [RuleNeeds], map: FieldMap) {
        self.needs = needs
        var datasets: [Dataset] = []
        var placeOfDataset: [FieldMap.View: Int] = [:]
        for (view, needs) in Dictionary(grouping: needs, by: \.view) {
            guard let view, let index = map.numbers.domain(view) else { continue }
            let names = Set(needs.flatMap(\.fields)).sorted()
            placeOfDataset[view] = datasets.count
            datasets.append(
                Dataset(
                    index: index, sources: map.sourceNames(of: index),
                    fields: names.compactMap { map.field(FieldMap.Request(view: view, name: $0)) }, names: names))
        }
        self.datasets = datasets
        let open = needs.filter { $0.view == .events }
        let originNames = Set(open.flatMap { $0.gate.fields }).sorted()
        originFields = originNames.compactMap { map.field(FieldMap.Request(view: .events, name: $0)) }
        // Many rules are over the events of one log.
        var origins: [Origin] = []
        var placeOfOrigin: [Predicate<String>: Int] = [:]
        for (gate, needs) in Dictionary(grouping: open, by: \.gate) {
            let names = Set(needs.flatMap(\.fields)).sorted()
            placeOfOrigin[gate] = origins.count
            origins.append(
                Origin(
                    gate: gate.map { originNames.firstIndex(of: $0) ?? 0 },
                    fields: names.compactMap { map.field(FieldMap.Request(view: .events, name: $0)) }, names: names))
        }
        self.origins = origins
        places = needs.map { need in
            guard let view = need.view else { return .nowhere }
            if view == .events { return placeOfOrigin[need.gate].map { .origin($0) } ?? .nowhere }
            return placeOfDataset[view].map { .dataset($0) } ?? .nowhere
        }
    }

    /// The fields that a map must know for these needs.
    static func requests(for needs: [RuleNeeds]) -> [FieldMap.Request] {
        needs.flatMap { need -> [FieldMap.Request] in
            guard let view = need.view else { return [] }
            let names = view == .events ? need.fields + need.gate.fields : need.fields
            return names.map { FieldMap.Request(view: view, name: $0) }
        }
    }

    /// How each of the needs is met by what was counted.
    func feeds(_ counts: FeedCounts, rules: [RuleIdentity]) -> [RuleFeed] {
        var feeds = needs.indices.map { index in
            let need = needs[index]
            var feed = RuleFeed(
                rule: rules[index], needs: need, events: 0, source: nil, missingFields: need.fields)
            switch places[index] {
            case .dataset(let place):
                let dataset = datasets[place]
                let fields = need.fields.map { dataset.names.firstIndex(of: $0) }
                feed.presence = Array(repeating: 0, count: fields.count)
                for (number, count) in counts.datasets[place].enumerated() where count.events > 0 {
                    feed.add(count, fields, of: dataset.sources[number])
                }
            case .origin(let place):
                let fields = need.fields.map { origins[place].names.firstIndex(of: $0) }
                feed.presence = Array(repeating: 0, count: fields.count)
                feed.add(counts.origins[place], fields, of: nil)
            case .nowhere: break
            }
            return feed
        }
        let raisers = feeds.count { $0.rule.kind == .escu && !$0.needs.isOverRisk && $0.isFed }
        for index in feeds.indices where feeds[index].needs.isOverRisk {
            feeds[index].raisers = raisers
            feeds[index].missingFields = []
        }
        return feeds
    }
}

extension RuleFeed {
    /// Adds the events of a source, or of the origin.
    ///
    /// - Parameter fields: the places of the needed fields among those counted.
    fileprivate mutating func add(_ count: FeedCount, _ fields: [Int?], of source: String?) {
        let isNearest = events == 0
        events += count.events
        var missing: [String] = []
        for (index, place) in fields.enumerated() {
            let events = place.map { count.having[$0] } ?? 0
            presence[index] += events
            if events == 0 { missing.append(needs.fields[index]) }
        }
        guard isNearest || missing.count < missingFields.count else { return }
        self.source = source
        missingFields = missing
    }
}

/// Events of one source of a dataset, or of one origin, and how many of them had each field: at least one where not all
/// are counted.
struct FeedCount: Sendable {
    var events = 0
    var having: [Int]

    init(fields: Int) {
        having = Array(repeating: 0, count: fields)
    }

    mutating func merge(_ other: FeedCount) {
        events += other.events
        for index in having.indices { having[index] += other.having[index] }
    }
}

/// What one worker, or all together, have counted.
struct FeedCounts: Sendable {
    /// By dataset and source.
    var datasets: [[FeedCount]]
    var origins: [FeedCount]

    init(_ program: FeedProgram) {
        datasets = program.datasets.map { dataset in
            dataset.sources.map { _ in FeedCount(fields: dataset.fields.count) }
        }
        origins = program.origins.map { FeedCount(fields: $0.fields.count) }
    }

    mutating func merge(_ other: FeedCounts) {
        for dataset in datasets.indices {
            for source in datasets[dataset].indices { datasets[dataset][source].merge(other.datasets[dataset][source]) }
        }
        for origin in origins.indices { origins[origin].merge(other.origins[origin]) }
    }
}

/// Counts the events of one worker.
struct FeedCounter {
    let program: FeedProgram
    private(set) var counts: FeedCounts
    /// Whether all events that have a field are counted, not only the first one.
    private let countsAll: Bool
    /// Fields that are still looked for, by dataset and source, and by origin: only these are read.
    private var wantedOfSources: [[[Int]]]
    private var wantedOfOrigins: [[Int]]
    /// The origins that an event is of, by the values of the origin's fields: telemetry has few of them.
    private var originsOfValues: [[UInt8]: [Int]] = [:]
    private var values: [UInt8] = []

    /// Combinations that are remembered; beyond that all are forgotten and learnt anew.
    private static let mostRemembered = 1 << 14
    /// Bytes; names of sources are no longer, and what is in their place may be as long as a line.
    private static let longestRemembered = 1 << 10

    init(_ program: FeedProgram, countsAll: Bool = false) {
        self.program = program
        self.countsAll = countsAll
        counts = FeedCounts(program)
        wantedOfSources = program.datasets.map { dataset in
            dataset.sources.map { _ in Array(dataset.fields.indices) }
        }
        wantedOfOrigins = program.origins.map { Array($0.fields.indices) }
    }

    /// Counts the event that the reader stands on.
    mutating func count(_ reader: EventReader) {
        for (place, dataset) in program.datasets.enumerated() {
            let source = reader.source(in: dataset.index)
            if source < 0 { continue }
            Self.count(
                reader, dataset.fields, &counts.datasets[place][source], &wantedOfSources[place][source],
                countsAll: countsAll)
        }
        if program.origins.isEmpty { return }
        for origin in origins(of: reader) {
            Self.count(
                reader, program.origins[origin].fields, &counts.origins[origin], &wantedOfOrigins[origin],
                countsAll: countsAll)
        }
    }

    private static func count(
        _ reader: EventReader, _ fields: [FieldMap.Field], _ count: inout FeedCount, _ wanted: inout [Int],
        countsAll: Bool
    ) {
        count.events += 1
        if wanted.isEmpty { return }
        wanted.removeAll { index in
            let isThere = !reader.values(of: fields[index]).isMissing
            if isThere { count.having[index] += 1 }
            return isThere && !countsAll
        }
    }

    private mutating func origins(of reader: EventReader) -> [Int] {
        values.removeAll(keepingCapacity: true)
        for field in program.originFields {
            let found = reader.values(of: field)
            for index in 0..<found.testedCount {
                withUnsafeBytes(of: UInt32(truncatingIfNeeded: found[index].count)) { values += $0 }
                values += found[index]
            }
            // No value is so long, so what follows is the next field's.
            withUnsafeBytes(of: UInt32.max) { values += $0 }
        }
        if let known = originsOfValues[values] { return known }
        let passed = program.origins.indices.filter { origin in
            program.origins[origin].gate.evaluate(test: { place, test in
                let values = reader.values(of: program.originFields[place])
                return (0..<values.testedCount).contains { test.matches(values[$0]) }
            })
        }
        if originsOfValues.count >= Self.mostRemembered { originsOfValues.removeAll(keepingCapacity: true) }
        if values.count <= Self.longestRemembered { originsOfValues[values] = passed }
        return passed
    }
}
