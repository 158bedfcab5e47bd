import Hunting
import Synchronization

/// Where a report ends early because somebody waits for the end: at the end of a record, which the summary says.
final class OutputCut: Sendable {
    private let interruption: Interruption?
    private let wasMade = Atomic<Bool>(false)

    init(_ interruption: Interruption?) { self.interruption = interruption }

    /// Whether records are left out by now.
    var isMade: Bool { wasMade.load(ordering: .relaxed) }

    /// Whether there is time for another record, which is left out else.
    func allowsRecord() -> Bool {
        if isMade { return false }
        guard let interruption, interruption.endsOutput else { return true }
        make()
        return false
    }

    /// Whether there is time to measure another row, and to write it afterwards.
    func allowsMeasuring() -> Bool {
        guard let interruption, interruption.endsStages else { return true }
        return false
    }

    /// Says that records are left out.
    func make() { wasMade.store(true, ordering: .relaxed) }
}
