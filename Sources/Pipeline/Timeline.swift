import Values

/// The times of a `timechart`: spans without events between others, and spans that are not wholly covered.
struct Timeline {
    /// The most rows that a table is completed to.
    static let longest = 1_000_000

    let buckets: TimeBuckets?
    private let isContinuous: Bool
    /// The times of the first and the last event, where they are to decide.
    private let extent: (first: Int64, last: Int64)?

    init(_ timeline: Chart.Timeline, groups: RowSet, field: String, context: EvaluationContext) {
        let index = ColumnIndex(groups.columns)
        var span = timeline.span
        if span == nil, let column = timeline.choiceColumn.flatMap({ index[$0] }),
            let number = groups.rows.first?[column].singleNumber, let place = Int(exactly: number),
            BinSpan.automatic.indices.contains(place)
        {
            span = BinSpan.automatic[place]
        }
        buckets = span.map { TimeBuckets($0, alignment: timeline.alignment, context: context) }
        isContinuous = timeline.isContinuous
        let columns = timeline.extentColumns.compactMap { index[$0] }
        let times = groups.rows.flatMap { row in columns.compactMap { row[$0].epoch } }
        if let first = times.min(), let last = times.max() {
            extent = (first, last)
        } else {
            extent = nil
        }
    }

    /// The first column of the table holds the times. Rows are added for the first `limit` gaps, or for all.
    func complete(_ table: inout RowSet, defaults: [Value], keeping limit: Int?, room: Int) throws(PipelineError) {
        guard let buckets else { return }
        if let extent {
            table.rows.removeAll { row in
                guard let start = row[0].epoch, let next = buckets.next(after: start) else { return false }
                return start < extent.first || next > extent.last
            }
        }
        if isContinuous {
            try Self.complete(
                &table, column: 0, defaults: defaults, word: "timechart", keeping: limit ?? .max,
                room: min(room, Self.longest), next: buckets.next)
        }
    }

    /// Adds a row for each time that no row has, between the first and the last, or for the first `limit` of these.
    static func complete(
        _ table: inout RowSet, column: Int, defaults: [Value], word: String, keeping limit: Int = .max,
        room: Int = Timeline.longest, next: (Int64) -> Int64?
    ) throws(PipelineError) {
        let known = Set(table.rows.compactMap { $0[column].epoch })
        guard var time = known.min(), let last = known.max() else { return }
        var added: [[Value]] = []
        while added.count < limit, let following = next(time), following < last {
            time = following
            if known.contains(time) { continue }
            guard known.count + added.count < room else {
                throw .unsupported(
                    word: word,
                    reason: "more than \(room) spans lie between the first and the last time; give a wider span")
            }
            var row = defaults
            row[column] = .text(EpochText.text(nanoseconds: time))
            added.append(row)
        }
        table.rows += added
    }
}

extension Command {
    /// Whether one of the commands adds rows for what no row has, which may be very many: those behind it need all of them.
    public static func fillGaps(_ commands: [Command]) -> Bool {
        commands.indices.contains { index in
            let following = commands[(index + 1)...]
            switch commands[index] {
            case .chart(let chart):
                return chart.timeline?.isContinuous == true && RowDemand.limit(of: nil, before: following) == nil
            case .makeContinuous: return true
            case .appendPipe(let inner): return fillGaps(RowDemand.appended(inner, before: following))
            default: return false
            }
        }
    }
}

/// `makecontinuous`: a field is put into ranges, and ranges without rows get one.
enum ContinuityStage {
    static func run(
        _ continuity: Continuity, on rows: RowSet, context: EvaluationContext
    ) throws(PipelineError) -> RowSet {
        let binning = Binning(field: continuity.field, width: continuity.width, alignment: continuity.alignment)
        guard let column = ColumnIndex(rows.columns)[continuity.field],
            let span = BinStage.span(binning, rows: rows, context: context)?.span
        else { return rows }
        var result = rows
        let empty = [Value](repeating: .missing, count: rows.columns.count)
        if binning.isOfTimes(span) {
            let buckets = TimeBuckets(span, alignment: continuity.alignment, context: context)
            for row in result.rows.indices {
                guard let time = result.rows[row][column].epoch else { continue }
                result.rows[row][column] = .text(EpochText.text(nanoseconds: buckets.start(of: time)))
            }
            try Timeline.complete(
                &result, column: column, defaults: empty, word: "makecontinuous", next: buckets.next)
        } else {
            try complete(&result, column, NumberBuckets(span), empty)
        }
        result.rows = RowOrder([Sorting.Key(field: continuity.field, descending: false)], columns: result.columns)
            .sorted(result.rows)
        return result
    }

    /// Numbers become the starts of their ranges, so that they are in order as numbers.
    private static func complete(
        _ rows: inout RowSet, _ column: Int, _ buckets: NumberBuckets, _ empty: [Value]
    ) throws(PipelineError) {
        var starts: Set<Text> = []
        var first = Double.infinity
        var last = -Double.infinity
        for row in rows.rows.indices {
            guard let range = rows.rows[row][column].singleNumber.flatMap(buckets.range) else { continue }
            rows.rows[row][column] = .text(NumberText.text(range.start))
            starts.insert(NumberText.text(range.start))
            first = min(first, range.start)
            last = max(last, range.start)
        }
        guard first <= last, var range = buckets.range(of: first) else { return }
        var added = 0
        // The middle of the next range, so that rounding does not matter.
        while let next = buckets.range(of: range.end + (range.end - range.start) / 2), next.start < last,
            next.start > range.start
        {
            range = next
            guard starts.insert(NumberText.text(next.start)).inserted else { continue }
            added += 1
            guard added < Timeline.longest else {
                throw .unsupported(
                    word: "makecontinuous",
                    reason: "more than \(Timeline.longest) ranges lie between the first and the last; give a wider span"
                )
            }
            var row = empty
            row[column] = .text(NumberText.text(next.start))
            rows.rows.append(row)
        }
    }
}
