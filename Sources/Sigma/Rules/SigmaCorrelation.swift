public import YAML

/// A rule over the matches of other rules.
public struct SigmaCorrelation: Sendable {
    /// What findings of the correlation are told under.
    public var header: SigmaHeader
    /// What is made of the matches in a window and compared.
    public var kind: CorrelationKind
    /// Identifiers or names of the rules whose matches are correlated, in order.
    public var rules: [CorrelatedRule]
    /// Fields or aliases whose values the events of one window share.
    public var groupBy: [String]
    /// The length of the window in nanoseconds; `nil` for all time.
    public var timespan: Int64?
    /// When a window is a finding.
    public var condition: CorrelationCondition
    /// For each alias, the field that it means in the matches of a rule.
    public var aliases: [CorrelationAlias]
    /// Whether the correlated rules give findings of their own too.
    public var generates: Bool

    /// - Parameter timespan: in nanoseconds; `nil` for all time.
    public init(
        header: SigmaHeader, kind: CorrelationKind, rules: [CorrelatedRule], groupBy: [String] = [],
        timespan: Int64?, condition: CorrelationCondition, aliases: [CorrelationAlias] = [], generates: Bool = false
    ) {
        self.header = header
        self.kind = kind
        self.rules = rules
        self.groupBy = groupBy
        self.timespan = timespan
        self.condition = condition
        self.aliases = aliases
        self.generates = generates
    }

    /// The field that a name of `group-by` or of the condition means in the matches of one of the rules.
    public func field(_ name: String, in rule: CorrelatedRule, header: SigmaHeader? = nil) -> String {
        guard let alias = aliases.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { return name }
        return alias.fields.first {
            $0.rule.utf8.elementsEqual(rule.reference.utf8) || (header?.answers(to: $0.rule) ?? false)
        }?.field ?? name
    }
}

/// One of the rules of a correlation, as it is written there.
public struct CorrelatedRule: Hashable, Sendable {
    /// An identifier or a name.
    public var reference: String
    /// Where the reference stands in the document, for messages.
    public var mark: YAMLMark

    /// - Parameter reference: an identifier or a name.
    public init(_ reference: String, mark: YAMLMark = YAMLMark()) {
        self.reference = reference
        self.mark = mark
    }
}

/// A name for what each of several rules calls differently.
public struct CorrelationAlias: Hashable, Sendable {
    /// What the alias means in the matches of one rule.
    public struct Field: Hashable, Sendable {
        /// The identifier or name of a rule.
        public var rule: String
        /// The field's name in that rule's events.
        public var field: String

        /// - Parameter rule: its identifier or name.
        public init(rule: String, field: String) {
            self.rule = rule
            self.field = field
        }
    }

    /// As ``SigmaCorrelation/groupBy`` writes it.
    public var name: String
    /// One for each of the rules that it names.
    public var fields: [Field]

    /// Of the document, where it begins.
    public var mark: YAMLMark

    /// - Parameter fields: one for each rule.
    public init(name: String, fields: [Field], mark: YAMLMark = YAMLMark()) {
        self.name = name
        self.fields = fields
        self.mark = mark
    }
}

/// What is looked at in the matches within a window.
public enum CorrelationKind: String, Hashable, Sendable, CaseIterable {
    case eventCount = "event_count"
    case valueCount = "value_count"
    case temporal = "temporal"
    case temporalOrdered = "temporal_ordered"
    case valueSum = "value_sum"
    case valueAverage = "value_avg"
    case valuePercentile = "value_percentile"
    /// Only from the deprecated aggregations `min` and `max`.
    case valueMinimum = "value_min"
    case valueMaximum = "value_max"

    /// Whether a value of the matches is looked at, so that the condition has to name its field.
    public var readsValues: Bool {
        switch self {
        case .eventCount, .temporal, .temporalOrdered: false
        case .valueCount, .valueSum, .valueAverage, .valuePercentile, .valueMinimum, .valueMaximum: true
        }
    }

    /// Whether it is about which of the rules match.
    public var isTemporal: Bool { self == .temporal || self == .temporalOrdered }
}

/// When a window holds.
public struct CorrelationCondition: Hashable, Sendable {
    /// The raw values are the keys of the document.
    public enum Comparison: String, Hashable, Sendable, CaseIterable {
        case greater = "gt"
        case greaterOrEqual = "gte"
        case less = "lt"
        case lessOrEqual = "lte"
        case equal = "eq"
        case notEqual = "neq"

        /// Whether the first number stands so to the second.
        public func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .greater: left > right
            case .greaterOrEqual: left >= right
            case .less: left < right
            case .lessOrEqual: left <= right
            case .equal: left == right
            case .notEqual: left != right
            }
        }
    }

    /// One comparison of the number that a window comes to.
    public struct Bound: Hashable, Sendable {
        /// How the window's number has to stand to ``value``.
        public var comparison: Comparison
        /// In the unit of what is looked at: a count, or the field's own.
        public var value: Double

        /// `comparison` to `value`: `.greaterOrEqual, 5`.
        public init(_ comparison: Comparison, _ value: Double) {
            self.comparison = comparison
            self.value = value
        }
    }

    /// Which of the correlated rules match in a window.
    public indirect enum RuleExpression: Hashable, Sendable {
        /// By its place among the rules.
        case rule(Int)
        /// At least so many of them.
        case some(Int, of: [RuleExpression])
        case not(RuleExpression)

        /// Whether the expression holds, where `matches` tells of each rule by its place.
        public func holds(_ matches: (Int) -> Bool) -> Bool {
            switch self {
            case .rule(let place): matches(place)
            case .some(let count, let parts): parts.count { $0.holds(matches) } >= count
            case .not(let inner): !inner.holds(matches)
            }
        }

        /// Whether the expression may hold, and whether it may fail, where no rule matches but those that may.
        fileprivate func possible(_ mayMatch: (Int) -> Bool) -> (holding: Bool, failing: Bool) {
            switch self {
            case .rule(let place): return (mayMatch(place), true)
            case .some(let count, let parts):
                let possible = parts.map { $0.possible(mayMatch) }
                return (possible.count(where: \.holding) >= count, possible.count { !$0.failing } < count)
            case .not(let inner):
                let possible = inner.possible(mayMatch)
                return (possible.failing, possible.holding)
            }
        }
    }

    /// Whether the condition of a temporal correlation may hold where only some of its rules ever match: by their places.
    public func mayHold(where rules: [Bool]) -> Bool {
        // A window is looked at where a rule matches.
        guard rules.contains(true) else { return false }
        if let expression { return expression.possible { rules[$0] }.holding }
        if bounds.isEmpty { return rules.allSatisfy(\.self) }
        return (1...rules.count(where: \.self)).contains { holds(Double($0)) }
    }

    /// All of them have to hold. None for a temporal correlation: all its rules have to match.
    public var bounds: [Bound]
    /// Which rules have to match, in place of bounds, for a temporal correlation in any order.
    public var expression: RuleExpression?
    /// The fields whose values are looked at; several only for counting distinct tuples.
    public var fields: [String]
    /// Which percentile, from 0 to 100; `nil` for the median, which lies halfway between the two numbers in the middle of an even
    /// count.
    public var percentile: Double?

    /// Counts where the document names no percentile.
    public static let defaultPercentile = 50.0

    /// - Parameter percentile: from 0 to 100, or `nil` for the median; counts for `value_percentile` only.
    public init(
        bounds: [Bound], expression: RuleExpression? = nil, fields: [String] = [],
        percentile: Double? = defaultPercentile
    ) {
        self.bounds = bounds
        self.expression = expression
        self.fields = fields
        self.percentile = percentile
    }

    /// Whether the number passes all bounds; true where there are none.
    public func holds(_ value: Double) -> Bool { bounds.allSatisfy { $0.comparison.holds(value, $0.value) } }
}
