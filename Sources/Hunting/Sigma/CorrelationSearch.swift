public import Pipeline
import SPL
public import Sigma

/// A correlation as a hunt runs it: the searches whose rows are the matches of its rules, and what it looks for in them.
public struct CorrelationSearch: Sendable {
    /// Where the matches of one of its rules come from.
    public struct Source: Sendable {
        /// Where the matches are found.
        public enum Matches: Sendable {
            /// Each row is a match, with `_time` and the columns below.
            case search(Subsearch)
            /// Each window that holds is a match at its last event, with the columns of the inner correlation and what it
            /// carries of that event.
            indirect case correlation(CorrelationSearch)
        }

        /// Of one of the rules.
        public var matches: Matches
        /// The columns that hold the values of the group-by fields, and those that the condition looks at.
        public var groupBy: [String]
        /// See ``groupBy``; empty where events are counted.
        public var values: [String]
        /// The columns that hold what correlations around this one ask for, in the order of its `carried`.
        public var carried: [String]

        /// - Parameter groupBy: columns in the order of the group-by fields.
        public init(_ matches: Matches, groupBy: [String], values: [String], carried: [String] = []) {
            self.matches = matches
            self.groupBy = groupBy
            self.values = values
            self.carried = carried
        }
    }

    /// What is made of the matches in a window and compared.
    public var kind: CorrelationKind
    /// In nanoseconds; `nil` for all of time.
    public var timespan: Int64?
    /// Which windows are findings.
    public var condition: CorrelationCondition
    /// The names of the group-by fields, as the columns of the correlation's rows.
    public var columns: [String]
    /// Other fields of the last event of a window that correlations around this one ask for.
    public var carried: [String]
    /// In the order of the correlation's rules.
    public var sources: [Source]

    /// - Parameter timespan: in nanoseconds; `nil` for all of time.
    public init(
        kind: CorrelationKind, timespan: Int64?, condition: CorrelationCondition, columns: [String],
        carried: [String] = [], sources: [Source]
    ) {
        self.kind = kind
        self.timespan = timespan
        self.condition = condition
        self.columns = columns
        self.carried = carried
        self.sources = sources
    }

    /// The searches over the archives that it needs, those of inner correlations included.
    public var searches: [Subsearch] {
        sources.flatMap { source in
            switch source.matches {
            case .search(let search): [search]
            case .correlation(let inner): inner.searches
            }
        }
    }

    /// For people: what is looked for, and in which searches.
    var explanation: [String] {
        let bounds = condition.bounds.map { "\($0.comparison.rawValue) \($0.value)" }
        var words =
            [kind.rawValue] + (condition.fields.isEmpty ? [] : ["of " + condition.fields.joined(separator: ", ")])
        if !bounds.isEmpty { words.append(bounds.joined(separator: ", ")) }
        if let timespan { words.append("within \(Double(timespan) / 1e9) s") }
        if !columns.isEmpty { words.append("by " + columns.joined(separator: ", ")) }
        return [words.joined(separator: " ") + ", over"]
            + sources.flatMap { source in
                switch source.matches {
                case .search(let search): search.plan.explanation.map { "  " + $0 }
                case .correlation(let inner): inner.explanation.map { "  " + $0 }
                }
            }
    }
}
