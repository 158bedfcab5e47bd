import Dispatch
import Synchronization

/// A request to end soon. From then on, what was found is made into results and told for a moment only: whoever asked waits.
///
/// Who asks waits less than a second in all: what takes longer, as sorting millions of rows or writing them, is cut short.
public final class Interruption: Sendable {
    /// When it was asked for, in nanoseconds of the monotonic clock; 0 as long as it was not.
    private let requested = Atomic<UInt64>(0)
    private let cut = Atomic<Bool>(false)
    private let waiting = Mutex<[@Sendable () -> Void]>([])

    /// From the request to the end of taking up rows, of the final stages, and of the output, in milliseconds.
    private static let readingEnd: UInt64 = 120
    private static let stagesEnd: UInt64 = 250
    private static let outputEnd: UInt64 = 500
    /// So long a reader may leave the output lying; a record that is begun is ended until then.
    private static let writeEnd: UInt64 = 750

    public init() {}

    /// Asks for the end; only the first call counts.
    public func request() {
        let now = DispatchTime.now().uptimeNanoseconds
        guard requested.compareExchange(expected: 0, desired: now, ordering: .relaxed).exchanged else { return }
        // A serial queue gets a thread of its own, however busy all others are.
        DispatchQueue(label: "interruption").asyncAfter(deadline: .now() + .milliseconds(Int(Self.stagesEnd))) {
            let waiting = self.waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            for body in waiting { body() }
        }
    }

    public var isRequested: Bool { requested.load(ordering: .relaxed) != 0 }

    /// Whether final stages do with the rows that they have taken up by now. Who leaves out others says so: ``noteCut()``.
    public var endsReading: Bool { isOver(Self.readingEnd) }

    /// Notes that results are left out because the end was asked for.
    public func noteCut() { cut.store(true, ordering: .relaxed) }

    /// Whether some were.
    public var hasCut: Bool { cut.load(ordering: .relaxed) }

    /// Whether what is not made of the results by now is not made any more.
    public var endsStages: Bool { isOver(Self.stagesEnd) }

    /// Whether no other record is written.
    public var endsOutput: Bool { isOver(Self.outputEnd) }

    /// Whether what nobody takes is left unwritten.
    public var endsWrites: Bool { isOver(Self.writeEnd) }

    private func isOver(_ milliseconds: UInt64) -> Bool {
        let begin = requested.load(ordering: .relaxed)
        return begin != 0 && DispatchTime.now().uptimeNanoseconds - begin >= milliseconds * 1_000_000
    }

    /// Has a call made when the final stages are to end; at once where that is over.
    func whenStagesEnd(_ body: @escaping @Sendable () -> Void) {
        waiting.withLock { $0.append(body) }
        // The end may have come just before.
        guard endsStages else { return }
        let waiting = self.waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for body in waiting { body() }
    }
}
