import Values

/// Reads the parts of a partial result, and believes nothing.
package struct PartialReader {
    private let bytes: [UInt8]
    package private(set) var offset: Int

    /// Begins at `offset`, which must not lie behind the bytes' end.
    package init(bytes: [UInt8], offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    package var isAtEnd: Bool { offset == bytes.count }

    private func damage() -> PartialCodecError { .damaged(offset: offset) }

    package mutating func byte() throws(PartialCodecError) -> UInt8 {
        guard offset < bytes.count else { throw damage() }
        defer { offset += 1 }
        return bytes[offset]
    }

    package mutating func variable() throws(PartialCodecError) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            let part = UInt64(next & 0x7F)
            guard shift < 63 || shift == 63 && part <= 1 else { throw damage() }
            number |= part << shift
            if next < 0x80 { return number }
            shift += 7
        }
    }

    package mutating func fixed() throws(PartialCodecError) -> UInt64 {
        guard bytes.count - offset >= 8 else { throw damage() }
        defer { offset += 8 }
        return (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }

    mutating func flag() throws(PartialCodecError) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        default: throw damage()
        }
    }

    /// A finite number.
    mutating func number() throws(PartialCodecError) -> Double {
        let number = Double(bitPattern: try fixed())
        guard number.isFinite else { throw damage() }
        return number
    }

    package mutating func run() throws(PartialCodecError) -> ArraySlice<UInt8> {
        let length = try variable()
        guard length <= UInt64(bytes.count - offset) else { throw damage() }
        defer { offset += Int(length) }
        return bytes[offset..<offset + Int(length)]
    }

    package mutating func order() throws(PartialCodecError) -> EventOrder {
        guard let archive = UInt32(exactly: try variable()), let segment = UInt32(exactly: try variable()) else {
            throw damage()
        }
        return EventOrder(archive: archive, segment: segment, offset: try variable())
    }

    /// `width`: how long each value is, where all are of one length.
    mutating func set(
        isCounted: Bool, width: Int? = nil, held: inout Int
    ) throws(PartialCodecError) -> SetState {
        var set = SetState()
        for _ in 0..<(try variable()) {
            let value = try run()
            if let width, value.count != width { throw damage() }
            let times = isCounted ? try variable() : 1
            let isNew = value.withUnsafeBytes { isCounted ? set.add($0, times: times) : set.add($0) }
            guard isNew else { throw damage() }
            held &+= value.count &+ 32
        }
        return set
    }

    mutating func extreme() throws(PartialCodecError) -> ExtremeState {
        var extreme = ExtremeState()
        extreme.hasNumber = try flag()
        extreme.hasOther = try flag()
        extreme.hasText = try flag()
        extreme.number = try number()
        extreme.text = Array(try run())
        return extreme
    }

    mutating func range() throws(PartialCodecError) -> RangeState {
        RangeState(count: try variable(), low: try number(), high: try number())
    }

    mutating func exactSum() throws(PartialCodecError) -> ExactSum {
        let low = try fixed()
        let high = try fixed()
        let whole = Int128(truncatingIfNeeded: UInt128(high) << 64 | UInt128(low))
        guard try flag() else { return ExactSum(whole: whole, limbs: []) }
        var limbs: [Int64] = []
        for index in 0..<ExactSum.limbCount {
            let limb = Int64(bitPattern: try fixed())
            let isTop = index == ExactSum.limbCount - 1
            guard isTop ? limb.magnitude <= 1 << 60 : limb >= 0 && limb >> 32 == 0 else { throw damage() }
            limbs.append(limb)
        }
        return ExactSum(whole: whole, limbs: limbs)
    }

    mutating func sum() throws(PartialCodecError) -> SumState {
        SumState(count: try variable(), sum: try exactSum())
    }

    mutating func deviation() throws(PartialCodecError) -> DeviationState {
        DeviationState(sum: try sum(), squares: try exactSum(), overflowed: try flag())
    }

    mutating func end() throws(PartialCodecError) -> EndState {
        EndState(
            hasValue: try flag(), isNumber: try flag(), time: Int64(bitPattern: try fixed()), order: try order(),
            value: Array(try run()))
    }

    mutating func list(held: inout Int) throws(PartialCodecError) -> ListState {
        var list = ListState()
        let count = try variable()
        guard count <= ListState.limit else { throw damage() }
        for _ in 0..<count {
            let order = try order()
            let value = try run()
            _ = value.withUnsafeBytes { list.add($0, at: order) }
            held &+= value.count &+ 64
        }
        return list
    }
}
