/// Where the state of each aggregate of a grouping lies: which kind of state, and which of a group's states of it.
struct StateLayout: Hashable, Sendable {
    enum Slot: Hashable, Sendable {
        /// `count` without a field.
        case occurrences(Int)
        case count(Int)
        case distinctCount(Int)
        case values(Int)
        case mode(Int)
        case percentile(Int, Double)
        case median(Int)
        case minimum(Int)
        case maximum(Int)
        case range(Int)
        case sum(Int)
        case average(Int)
        case sumOfSquares(Int)
        case deviation(Int, DeviationState.Measure)
        case end(Int, EndState.End)
        case endTime(Int, EndState.End)
        /// The earliest value and the latest one.
        case rate(Int, Int)
        case list(Int)
        /// Nothing is kept: the result is 0.
        case zero
    }

    private(set) var slots: [Slot] = []
    /// Which of a group's counts are those of whole events.
    private(set) var occurrences: [Int] = []
    /// How many states of each kind a group has.
    private(set) var counts = 0
    private(set) var sets = 0
    private(set) var extremes = 0
    private(set) var ranges = 0
    private(set) var sums = 0
    private(set) var deviations = 0
    private(set) var ends = 0
    private(set) var lists = 0

    init(_ calls: [AggregateCall]) {
        for call in calls {
            slots.append(slot(for: call))
            if case .occurrences(let position)? = slots.last { occurrences.append(position) }
        }
    }

    private mutating func slot(for call: AggregateCall) -> Slot {
        switch call.function {
        case .count: call.field == nil ? .occurrences(next(\.counts)) : .count(next(\.counts))
        case .distinctCount: .distinctCount(next(\.sets))
        case .values: .values(next(\.sets))
        case .mode: .mode(next(\.sets))
        case .percentile(let percent): .percentile(next(\.sets), percent)
        case .median: .median(next(\.sets))
        case .minimum: .minimum(next(\.extremes))
        case .maximum: .maximum(next(\.extremes))
        case .range: .range(next(\.ranges))
        case .sum: .sum(next(\.sums))
        case .average: .average(next(\.sums))
        case .sumOfSquares: .sumOfSquares(next(\.deviations))
        case .standardDeviation: .deviation(next(\.deviations), .sampleDeviation)
        case .populationDeviation: .deviation(next(\.deviations), .populationDeviation)
        case .variance: .deviation(next(\.deviations), .sampleVariance)
        case .populationVariance: .deviation(next(\.deviations), .populationVariance)
        case .first: .end(next(\.ends), .first)
        case .last: .end(next(\.ends), .last)
        case .earliest: .end(next(\.ends), .earliest)
        case .latest: .end(next(\.ends), .latest)
        case .earliestTime: .endTime(next(\.ends), .earliest)
        case .latestTime: .endTime(next(\.ends), .latest)
        case .rate: .rate(next(\.ends), next(\.ends))
        case .list: .list(next(\.lists))
        case .distinctCountError: .zero
        }
    }

    private mutating func next(_ count: WritableKeyPath<StateLayout, Int>) -> Int {
        defer { self[keyPath: count] += 1 }
        return self[keyPath: count]
    }

    /// Only `count`s of whole events: no argument is read, and a group is its numbers.
    var isCountOnly: Bool {
        slots.allSatisfy { if case .occurrences = $0 { true } else { false } }
    }
}
