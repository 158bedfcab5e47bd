import Aggregation
public import Pipeline
import Values

extension SearchPlan {
    /// The plan for people, a step a line: where events come from, which ones are wanted, then each command.
    public var explanation: [String] {
        let origin =
            switch source {
            case .events: "every event"
            case .dataset(let model, let name): "dataset \(model).\(name)"
            case .logsource(let name): "logsource \(name)"
            case .table(let table): "lookup \(table.name)"
            case .rows(let count): "\(count) empty rows"
            }
        let inner = subsearches.enumerated().flatMap { number, subsearch in
            ["subsearch \(number + 1), in a pass before this one"] + subsearch.plan.explanation.map { "  " + $0 }
        }
        return inner + ["from \(origin)", "where \(filter.searchText)"] + commands.flatMap(\.explanationLines)
    }
}

extension Command {
    /// The command, and below it the search that it brings in.
    fileprivate var explanationLines: [String] {
        let inner: [String] =
            switch self {
            case .join(let join): join.subsearch.plan.explanation
            case .append(let append): append.subsearch.plan.explanation
            case .appendColumns(let append): append.subsearch.plan.explanation
            case .appendPipe(let commands): commands.flatMap(\.explanationLines)
            case .map: ["the searches that it makes of rows, in a pass after this one"]
            default: []
            }
        return ["| " + explanation] + inner.map { "    " + $0 }
    }

    /// The command in one line, in the syntax of a search as far as it has one.
    public var explanation: String {
        switch self {
        case .search(let predicate): "search " + predicate.searchText
        case .filter(let expression): "where " + expression.searchText
        case .evaluate(let assignments):
            "eval "
                + assignments.map { QuotedText.name($0.column) + " = " + $0.expression.searchText }
                .joined(separator: ", ")
        case .rename(let renamings):
            "rename "
                + renamings.map { QuotedText.name($0.from) + " AS " + QuotedText.name($0.to) }.joined(separator: ", ")
        case .convert(let conversion): "convert " + conversion.explanation
        case .fields(let keep, let names): (keep ? "fields " : "fields - ") + QuotedText.names(names)
        case .table(let names): "table " + QuotedText.names(names)
        case .sort(let sorting): "sort \(sorting.limit ?? 0) " + keys(sorting.keys)
        case .head(let count): "head \(count)"
        case .deduplicate(let deduplication): "dedup " + deduplication.explanation
        case .stats(let grouping): "stats " + grouping.explanation
        case .bin, .eventStatistics, .runningStatistics, .rowStatistics, .chart, .topValues, .makeContinuous,
            .headWhile, .tail, .reverse, .transaction:
            rowExplanation
        case .extract(let extraction): extraction.explanation
        case .reshape(let reshaping): reshaping.explanation
        case .lookup(let lookup): "lookup " + lookup.explanation
        case .join(let join): "join " + join.explanation
        case .append: "append, of the search below"
        case .appendColumns(let append): "appendcols override=\(append.overrides), of the search below"
        case .appendPipe: "appendpipe, of these rows through the commands below"
        case .map(let map): "map maxsearches=\(map.limit) search=" + QuotedText.string(map.template)
        case .returnValues(let values):
            "return \(values.count) "
                + values.items.map { $0.column == "search" ? "$" + $0.field : "\($0.column)=\($0.field)" }
                .joined(separator: " ")
        }
    }
}

private func keys(_ keys: [Sorting.Key]) -> String {
    keys.map { key in
        let name = QuotedText.name(key.field)
        let direction = key.descending ? "-" : "+"
        return switch key.comparison {
        case .automatic: direction + name
        case .text: "\(direction)str(\(key.field))"
        case .number: "\(direction)num(\(key.field))"
        case .address: "\(direction)ip(\(key.field))"
        }
    }.joined(separator: ", ")
}

extension Join {
    fileprivate var explanation: String {
        var text = "type=\(keepsUnmatched ? "left" : "inner") max=\(limit ?? 0) overwrite=\(overwrites) "
        if let earlier { text += "usetime=true earlier=\(earlier) " }
        var names = fields.isEmpty ? "on all common fields" : QuotedText.names(fields)
        if let aliases {
            names = zip(fields, partnerFields).map { "\(aliases.left).\($0)=\(aliases.right).\($1)" }
                .joined(separator: ", ")
            names = "left=\(aliases.left) right=\(aliases.right) where " + names
        }
        return text + names + ", with the search below"
    }
}

extension Lookup {
    fileprivate var explanation: String {
        func pairs(_ pairs: [Pair]) -> String {
            pairs.map { pair in
                let field = QuotedText.name(pair.field)
                return pair.field == pair.column ? field : field + " AS " + QuotedText.name(pair.column)
            }.joined(separator: ", ")
        }
        return "\(table.name) \(pairs(inputs)) \(keepsValues ? "OUTPUTNEW" : "OUTPUT") \(pairs(outputs))"
    }
}

extension Conversion {
    fileprivate var explanation: String {
        let format = "timeformat=" + QuotedText.string(Array(timeFormat.utf8)) + " "
        return format
            + calls.map { call in
                let alias = call.column.map { " AS " + QuotedText.name($0) } ?? ""
                return "\(call.function.rawValue)(\(QuotedText.name(call.field)))\(alias)"
            }.joined(separator: ", ")
    }
}

extension Deduplication {
    fileprivate var explanation: String {
        var text = "\(count) " + QuotedText.names(fields)
        if keepsEvents { text += " keepevents=true" }
        if keepsEmpty { text += " keepempty=true" }
        if consecutive { text += " consecutive=true" }
        if !sortedBy.isEmpty { text += " sortby " + keys(sortedBy) }
        return text
    }
}

extension Aggregation.Grouping {
    fileprivate var explanation: String {
        var text = functions.map { call in
            let name = call.function.name
            let shown = call.field.map { "\(name)(\(QuotedText.name($0)))" } ?? name
            return shown == call.column ? shown : shown + " AS " + QuotedText.name(call.column)
        }.joined(separator: ", ")
        if !keys.isEmpty {
            text +=
                " by "
                + keys.map { key in
                    var shown = QuotedText.name(key.field)
                    if let span = key.span { shown += " span=" + Span.text(span) }
                    return key.column == key.field ? shown : shown + " AS " + QuotedText.name(key.column)
                }.joined(separator: ", ")
        }
        if let fill { text += " fillnull_value=" + QuotedText.string(fill.bytes) }
        return text
    }
}
