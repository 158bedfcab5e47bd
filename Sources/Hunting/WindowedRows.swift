import Detections
import Events
import Pipeline
import Values

/// The rows of the runs of a scheduled search, each with the window of its run.
struct WindowedRows {
    private var rows = RowSet()
    private var windows: [[Value]] = []

    /// How many there are.
    var count: Int { rows.rows.count }

    /// Adds the rows of a run, behind those of the runs before it.
    mutating func append(_ set: RowSet, of window: ScheduledWindow) {
        windows += Array(repeating: Self.cells(window), count: set.rows.count)
        rows.append(set)
    }

    /// With three columns more: the bounds of the window, and the time of the run.
    consuming func findings() -> Findings {
        rows.columns += ScheduledWindow.columns
        for row in rows.rows.indices { rows.rows[row] += windows[row] }
        return Findings(rows)
    }

    /// As ISO 8601; a bound that is open is missing.
    private static func cells(_ window: ScheduledWindow) -> [Value] {
        [window.earliest, window.latest, window.runTime].map { time in
            time.nanoseconds == Int64.min ? .missing : .text(Text(time.iso8601))
        }
    }
}
