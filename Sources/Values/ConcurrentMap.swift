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

/// What two calls return that know nothing of each other, made side by side.
public func concurrently<First: Sendable, Second: Sendable>(
    _ first: @Sendable () -> First, _ second: @Sendable () -> Second
) -> (First, Second) {
    // SAFETY: each iteration writes its own result, and both are done before the call returns.
    nonisolated(unsafe) var one: First?
    nonisolated(unsafe) var other: Second?
    DispatchQueue.concurrentPerform(iterations: 2) { index in
        if index == 0 { one = first() } else { other = second() }
    }
    guard let one, let other else { preconditionFailure("a call did not end") }
    return (one, other)
}
