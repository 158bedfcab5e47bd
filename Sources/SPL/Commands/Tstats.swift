import Aggregation
import Matching
import Pipeline
import Values

/// Reads `tstats`, which begins a search over a data model's dataset.
///
///     tstats [option=value ...] aggregate [AS name] ... [from datamodel=Model[.Dataset]] [where condition] [by field ...]
struct TstatsParser {
    private var scanner: Scanner
    private var aggregates: AggregateParser
    private var keys: [GroupKey] = []
    private var hasAutomaticSpan = false
    private var fill: Text?
    /// Where `prestats=true` stands.
    private var prestats: Range<Int>?
    private var dataModel: String?
    private var condition = Predicate<String>.constant(true)
    private var nodeName: (path: String, range: Range<Int>)?
    private var timeRange = TimeRange()

    private init(_ scanner: Scanner) {
        self.scanner = scanner
        self.aggregates = AggregateParser(scanner, takesExpressions: false)
    }

    /// The plan of the command alone, and its time bounds; with `prestats=true` the error that it is where no command behind
    /// it finishes the statistics.
    static func parse(
        _ scanner: Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> (plan: SearchPlan, timeRange: TimeRange, unfinished: SPLError?) {
        var parser = TstatsParser(scanner)
        try parser.parseClauses(&context)
        let unfinished = parser.prestats.map { range in
            parser.scanner.error(
                "tstats prestats= needs a command that finishes the statistics",
                "put stats, chart or timechart behind it",
                reason: .unsupportedOption("prestats"), at: range)
        }
        return (try unfinished == nil ? parser.plan() : parser.planOfEvents(), parser.timeRange, unfinished)
    }

    private mutating func parseClauses(_ context: inout CompilationContext) throws(SPLError) {
        var isBehindFrom = false
        var isBehindWhere = false
        while scanner.moveToNextArgument() {
            if scanner.takeKeyword("by") || scanner.takeKeyword("groupby") {
                var parser = GroupKeyParser(scanner, takesSpan: true)
                try parser.parse()
                scanner = parser.scanner
                keys = parser.keys
                if let given = parser.fill { fill = given.isEmpty ? nil : given }
                hasAutomaticSpan = parser.hasAutomaticSpan
                context.note(parser.notes)
            } else if !isBehindWhere, scanner.takeKeyword("where") {
                isBehindWhere = true
                try parseCondition(&context)
            } else if !isBehindFrom, !isBehindWhere, scanner.takeKeyword("from") {
                isBehindFrom = true
                try parseSource()
            } else if isBehindFrom || isBehindWhere {
                throw scanner.error("where or by was expected here", "check the order: from, where, by")
            } else if let option = try scanner.readOption() {
                try apply(option)
            } else {
                aggregates.resume(at: scanner.position)
                try aggregates.parseOne()
                scanner = aggregates.scanner
            }
        }
        guard !aggregates.calls.isEmpty else {
            throw scanner.error("tstats needs an aggregate", "write one, as count")
        }
    }

    /// Options about summaries and speed say nothing here: archives are read as they are.
    private mutating func apply(_ option: Scanner.Argument) throws(SPLError) {
        switch option.name {
        case "summariesonly", "allow_old_summaries", "local", "include_reduced_buckets", "use_summary_index_values":
            _ = try scanner.boolean(option)
        case "chunk_size":
            _ = try scanner.count(option)
        case "fillnull_value":
            fill = option.value.isEmpty ? nil : Text(option.value)
        case "prestats": prestats = try scanner.boolean(option) ? option.range : nil
        case "append":
            if try scanner.boolean(option) { throw scanner.unsupported(option, of: "tstats") }
        default:
            throw scanner.unsupported(option, of: "tstats")
        }
    }

    private mutating func parseSource() throws(SPLError) {
        scanner.skipSpace()
        let start = scanner.position
        guard scanner.takeKeyword("datamodel") else {
            throw scanner.error(
                "tstats reads data models only", "write from datamodel=Model.Dataset",
                reason: .unsupportedConstruct("tstats from something else than a data model"))
        }
        scanner.skipSpace()
        _ = scanner.take(Byte.equals)
        scanner.skipSpace()
        guard let name = try scanner.readDatasetName(), name.utf8.contains(where: { $0 != Byte.dot }) else {
            throw scanner.error(
                "the data model's name is missing", "write from datamodel=Model.Dataset", at: start..<scanner.position)
        }
        dataModel = name
    }

    private mutating func parseCondition(_ context: inout CompilationContext) throws(SPLError) {
        var parser = SearchPredicateParser(scanner, position: .tstats, context: context)
        condition = try parser.parse()
        scanner = parser.scanner
        nodeName = parser.nodeName
        timeRange = parser.timeRange
        context = parser.finishedContext
    }

    /// The events themselves, under the names that a data model gives their fields: what finishes the statistics computes
    /// them of these, so that nothing is lost in between. An event without a by-field does not count, as in the groups.
    private func planOfEvents() throws(SPLError) -> SearchPlan {
        let whole = try plan()
        var commands: [Command] = []
        if let dataModel {
            let reference = DataModelReference(
                dataModel, nodeName: nodeName?.path,
                fieldNames: keys.map(\.column) + aggregates.calls.compactMap(\.field) + condition.fields)
            commands += DatasetSyntax.namesAfterDataset(reference)
        }
        let fields = keys.filter { $0.column != Binning.timeField }.map(\.column)
        if let fill, !fields.isEmpty { commands.append(.extract(.filling(value: fill, fields: fields))) }
        for field in fields { commands.append(.filter(.call(.isnotnull, [.field(field)]))) }
        if let width = timeWidth { commands.append(.bin(Binning(field: Binning.timeField, width: width))) }
        return SearchPlan(source: whole.source, filter: whole.filter, commands: commands)
    }

    /// How wide the spans of time are; `nil` where times are taken as they are.
    private var timeWidth: Binning.Width? {
        if hasAutomaticSpan { return .count(Binning.defaultCount) }
        return keys.compactMap(\.span).first.map { .span(.time($0)) }
    }

    private func plan() throws(SPLError) -> SearchPlan {
        var grouping = Aggregation.Grouping(keys: keys, functions: aggregates.calls, fill: fill)
        for call in grouping.functions where keys.contains(where: { $0.column == call.column }) {
            throw scanner.error(
                "an aggregate has the name of the by-field \(call.column)", "give it another one with AS")
        }
        guard let dataModel else {
            if let nodeName {
                throw scanner.error("nodename needs a data model", "write from datamodel=...", at: nodeName.range)
            }
            return SearchPlan(source: .events, filter: condition, commands: commands(grouping))
        }
        let names = keys.map(\.column) + grouping.functions.compactMap(\.field) + condition.fields
        let reference = DataModelReference(dataModel, nodeName: nodeName?.path, fieldNames: names)
        for index in grouping.keys.indices {
            grouping.keys[index].field = reference.field(grouping.keys[index].column)
        }
        for index in grouping.functions.indices {
            grouping.functions[index].field = grouping.functions[index].field.map { reference.field($0) }
        }
        return SearchPlan(
            source: .dataset(model: reference.model, name: reference.dataset),
            filter: condition.map { reference.field($0) }, commands: commands(grouping))
    }

    /// The grouping, behind what finds out how long a span of time is where none is given: the times of all events that
    /// count decide, so these are kept until the last one is known.
    private func commands(_ grouping: Aggregation.Grouping) -> [Command] {
        guard hasAutomaticSpan, let width = timeWidth else { return [.stats(grouping)] }
        let needed = fill == nil ? grouping.keys.map(\.field) : []
        return needed.map { .filter(.call(.isnotnull, [.field($0)])) }
            + [.bin(Binning(field: Binning.timeField, width: width)), .stats(grouping)]
    }
}
