public import Matching
public import Pipeline

/// A rule that was understood: what to run, and what there is to say of its matches.
public struct CompiledSigma: Sendable {
    /// A selection of the rule, compiled.
    public struct Selection: Hashable, Sendable {
        /// As the rule calls it.
        public var name: String
        /// Over the fields of ``plan``, so that it can be asked which selections an event satisfies.
        public var predicate: Predicate<String>

        /// - Parameter name: as the rule calls it.
        public init(name: String, predicate: Predicate<String>) {
            self.name = name
            self.predicate = predicate
        }
    }

    /// The events that the condition takes, grouped by host.
    public var plan: SearchPlan
    /// The selections of the rule in their order, without those of filters.
    public var selections: [Selection]
    /// The fields that the rule and its filters read, each once.
    public var fields: [String]
    /// What the matches are counted by, in the deprecated form.
    public var aggregation: SigmaAggregation?
    /// How far apart the matches of an aggregation may be, in nanoseconds; `nil` for no limit.
    public var timeframe: Int64?

    /// - Parameter timeframe: in nanoseconds; `nil` for no limit.
    public init(
        plan: SearchPlan, selections: [Selection], fields: [String], aggregation: SigmaAggregation? = nil,
        timeframe: Int64? = nil
    ) {
        self.plan = plan
        self.selections = selections
        self.fields = fields
        self.aggregation = aggregation
        self.timeframe = timeframe
    }
}

/// Compiles rules over single events.
public struct SigmaCompiler: Sendable {
    /// What `expand` fills in, the same for all rules.
    public var placeholders: SigmaPlaceholders

    /// Without placeholders where none are given.
    public init(placeholders: SigmaPlaceholders = SigmaPlaceholders()) {
        self.placeholders = placeholders
    }

    /// Turns a rule into a plan.
    ///
    /// - Parameters:
    ///   - source: the events that the rule is for, as its logsource says.
    ///   - filters: those that apply to the rule; each one has to hold as it is written.
    /// - Throws: `SigmaError` for values that do not go with their modifiers, and for placeholders without values. What is
    ///   wrong with a filter is thrown with the filter's file and path.
    public func compile(
        _ rule: SigmaRule, source: SearchPlan.Source, filters: [SigmaFilter] = []
    ) throws(SigmaError) -> CompiledSigma {
        let (selections, condition) = try compile(rule.detection, header: rule.header, section: "detection")
        var parts = [condition]
        for filter in filters {
            parts.append(try compile(filter.detection, header: filter.header, section: "filter").condition)
        }
        let predicate: Predicate<String> = parts.count == 1 ? parts[0] : .all(parts)
        return CompiledSigma(
            plan: SearchPlan(source: source, filter: predicate, commands: SigmaRows.commands),
            selections: selections, fields: predicate.fields, aggregation: rule.detection.aggregation,
            timeframe: rule.detection.timeframe)
    }

    /// Compiles a filter on its own.
    ///
    /// - Throws: `SigmaError` for what would be thrown for every rule that the filter applies to.
    public func check(_ filter: SigmaFilter) throws(SigmaError) {
        _ = try compile(filter.detection, header: filter.header, section: "filter")
    }

    /// The selections of a detection, and its condition.
    func compile(
        _ detection: SigmaDetection, header: SigmaHeader, section: String
    ) throws(SigmaError) -> (selections: [CompiledSigma.Selection], condition: Predicate<String>) {
        let items = ItemCompiler(file: header.file, placeholders: placeholders)
        var selections: [CompiledSigma.Selection] = []
        for selection in detection.selections {
            selections.append(
                CompiledSigma.Selection(name: selection.name, predicate: try predicate(selection.search, items)))
        }
        let conditions = ConditionCompiler(selections: selections.map { ($0.name, $0.predicate) })
        var parts: [Predicate<String>] = []
        do throws(ConditionParser.Failure) {
            for condition in detection.conditions { parts.append(try conditions.predicate(condition)) }
        } catch {
            throw SigmaError(
                error.isUnsupported ? .unsupported : .invalid, file: header.file, path: "\(section).condition",
                mark: header.mark, reason: error.reason)
        }
        return (selections, parts.count == 1 ? parts[0] : .any(parts))
    }

    private func predicate(_ search: SigmaSearch, _ items: ItemCompiler) throws(SigmaError) -> Predicate<String> {
        switch search {
        case .item(let item): return try items.predicate(item)
        case .all(let parts):
            var predicates: [Predicate<String>] = []
            for part in parts { predicates.append(try predicate(part, items)) }
            return .all(predicates)
        case .any(let parts):
            var predicates: [Predicate<String>] = []
            for part in parts { predicates.append(try predicate(part, items)) }
            return .any(predicates)
        }
    }
}
