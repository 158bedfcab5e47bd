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
