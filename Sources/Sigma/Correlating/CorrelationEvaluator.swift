public import Values

/// Finds the windows of one correlation in which its condition holds, over the matches of its rules in order of time.
///
/// A window belongs to a match: it holds that match and those of its group before it that are at most the timespan older.
/// So windows are never aligned to the clock, and one that begins exactly the timespan ago is still in it.
public struct CorrelationEvaluator {
    /// A match of one of the rules.
    public struct Match: Hashable, Sendable {
        /// Its rule's place among those of the correlation.
        public var rule: Int
        /// In nanoseconds from the epoch.
        public var time: Int64
        /// The values of the group-by fields.
        public var key: [Text]
        /// The values of the fields that the condition looks at; none where the match lacks one of them.
        public var values: [Text]

        public init(rule: Int, time: Int64, key: [Text], values: [Text] = []) {
            self.rule = rule
            self.time = time
            self.key = key
            self.values = values
        }
    }

    /// What became of one group.
    public struct Row: Hashable, Sendable {
        public var key: [Text]
        /// How many windows hold.
        public var count: Int
        /// When the first match of the first of these windows was, and the last match of the last one.
        public var firstTime: Int64
        public var lastTime: Int64
    }

    private let kind: CorrelationKind
    private let condition: CorrelationCondition
    private let ruleCount: Int
    private let timespan: Int64?
    private let capacity: Int
    private var groups: [[Text]: CorrelationWindow] = [:]
    private var rows: [[Text]: Row] = [:]
    private var held = 0
    private var additions = 0
    /// Matches that were left out since the windows held as many as they may.
    public private(set) var leftOut = 0

    /// Between looks for groups whose window is past.
    private static let sweepInterval = 1 << 16

    /// - Parameters:
    ///   - ruleCount: how many rules the correlation names.
    ///   - timespan: in nanoseconds; `nil` for all of time.
    ///   - capacity: matches that all windows together may hold.
    public init(
        kind: CorrelationKind, ruleCount: Int, timespan: Int64?, condition: CorrelationCondition,
        capacity: Int = 4 << 20
    ) {
        self.kind = kind
        self.ruleCount = ruleCount
        self.timespan = timespan
        self.condition = condition
        self.capacity = capacity
    }

    /// Takes the next match, which is no older than those before; whether its window holds.
    ///
    /// - Complexity: amortised constant for counts and sums; linear in the rules for ordered ones; a binary search, and a
    ///   move of what is behind it, in the window for the others.
    public mutating func add(_ match: Match) -> Bool {
        additions += 1
        if additions % Self.sweepInterval == 0 { sweep(before: match.time) }
        if held >= capacity {
            sweep(before: match.time)
            guard held < capacity else {
                leftOut += 1
                return false
            }
        }
        var window =
            groups.removeValue(forKey: match.key)
            ?? CorrelationWindow(kind: kind, ruleCount: ruleCount, percentile: condition.percentile)
        held -= window.count
        if let timespan { window.drop(before: match.time.subtractingReportingOverflow(timespan)) }
        window.add(match)
        held += window.count
        let holds = window.value.map { value in
            condition.bounds.isEmpty ? value >= Double(ruleCount) : condition.holds(value)
        }
        if holds == true { note(match, since: window.firstTime) }
        groups[match.key] = window
        return holds == true
    }

    private mutating func note(_ match: Match, since first: Int64) {
        var row = rows[match.key] ?? Row(key: match.key, count: 0, firstTime: first, lastTime: first)
        row.count += 1
        row.lastTime = match.time
        rows[match.key] = row
    }

    /// Forgets windows that no later match can be in.
    private mutating func sweep(before time: Int64) {
        guard let timespan else { return }
        let bound = time.subtractingReportingOverflow(timespan)
        guard !bound.overflow else { return }
        groups = groups.filter { $0.value.lastTime >= bound.partialValue }
        held = groups.values.reduce(0) { $0 + $1.count }
    }

    /// One row for each group with a window that holds, in order of the group's values.
    public func finish() -> [Row] {
        rows.values.sorted { left, right in
            left.key.lexicographicallyPrecedes(right.key) { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        }
    }
}
