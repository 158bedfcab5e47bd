import Dispatch
import Synchronization

/// A request to end soon. From then on, what was found is made into results and told for a moment only: whoever asked waits.
///
/// Who asks waits less than a second in all: what takes longer, as sorting millions of rows or writing them, is cut short.
public final class Interruption: Sendable {
    /// When it was asked for, in nanoseconds of the monotonic clock; 0 as long as it was not.
    private let requested = Atomic<UInt64>(0)
    /// When the reading had ended by then; what comes behind has its time from then on.
    private let readingEnded = Atomic<UInt64>(0)
    private let cut = Atomic<Bool>(false)
    private let waiting = Mutex<[@Sendable () -> Void]>([])

    /// The most that the reading may take of the time of what comes behind, in milliseconds.
    private static let longestReading: UInt64 = 200
    /// From the end of the reading to that of looking for columns, of taking up rows, of the final stages, and of the output.
    private static let layoutEnd: UInt64 = 120
    private static let rowsEnd: UInt64 = 240
    private static let stagesEnd: UInt64 = 340
    private static let outputEnd: UInt64 = 560
    /// So long a reader may leave the output lying; a record that is begun is ended until then.
    private static let writeEnd: UInt64 = 680

    /// Nothing is asked for yet.
    public init() {}

    private static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// Asks for the end; only the first call counts.
    public func request() {
        guard requested.compareExchange(expected: 0, desired: Self.now, ordering: .relaxed).exchanged else { return }
        wake(in: Self.stagesEnd)
    }

    /// Notes that the archives are read, as far as they are.
    func endReading() { readingEnded.store(Self.now, ordering: .relaxed) }

    /// Whether the end was asked for; it stays so.
    public var isRequested: Bool { requested.load(ordering: .relaxed) != 0 }

    /// Whether rows have the columns that are known by now. Rows that were not looked at are left out, as below.
    var endsLayout: Bool { isOver(Self.layoutEnd) }

    /// Whether final stages do with the rows that they have taken up by now. Who leaves out others says so: ``noteCut()``.
    var endsRows: Bool { isOver(Self.rowsEnd) }

    /// Whether what is not made of the results by now is not made any more.
    public var endsStages: Bool { isOver(Self.stagesEnd) }

    /// Whether no other record is written.
    public var endsOutput: Bool { isOver(Self.outputEnd) }

    /// Whether what nobody takes is left unwritten.
    public var endsWrites: Bool { isOver(Self.writeEnd) }

    /// Notes that results are left out because the end was asked for.
    func noteCut() { cut.store(true, ordering: .relaxed) }

    /// Whether some were.
    var hasCut: Bool { cut.load(ordering: .relaxed) }

    private func isOver(_ milliseconds: UInt64) -> Bool {
        isRequested && Self.now >= begin + milliseconds * 1_000_000
    }

    /// When the time of what comes behind the reading began.
    private var begin: UInt64 {
        let requested = requested.load(ordering: .relaxed)
        let latest = requested + Self.longestReading * 1_000_000
        return min(latest, max(requested, readingEnded.load(ordering: .relaxed)))
    }

    /// Has a call made when the final stages are to end; at once where that is over.
    func whenStagesEnd(_ body: @escaping @Sendable () -> Void) {
        waiting.withLock { $0.append(body) }
        // The end may have come just before, or have been put off when the reading had ended.
        if endsStages { wakeAll() } else if isRequested { wake(in: 20) }
    }

    private func wake(in milliseconds: UInt64) {
        // A serial queue gets a thread of its own, however busy all others are.
        DispatchQueue(label: "interruption").asyncAfter(deadline: .now() + .milliseconds(Int(milliseconds))) {
            if self.endsStages { self.wakeAll() } else { self.wake(in: 20) }
        }
    }

    private func wakeAll() {
        let waiting = self.waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for body in waiting { body() }
    }
}
