public import Detections
import Events
import Matching
import SPL
import Schemas

/// Whether the archives at hand hold what a rule needs.
public struct RuleFeed: Sendable {
    public var rule: RuleIdentity
    public var needs: RuleNeeds
    /// Events of the rule's dataset or origin.
    public var events: Int
    /// The source of the dataset that comes nearest to feeding the rule; `nil` where none occurs, or there is no dataset.
    public var source: String?
    /// Fields that must have a value, and have none in any event of that source or origin.
    public var missingFields: [String]

    /// Whether the rule could find anything at all.
    public var isFed: Bool { events > 0 && missingFields.isEmpty }
}

/// What is looked for in every event to tell which rules could be fed. Made once; shared by the workers.
struct FeedProgram: Sendable {
    struct Dataset: Sendable {
        var index: FieldMap.DatasetIndex
        var sources: [String]
        /// All that rules over the dataset need.
        var fields: [FieldMap.Field]
        var names: [String]
    }

    /// A rule over events themselves.
    struct OpenRule: Sendable {
        /// Among the needs.
        var index: Int
        /// Fields of the origin by their place in `originFields`.
        var gate: Predicate<Int>
        var fields: [FieldMap.Field]
    }

    let needs: [RuleNeeds]
    let datasets: [Dataset]
    let openRules: [OpenRule]
    let originFields: [FieldMap.Field]
    /// The dataset of each of the needs; `nil` for events themselves.
    private let datasetOfNeed: [Int?]

    /// - Parameter map: made with `requests` and `views`.
    init(needs: [RuleNeeds], map: FieldMap) {
        self.needs = needs
        var datasets: [Dataset] = []
        var placeOfDataset: [FieldMap.View: Int] = [:]
        for (view, needs) in Dictionary(grouping: needs, by: \.view) {
            let index: FieldMap.DatasetIndex?
            switch view {
            case .dataset(let name): index = map.dataset(name)
            case .logsource(let name): index = map.logsource(name)
            case .events: index = nil
            }
            guard let index else { continue }
            let fields = Set(needs.flatMap(\.fields)).sorted()
            placeOfDataset[view] = datasets.count
            datasets.append(
                Dataset(
                    index: index, sources: map.sourceNames(of: index),
                    fields: fields.compactMap { map.field(FieldMap.Request(view: view, name: $0)) },
                    names: fields))
        }
        self.datasets = datasets
        datasetOfNeed = needs.map { placeOfDataset[$0.view] }
        let open = needs.indices.filter { needs[$0].view == .events }
        let originNames = Set(open.flatMap { needs[$0].gate.fields }).sorted()
        originFields = originNames.compactMap { map.field(FieldMap.Request(view: .events, name: $0)) }
        openRules = open.map { index in
            OpenRule(
                index: index, gate: needs[index].gate.map { originNames.firstIndex(of: $0) ?? 0 },
                fields: needs[index].fields.compactMap { map.field(FieldMap.Request(view: .events, name: $0)) })
        }
    }

    /// The fields that a map must know for these needs.
    static func requests(for needs: [RuleNeeds]) -> [FieldMap.Request] {
        needs.flatMap { need in
            let view = need.view
            let names = view == .events ? need.fields + need.gate.fields : need.fields
            return names.map { FieldMap.Request(view: view, name: $0) }
        }
    }

    /// How each of the needs is met by what was counted.
    func feeds(_ counts: FeedCounts, rules: [RuleIdentity]) -> [RuleFeed] {
        var openPlace = 0
        return needs.indices.map { index in
            let need = needs[index]
            var feed = RuleFeed(
                rule: rules[index], needs: need, events: 0, source: nil, missingFields: need.fields)
            if let place = datasetOfNeed[index] {
                let dataset = datasets[place]
                for (number, count) in counts.datasets[place].enumerated() where count.events > 0 {
                    feed.events += count.events
                    let missing = need.fields.filter { name in
                        dataset.names.firstIndex(of: name).map { !count.isSeen[$0] } ?? true
                    }
                    if feed.source == nil || missing.count < feed.missingFields.count {
                        feed.source = dataset.sources[number]
                        feed.missingFields = missing
                    }
                }
            } else if need.view == .events {
                let count = counts.openRules[openPlace]
                openPlace += 1
                feed.events = count.events
                feed.missingFields = zip(need.fields, count.isSeen).filter { !$0.1 }.map(\.0)
            }
            return feed
        }
    }
}

/// Events of one source of a dataset, or of one rule's origin, and which fields had a value in any of them.
struct FeedCount: Sendable {
    var events = 0
    var isSeen: [Bool]

    init(fields: Int) {
        isSeen = Array(repeating: false, count: fields)
    }

    mutating func merge(_ other: FeedCount) {
        events += other.events
        for index in isSeen.indices where other.isSeen[index] { isSeen[index] = true }
    }
}

/// What one worker, or all together, have counted.
struct FeedCounts: Sendable {
    /// By dataset and source.
    var datasets: [[FeedCount]]
    var openRules: [FeedCount]

    init(_ program: FeedProgram) {
        datasets = program.datasets.map { dataset in
            dataset.sources.map { _ in FeedCount(fields: dataset.fields.count) }
        }
        openRules = program.openRules.map { FeedCount(fields: $0.fields.count) }
    }

    mutating func merge(_ other: FeedCounts) {
        for dataset in datasets.indices {
            for source in datasets[dataset].indices { datasets[dataset][source].merge(other.datasets[dataset][source]) }
        }
        for rule in openRules.indices { openRules[rule].merge(other.openRules[rule]) }
    }
}

/// Counts the events of one worker.
struct FeedCounter {
    let program: FeedProgram
    private(set) var counts: FeedCounts
    /// Fields that no event has had yet, by dataset and source, and by rule: only these are read.
    private var unseenOfSources: [[[Int]]]
    private var unseenOfRules: [[Int]]
    /// The rules that an origin passes, by the origin's values: telemetry has few origins.
    private var rulesOfOrigin: [[UInt8]: [Int]] = [:]
    private var origin: [UInt8] = []

    /// Origins that are remembered; beyond that all are forgotten and learnt anew.
    private static let mostOrigins = 1 << 14

    init(_ program: FeedProgram) {
        self.program = program
        counts = FeedCounts(program)
        unseenOfSources = program.datasets.map { dataset in
            dataset.sources.map { _ in Array(dataset.fields.indices) }
        }
        unseenOfRules = program.openRules.map { Array($0.fields.indices) }
    }

    /// Counts the event that the reader stands on.
    mutating func count(_ reader: EventReader) {
        for (place, dataset) in program.datasets.enumerated() {
            let source = reader.source(in: dataset.index)
            if source < 0 { continue }
            Self.count(
                reader, dataset.fields, &counts.datasets[place][source], &unseenOfSources[place][source])
        }
        if program.openRules.isEmpty { return }
        for rule in rules(fedBy: reader) {
            Self.count(reader, program.openRules[rule].fields, &counts.openRules[rule], &unseenOfRules[rule])
        }
    }

    private static func count(
        _ reader: EventReader, _ fields: [FieldMap.Field], _ count: inout FeedCount, _ unseen: inout [Int]
    ) {
        count.events += 1
        if unseen.isEmpty { return }
        unseen.removeAll { index in
            let isThere = !reader.values(of: fields[index]).isMissing
            if isThere { count.isSeen[index] = true }
            return isThere
        }
    }

    private mutating func rules(fedBy reader: EventReader) -> [Int] {
        origin.removeAll(keepingCapacity: true)
        for field in program.originFields {
            let values = reader.values(of: field)
            for index in 0..<values.count {
                withUnsafeBytes(of: UInt32(truncatingIfNeeded: values[index].count)) { origin += $0 }
                origin += values[index]
            }
            // No value is so long, so what follows is the next field's.
            withUnsafeBytes(of: UInt32.max) { origin += $0 }
        }
        if let known = rulesOfOrigin[origin] { return known }
        let passed = program.openRules.indices.filter { rule in
            program.openRules[rule].gate.evaluate(test: { place, test in
                let values = reader.values(of: program.originFields[place])
                return (0..<values.count).contains { test.matches(values[$0]) }
            })
        }
        if rulesOfOrigin.count >= Self.mostOrigins { rulesOfOrigin.removeAll(keepingCapacity: true) }
        rulesOfOrigin[origin] = passed
        return passed
    }
}
