/// One step of SplitMix64 (Steele, Lea, Flood 2014): a well mixed function of its argument, used to derive seeds and to hash.
@inline(__always)
func mixed(_ value: UInt64) -> UInt64 {
    var word = value &+ 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word &>> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word &>> 31)
}

/// A stream of random words: xoshiro256** (Blackman, Vigna 2018), seeded from a list of numbers.
///
/// Streams with different lists are independent, so that blocks can be made in any order.
struct RandomStream {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    init(_ seeds: UInt64...) {
        var word = mixed(UInt64(seeds.count))
        for seed in seeds { word = mixed(word ^ mixed(seed)) }
        state.0 = mixed(word)
        state.1 = mixed(state.0)
        state.2 = mixed(state.1)
        state.3 = mixed(state.2)
    }

    @inline(__always)
    mutating func next() -> UInt64 {
        let product = state.1 &* 5
        let result = ((product &<< 7) | (product &>> 57)) &* 9
        let shifted = state.1 &<< 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = (state.3 &<< 45) | (state.3 &>> 19)
        return result
    }

    /// A number from 0 up to, not including, `bound`, which must be above 0.
    @inline(__always)
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(truncatingIfNeeded: bound)).high)
    }

    /// A number of the range.
    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.count)
    }

    /// An element; the array must not be empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// The elements in random order (Fisher, Yates).
    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        for index in result.indices.dropFirst().reversed() {
            result.swapAt(index, below(index + 1))
        }
        return result
    }
}

/// Indices drawn with given frequencies by one look-up.
struct FrequencyTable: Sendable {
    /// 2 to the power of this many entries.
    static let bits = 12
    private(set) var entries: [UInt16]

    /// Every index below 4096 has an entry of its own; the others go by `weights`, what rounding leaves to the first index.
    init(weights: [Double]) {
        let size = 1 << Self.bits
        let members = weights.prefix(size)
        let total = members.reduce(0, +)
        let shares = members.map { 1 + Int($0 / total * Double(size - members.count)) }
        let remainder = size - shares.reduce(0, +)
        entries = [UInt16](repeating: 0, count: remainder)
        for (index, share) in shares.enumerated() {
            entries.append(contentsOf: repeatElement(UInt16(truncatingIfNeeded: index), count: share))
        }
    }

    /// Zipf's law with exponent 1: the second is half as frequent as the first, and so on.
    init(zipfian count: Int) {
        self.init(weights: (0..<count).map { 1 / Double($0 + 1) })
    }

    /// The index for 12 random bits.
    subscript(bits: UInt64) -> Int { Int(entries[Int(truncatingIfNeeded: bits & 0xFFF)]) }
}
