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
    let prefilter: PrefilterPlan
    /// Whether every hunt takes every event.
    let takesAll: Bool
    /// The conditions of all hunts, numbered as they are; behind them those of what a later pass may look for.
    let conditions: PredicateSet
    let anticipations: [Anticipation]
    /// Where a hunt may ask for any field of an event: what makes readers of all of them.
    private let openSchema: Schema?
    var readsAllFields: Bool { openSchema != nil }
    /// All fields of events, for one worker; `nil` where no hunt may ask for any.
    var eventFields: EventFields? { openSchema.map { EventFields(schema: $0) } }
    /// What is looked for in every event to tell what rules without a logsource could see; `nil` where nobody asks.
    let feeds: FeedProgram?
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
    /// A plan whose commands can't run, or whose dataset the schema lacks, is left out; `refused` says why, by rule.
    ///
    /// - Parameters:
    ///   - anticipations: what a later pass may look for; those over datasets that the schema lacks are left out.
    ///   - countsFields: whether every event is looked at, whatever the plans ask for.
    ///   - needs: of rules of which it is counted what they could see.
    /// - Throws: `HuntError` where the schema can't be used.
    init(
        plans: [Input], anticipations: [Anticipation] = [], schema: Schema, context: EvaluationContext,
        countsFields: Bool = false, needs: [RuleNeeds] = []
    ) throws(HuntError) {
        var refused: [Int: String] = [:]
        let anticipations = anticipations.filter { Self.unmapped($0.source, schema) == nil }
        self.anticipations = anticipations
        let plans = Self.mapped(plans, schema, &refused)
        let shapes = plans.concurrentMap { HuntShape($0.plan, schema: schema) }
        let requests =
            Self.requests(zip(plans, shapes)) + Self.requests(anticipations) + FeedProgram.requests(for: needs)
        let views = shapes.map(\.view) + anticipations.map(\.view) + needs.compactMap(\.view)
        let numbers: FieldNumbers
        do {
            numbers = try FieldNumbers(schema: schema, requests: requests, views: views)
        } catch {
            throw HuntError(error.description)
        }
        // Neither needs the other, and both take their time.
        let (map, compiled) = concurrently(
            { FieldMap(schema: schema, numbers: numbers) },
            { CompiledHunts(plans, shapes, anticipations, numbers, context) })
        self.map = map
        hunts = compiled.hunts
        self.refused = refused.merging(compiled.refused) { first, _ in first }
        takesAll = compiled.takesAll && anticipations.isEmpty
        conditions = compiled.conditions
        openSchema = hunts.contains { if case .openRows = $0.mode { true } else { false } } ? schema : nil
        feeds = needs.isEmpty ? nil : FeedProgram(needs: needs, map: map)
        var lines = LineRequirements(schema: schema, map: map, requiresNothing: countsFields)
        for index in compiled.runnable { lines.add(plans[index].plan.filter, view: shapes[index].view) }
        for later in anticipations { lines.add(later.filter, view: later.view) }
        prefilter = lines.prefilter
    }

    /// The plans for whose datasets there are field mappings.
    private static func mapped(_ plans: [Input], _ schema: Schema, _ refused: inout [Int: String]) -> [Input] {
        plans.filter { input in
            guard let name = unmapped(input.plan.source, schema) else { return true }
            refused[input.rule] =
                "no field mapping for the dataset \(name); known: \(schema.knownDatasets(besides: name))"
            return false
        }
    }

    /// The dataset of a source for which there is no field mapping.
    private static func unmapped(_ source: SearchPlan.Source, _ schema: Schema) -> String? {
        guard case .dataset(let model, let dataset) = source else { return nil }
        let name = "\(model).\(dataset)"
        return schema.hasDataset(name) ? nil : name
    }

    private static func requests(_ anticipations: [Anticipation]) -> [FieldMap.Request] {
        anticipations.flatMap { later in
            later.filter.fields.filter { !FieldAccess.isSpecial($0) }
                .map { FieldMap.Request(view: later.view, name: $0) }
        }
    }

    /// The fields that hunts read, each in its view.
    private static func requests(_ hunts: some Sequence<(Input, HuntShape)>) -> [FieldMap.Request] {
        hunts.flatMap { input, shape in
            (shape.fieldNames + input.selections.flatMap(\.fields)).map {
                FieldMap.Request(view: shape.view, name: $0)
            }
        }
    }
}

/// The hunts of a run with their conditions, for which nothing of events need be known but the numbers of fields.
private struct CompiledHunts: Sendable {
    private(set) var hunts: [Hunt] = []
    /// Which of the plans they are made of.
    private(set) var runnable: [Int] = []
    /// Why others can't run, by rule.
    private(set) var refused: [Int: String] = [:]
    /// The conditions of all hunts, and behind them those of what is anticipated.
    let conditions: PredicateSet
    /// Whether every hunt takes every event.
    private(set) var takesAll = true

    /// Fields that tell kinds of events apart.
    private static let identifierNames = TellingKeys.eventIDNames + ["event_simpleName"]
    /// Fields that tell where events come from.
    private static let originNames = ["sourcetype", "source", "eventtype"]

    init(
        _ plans: [HuntProgram.Input], _ shapes: [HuntShape], _ anticipations: [Anticipation],
        _ numbers: FieldNumbers, _ context: EvaluationContext
    ) {
        let results = Array(plans.indices).concurrentMap { index in
            Result { () throws(PipelineError) in
                let (input, shape) = (plans[index], shapes[index])
                let hunt = try Hunt(
                    input, shape: shape, numbers: numbers, context: context.bounded(by: input.range))
                let filter = input.plan.filter.simplified
                return (
                    hunt: hunt, condition: Self.condition(filter, shape.view, numbers),
                    takesAll: hunt.dataset == nil && filter == .constant(true)
                )
            }
        }
        var conditions: [PredicateSet.Member] = []
        for (index, result) in results.enumerated() {
            switch result {
            case .failure(let error): refused[plans[index].rule] = error.description
            case .success(let made):
                hunts.append(made.hunt)
                runnable.append(index)
                conditions.append(made.condition)
                if !made.takesAll { takesAll = false }
            }
        }
        conditions += anticipations.map { Self.condition($0.filter, $0.view, numbers) }
        self.conditions = PredicateSet(
            conditions,
            gateSlots: [Self.identifierNames, Self.originNames].map { names in
                names.compactMap { numbers.field(FieldMap.Request(view: .events, name: $0)) }
            })
    }

    private static func condition(
        _ filter: Predicate<String>, _ view: FieldMap.View, _ numbers: FieldNumbers
    ) -> PredicateSet.Member {
        PredicateSet.Member(
            simplified: filter.map { FieldAccess($0, view: view, numbers: numbers).slot },
            domain: numbers.domain(view) ?? -1)
    }
}

/// What the lines hold in which any hunt of a run may be interested.
private struct LineRequirements {
    /// Hunts of which the same is known by keys.
    private struct Part {
        /// What keys tell.
        var required: LineRequirement
        var filters: [(filter: Predicate<String>, view: FieldMap.View)] = []
    }

    private let map: FieldMap
    private var telling: TellingKeys
    /// Whether literals say nothing, whatever hunts ask for.
    private let requiresNothing: Bool
    /// In the order in which they came.
    private var parts: [Part] = []
    private var places: [LineRequirement: Int] = [:]
    /// What hunts without keys ask for.
    private var keyless: [LiteralRequirement] = []
    /// Whether some hunt asks for neither keys nor literals: then every line may matter, whatever the others ask for.
    private var isOpen = false

    init(schema: Schema, map: FieldMap, requiresNothing: Bool) {
        telling = TellingKeys(schema: schema)
        self.map = map
        self.requiresNothing = requiresNothing
    }

    mutating func add(_ filter: Predicate<String>, view: FieldMap.View) {
        if isOpen { return }
        guard let required = telling.requirements(filter, view, map) else {
            let own = literals(of: filter, view)
            if own == .nothing { isOpen = true }
            keyless.append(own)
            return
        }
        for one in required {
            let place = places[one] ?? parts.count
            if place == parts.count {
                parts.append(Part(required: one))
                places[one] = place
            }
            parts[place].filters.append((filter, view))
        }
    }

    var prefilter: PrefilterPlan {
        if isOpen { return PrefilterPlan(.nothing) }
        var required = parts.map { part in
            LineRequirement(
                literals: .allOf([part.required.literals, literals(of: part.filters)]), keys: part.required.keys)
        }
        if !keyless.isEmpty { required.append(LineRequirement(literals: .anyOf(keyless), keys: nil)) }
        return PrefilterPlan(required)
    }

    private func literals(of filters: [(filter: Predicate<String>, view: FieldMap.View)]) -> LiteralRequirement {
        var found: [LiteralRequirement] = []
        for (filter, view) in filters {
            let requirement = literals(of: filter, view)
            // One hunt without a literal is enough for none to be required.
            if requirement == .nothing { return .nothing }
            found.append(requirement)
        }
        return .anyOf(found)
    }

    private func literals(of filter: Predicate<String>, _ view: FieldMap.View) -> LiteralRequirement {
        if requiresNothing { return .nothing }
        return LiteralRequirement(filter) { name in
            map.textsBesideLine(of: FieldMap.Request(view: view, name: name))
        }
    }
}
