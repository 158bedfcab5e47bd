import Aggregation
import Pipeline
import Schemas

/// How a plan is run: what happens where the event is, and what after all of them.
struct HuntShape {
    var view: FieldMap.View
    /// What is done with an event that passes the filter.
    var mode: Mode
    /// The commands that run on the final rows.
    var finalStages: [Command]
    var fieldNames: [String]

    enum Mode {
        /// It is counted into groups as it is.
        case group(Grouping)
        /// It becomes a row of these columns, runs through the streaming commands, and is counted into groups where
        /// there is a grouping, else kept.
        case rows(columns: [String], streaming: [Command], grouping: Grouping?)
        /// Any of its fields may be asked for: it becomes a row of these columns and of those of its other fields that are
        /// wanted. What the columns are is known when all rows are there, so only what drops rows runs where the event is.
        case openRows(columns: [String], filters: [Command], fields: OpenFields)
    }

    init(_ plan: SearchPlan, schema: Schema) {
        view = Self.view(of: plan.source)
        var names = plan.filter.fields
        if case .stats(let grouping)? = plan.commands.first {
            mode = .group(grouping)
            finalStages = Array(plan.commands.dropFirst())
            names += grouping.keys.map(\.field) + grouping.functions.compactMap(\.field)
        } else if case .events = plan.source, let fields = plan.openFields {
            let columns = Self.columns(of: fields)
            let filters = plan.commands.prefix { $0.onlyDropsRows }
            mode = .openRows(columns: columns, filters: Array(filters), fields: fields)
            finalStages = Array(plan.commands.dropFirst(filters.count))
            names += columns
        } else {
            let prefix = RowProgram.streamingPrefix(of: plan.commands)
            let columns = Self.columns(of: plan, schema)
            var rest = plan.commands.dropFirst(prefix)
            var grouping: Grouping?
            if case .stats(let first)? = rest.first {
                grouping = first
                rest = rest.dropFirst()
            }
            mode = .rows(columns: columns, streaming: Array(plan.commands.prefix(prefix)), grouping: grouping)
            finalStages = Array(rest)
            names += columns
        }
        finalStages = finalStages.withLimitsMovedUp
        var seen: Set<String> = []
        fieldNames = names.filter { !FieldAccess.isSpecial($0) && seen.insert($0).inserted }
    }

    /// What the names of fields mean in a search over events.
    static func view(of source: SearchPlan.Source) -> FieldMap.View {
        switch source {
        case .events: .events
        case .dataset(let model, let name): .dataset("\(model).\(name)")
        case .logsource(let name): .logsource(name)
        case .table, .rows: preconditionFailure("a search over a table is given no events")
        }
    }

    /// The columns that an event becomes a row of: what the commands read; where any field may be shown, all that the
    /// dataset has.
    private static func columns(of plan: SearchPlan, _ schema: Schema) -> [String] {
        guard let fields = plan.openFields else {
            if case .named(let names) = plan.requiredFields { return names }
            return []
        }
        guard case .dataset(let model, let name) = plan.source else { return columns(of: fields) }
        var all = fields
        let others = schema.fieldNames(ofDataset: "\(model).\(name)").filter(fields.takes)
        all.names = Set(fields.names).union(others).sorted()
        return columns(of: all)
    }

    /// What the search names, with the time before and the raw text behind it where all is shown.
    private static func columns(of fields: OpenFields) -> [String] {
        guard fields.takesAll else { return fields.names }
        return ["_time"] + fields.names.filter { !FieldAccess.isSpecial($0) } + ["_raw"]
    }
}

extension Command {
    /// Whether the command is streaming and leaves the rows that it keeps as they are.
    fileprivate var onlyDropsRows: Bool {
        switch self {
        case .search, .filter, .extract(.condition): isStreaming
        default: false
        }
    }
}
