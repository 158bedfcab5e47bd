import Aggregation
import Detections
import Events
import Matching
import Pipeline
import Schemas
import Values

/// All hunts of a run, made ready: one field map and one prefilter for all of them. Shared by the workers.
struct HuntProgram: Sendable {
    let hunts: [Hunt]
    let refused: [Int: String]
    let map: FieldMap
    let prefilter: Prefilter.Decision
    /// Whether every hunt takes every event.
    let takesAll: Bool
    /// The conditions of all hunts, numbered as they are.
    let conditions: PredicateSet
    /// Where a hunt may ask for any field of an event: what makes readers of all of them.
    private let openSchema: Schema?
    var readsAllFields: Bool { openSchema != nil }
    /// All fields of events, for one worker; `nil` where no hunt may ask for any.
    var eventFields: EventFields? { openSchema.map { EventFields(schema: $0) } }
    /// What is looked for in every event to tell what rules without a logsource could see; `nil` where nobody asks.
    let feeds: FeedProgram?
    /// What each line must hold for any hunt to be interested, or why nothing can be required.
    var scansWith: Prefilter? {
        if case .prefilter(let chosen) = prefilter { return chosen }
        return nil
    }

    /// Fields that tell kinds of events apart.
    private static let identifierNames = TellingKeys.eventIDNames + ["event_simpleName"]

    /// A plan, and what concerns it beside itself.
    struct Input {
        var rule: Int
        var plan: SearchPlan
        var range: ClosedTimeRange
        var schedule: Schedule?
        var keepsMatches: Bool
        /// Whether correlations look for the events of their windows among those that are kept: then all are kept.
        var isCorrelated = false
        /// Conditions of which it is told which ones a kept event satisfies.
        var selections: [Predicate<String>] = []
        /// Whether its events count as found; those of a search inside another one do not.
        var isCounted = true
    }

    /// Compiles the plans for a schema.
    ///
    /// - Parameter needs: of rules of which it is counted what they could see.
    /// - Throws: `HuntError` where a plan asks for a dataset that the schema lacks.
    /// A plan whose commands can't run, or whose dataset the schema lacks, is left out; `refused` says why, by rule.
    init(
        plans: [Input], schema: Schema, context: EvaluationContext, countsFields: Bool = false,
        needs: [RuleNeeds] = []
    ) throws(HuntError) {
        var requests: [FieldMap.Request] = []
        var views: [FieldMap.View] = []
        var refused: [Int: String] = [:]
        let known = Set(schema.datasetNames)
        let plans = plans.filter { input in
            guard case .dataset(let model, let dataset) = input.plan.source else { return true }
            let name = "\(model).\(dataset)"
            if known.contains(name) { return true }
            refused[input.rule] =
                "no field mapping for the dataset \(name); known: \(schema.datasetNames.joined(separator: ", "))"
            return false
        }
        let shapes = plans.concurrentMap { HuntShape($0.plan, schema: schema) }
        for (input, shape) in zip(plans, shapes) {
            views.append(shape.view)
            requests += shape.fieldNames.map { FieldMap.Request(view: shape.view, name: $0) }
            requests += input.selections.flatMap(\.fields).map { FieldMap.Request(view: shape.view, name: $0) }
        }
        views += needs.compactMap(\.view)
        requests += FeedProgram.requests(for: needs)
        // Neither needs the other, and both take their time.
        let (made, filters) = concurrently(
            { [requests, views] in
                Result { () throws(SchemaError) in try FieldMap(schema: schema, requests: requests, views: views) }
            }, { plans.concurrentMap { $0.plan.filter.simplified } })
        do {
            map = try made.get()
        } catch {
            throw HuntError(error.description)
        }
        feeds = needs.isEmpty ? nil : FeedProgram(needs: needs, map: map)
        var hunts: [Hunt] = []
        var conditions: [PredicateSet.Member] = []
        var requirements: [LiteralRequirement] = []
        var keys: KeyRequirement? = KeyRequirement()
        var telling = TellingKeys(schema: schema)
        var takesAll = true
        let hunted = Array(plans.indices).concurrentMap { [map] index in
            Result { () throws(PipelineError) in
                let (input, shape) = (plans[index], shapes[index])
                let hunt = try Hunt(input, shape: shape, map: map, context: context.bounded(by: input.range))
                let condition = filters[index].map { FieldAccess($0, view: shape.view, map: map).slot }
                return (hunt, PredicateSet.Member(simplified: condition, domain: hunt.dataset ?? -1))
            }
        }
        // One plan without a literal is enough for none to be required.
        var requiresNothing = countsFields
        for (index, result) in hunted.enumerated() {
            let (input, shape) = (plans[index], shapes[index])
            switch result {
            case .failure(let error):
                refused[input.rule] = error.description
                continue
            case .success((let hunt, let condition)):
                hunts.append(hunt)
                conditions.append(condition)
                if takesAll, hunt.dataset != nil || filters[index] != .constant(true) { takesAll = false }
            }
            keys = keys.flatMap { telling.union($0, of: input.plan.filter, shape.view) }
            if requiresNothing { continue }
            let requirement = LiteralRequirement(input.plan.filter) { [map] name in
                map.standsInLine(FieldMap.Request(view: shape.view, name: name))
            }
            requirements.append(requirement)
            if requirement == .nothing { requiresNothing = true }
        }
        self.hunts = hunts
        openSchema = hunts.contains { if case .openRows = $0.mode { true } else { false } } ? schema : nil
        self.refused = refused
        self.takesAll = takesAll
        self.conditions = PredicateSet(
            conditions,
            gateSlots: Self.identifierNames.compactMap { [map] name in
                map.field(FieldMap.Request(view: .events, name: name))
            })
        prefilter = Prefilter.decide(
            for: requiresNothing ? .nothing : LiteralRequirement.anyOf(requirements), keys: keys)
    }
}

/// `[earliest, latest)` in nanoseconds; a bound that is not set is open.
struct ClosedTimeRange: Sendable {
    var earliest: Timestamp?
    var latest: Timestamp?

    var isOpen: Bool { earliest == nil && latest == nil }

    func contains(_ time: Timestamp) -> Bool {
        if let earliest, time < earliest { return false }
        if let latest, time >= latest { return false }
        return true
    }

    /// Where both hold.
    func intersection(_ other: ClosedTimeRange) -> ClosedTimeRange {
        ClosedTimeRange(
            earliest: [earliest, other.earliest].compactMap(\.self).max(),
            latest: [latest, other.latest].compactMap(\.self).min())
    }
}

extension EvaluationContext {
    /// For one search, which looks at these times only and counts its own limits that are reached.
    func bounded(by range: ClosedTimeRange) -> EvaluationContext {
        var context = self
        context.earliest = range.earliest?.nanoseconds
        context.latest = range.latest?.nanoseconds
        context.limits = limits.renewed()
        return context
    }
}

extension EvaluationContext {
    /// In a run of a schedule: its time is the run's, its bounds are those of what the run sees.
    func running(in window: ScheduledWindow?) -> EvaluationContext {
        guard let window else { return self }
        var context = self
        context.now = window.runTime.nanoseconds
        context.earliest = window.earliest.nanoseconds == .min ? nil : window.earliest.nanoseconds
        context.latest = window.latest.nanoseconds
        return context
    }
}

/// Where a named field of a plan comes from while it runs.
enum FieldAccess: Sendable {
    case field(FieldMap.Field)
    case time
    case raw

    static func isSpecial(_ name: String) -> Bool { name == "_time" || name == "_raw" }

    init(_ name: String, view: FieldMap.View, map: FieldMap) {
        switch name {
        case "_time": self = .time
        case "_raw": self = .raw
        default: self = map.field(FieldMap.Request(view: view, name: name)).map { .field($0) } ?? .raw
        }
    }

    /// As predicates number it.
    var slot: Int {
        switch self {
        case .field(let field): field
        case .time: Self.timeSlot
        case .raw: Self.rawSlot
        }
    }

    /// Whether a slot is a field of the map; else it is one of those below, or stands for every value.
    @inline(__always)
    static func isField(_ slot: Int) -> Bool { slot >= 0 && slot < timeSlot }

    static let timeSlot = 1 << 40
    static let rawSlot = 1 << 40 + 1
}

/// One plan, made ready. A class: it is handed around with all its parts.
final class Hunt: Sendable {
    /// The rule it belongs to, among those given to the hunt.
    let rule: Int
    let dataset: FieldMap.DatasetIndex?
    let range: ClosedTimeRange
    /// The schedule that is replayed.
    let schedule: Schedule?
    /// Whether the events themselves are wanted, too.
    let keepsMatches: Bool
    /// Whether a limit on how many are told is none on how many are kept.
    let isCorrelated: Bool
    let isCounted: Bool
    /// Conditions of which it is told which ones a kept event satisfies.
    let selections: [Predicate<Int>]
    let mode: Mode
    let finalStages: [Command]
    let isOfSigmaRule: Bool
    /// What conditions in the final stages wait for.
    let subsearches: [Subsearch]
    /// What its commands run under, where the events are and after; a run of a schedule has times of its own.
    let context: EvaluationContext
    /// The commands that run where the events are, where a schedule is replayed and some of them tell the time of the run.
    let timedCommands: [Command]
    /// Of the rows that go into these.
    private let timedColumns: [String]

    enum Mode: Sendable {
        case group(Grouping, keys: [FieldAccess], arguments: [FieldAccess?])
        case rows(access: [FieldAccess], streaming: RowProgram, grouping: Grouping?)
        /// Rows of these columns, and beside them of the fields of the event that are asked for.
        case openRows(access: [FieldAccess], filters: RowProgram, fields: OpenFields)
    }

    var grouping: Grouping? {
        switch mode {
        case .group(let grouping, _, _): grouping
        case .rows(_, _, let grouping): grouping
        case .openRows: nil
        }
    }

    /// Only so many rows are wanted where none is counted into a group: the search goes on with `head`.
    var rowLimit: Int? {
        if case .head(let count)? = finalStages.first { max(0, count) } else { nil }
    }

    /// - Throws: `PipelineError` where a command can't run, as an expression that is no condition.
    init(
        _ input: HuntProgram.Input, shape: HuntShape, map: FieldMap, context: EvaluationContext
    ) throws(PipelineError) {
        isOfSigmaRule = if case .logsource = input.plan.source { true } else { false }
        var context = context
        // Sigma's times are in UTC, whatever the zone of the archives.
        if isOfSigmaRule { context.times = ZonedTimes(zone: .utc) }
        self.context = context
        rule = input.rule
        range = input.range
        schedule = input.schedule
        keepsMatches = input.keepsMatches
        isCorrelated = input.isCorrelated
        isCounted = input.isCounted
        let view = shape.view
        switch view {
        case .dataset(let name): dataset = map.dataset(name)
        case .logsource(let name): dataset = map.logsource(name)
        case .events: dataset = nil
        }
        selections = input.selections.map { condition in
            condition.map { FieldAccess($0, view: view, map: map).slot }
        }
        var timed: (commands: [Command], columns: [String]) = ([], [])
        switch shape.mode {
        case .group(let grouping):
            mode = .group(
                grouping, keys: grouping.keys.map { FieldAccess($0.field, view: view, map: map) },
                arguments: grouping.functions.map { call in
                    call.field.map { FieldAccess($0, view: view, map: map) }
                })
        case .rows(let columns, let streaming, let grouping):
            timed = (streaming, columns)
            mode = .rows(
                access: columns.map { FieldAccess($0, view: view, map: map) },
                streaming: try RowProgram(streaming, columns: columns, context: context), grouping: grouping)
        case .openRows(let columns, let filters, let fields):
            timed = (filters, columns)
            mode = .openRows(
                access: columns.map { FieldAccess($0, view: view, map: map) },
                filters: try RowProgram(filters, columns: columns, context: context), fields: fields)
        }
        let tellsTime = input.schedule != nil && timed.commands.contains(where: \.readsRunTime)
        (timedCommands, timedColumns) = tellsTime ? timed : ([], [])
        finalStages = shape.finalStages
        subsearches = input.plan.subsearches
        // The stages of Sigma rules are made here, all alike.
        if !isOfSigmaRule { try RowPipeline.check(finalStages, context: context) }
    }
    /// What runs where the events are, in a run of the schedule.
    func program(in window: ScheduledWindow) -> RowProgram? {
        try? RowProgram(timedCommands, columns: timedColumns, context: context.running(in: window))
    }
}
