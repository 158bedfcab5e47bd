extension GroupTable {
    /// Takes in what another worker has seen of the same grouping.
    ///
    /// Merging is associative, and what ``finish()`` yields does not depend on the order of merging.
    /// - Complexity: O(groups and distinct values of `other`); O(1) where nothing was seen before.
    public mutating func merge(_ other: GroupTable) {
        assert(other.layout == layout, "partials of two groupings do not merge")
        guard other.layout == layout else { return }
        if index.count == 0, thinning == 0, other.thinning == 0 {
            let (held, excessive, looked) = (heldBytes, excessiveEvents, (thinnedAt, thinnedTo))
            self = other
            // When the other was looked at last depends on how the events were shared out.
            (thinnedAt, thinnedTo) = looked
            heldBytes &+= held
            excessiveEvents &+= excessive
            return
        }
        heldBytes &+= other.heldBytes
        excessiveEvents &+= other.excessiveEvents
        thinning = max(thinning, other.thinning)
        for number in 0..<other.index.count {
            if thinning > 0, other.rank(of: number) < thinning { continue }
            let (group, isNew) = other.index.withBytes(number) { index.insert($0) }
            if isNew { appendStates() }
            merge(other, number, into: group)
        }
    }

    /// Takes in one group of another table of the same grouping.
    mutating func merge(_ other: GroupTable, _ number: Int, into group: Int) {
        for slot in layout.slots {
            switch slot {
            case .occurrences(let position), .count(let position):
                counts[group * layout.counts + position] &+= other.counts[number * layout.counts + position]
            case .distinctCount(let position), .values(let position), .mode(let position),
                .percentile(let position, _), .median(let position):
                sets[group * layout.sets + position].merge(other.sets[number * layout.sets + position])
            case .minimum(let position):
                extremes[group * layout.extremes + position].merge(
                    other.extremes[number * layout.extremes + position], isMaximum: false)
            case .maximum(let position):
                extremes[group * layout.extremes + position].merge(
                    other.extremes[number * layout.extremes + position], isMaximum: true)
            case .range(let position):
                ranges[group * layout.ranges + position].merge(other.ranges[number * layout.ranges + position])
            case .sum(let position), .average(let position):
                sums[group * layout.sums + position].merge(other.sums[number * layout.sums + position])
            case .deviation(let position, _), .sumOfSquares(let position):
                deviations[group * layout.deviations + position].merge(
                    other.deviations[number * layout.deviations + position])
            case .end(let position, let end), .endTime(let position, let end):
                ends[group * layout.ends + position].merge(other.ends[number * layout.ends + position], end: end)
            case .rate(let earliest, let latest):
                ends[group * layout.ends + earliest].merge(
                    other.ends[number * layout.ends + earliest], end: .earliest)
                ends[group * layout.ends + latest].merge(other.ends[number * layout.ends + latest], end: .latest)
            case .list(let position):
                lists[group * layout.lists + position].merge(other.lists[number * layout.lists + position])
            case .zero: break
            }
        }
    }
}
