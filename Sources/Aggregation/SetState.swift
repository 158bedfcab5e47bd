import Values

/// `dc`, `values`, `mode` and percentiles: distinct values and, for the last two, how often each came.
struct SetState: Sendable {
    private(set) var table = ByteTable()
    /// Parallel to the table; empty where occurrences do not matter.
    private(set) var counts: [UInt64] = []

    @inline(__always)
    mutating func add(_ bytes: UnsafeRawBufferPointer) -> Bool {
        table.insert(bytes).isNew
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer, times: UInt64) -> Bool {
        let (number, isNew) = table.insert(bytes)
        if isNew { counts.append(times) } else { counts[number] &+= times }
        return isNew
    }

    /// For percentiles: the number's bits.
    mutating func add(_ number: Double, times: UInt64 = 1) -> Bool {
        withUnsafeBytes(of: (number + 0.0).bitPattern) { add($0, times: times) }
    }

    mutating func merge(_ other: SetState) {
        for number in 0..<other.table.count {
            other.table.withBytes(number) { bytes in
                if other.counts.isEmpty {
                    _ = table.insert(bytes)
                } else {
                    _ = add(bytes, times: other.counts[number])
                }
            }
        }
    }

    var count: Int { table.count }

    /// What the values take, in bytes, whatever room there is beside them.
    var heldBytes: Int { table.contentBytes + table.count * 24 + counts.count * 8 }

    /// Distinct and bytewise sorted.
    var values: Value { .list(table.sortedNumbers().map { table.text($0) }) }

    /// The most frequent value; among equals the first bytewise.
    var mode: Value {
        var best: Int?
        for number in table.sortedNumbers() {
            if let held = best, counts[number] <= counts[held] { continue }
            best = number
        }
        return best.map { .text(table.text($0)) } ?? .missing
    }

    func percentile(_ percent: Double) -> Value { rank { Rank(of: percent, among: $0) } }

    var median: Value { rank { Rank(ofMedianAmong: $0) } }

    private func rank(_ rank: (_ total: UInt64) -> Rank) -> Value {
        var occurrences: [(number: Double, times: UInt64)] = (0..<table.count).compactMap { index in
            table.withBytes(index) { bytes in
                guard bytes.count == 8 else { return nil }
                return (Double(bitPattern: bytes.loadUnaligned(as: UInt64.self)), counts[index])
            }
        }
        occurrences.sort { $0.number < $1.number }
        let total = occurrences.reduce(0) { $0 &+ $1.times }
        return rank(total).value { place in
            var below: UInt64 = 0
            for (number, times) in occurrences {
                below &+= times
                if below >= place { return number }
            }
            return occurrences.last?.number
        }
    }
}
