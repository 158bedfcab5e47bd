import Values

/// One aggregate of one group of rows, of which new ones come and the first ones may leave.
protocol RunningAggregate: Sendable {
    /// Takes in what a row brings; returns by how many bytes it has grown, about.
    mutating func add(_ argument: RunningArgument) -> Int
    /// Takes away what a row brought; returns by how many bytes it has shrunk. Rows leave in the order in which they came.
    mutating func remove(_ argument: RunningArgument) -> Int
    /// The aggregate of the rows that are there.
    mutating func value() -> Value
}

/// One value that a row has for an aggregate.
struct RunningArgument {
    enum Content {
        case number(Double)
        case text(Text)
    }

    let content: Content
    let moment: EventMoment
    /// Whether rows will ever leave.
    let leaves: Bool

    var text: Text {
        switch content {
        case .number(let number): NumberText.text(number)
        case .text(let text): text
        }
    }

    var number: Double? {
        switch content {
        case .number(let number): number
        case .text(let text): NumberText.parse(text)
        }
    }

    var isComputed: Bool {
        if case .number = content { true } else { false }
    }

    /// About what an entry beside the text takes in a state.
    static let entryBytes = 64

    /// What a text takes in a state.
    static func bytes(of text: Text) -> Int { entryBytes + text.bytes.count }
}

extension AggregateCall {
    /// The aggregate of no rows.
    var running: any RunningAggregate {
        switch function {
        case .count: RunningCount()
        case .distinctCount: RunningDistinctCount()
        case .values: RunningValues()
        case .list: RunningList()
        case .mode: RunningMode()
        case .percentile(let percent): RunningRank { Rank(of: percent, among: $0) }
        case .median: RunningRank { Rank(ofMedianAmong: $0) }
        case .minimum: RunningExtreme(isMaximum: false)
        case .maximum: RunningExtreme(isMaximum: true)
        case .range: RunningRange()
        case .sum: RunningSum { $0.total }
        case .average: RunningSum { $0.average }
        case .sumOfSquares: RunningDeviation { $0.sumOfSquares }
        case .standardDeviation: RunningDeviation { $0.value(.sampleDeviation) }
        case .populationDeviation: RunningDeviation { $0.value(.populationDeviation) }
        case .variance: RunningDeviation { $0.value(.sampleVariance) }
        case .populationVariance: RunningDeviation { $0.value(.populationVariance) }
        case .first: RunningEnd(.first) { $0.result }
        case .last: RunningEnd(.last) { $0.result }
        case .earliest: RunningEnd(.earliest) { $0.result }
        case .latest: RunningEnd(.latest) { $0.result }
        case .earliestTime: RunningEnd(.earliest) { $0.timeResult }
        case .latestTime: RunningEnd(.latest) { $0.timeResult }
        case .rate: RunningRate()
        case .distinctCountError: RunningZero()
        }
    }
}

// MARK: Counts and sums

/// `count` of a field; whole rows are counted where the rows are.
struct RunningCount: RunningAggregate {
    private var count = 0

    mutating func add(_ argument: RunningArgument) -> Int {
        count += 1
        return 0
    }

    mutating func remove(_ argument: RunningArgument) -> Int {
        count -= 1
        return 0
    }

    func value() -> Value { .number(Double(count)) }
}

struct RunningZero: RunningAggregate {
    func add(_ argument: RunningArgument) -> Int { 0 }
    func remove(_ argument: RunningArgument) -> Int { 0 }
    func value() -> Value { .number(0) }
}

/// Sums are exact, so that what was added can be taken away again.
struct RunningSum: RunningAggregate {
    private var sum = SumState()
    private let result: @Sendable (SumState) -> Value

    init(_ result: @escaping @Sendable (SumState) -> Value) { self.result = result }

    mutating func add(_ argument: RunningArgument) -> Int {
        if let number = argument.number { sum.add(number) }
        return 0
    }

    mutating func remove(_ argument: RunningArgument) -> Int {
        if let number = argument.number { sum.remove(number) }
        return 0
    }

    func value() -> Value { result(sum) }
}

struct RunningDeviation: RunningAggregate {
    private var sums = DeviationState()
    /// How many numbers are there whose squares are beyond the largest double.
    private var overflows = 0
    private let result: @Sendable (DeviationState) -> Value

    init(_ result: @escaping @Sendable (DeviationState) -> Value) { self.result = result }

    mutating func add(_ argument: RunningArgument) -> Int {
        if let number = argument.number, !sums.add(number) { overflows += 1 }
        return 0
    }

    mutating func remove(_ argument: RunningArgument) -> Int {
        if let number = argument.number, !sums.remove(number) {
            overflows -= 1
            sums.overflowed = overflows > 0
        }
        return 0
    }

    func value() -> Value { result(sums) }
}

// MARK: Sets

struct RunningDistinctCount: RunningAggregate {
    private var times: [Text: Int] = [:]

    mutating func add(_ argument: RunningArgument) -> Int {
        let text = argument.text
        let held = times[text] ?? 0
        times[text] = held + 1
        return held == 0 ? RunningArgument.bytes(of: text) : 0
    }

    mutating func remove(_ argument: RunningArgument) -> Int {
        let text = argument.text
        guard let held = times[text] else { return 0 }
        times[text] = held > 1 ? held - 1 : nil
        return held > 1 ? 0 : RunningArgument.bytes(of: text)
    }

    func value() -> Value { .number(Double(times.count)) }
}

/// The list costs what it is long, but only where it has changed: rows share one that has not.
struct RunningValues: RunningAggregate {
    private var times: [Text: Int] = [:]
    private var sorted: [Text] = []

    mutating func add(_ argument: RunningArgument) -> Int {
        let text = argument.text
        let held = times[text] ?? 0
        times[text] = held + 1
        guard held == 0 else { return 0 }
        sorted.insert(text, at: place(of: text))
        return RunningArgument.bytes(of: text)
    }

    mutating func remove(_ argument: RunningArgument) -> Int {
        let text = argument.text
        guard let held = times[text] else { return 0 }
        times[text] = held > 1 ? held - 1 : nil
        guard held == 1 else { return 0 }
        sorted.remove(at: place(of: text))
        return RunningArgument.bytes(of: text)
    }

    func value() -> Value { .list(sorted) }

    /// How many texts come before this one.
    private func place(of text: Text) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < text { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

struct RunningMode: RunningAggregate {
    private var set = RankedSet<Text>()

    mutating func add(_ argument: RunningArgument) -> Int {
        let text = argument.text
        return set.add(text) ? RunningArgument.bytes(of: text) : 0
    }

    mutating func remove(_ argument: RunningArgument) -> Int {
        let text = argument.text
        return set.remove(text) ? RunningArgument.bytes(of: text) : 0
    }

    func value() -> Value { set.mostFrequent.map { .text($0) } ?? .missing }
}

/// `median` and percentiles: what stands at a rank when all are sorted.
struct RunningRank: RunningAggregate {
    private var set = RankedSet<Double>()
    private let rank: @Sendable (_ total: UInt64) -> Rank

    init(_ rank: @escaping @Sendable (_ total: UInt64) -> Rank) { self.rank = rank }

    mutating func add(_ argument: RunningArgument) -> Int {
        guard let number = argument.number else { return 0 }
        return set.add(number + 0.0) ? RunningArgument.entryBytes : 0
    }

    mutating func remove(_ argument: RunningArgument) -> Int {
        guard let number = argument.number else { return 0 }
        return set.remove(number + 0.0) ? RunningArgument.entryBytes : 0
    }

    func value() -> Value {
        rank(UInt64(set.total)).value { set.key(at: Int($0)) }
    }
}
