import Aggregation

/// The names that `stats` and `tstats` give their functions.
enum AggregateNames {
    /// The function of that name, in any case; `nil` if there is none that can be run.
    static func function(named name: String) -> AggregateFunction? {
        let lowercased = name.asciiLowercased
        return plain[lowercased] ?? percentile(lowercased)
    }

    /// Whether the function may stand without a field.
    static func standsAlone(_ function: AggregateFunction) -> Bool { function == .count }

    private static let plain: [String: AggregateFunction] = [
        "count": .count, "c": .count,
        "dc": .distinctCount, "distinct_count": .distinctCount,
        "min": .minimum, "max": .maximum, "sum": .sum,
        "avg": .average, "mean": .average,
        "stdev": .standardDeviation, "range": .range,
        "values": .values, "list": .list,
        "first": .first, "last": .last, "earliest": .earliest, "latest": .latest,
        "mode": .mode, "median": .percentile(50),
    ]

    /// `p50`, `perc95`, `exactperc99.9`, and `perc` or `percentile` in full.
    private static func percentile(_ name: String) -> AggregateFunction? {
        for prefix in ["exactperc", "percentile", "perc", "p"] where name.hasPrefix(prefix) {
            let digits = name.utf8.dropFirst(prefix.utf8.count)
            guard let first = digits.first, first.isDigit, let last = digits.last, last.isDigit,
                digits.allSatisfy({ $0.isDigit || $0 == Byte.dot }), let rank = Double(digits.string), rank <= 100
            else { continue }
            return .percentile(rank)
        }
        return nil
    }
}

extension AggregateFunction {
    /// The name by which Splunk documents the function.
    var name: String {
        switch self {
        case .count: "count"
        case .distinctCount: "dc"
        case .minimum: "min"
        case .maximum: "max"
        case .sum: "sum"
        case .average: "avg"
        case .standardDeviation: "stdev"
        case .range: "range"
        case .values: "values"
        case .list: "list"
        case .first: "first"
        case .last: "last"
        case .earliest: "earliest"
        case .latest: "latest"
        case .mode: "mode"
        case .percentile(let rank): rank == rank.rounded() ? "perc\(Int(rank))" : "perc\(rank)"
        }
    }
}
