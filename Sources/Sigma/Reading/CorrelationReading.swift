import YAML

extension SigmaCorrelation {
    init(_ document: KeyReader, header: SigmaHeader) throws(SigmaError) {
        let reader = try document.section("correlation")
        let word = try reader.text("type") ?? ""
        guard let kind = word == Self.median ? .valuePercentile : CorrelationKind(rawValue: word),
            kind != .valueMinimum,
            kind != .valueMaximum
        else {
            if word.isEmpty { throw reader.error("type", "it is missing") }
            throw reader.error(
                "type",
                "\(word) is none of event_count, value_count, temporal, temporal_ordered, value_sum, value_avg, "
                    + "value_median, value_percentile")
        }
        var rules = try reader.texts("rules")
        if rules.isEmpty, kind.isTemporal, let condition = reader["condition"], let text = condition.text {
            rules = ConditionParser.names(in: text).map { ($0, condition.mark) }
        }
        guard !rules.isEmpty else { throw reader.error("rules", "there is no rule to correlate") }
        let span = try reader.required("timespan")
        guard let text = span.text, let timespan = Timespan.nanoseconds(text) else {
            throw reader.error("timespan", "a length of time is expected, such as 30s, 15m, 24h or 7d")
        }
        guard timespan > 0 else { throw reader.error("timespan", "\(text) is no time at all") }
        let own = try Self.generates(reader)
        let general = try Self.generates(document)
        self.init(
            header: header, kind: kind, rules: rules.map { CorrelatedRule($0.text, mark: $0.mark) },
            groupBy: try reader.texts("group-by").map(\.text), timespan: timespan,
            condition: try CorrelationCondition(reader, kind: kind, rules: rules.map(\.text)),
            aliases: try Self.aliases(reader),
            generates: own ?? general ?? false)
    }

    /// The type that has no kind of its own.
    fileprivate static let median = "value_median"

    private static func generates(_ reader: KeyReader) throws(SigmaError) -> Bool? {
        guard let node = reader["generate"] else { return nil }
        guard let value = node.bool else { throw reader.error("generate", "true or false is expected") }
        return value
    }

    private static func aliases(_ reader: KeyReader) throws(SigmaError) -> [CorrelationAlias] {
        guard reader["aliases"] != nil else { return [] }
        let section = try reader.section("aliases")
        var aliases: [CorrelationAlias] = []
        for name in section.mapping.keys {
            let fields = try section.section(name)
            var alias = CorrelationAlias(name: name, fields: [], mark: section[name]?.mark ?? YAMLMark())
            for rule in fields.mapping.keys {
                guard let field = try fields.text(rule) else { throw fields.error(rule, "a field is expected") }
                alias.fields.append(CorrelationAlias.Field(rule: rule, field: field))
            }
            aliases.append(alias)
        }
        return aliases
    }
}

extension CorrelationCondition {
    init(_ correlation: KeyReader, kind: CorrelationKind, rules: [String]) throws(SigmaError) {
        guard let node = correlation["condition"] else {
            guard kind.isTemporal else { throw correlation.error("condition", "it is missing") }
            self.init(bounds: [])
            return
        }
        if let text = node.text, kind.isTemporal {
            self.init(bounds: [])
            do throws(ConditionParser.Failure) {
                expression = try Self.expression(text, kind: kind, rules: rules)
            } catch {
                throw correlation.error("condition", error.reason, kind: error.isUnsupported ? .unsupported : .invalid)
            }
            return
        }
        let reader = try correlation.section("condition")
        let isMedian = try correlation.text("type") == SigmaCorrelation.median
        self.init(bounds: [], percentile: isMedian ? nil : Self.defaultPercentile)
        for key in reader.mapping.keys {
            switch key {
            case "field": fields = try reader.texts("field").map(\.text)
            case "percentile":
                guard let value = reader["percentile"]?.number, (0...100).contains(value) else {
                    throw reader.error("percentile", "a number from 0 to 100 is expected")
                }
                percentile = value
            default:
                guard let comparison = Comparison(rawValue: key) else {
                    throw reader.error(key, "it is none of gt, gte, lt, lte, eq, neq, field, percentile")
                }
                // Also one in quotation marks.
                let number = reader[key]?.number ?? reader[key]?.text.flatMap { Double($0) }
                guard let value = number, value.isFinite else {
                    throw reader.error(key, "a number is expected")
                }
                bounds.append(Bound(comparison, value))
            }
        }
        if bounds.isEmpty, !kind.isTemporal {
            throw correlation.error("condition", "one of gt, gte, lt, lte, eq, neq is needed")
        }
        if kind.readsValues, fields.isEmpty {
            throw correlation.error("condition", "\(kind.rawValue) needs a field")
        }
        if fields.count > 1, kind != .valueCount {
            throw reader.error("field", "\(kind.rawValue) takes one field; several are for value_count")
        }
    }

    /// A condition over the names of rules: `a and b and not c`; `nil` where it says no more than that all of them match.
    private static func expression(
        _ text: String, kind: CorrelationKind, rules: [String]
    ) throws(ConditionParser.Failure) -> RuleExpression? {
        var parser = ConditionParser(text, selections: rules, called: "rule")
        let (condition, aggregation) = try parser.parse()
        guard aggregation == nil else { throw ConditionParser.Failure(reason: "it counts what a correlation counts") }
        var named: Set<Int> = []
        let expression = RuleExpression(condition, rules: rules, named: &named)
        if let unnamed = rules.indices.first(where: { !named.contains($0) }) {
            throw ConditionParser.Failure(reason: "the rule \(rules[unnamed]) is not in it")
        }
        let isAll =
            switch condition {
            case .selection: true
            case .all(let parts): parts.allSatisfy { if case .selection = $0 { true } else { false } }
            default: false
            }
        if isAll { return nil }
        guard kind == .temporal else {
            throw ConditionParser.Failure(
                reason: "only names with and between them have an order; use temporal, or chain correlations",
                isUnsupported: true)
        }
        return expression
    }
}

extension CorrelationCondition.RuleExpression {
    fileprivate init(_ condition: SigmaCondition, rules: [String], named: inout Set<Int>) {
        switch condition {
        case .selection(let name):
            let place = rules.firstIndex { $0.utf8.elementsEqual(name.utf8) } ?? 0
            named.insert(place)
            self = .rule(place)
        case .not(let inner): self = .not(Self(inner, rules: rules, named: &named))
        case .all(let parts):
            self = .some(parts.count, of: parts.map { Self($0, rules: rules, named: &named) })
        case .any(let parts): self = .some(1, of: parts.map { Self($0, rules: rules, named: &named) })
        case .some(let count, let names):
            let places = names.filter(rules).compactMap { name in
                rules.firstIndex { $0.utf8.elementsEqual(name.utf8) }
            }
            named.formUnion(places)
            self = .some(count ?? places.count, of: places.map { .rule($0) })
        }
    }
}
