/// Numbers in order, from which any one may be taken away again.
///
/// - Complexity: about the square root of their count for each change, and less to find the one of a rank.
struct RankedNumbers: Sendable {
    /// Each in order, none empty, and none with a number that is less than one of a block before it.
    private var blocks: [[Double]] = []
    private(set) var count = 0

    private static let blockLimit = 2048

    var first: Double? { blocks.first?.first }
    var last: Double? { blocks.last?.last }

    mutating func insert(_ number: Double) {
        count += 1
        guard !blocks.isEmpty else {
            blocks.append([number])
            return
        }
        let index = min(block(of: number), blocks.count - 1)
        blocks[index].insert(number, at: Self.place(of: number, in: blocks[index]))
        if blocks[index].count > Self.blockLimit {
            let half = blocks[index].count / 2
            blocks.insert(Array(blocks[index][half...]), at: index + 1)
            blocks[index].removeSubrange(half...)
        }
    }

    /// Takes away one of the numbers that are equal to this one.
    mutating func remove(_ number: Double) {
        let index = block(of: number)
        guard index < blocks.count else { return }
        let place = Self.place(of: number, in: blocks[index])
        guard place < blocks[index].count, blocks[index][place] == number else { return }
        blocks[index].remove(at: place)
        if blocks[index].isEmpty { blocks.remove(at: index) }
        count -= 1
    }

    /// The number at a place in the order; `nil` behind the last.
    subscript(place: Int) -> Double? {
        var rest = place
        for block in blocks {
            if rest < block.count { return block[rest] }
            rest -= block.count
        }
        return nil
    }

    /// The first block whose last number is not below this one.
    private func block(of number: Double) -> Int {
        var low = 0
        var high = blocks.count
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle][blocks[middle].count - 1] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Before all that are not below the number.
    private static func place(of number: Double, in block: [Double]) -> Int {
        var low = 0
        var high = block.count
        while low < high {
            let middle = (low + high) / 2
            if block[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
