import Values

/// One moving average of `trendline`.
public struct Trend: Hashable, Sendable {
    /// How the numbers of a period are weighed; the raw values are those of SPL.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// All numbers weigh the same.
        case simple = "sma"
        /// The latest number weighs 2 / (period + 1), all before it together the rest, as Splunk's formula has it.
        case exponential = "ema"
        /// The latest number weighs as much as the period is long, the one before it one less.
        case weighted = "wma"
    }

    /// How the numbers weigh.
    public var kind: Kind
    /// How many numbers it is over.
    public var period: Int
    /// The field of the numbers.
    public var field: String
    /// The field that gets the average.
    public var column: String

    /// - Parameters:
    ///   - period: how many numbers it is over.
    ///   - column: the field that gets the average.
    public init(kind: Kind, period: Int, field: String, column: String) {
        self.kind = kind
        self.period = period
        self.field = field
        self.column = column
    }
}

extension Reshaping {
    /// A row has a trend once there are as many numbers as its period is long; what is no number counts nothing.
    static func withTrends(_ rows: RowSet, _ trends: [Trend], _ environment: PipelineEnvironment) -> RowSet {
        var rows = rows
        environment.fit(&rows, columns: rows.columns.count + trends.count, for: "trendline")
        var result = rows
        for trend in trends {
            guard let source = rows.columns.firstIndex(of: trend.field) else { continue }
            let column = addColumn(trend.column, to: &result)
            var numbers: [Double] = []
            var average: Double?
            for row in rows.rows.indices {
                result.rows[row][column] = .missing
                guard let number = rows.rows[row][source].singleNumber else { continue }
                numbers.append(number)
                average = trend.exponentialAverage(average, number)
                guard numbers.count >= trend.period else { continue }
                let value =
                    trend.kind == .exponential ? average ?? number : trend.average(numbers.suffix(trend.period))
                result.rows[row][column] = Value.number(value).normalised
            }
        }
        return result
    }
}

extension Trend {
    /// Of so many numbers as the period is long, the latest one last.
    fileprivate func average(_ numbers: ArraySlice<Double>) -> Double {
        switch kind {
        case .simple, .exponential: return numbers.reduce(0, +) / Double(period)
        case .weighted:
            let sum = numbers.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element }
            return sum / Double(period * (period + 1) / 2)
        }
    }

    /// `EMA(t) = alpha * EMA(t-1) + (1 - alpha) * field(t)` with `alpha = 2 / (period + 1)`, as Splunk documents it; the
    /// first number is the first average.
    fileprivate func exponentialAverage(_ before: Double?, _ number: Double) -> Double {
        let alpha = 2 / (Double(period) + 1)
        return before.map { alpha * $0 + (1 - alpha) * number } ?? number
    }
}
