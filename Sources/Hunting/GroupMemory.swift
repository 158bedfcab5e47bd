/// The memory that the groups of all searches of a hunt share.
///
/// A search with few groups keeps them all; those with many have equal parts of what is left, as large as fit. Which groups are
/// left out follows from what all archives hold, however the events were shared out: a worker, which has seen a part of them,
/// never leaves its searches less than all workers together do.
enum GroupMemory {
    /// What the groups of one table take.
    struct Demand {
        /// With the rows that they become.
        var bytes: Int
        /// Whether others were left out already: all of them would take more than the table was left.
        var isThinned: Bool
    }

    /// How many bytes each of some tables may take at most, so that all together take no more than a total.
    ///
    /// - Returns: `nil` where all fit as they are.
    /// - Complexity: O(n log n).
    static func share(of demands: [Demand], within total: Int) -> Int? {
        let sizes = demands.map { $0.isThinned ? Int.max : $0.bytes }.sorted()
        var left = total
        for (place, size) in sizes.enumerated() {
            let share = left / (sizes.count - place)
            if size > share { return share }
            left -= size
        }
        return nil
    }

    /// Leaves groups out of some hunts' tables where these take more than a total.
    ///
    /// - Parameter isLast: nothing follows but merging.
    /// - Complexity: O(hunts) where all fit, else O(groups).
    // SAFETY: each index is that of a partial which nobody else reads or writes meanwhile.
    static func bound(
        _ partials: UnsafeMutablePointer<HuntPartial>, at indices: some Collection<Int>, within total: Int, isLast: Bool
    ) {
        // An upper bound, and quick to tell.
        let most = indices.reduce(0) { $0 + partials[$1].finishedBytes }
        guard most > total || isLast && indices.contains(where: { partials[$0].isThinned }) else { return }
        guard let share = share(of: indices.flatMap { partials[$0].demands }, within: total) else { return }
        for index in indices { partials[index].bound(to: share, isLast: isLast) }
    }
}
