extension GroupTable {
    /// Roughly what the groups take together with the rows that ``finish()`` makes of them. O(1).
    public var finishedBytes: Int { estimatedBytes &+ count &* Self.rowBytes(keyCount, layout.slots.count) }

    private static func rowBytes(_ keys: Int, _ functions: Int) -> Int { 64 &+ 80 &* keys &+ 16 &* functions }

    /// Leaves groups out until the others take no more than about so many bytes.
    ///
    /// A hash of the by-fields chooses them, by as many bits of it as are needed: so a group is either whole or not there,
    /// and which ones are there does not depend on how the events were shared out, as a part of them needs no more bits
    /// than all of them.
    ///
    /// - Parameter isLast: nothing follows but merging: what came again of groups that had been left out goes, too.
    public mutating func thin(to limit: Int, isLast: Bool = false) {
        let size = finishedBytes
        guard size > limit && (size > thinnedAt || limit < thinnedTo) || isLast && thinning > 0 else { return }
        var bytes = [Int](repeating: 0, count: Self.largestThinning + 1)
        for group in 0..<count { bytes[rank(of: group)] += contentBytes(of: group) }
        var level = thinning
        var left = bytes[level...].reduce(0, +)
        while left > limit, level < Self.largestThinning {
            left -= bytes[level]
            level += 1
        }
        if level > 0 { keep(from: level) }
        // Not again before there is more of it worth looking at.
        thinnedAt = finishedBytes + limit / 4
        thinnedTo = limit
    }

    /// What the groups take together with the rows that they become: no more than ``finishedBytes``, and the same wherever they
    /// were counted.
    ///
    /// - Complexity: O(groups).
    public var contentBytes: Int { (0..<count).reduce(0) { $0 + contentBytes(of: $1) } }

    /// One more than a hash has bits: no group is that high.
    private static let largestThinning = UInt64.bitWidth + 1

    /// How many zeros the hash of a group's by-fields ends in. Unlike that of the table it is the same in every process.
    func rank(of group: Int) -> Int {
        index.withBytes(group) { ByteHash.hash($0, seed: 0).trailingZeroBitCount }
    }

    private mutating func keep(from level: Int) {
        var kept = GroupTable(grouping)
        kept.admission = admission
        kept.thinning = level
        kept.excessiveEvents = excessiveEvents
        for group in 0..<count where rank(of: group) >= level {
            let (number, _) = index.withBytes(group) { kept.index.insert($0) }
            kept.appendStates()
            kept.merge(self, group, into: number)
            kept.heldBytes &+= heldBytes(of: group)
        }
        self = kept
    }

    /// No more than the group has in ``finishedBytes``, and the same wherever it was counted.
    private func contentBytes(of group: Int) -> Int {
        index.withBytes(group, \.count) + 8 + Self.rowBytes(keyCount, layout.slots.count) + heldBytes(of: group)
            + layout.counts * 8 + layout.sets * MemoryLayout<SetState>.stride
            + layout.extremes * MemoryLayout<ExtremeState>.stride + layout.ranges * MemoryLayout<RangeState>.stride
            + layout.sums * MemoryLayout<SumState>.stride
            + layout.deviations * MemoryLayout<DeviationState>.stride + layout.ends * MemoryLayout<EndState>.stride
            + layout.lists * MemoryLayout<ListState>.stride
    }

    /// What values take that the states of a group hold.
    private func heldBytes(of group: Int) -> Int {
        var bytes = 0
        for position in 0..<layout.sets { bytes += sets[group * layout.sets + position].heldBytes }
        for position in 0..<layout.extremes { bytes += extremes[group * layout.extremes + position].text.count }
        for position in 0..<layout.ends { bytes += ends[group * layout.ends + position].value.count }
        for position in 0..<layout.lists { bytes += lists[group * layout.lists + position].heldBytes }
        return bytes
    }
}
