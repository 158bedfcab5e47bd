import Glibc
import Values

/// `bin` with a known span, compiled for rows with known columns.
struct BinStep: Sendable {
    private enum Kind: Sendable {
        case times(TimeBuckets)
        case numbers(NumberBuckets)
    }

    private let source: Int?
    private let target: Int
    private let kind: Kind

    init(_ binning: Binning, span: BinSpan, layout: inout ColumnLayout, context: EvaluationContext) {
        source = layout.index[binning.field]
        target = source == nil && binning.column == binning.field ? -1 : layout.index.number(of: binning.column)
        if binning.isOfTimes(span) {
            kind = .times(TimeBuckets(span, alignment: binning.alignment, context: context))
        } else {
            kind = .numbers(NumberBuckets(span))
        }
    }

    func apply(to row: inout [Value]) {
        guard target >= 0 else { return }
        let value = source.map { binned(row[$0]) } ?? .missing
        if target < row.count { row[target] = value } else { row.append(value) }
    }

    /// What is no number stays as it is.
    private func binned(_ value: Value) -> Value {
        switch kind {
        case .times(let buckets):
            guard let time = value.epoch else { return value }
            return .text(EpochText.text(nanoseconds: buckets.start(of: time)))
        case .numbers(let buckets):
            guard let range = value.singleNumber.flatMap(buckets.range) else { return value }
            return .text(NumberBuckets.text(range))
        }
    }
}

/// `bin` that finds its span from the values of all rows.
enum BinStage {
    static func run(_ binning: Binning, on rows: RowSet, context: EvaluationContext) -> RowSet {
        guard let chosen = span(binning, rows: rows, context: context) else {
            return binned(rows, binning, span: .number(1), context: context)
        }
        var result = binned(rows, binning, span: chosen.span, context: context)
        if let column = binning.choiceColumn {
            result.columns.append(column)
            for row in result.rows.indices { result.rows[row].append(.number(Double(chosen.number))) }
        }
        return result
    }

    private static func binned(
        _ rows: RowSet, _ binning: Binning, span: BinSpan, context: EvaluationContext
    ) -> RowSet {
        var result = rows
        var layout = ColumnLayout(rows.columns, keys: [])
        let step = BinStep(binning, span: span, layout: &layout, context: context)
        result.columns = layout.index.names
        for row in result.rows.indices { step.apply(to: &result.rows[row]) }
        return result
    }

    /// The span, and its number among the automatic ones where it is of times.
    static func span(
        _ binning: Binning, rows: RowSet, context: EvaluationContext
    ) -> (span: BinSpan, number: Int)? {
        guard case .count(let count, let minimum, let start, let end) = binning.width else {
            if case .span(let span) = binning.width { return (span, -1) }
            return nil
        }
        guard let column = ColumnIndex(rows.columns)[binning.field] else { return nil }
        if binning.field == Binning.timeField {
            let times = rows.rows.compactMap { $0[column].epoch }
            guard let first = times.min(), let last = times.max() else { return nil }
            return timeSpan(from: first, to: last, count: count, minimum: minimum, binning.alignment, context)
        }
        var numbers = rows.rows.compactMap { $0[column].singleNumber }
        if let start { numbers.append(start) }
        if let end { numbers.append(end) }
        guard let first = numbers.min(), let last = numbers.max() else { return nil }
        return (numberSpan(from: first, to: last, count: count, minimum: minimum), -1)
    }

    /// The narrowest of the automatic spans that parts the range into at most so many.
    private static func timeSpan(
        from first: Int64, to last: Int64, count: Int, minimum: BinSpan?, _ alignment: String?,
        _ context: EvaluationContext
    ) -> (span: BinSpan, number: Int) {
        var least: Int64 = 0
        if let minimum { least = length(minimum) }
        let usual = BinSpan.automatic
        for (number, span) in usual.enumerated() where length(span) >= least {
            let buckets = TimeBuckets(span, alignment: alignment, context: context)
            let (range, overflow) = buckets.start(of: last).subtractingReportingOverflow(buckets.start(of: first))
            // Months differ in length: the longest counts.
            if !overflow, range / length(span) < Int64(max(1, count)) { return (span, number) }
        }
        return (usual[usual.count - 1], usual.count - 1)
    }

    /// About how long a span is, in nanoseconds.
    private static func length(_ span: BinSpan) -> Int64 {
        let day = 86_400 * EpochText.second
        return switch span {
        case .time(let length), .snapped(let length, _, _): length
        case .number(let seconds): EpochText.nanoseconds(seconds: seconds) ?? 0
        case .logarithm: 0
        case .calendar(let count, let unit):
            switch unit {
            case .day: day * Int64(count)
            case .week: day * 7 * Int64(count)
            case .month: day * 30 * Int64(count)
            case .quarter: day * 91 * Int64(count)
            case .year: day * 365 * Int64(count)
            }
        }
    }

    /// The least power of ten that parts the range into at most so many.
    private static func numberSpan(from first: Double, to last: Double, count: Int, minimum: BinSpan?) -> BinSpan {
        var least = 0.0
        if case .number(let width)? = minimum { least = width }
        let ideal = max((last - first) / Double(max(1, count)), least)
        guard ideal > 0, ideal.isFinite else { return .number(1) }
        var width = pow(10, log10(ideal).rounded(.up))
        // Both ends may lie inside a range.
        while (last / width).rounded(.down) - (first / width).rounded(.down) >= Double(max(1, count)), width.isFinite {
            width *= 10
        }
        return .number(width.isFinite ? width : ideal)
    }
}
