import Aggregation
import Matching
import Values

/// The matches of one group that are in the window of its last match, and what a correlation looks at in them.
struct CorrelationWindow {
    private struct Entry {
        var time: Int64
        var rule: Int32
        /// For sums and ranks; not a number where the match has none.
        var number: Double
    }

    private let kind: CorrelationKind
    private let ruleCount: Int
    private let percentile: Double
    /// In order of time; those before `start` are no longer in the window.
    private var entries: [Entry] = []
    private var start = 0
    /// What counts of distinct values count, beside the entries.
    private var tuples: [[Text]] = []
    private var occurrences: [[Text]: Int] = [:]
    private var matchesOfRule: [Int] = []
    private var matchedRules = 0
    /// For each number of rules, the latest time at which that many of them can have begun to match in their order.
    private var chains: [Int64?] = []
    private var sum = ExactSum()
    private var numberCount = 0
    private var sorted: [Double] = []

    init(kind: CorrelationKind, ruleCount: Int, percentile: Double) {
        self.kind = kind
        self.ruleCount = ruleCount
        self.percentile = percentile
        switch kind {
        case .temporal: matchesOfRule = Array(repeating: 0, count: ruleCount)
        case .temporalOrdered: chains = Array(repeating: nil, count: ruleCount)
        default: break
        }
    }

    /// How many matches are in the window.
    var count: Int { entries.count - start }
    var firstTime: Int64 { entries[start].time }
    var lastTime: Int64 { entries.last?.time ?? .min }

    private var isRanked: Bool {
        kind == .valuePercentile || kind == .valueMinimum || kind == .valueMaximum
    }

    // MARK: In and out

    mutating func add(_ match: CorrelationEvaluator.Match) {
        var entry = Entry(time: match.time, rule: Int32(match.rule), number: .nan)
        switch kind {
        case .eventCount: break
        case .valueCount:
            tuples.append(match.values)
            if !match.values.isEmpty { occurrences[match.values, default: 0] += 1 }
        case .temporal:
            matchesOfRule[match.rule] += 1
            if matchesOfRule[match.rule] == 1 { matchedRules += 1 }
        case .temporalOrdered:
            // What the rule before had by then; the rule itself may begin a chain anew.
            chains[match.rule] = match.rule == 0 ? match.time : chains[match.rule - 1]
        case .valueSum, .valueAverage, .valuePercentile, .valueMinimum, .valueMaximum:
            guard let number = Self.number(match.values) else { break }
            entry.number = number
            numberCount += 1
            if isRanked { sorted.insert(number, at: rank(of: number)) } else { sum.add(number) }
        }
        entries.append(entry)
    }

    /// Drops the matches that are older than a time; none where that is before all times.
    mutating func drop(before bound: (partialValue: Int64, overflow: Bool)) {
        guard !bound.overflow else { return }
        while start < entries.count, entries[start].time < bound.partialValue {
            leave(entries[start], at: start)
            start += 1
        }
        for index in chains.indices where chains[index].map({ $0 < bound.partialValue }) ?? false {
            chains[index] = nil
        }
        // Room that is not used any more is given back once it is most of all.
        if start > 32, start * 2 > entries.count {
            entries.removeSubrange(..<start)
            if !tuples.isEmpty { tuples.removeSubrange(..<start) }
            start = 0
        }
    }

    private mutating func leave(_ entry: Entry, at place: Int) {
        switch kind {
        case .eventCount, .temporalOrdered: break
        case .valueCount:
            let tuple = tuples[place]
            tuples[place] = []
            guard !tuple.isEmpty, let count = occurrences[tuple] else { break }
            occurrences[tuple] = count > 1 ? count - 1 : nil
        case .temporal:
            matchesOfRule[Int(entry.rule)] -= 1
            if matchesOfRule[Int(entry.rule)] == 0 { matchedRules -= 1 }
        case .valueSum, .valueAverage, .valuePercentile, .valueMinimum, .valueMaximum:
            guard !entry.number.isNaN else { break }
            numberCount -= 1
            // The sum is exact, so taking away leaves what was there before.
            if isRanked { sorted.remove(at: rank(of: entry.number)) } else { sum.add(-entry.number) }
        }
    }

    private static func number(_ values: [Text]) -> Double? {
        guard values.count == 1 else { return nil }
        return values[0].bytes.withUnsafeBytes { DecimalNumber($0)?.value }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Where a number stands among the sorted ones, before all that are equal.
    private func rank(of number: Double) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: What is looked at

    /// What the condition is asked of; `nil` where no match in the window has a number.
    var value: Double? {
        switch kind {
        case .eventCount: return Double(count)
        case .valueCount: return Double(occurrences.count)
        case .temporal: return Double(matchedRules)
        case .temporalOrdered: return Double((chains.lastIndex { $0 != nil } ?? -1) + 1)
        case .valueSum: return numberCount > 0 ? sum.nearest : nil
        case .valueAverage: return numberCount > 0 ? sum.nearest / Double(numberCount) : nil
        case .valueMinimum: return sorted.first
        case .valueMaximum: return sorted.last
        case .valuePercentile:
            guard !sorted.isEmpty else { return nil }
            // Nearest rank: the least number that is not below so many per cent of all.
            let rank = (percentile / 100 * Double(sorted.count)).rounded(.up)
            return sorted[max(0, min(sorted.count, Int(rank)) - 1)]
        }
    }
}
