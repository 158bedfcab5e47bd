public import Matching
public import Values

/// A condition over columns or fields by their names.
public typealias SearchCondition = Predicate<String>

extension SearchPlan {
    /// The plan with the conditions in place of the subsearches that its filter waits for.
    /// - Throws: ``PipelineError/awaits`` while one of them is not known.
    public func resolvingFilter(in environment: PipelineEnvironment) throws(PipelineError) -> SearchPlan {
        // Hardly any filter waits for a subsearch, and there are thousands of plans.
        guard !subsearches.isEmpty else { return self }
        var plan = self
        plan.filter = try filter.resolved(with: subsearches, in: environment, isGenerating: true)
        guard case .dataset(_, let name) = source, !filter.deferred.isEmpty else { return plan }
        // A subsearch names the fields as `tstats` does, with the dataset before them.
        plan.filter = plan.filter.map { field in
            field.hasPrefix(name + ".") ? String(field.dropFirst(name.utf8.count + 1)) : field
        }
        return plan
    }

    /// Runs the whole search over rows in place of its source.
    /// - Throws: ``PipelineError/awaits`` while another search is not known.
    public func run(over rows: RowSet, in environment: PipelineEnvironment) throws(PipelineError) -> RowSet {
        var steps = commands
        if filter != .constant(true) { steps.insert(.search(filter), at: 0) }
        return try RowPipeline.run(steps, on: rows, subsearches: subsearches, in: environment)
    }
}

extension SearchCondition {
    /// The condition with those of the subsearches that it waits for.
    ///
    /// `isGenerating` says whether it chooses the events of a search: `earliest` and `latest` are its time bounds then.
    func resolved(
        with subsearches: [Subsearch], in environment: PipelineEnvironment, isGenerating: Bool = false
    ) throws(PipelineError) -> SearchCondition {
        let numbers = Set(deferred)
        guard !numbers.isEmpty else { return self }
        var known: [Int: SearchCondition] = [:]
        for number in numbers.sorted() where number < subsearches.count {
            let rows = try environment.rows(
                of: subsearches[number], limit: environment.limits.condition, for: "the condition")
            let subsearch = subsearches[number]
            if let field = subsearch.comparedField, subsearch.isListed {
                known[number] = try SearchCondition(field, isIn: rows, in: environment)
            } else {
                known[number] = try SearchCondition(anyOf: rows, in: environment, isGenerating: isGenerating)
            }
        }
        return resolved { known[$0] ?? .constant(false) }
    }

    /// What `format` makes of rows: one of them, all of whose values an event must have.
    ///
    /// Values are patterns as they stand. A column named `search` or `query` holds conditions instead. Columns that begin
    /// with an underscore do not count, as in Splunk. No rows: no event.
    init(
        anyOf rows: RowSet, in environment: PipelineEnvironment, isGenerating: Bool = false
    ) throws(PipelineError) {
        let columns = rows.columns.indices.filter { !rows.columns[$0].hasPrefix("_") }
        var alternatives: [SearchCondition] = []
        for row in rows.rows {
            var terms: [SearchCondition] = []
            for column in columns {
                let name = rows.columns[column]
                var values: [SearchCondition] = []
                for text in row[column].texts {
                    switch name {
                    case "search" where text == Text(RowFormat.nothing): values.append(.constant(false))
                    case "search", "query":
                        values.append(try environment.condition(String(decoding: text.bytes, as: UTF8.self)))
                    case "earliest" where isGenerating, "latest" where isGenerating:
                        values.append(try Self.bound(name, text, in: environment.context))
                    default: values.append(.field(name, .equals(WildcardPattern(text.bytes))))
                    }
                }
                if values.count == 1 { terms.append(values[0]) } else if !values.isEmpty { terms.append(.any(values)) }
            }
            if !terms.isEmpty { alternatives.append(terms.count == 1 ? terms[0] : .all(terms)) }
        }
        self = alternatives.isEmpty ? .constant(false) : .any(alternatives)
    }

    /// A field is one of the values of the rows; a column named `search` or `query` holds lists of them. No rows: no event.
    init(_ field: String, isIn rows: RowSet, in environment: PipelineEnvironment) throws(PipelineError) {
        var alternatives: [SearchCondition] = []
        for row in rows.rows {
            for (column, name) in rows.columns.enumerated() where !name.hasPrefix("_") {
                for text in row[column].texts {
                    guard name == "search" || name == "query" else {
                        alternatives.append(.field(field, .equals(WildcardPattern(text.bytes))))
                        continue
                    }
                    alternatives.append(try environment.condition(field, isIn: text))
                }
            }
        }
        self = alternatives.isEmpty ? .constant(false) : .any(alternatives)
    }

    /// Events from a time on, or before one.
    private static func bound(
        _ name: String, _ text: Text, in context: EvaluationContext
    ) throws(PipelineError) -> SearchCondition {
        guard let time = context.times.bound(text.bytes, now: context.now) else {
            throw .unsupported(word: name, reason: "\(text.string), which the subsearch gives for it, is no time")
        }
        let seconds = EpochText.text(nanoseconds: time)
        return .field("_time", .ordered(name == "earliest" ? .greaterOrEqual : .less, bound: seconds.bytes))
    }
}
