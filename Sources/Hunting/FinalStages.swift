import Aggregation
import Detections
import Events
import Pipeline
import Values

/// From the merged partial result of a hunt to the rows of its rule.
struct FinalStages {
    let hunt: Hunt
    let context: EvaluationContext

    /// The rows that the search ends with; with a schedule, window after window, each row with its window.
    func rows(_ partial: HuntPartial) throws(PipelineError) -> RowSet {
        guard hunt.schedule != nil else { return try rows(of: partial.whole) }
        var all = RowSet()
        for (window, bucket) in partial.windows.sorted(by: { $0.key.runTime < $1.key.runTime }) {
            let found = try rows(of: bucket)
            if all.columns.isEmpty { all.columns = found.columns + ScheduledWindow.columns }
            let cells = windowCells(window)
            all.rows += found.rows.map { $0 + cells }
        }
        return all
    }

    private func rows(of bucket: HuntPartial.Bucket) throws(PipelineError) -> RowSet {
        let begun: RowSet
        switch hunt.mode {
        case .group: begun = bucket.groups?.finish() ?? RowSet()
        case .rows(_, let streaming, let grouping):
            begun =
                grouping == nil
                ? RowSet(
                    columns: streaming.columns,
                    rows: bucket.rows.sorted { $0.order < $1.order }.map(\.values))
                : bucket.groups?.finish() ?? RowSet()
        }
        return try RowPipeline.run(
            hunt.finalStages, on: begun, keys: hunt.grouping?.keys.map(\.column) ?? [], context: context)
    }

    /// The window of a run: its bounds and the time of the run, as ISO 8601.
    private func windowCells(_ window: ScheduledWindow) -> [Value] {
        [window.earliest, window.latest, window.runTime].map { time in
            guard time.nanoseconds != Int64.min else { return .missing }
            return .text(Text(time.iso8601))
        }
    }
}
