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

    /// The seconds that `per_hour` and its like are for; `nil` for other names.
    static func rate(named name: String) -> Double? {
        switch name.asciiLowercased {
        case "per_second": 1
        case "per_minute": 60
        case "per_hour": 3600
        case "per_day": 86_400
        default: nil
        }
    }

    /// Why a function that Splunk has is refused, and what to do; `nil` for a name that is no function's.
    static func refusal(of name: String) -> (message: String, advice: String)? {
        switch name.asciiLowercased {
        case "sparkline": ("sparkline draws a chart, which a table of findings has no place for", "take it out")
        case "per_second", "per_minute", "per_hour", "per_day":
            (
                "\(name) divides by the buckets of timechart, which stats does not have",
                "use timechart, or divide sum(field) by the seconds"
            )
        case "prefix": ("PREFIX() reads indexed terms, which archives do not have", "name the field")
        default: nil
        }
    }

    private static let plain: [String: AggregateFunction] = [
        "count": .count, "c": .count,
        "dc": .distinctCount, "distinct_count": .distinctCount, "estdc": .distinctCount,
        "estdc_error": .distinctCountError,
        "min": .minimum, "max": .maximum, "sum": .sum, "sumsq": .sumOfSquares,
        "avg": .average, "mean": .average,
        "stdev": .standardDeviation, "stdevp": .populationDeviation, "var": .variance, "varp": .populationVariance,
        "range": .range,
        "values": .values, "list": .list,
        "first": .first, "last": .last, "earliest": .earliest, "latest": .latest,
        "earliest_time": .earliestTime, "latest_time": .latestTime, "rate": .rate,
        "mode": .mode, "median": .median,
    ]

    /// `p50`, `perc95`, `exactperc99.9`, `upperperc5`, and `perc` or `percentile` in full: all of them are exact.
    private static func percentile(_ name: String) -> AggregateFunction? {
        for prefix in ["exactperc", "upperperc", "percentile", "perc", "p"] where name.hasPrefix(prefix) {
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
        case .sumOfSquares: "sumsq"
        case .standardDeviation: "stdev"
        case .populationDeviation: "stdevp"
        case .variance: "var"
        case .populationVariance: "varp"
        case .range: "range"
        case .values: "values"
        case .list: "list"
        case .first: "first"
        case .last: "last"
        case .earliest: "earliest"
        case .latest: "latest"
        case .earliestTime: "earliest_time"
        case .latestTime: "latest_time"
        case .rate: "rate"
        case .mode: "mode"
        case .median: "median"
        case .distinctCountError: "estdc_error"
        case .percentile(let rank): rank == rank.rounded() ? "perc\(Int(rank))" : "perc\(rank)"
        }
    }
}
