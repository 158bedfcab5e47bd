/// What one archive is to hold.
struct ArchivePlan: Sendable {
    /// Its place among the archives, from 0.
    var index: Int
    var shape: Shape
    var compression: Compression
    /// Bytes or events.
    var target: Int
    /// Bytes or events of every block but the last.
    var blockTarget: Int
    /// The time from its first event to its last, in microseconds since 1970 UTC.
    var times: Range<UInt64>

    /// Its file's name: the place first, so that the order of names is the order of archives.
    var name: String {
        let number = String(index + 1)
        let padding = String(repeating: "0", count: max(0, 3 - number.utf8.count))
        return "\(padding)\(number)-\(shape.rawValue)-\(compression.rawValue).\(compression.fileExtension)"
    }

    var blockCount: Int { (target + blockTarget - 1) / blockTarget }

    /// The block in that place.
    func block(_ block: Int) -> BlockPlan {
        let begin = block * blockTarget
        let end = min(target, begin + blockTarget)
        return BlockPlan(archive: index, block: block, target: end - begin, times: time(at: begin)..<time(at: end))
    }

    private func time(at point: Int) -> UInt64 {
        times.lowerBound + UInt64(Double(times.count) * (Double(point) / Double(target)))
    }
}

extension GenerationOptions {
    /// The plans of all archives: shapes and compressions in turn, so that every pair occurs once there are enough.
    var archivePlans: [ArchivePlan] {
        let count = archiveCount
        let total: Int
        let largestBlock: Int
        let smallestBlock: Int
        switch size {
        case .bytes(let bytes): (total, largestBlock, smallestBlock) = (bytes, 1 << 20, 1 << 14)
        case .events(let events): (total, largestBlock, smallestBlock) = (events, 256, 16)
        }
        let beginning = UInt64(start) * 1_000_000
        return (0..<count).map { index in
            let target = max(1, total / count + (index < total % count ? 1 : 0))
            let round = index / shapes.count
            let place = index % shapes.count
            return ArchivePlan(
                index: index, shape: shapes[place], compression: compressions[(place + round) % compressions.count],
                target: target, blockTarget: min(largestBlock, max(smallestBlock, target / 6)),
                times: beginning..<(beginning + UInt64(duration) * 1_000_000))
        }
    }
}
