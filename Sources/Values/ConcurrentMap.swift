import Dispatch

extension Array where Element: Sendable {
    /// What a transform makes of each element, in their order; made on all processors, and complete on return.
    ///
    /// For work that is worth it: whole files, not values.
    public func concurrentMap<Result: Sendable>(_ transform: @Sendable (Element) -> Result) -> [Result] {
        // One processor's share would be too little to wake another for.
        guard count > 3 else { return map(transform) }
        return [Result](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            // SAFETY: every iteration initialises the place of its own number and nothing else, and all are done before the
            // call returns.
            nonisolated(unsafe) let places = buffer
            DispatchQueue.concurrentPerform(iterations: count) { index in
                (places.baseAddress! + index).initialize(to: transform(self[index]))
            }
            initializedCount = count
        }
    }
}

/// What two calls return that know nothing of each other, made side by side.
public func concurrently<First: Sendable, Second: Sendable>(
    _ first: @Sendable () -> First, _ second: @Sendable () -> Second
) -> (First, Second) {
    withoutActuallyEscaping(first) { first in
        withoutActuallyEscaping(second) { second in
            nonisolated(unsafe) var results: (First?, Second?)
            // SAFETY: each iteration writes its own part, and both are done before the call returns.
            withUnsafeMutablePointer(to: &results.0) { one in
                withUnsafeMutablePointer(to: &results.1) { other in
                    nonisolated(unsafe) let (one, other) = (one, other)
                    DispatchQueue.concurrentPerform(iterations: 2) { index in
                        if index == 0 { one.pointee = first() } else { other.pointee = second() }
                    }
                }
            }
            guard let one = results.0, let other = results.1 else { preconditionFailure("a call did not end") }
            return (one, other)
        }
    }
}
