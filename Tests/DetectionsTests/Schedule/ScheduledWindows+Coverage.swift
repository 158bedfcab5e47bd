import Events

@testable import Detections

extension ScheduledWindows {
    /// How the windows lie beside each other.
    struct Coverage: Hashable {
        /// Places between two windows that no run sees.
        var gaps = 0
        /// Windows that begin before the one before has ended: events in both are found twice.
        var overlaps = 0

        /// Every instant is seen exactly once.
        var isExact: Bool { gaps == 0 && overlaps == 0 }
    }

    /// Each window is compared with the one behind it.
    var coverage: Coverage {
        var coverage = Coverage()
        for (window, next) in zip(windows, windows.dropFirst()) {
            if next.earliest > window.latest { coverage.gaps += 1 }
            if next.earliest < window.latest { coverage.overlaps += 1 }
        }
        return coverage
    }

    /// Positions in `windows` of those that see an instant: none in a gap, several where windows overlap.
    func covering(_ time: Timestamp) -> [Int] {
        windows.indices.filter { windows[$0].earliest <= time && time < windows[$0].latest }
    }
}
