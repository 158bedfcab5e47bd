import Values

/// Writes the parts of a partial result.
package struct PartialWriter: Sendable {
    package var bytes: [UInt8] = []

    package init() {}

    package mutating func variable(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    package mutating func fixed(_ number: UInt64) {
        for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }

    mutating func flag(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    mutating func number(_ number: Double) { fixed(number.bitPattern) }

    package mutating func run(_ run: UnsafeRawBufferPointer) {
        variable(UInt64(run.count))
        bytes.append(contentsOf: run)
    }

    package mutating func run(_ run: [UInt8]) { run.withUnsafeBytes { self.run($0) } }

    package mutating func write(_ order: EventOrder) {
        variable(UInt64(order.archive))
        variable(UInt64(order.segment))
        variable(order.offset)
    }

    mutating func write(_ set: SetState) {
        variable(UInt64(set.count))
        for number in 0..<set.count {
            set.table.withBytes(number) { run($0) }
            if !set.counts.isEmpty { variable(set.counts[number]) }
        }
    }

    mutating func write(_ extreme: ExtremeState) {
        flag(extreme.hasNumber)
        flag(extreme.hasOther)
        flag(extreme.hasText)
        number(extreme.number)
        run(extreme.text)
    }

    mutating func write(_ range: RangeState) {
        variable(range.count)
        number(range.low)
        number(range.high)
    }

    mutating func write(_ sum: ExactSum) {
        var sum = sum
        sum.carry()
        fixed(UInt64(truncatingIfNeeded: sum.whole))
        fixed(UInt64(truncatingIfNeeded: sum.whole >> 64))
        flag(!sum.limbs.isEmpty)
        for limb in sum.limbs { fixed(UInt64(bitPattern: limb)) }
    }

    mutating func write(_ sum: SumState) {
        variable(sum.count)
        write(sum.sum)
    }

    mutating func write(_ deviation: DeviationState) {
        write(deviation.sum)
        write(deviation.squares)
        flag(deviation.overflowed)
    }

    mutating func write(_ end: EndState) {
        flag(end.hasValue)
        flag(end.isNumber)
        fixed(UInt64(bitPattern: end.time))
        write(end.order)
        run(end.value)
    }

    mutating func write(_ list: ListState) {
        variable(UInt64(list.entries.count))
        for entry in list.entries {
            write(entry.order)
            run(entry.value.bytes)
        }
    }
}
