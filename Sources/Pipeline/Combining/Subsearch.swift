/// A search inside another one: its rows are joined, appended, or become a condition.
public struct Subsearch: Hashable, Sendable {
    /// Its own plan, in which other searches may stand.
    public var plan: SearchPlan
    /// The bounds that its own text states; empty where it states none.
    public var timeRange: TimeRange
    /// The field that the search around it compares with what it gives, where the search names it.
    public var comparedField: String?
    /// Whether its rows' values stand in a list of `IN` with which that field is compared.
    public var isListed = false

    /// Without time bounds of its own, where none are given.
    public init(plan: SearchPlan, timeRange: TimeRange = TimeRange()) {
        self.plan = plan
        self.timeRange = timeRange
    }
}

/// The time bounds written in a search, as text: a relative time (`-70m@m`, `now`), epoch seconds, or a date.
///
/// They are to be read with the parser of the command line's `--earliest` and `--latest`, against the same anchor.
public struct TimeRange: Hashable, Sendable {
    /// Events before this are left out.
    public var earliest: String?
    /// Events at or after this are left out.
    public var latest: String?

    /// Each `nil` where the search states none.
    public init(earliest: String? = nil, latest: String? = nil) {
        self.earliest = earliest
        self.latest = latest
    }
}

/// How many rows a search inside another one may yield. The defaults are those of Splunk's `limits.conf`.
public struct SubsearchLimits: Hashable, Sendable {
    /// Rows that become a condition (`[subsearch] maxout`).
    public var condition = 10_000
    /// Rows that are joined (`[join] subsearch_maxout`).
    public var join = 50_000
    /// Rows that are appended (`append maxout`).
    public var append = 50_000

    /// Splunk's defaults.
    public init() {}
}

extension SearchPlan {
    /// All searches that the plan names, directly or in a pipeline of its own; not what these name in their turn.
    public var searchesInside: [Subsearch] { subsearches + commands.flatMap(\.searchesInside) }

    func numbered(_ numbers: [Int]) -> [Subsearch] {
        numbers.compactMap { $0 < subsearches.count ? subsearches[$0] : nil }
    }
}

extension Command {
    /// The searches whose rows the command brings in.
    var searchesInside: [Subsearch] {
        switch self {
        case .join(let join): [join.subsearch]
        case .append(let append): [append.subsearch]
        case .appendColumns(let append): [append.subsearch]
        case .appendPipe(let commands): commands.flatMap(\.searchesInside)
        default: []
        }
    }

    /// Whether a condition or a value of the command waits for what another search gives.
    public var isDeferred: Bool {
        switch self {
        case .search(let predicate): !predicate.deferred.isEmpty
        case .filter(let expression): !expression.subsearchNumbers.isEmpty
        case .evaluate(let assignments): assignments.contains { !$0.expression.subsearchNumbers.isEmpty }
        case .appendPipe(let commands): commands.contains(where: \.isDeferred)
        default: false
        }
    }
}
