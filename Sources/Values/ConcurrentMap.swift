import Dispatch
import Synchronization

extension Array where Element: Sendable {
    /// What a transform makes of each element, in their order; made on all processors, and complete on return.
    ///
    /// For work that is worth it: whole files, not values.
    public func concurrentMap<Result: Sendable>(_ transform: @Sendable (Element) -> Result) -> [Result] {
        // One processor's share would be too little to wake another for.
        guard count > 3 else { return map(transform) }
        return concurrentMap(transform, beside: {}).results
    }

    /// The same, and what one more call returns, which one of the processors makes before it helps the others.
    public func concurrentMap<Result: Sendable, Other>(
        _ transform: @Sendable (Element) -> Result, beside other: () -> Other
    ) -> (results: [Result], other: Other) {
        var made: Other?
        let results = withoutActuallyEscaping(other) { other in
            withUnsafeMutablePointer(to: &made) { made in
                // SAFETY: the first iteration alone makes the call and keeps what it returns, and is done before this call
                // returns.
                nonisolated(unsafe) let (other, made) = (other, made)
                return [Result](unsafeUninitializedCapacity: count) { buffer, initializedCount in
                    // SAFETY: every other iteration initialises a place of its own and nothing else, and all are done before
                    // this call returns.
                    nonisolated(unsafe) let places = buffer
                    DispatchQueue.concurrentPerform(iterations: count + 1) { index in
                        if index == 0 {
                            made.pointee = other()
                        } else {
                            (places.baseAddress! + index - 1).initialize(to: transform(self[index - 1]))
                        }
                    }
                    initializedCount = count
                }
            }
        }
        guard let made else { preconditionFailure("the first iteration did not run") }
        return (results, made)
    }
}

extension Array where Element: Sendable {
    /// Changes each element in its place, given its number; on all processors, and complete on return.
    public mutating func updateConcurrently(_ update: @Sendable (inout Element, Int) -> Void) {
        withUnsafeMutableBufferPointer { buffer in
            // SAFETY: every iteration changes the element of its own number and nothing else, and all are done before the call
            // returns.
            nonisolated(unsafe) let elements = buffer
            DispatchQueue.concurrentPerform(iterations: elements.count) { update(&elements[$0], $0) }
        }
    }
}

/// What two calls return that know nothing of each other, made side by side. Either may make such calls itself.
public func concurrently<First, Second: Sendable>(
    _ first: () -> First, _ second: @escaping @Sendable () -> Second
) -> (First, Second) {
    let task = SharedTask(second)
    DispatchQueue.global().async { task.run() }
    let one = first()
    return (one, task.outcome)
}

/// Work that is done once, by the first thread that comes to it. `concurrentPerform` would do for two calls, but not for two
/// inside of one of them, which it runs one after the other.
private final class SharedTask<Outcome: Sendable>: Sendable {
    private let work: @Sendable () -> Outcome
    private let isTaken = Mutex(false)
    private let made = Mutex<Outcome?>(nil)
    private let end = DispatchSemaphore(value: 0)

    init(_ work: @escaping @Sendable () -> Outcome) { self.work = work }

    /// Does the work, unless somebody has taken it.
    func run() {
        let isMine = isTaken.withLock { isTaken in
            defer { isTaken = true }
            return !isTaken
        }
        guard isMine else { return }
        let outcome = work()
        made.withLock { $0 = outcome }
        end.signal()
    }

    /// What comes of the work; done here where no thread was free for it, else waited for. To be asked once.
    var outcome: Outcome {
        run()
        end.wait()
        guard let outcome = made.withLock({ $0 }) else { preconditionFailure("the work did not end") }
        return outcome
    }
}
