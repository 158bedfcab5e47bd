import Aggregation
import Matching
import Pipeline
public import SPL
public import Schemas

/// Which events a rule could find anything in, as far as its search tells: the dataset or the origin of the events, and the
/// fields without which none passes.
public struct RuleNeeds: Hashable, Sendable {
    /// `Endpoint.Processes`; `nil` where the search reads events themselves.
    public var dataset: String?
    /// For a Sigma rule: the view of its logsource.
    public var logsource: String?
    /// The kinds of event that the dataset takes; one of them is enough.
    public var sources: [DatasetSource]
    /// For a search over events themselves: what it asks of their origin, in the order of the search.
    public var origin: [Origin]
    /// Fields that must have a value, sorted: an event without one of them never counts.
    public var fields: [String]
    /// The macros that the search uses.
    public var macros: [String]

    /// A field that tells where an event is from, and the values that the search asks of it, of which one is enough.
    public struct Origin: Hashable, Sendable {
        /// As the search writes it: `sourcetype`, `EventCode`, ...
        public var field: String
        /// As the search writes them; they may hold `*`.
        public var values: [String]
    }

    /// What an event's origin must be, as a condition over `originFields` alone.
    let gate: Predicate<String>

    /// The fields by which searches over events themselves choose where events are from.
    static let originFields: Set<String> = [
        "source", "sourcetype", "eventtype", "index", "Channel", "LogName", "Provider_Name", "SourceName", "EventID",
        "EventCode", "event_simpleName",
    ]

    /// Those of them that only the events of operating systems and of sensors on them have.
    static let fieldsOfSystems: Set<String> = [
        "Channel", "LogName", "Provider_Name", "SourceName", "EventID", "EventCode", "event_simpleName",
    ]

    /// How the sources, sourcetypes and eventtypes of these begin, in lower case.
    static let originsOfSystems = [
        "xmlwineventlog", "wineventlog", "syslog:linux-sysmon", "sysmon:linux", "linux:audit", "auditd", "crowdstrike",
    ]

    /// - Parameter schema: tells which kinds of event a dataset takes.
    public init(_ search: CompiledSearch, schema: Schema) {
        self.init(search.plan, schema: schema)
        macros = search.macros.map(\.name)
    }

    /// - Parameter columns: fields that must have a value, too.
    init(_ plan: SearchPlan, adding columns: [String] = [], schema: Schema) {
        macros = []
        switch plan.source {
        case .dataset(let model, let name): dataset = "\(model).\(name)"
        case .logsource(let name): logsource = name
        case .events, .table, .rows: break
        }
        sources = dataset.map { schema.sources(of: $0) } ?? []
        let isOpen = dataset == nil && logsource == nil
        gate = isOpen ? plan.originGate : .constant(true)
        origin = isOpen ? gate.originValues : []
        var needed = plan.leadingCondition.fieldsThatMustBeThere
        // Rows are dropped where a by-field is missing, unless something is filled in for it.
        if case .stats(let grouping)? = plan.commands.first(where: { !$0.isSearch }), grouping.fill == nil {
            needed.formUnion(grouping.keys.map(\.field))
        }
        needed.formUnion(columns)
        fields = needed.filter { !FieldAccess.isSpecial($0) }.sorted()
    }

    /// `Endpoint.Processes`, or `events with source="..." AND EventCode="4104"`.
    public var text: String { dataset ?? logsource ?? Self.text(gate) }

    /// The text without the identifiers of events, so that rules over one source have one.
    public var family: String {
        dataset ?? logsource ?? Self.text(gate.withoutTests(of: ["EventID", "EventCode"]).simplified)
    }

    /// Whether the search is over the risk events that a hunt's own findings raise, which stand in no archive.
    public var isOverRisk: Bool { dataset?.hasPrefix("Risk.") ?? false }

    /// What the names of the fields mean; `nil` for a dataset that takes no event of any archive.
    var view: FieldMap.View? {
        if let dataset { return sources.isEmpty ? nil : .dataset(dataset) }
        return logsource.map { .logsource($0) } ?? .events
    }

    private static func text(_ gate: Predicate<String>) -> String {
        gate == .constant(true) ? "any events" : "events with \(gate.searchText)"
    }
}

extension SearchPlan {
    /// What every event must hold that the search finds, in negation normal form.
    fileprivate var leadingCondition: Predicate<String> {
        var conditions = [filter]
        for case .search(let predicate) in commands.prefix(while: \.isSearch) { conditions.append(predicate) }
        return Predicate.all(conditions).negationNormalForm
    }

    /// What the search asks of where events are from.
    var originGate: Predicate<String> { leadingCondition.originCondition.simplified }
}

extension Command {
    fileprivate var isSearch: Bool {
        if case .search = self { true } else { false }
    }
}

/// All of these work on negation normal form, in which `not` stands before single tests only.
extension Predicate<String> {
    /// What the condition asks of an event's origin: it holds wherever the whole could.
    fileprivate var originCondition: Predicate {
        switch self {
        case .field(let name, _): RuleNeeds.originFields.contains(name) ? self : .constant(true)
        case .not(.field(let name, _)): RuleNeeds.originFields.contains(name) ? self : .constant(true)
        case .all(let parts): .all(parts.map(\.originCondition))
        case .any(let parts): .any(parts.map(\.originCondition))
        case .constant: self
        default: .constant(true)
        }
    }

    /// Whether an event may meet it, as a condition on origins, that no operating system's log and no sensor on one wrote.
    ///
    /// Such an event has no channel and no EventID, and its source and its sourcetype are none that add-ons for them give.
    var mayHoldForRecords: Bool {
        switch self {
        case .field("source", .equals(let pattern)), .field("sourcetype", .equals(let pattern)),
            .field("eventtype", .equals(let pattern)):
            let text = String(decoding: pattern.source, as: UTF8.self).lowercased()
            return !RuleNeeds.originsOfSystems.contains { text.hasPrefix($0) }
        case .field(let name, .equals): return !RuleNeeds.fieldsOfSystems.contains(name)
        case .all(let parts): return parts.allSatisfy(\.mayHoldForRecords)
        case .any(let parts): return parts.contains(where: \.mayHoldForRecords)
        case .constant(let holds): return holds
        default: return true
        }
    }

    /// The condition with every test of some fields taken as passed.
    fileprivate func withoutTests(of names: Set<String>) -> Predicate {
        switch self {
        case .field(let name, _) where names.contains(name): .constant(true)
        case .not(.field(let name, _)) where names.contains(name): .constant(true)
        case .all(let parts): .all(parts.map { $0.withoutTests(of: names) })
        case .any(let parts): .any(parts.map { $0.withoutTests(of: names) })
        default: self
        }
    }

    /// The values that fields of the origin are compared with, each once, in order of first appearance.
    fileprivate var originValues: [RuleNeeds.Origin] {
        var origins: [RuleNeeds.Origin] = []
        addOriginValues(to: &origins)
        return origins
    }

    private func addOriginValues(to origins: inout [RuleNeeds.Origin]) {
        switch self {
        case .field(let name, .equals(let pattern)):
            let value = String(decoding: pattern.source, as: UTF8.self)
            if let place = origins.firstIndex(where: { $0.field == name }) {
                if !origins[place].values.contains(value) { origins[place].values.append(value) }
            } else {
                origins.append(RuleNeeds.Origin(field: name, values: [value]))
            }
        case .all(let parts), .any(let parts): for part in parts { part.addOriginValues(to: &origins) }
        default: break
        }
    }

    /// The fields without a value of which the condition cannot hold.
    fileprivate var fieldsThatMustBeThere: Set<String> {
        switch self {
        case .field(let name, _): return [name]
        case .compare(let left, _, let right): return [left, right]
        case .all(let parts): return parts.reduce(into: []) { $0.formUnion($1.fieldsThatMustBeThere) }
        case .any(let parts):
            guard let first = parts.first else { return [] }
            return parts.dropFirst().reduce(first.fieldsThatMustBeThere) {
                $0.intersection($1.fieldsThatMustBeThere)
            }
        default: return []
        }
    }
}
