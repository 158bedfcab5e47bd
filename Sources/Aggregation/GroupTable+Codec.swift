import Values

/// Why the bytes of a partial could not be read.
public enum PartialCodecError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownVersion(UInt8)
    /// It was written for a grouping with other by-fields or aggregates.
    case otherGrouping
    /// The bytes end early, go on after the end, or hold what no partial holds; `offset` is where.
    case damaged(offset: Int)

    /// What is wrong and, where something can be done, what.
    public var description: String {
        switch self {
        case .unknownVersion(let version):
            "partial result of format version \(version), this program reads \(GroupTable.formatVersion)"
        case .otherGrouping: "partial result of another grouping: write it again with this search"
        case .damaged(let offset): "partial result damaged at byte \(offset)"
        }
    }
}

extension GroupTable {
    /// The version of the format that ``encoded()`` writes.
    static let formatVersion: UInt8 = 1

    /// The partial as bytes, to be read by ``init(decoding:grouping:)``: a version byte, the shape of the grouping, and
    /// for each group its key and the state of each aggregate. Numbers are little-endian or variable-length.
    public func encoded() -> [UInt8] {
        var writer = PartialWriter()
        writer.bytes.append(Self.formatVersion)
        writer.variable(UInt64(grouping.keys.count))
        writer.variable(UInt64(layout.slots.count))
        for slot in layout.slots { writer.fixed(slot.signature) }
        writer.variable(excessiveEvents)
        writer.variable(UInt64(count))
        for group in 0..<count {
            index.withBytes(group) { writer.run($0) }
            for slot in layout.slots { encode(slot, group, to: &writer) }
        }
        return writer.bytes
    }

    private func encode(_ slot: StateLayout.Slot, _ group: Int, to writer: inout PartialWriter) {
        switch slot {
        case .occurrences(let position), .count(let position):
            writer.variable(counts[group * layout.counts + position])
        case .distinctCount(let position), .values(let position), .mode(let position), .percentile(let position, _),
            .median(let position):
            writer.write(sets[group * layout.sets + position])
        case .minimum(let position), .maximum(let position):
            writer.write(extremes[group * layout.extremes + position])
        case .range(let position): writer.write(ranges[group * layout.ranges + position])
        case .sum(let position), .average(let position): writer.write(sums[group * layout.sums + position])
        case .deviation(let position, _), .sumOfSquares(let position):
            writer.write(deviations[group * layout.deviations + position])
        case .end(let position, _), .endTime(let position, _): writer.write(ends[group * layout.ends + position])
        case .rate(let earliest, let latest):
            writer.write(ends[group * layout.ends + earliest])
            writer.write(ends[group * layout.ends + latest])
        case .list(let position): writer.write(lists[group * layout.lists + position])
        case .zero: break
        }
    }

    /// Reads what ``encoded()`` wrote for the same grouping.
    ///
    /// Any bytes may be given: what is no partial throws, and nothing is allocated beyond a multiple of their number.
    public init(decoding bytes: [UInt8], grouping: Grouping) throws(PartialCodecError) {
        self.init(grouping)
        var reader = PartialReader(bytes: bytes)
        let version = try reader.byte()
        guard version == Self.formatVersion else { throw .unknownVersion(version) }
        guard try reader.variable() == grouping.keys.count, try reader.variable() == layout.slots.count else {
            throw .otherGrouping
        }
        for slot in layout.slots {
            guard try reader.fixed() == slot.signature else { throw .otherGrouping }
        }
        excessiveEvents = try reader.variable()
        let groups = try reader.variable()
        for _ in 0..<groups {
            let start = reader.offset
            let key = try reader.run()
            let isNew = key.withUnsafeBytes { key in
                GroupKeyBuffer.parts(of: key, count: grouping.keys.count) != nil && index.insert(key).isNew
            }
            guard isNew else { throw .damaged(offset: start) }
            for slot in layout.slots { try decode(slot, from: &reader) }
        }
        guard reader.isAtEnd else { throw .damaged(offset: reader.offset) }
    }

    private mutating func decode(
        _ slot: StateLayout.Slot, from reader: inout PartialReader
    ) throws(PartialCodecError) {
        switch slot {
        case .occurrences, .count: counts.append(try reader.variable())
        case .distinctCount, .values: sets.append(try reader.set(isCounted: false, held: &heldBytes))
        case .mode: sets.append(try reader.set(isCounted: true, held: &heldBytes))
        case .percentile, .median: sets.append(try reader.set(isCounted: true, width: 8, held: &heldBytes))
        case .minimum, .maximum: extremes.append(try reader.extreme())
        case .range: ranges.append(try reader.range())
        case .sum, .average: sums.append(try reader.sum())
        case .deviation, .sumOfSquares: deviations.append(try reader.deviation())
        case .end, .endTime: ends.append(try reader.end())
        case .rate:
            ends.append(try reader.end())
            ends.append(try reader.end())
        case .list: lists.append(try reader.list(held: &heldBytes))
        case .zero: break
        }
    }
}

extension StateLayout.Slot {
    /// What a state is, for a partial's header: the kind, and the percentage of a percentile.
    var signature: UInt64 {
        switch self {
        case .occurrences: 1
        case .count: 2
        case .distinctCount: 3
        case .values: 4
        case .mode: 5
        case .minimum: 6
        case .maximum: 7
        case .range: 8
        case .sum: 9
        case .average: 10
        case .deviation(_, .sampleDeviation): 11
        case .list: 12
        case .median: 14
        case .zero: 15
        case .end(_, let end): 16 + UInt64(end.rawValue)
        case .endTime(_, let end): 24 + UInt64(end.rawValue)
        case .rate: 32
        case .sumOfSquares: 33
        case .deviation(_, .populationDeviation): 34
        case .deviation(_, .sampleVariance): 35
        case .deviation(_, .populationVariance): 36
        // No finite double from 0 to 100 has bits as low as the numbers above, but for zero.
        case .percentile(_, let percent): percent == 0 ? 13 : percent.bitPattern
        }
    }
}
