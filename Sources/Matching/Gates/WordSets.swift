import CKernels

/// Short words in sets, as the scan kernel looks for them. A class, since what holds it is copied for every candidate.
public final class WordSets: Sendable {
    /// For the kernel.
    let kernelSets: trawl_word_sets
    private let sieve: WordSieve

    /// Puts words that are alike into the same set, so that the sets match little else.
    ///
    /// - Parameter frequencies: how often each of the 128 ASCII bytes occurs, in any unit.
    /// - Complexity: about O(n²) in the words.
    init(_ words: some Sequence<ShortWord>, frequencies: [Double]) {
        let shares = HalvesShares(frequencies)
        let words = Array(words)
        sieve = WordSieve(words)
        let sets = WordClass.joined(words.map { WordClass($0, shares) }, to: Int(TRAWL_WORD_SETS), shares)
        var kernelSets = trawl_word_sets()
        withUnsafeMutableBytes(of: &kernelSets) { bytes in
            let half = 16
            for (number, set) in sets.enumerated() {
                for place in 0..<ShortWord.length {
                    for nibble in 0..<half {
                        let bit = UInt8(1) << UInt8(number)
                        if set.lower[place] >> UInt16(nibble) & 1 == 1 { bytes[place * half + nibble] |= bit }
                        let upper = (ShortWord.length + place) * half + nibble
                        if set.upper[place] >> UInt16(nibble) & 1 == 1 { bytes[upper] |= bit }
                    }
                }
            }
        }
        self.kernelSets = kernelSets
    }

    /// Moves those of the places to the front at which one of the words stands, whatever else the sets match; returns how many
    /// there are.
    ///
    /// - Parameter places: of which each has a whole word's bytes behind it in the text.
    /// - Complexity: linear in the places; about two nanoseconds for each.
    func keepWords(_ places: UnsafeMutableBufferPointer<UInt32>, in text: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for index in places.indices {
            let place = places[index]
            places[count] = place
            // Which of them are words can't be foreseen: nothing branches on it.
            count += sieve.mayHold(ShortWord.bits(text, standingAt: Int(place))) ? 1 : 0
        }
        return count
    }
}

/// Tells words from nearly all others by one bit.
private final class WordSieve: Sendable {
    private static let bitCount: UInt32 = 16
    // SAFETY: allocated and filled in init, only read after, freed in deinit; a bit for each of 1 << bitCount hashes.
    nonisolated(unsafe) private let bits: UnsafeMutablePointer<UInt64>

    init(_ words: [ShortWord]) {
        let count = 1 << (Int(Self.bitCount) - 6)
        bits = .allocate(capacity: count)
        bits.initialize(repeating: 0, count: count)
        for bits in words.lazy.flatMap(\.spellings) {
            let place = Self.place(of: bits)
            self.bits[place >> 6] |= 1 << UInt64(place & 63)
        }
    }

    deinit { bits.deallocate() }

    @inline(__always)
    func mayHold(_ word: UInt32) -> Bool {
        let place = Self.place(of: word)
        return bits[place >> 6] >> UInt64(place & 63) & 1 == 1
    }

    @inline(__always)
    private static func place(of word: UInt32) -> Int { Int((word &* 0x9E37_79B1) >> (32 - bitCount)) }
}

/// For each byte of some words the halves that it may have.
private struct WordClass {
    /// A bit for each value of a half, for each byte; the last one is not used.
    var lower: SIMD4<UInt16>
    var upper: SIMD4<UInt16>
    /// The share of places at which such bytes stand, were each byte independent of the one before.
    var share: Double

    init(_ word: ShortWord, _ shares: HalvesShares) {
        (lower, upper) = (.zero, .zero)
        for place in 0..<ShortWord.length {
            lower[place] = 1 << UInt16(word[place] & 0x0F)
            upper[place] = 1 << UInt16(word[place] >> 4) | 1 << UInt16((word[place] & ~word.fold(place)) >> 4)
        }
        share = shares.share(lower, upper)
    }

    private init(lower: SIMD4<UInt16>, upper: SIMD4<UInt16>, _ shares: HalvesShares) {
        (self.lower, self.upper) = (lower, upper)
        share = shares.share(lower, upper)
    }

    private func joined(_ other: WordClass, _ shares: HalvesShares) -> WordClass {
        WordClass(lower: lower | other.lower, upper: upper | other.upper, shares)
    }

    /// Joins classes, always the two by which least is lost, until there are no more than a limit.
    ///
    /// - Complexity: O(n²) in the classes where hardly any is the nearest of many.
    static func joined(_ classes: [WordClass], to limit: Int, _ shares: HalvesShares) -> [WordClass] {
        var classes = classes
        /// What is lost: places at which the two match together, and neither did alone.
        func loss(_ first: Int, _ second: Int) -> Double {
            classes[first].joined(classes[second], shares).share - classes[first].share - classes[second].share
        }
        func nearest(to place: Int) -> (other: Int, loss: Double) {
            var best = (other: -1, loss: Double.infinity)
            for other in classes.indices where other != place {
                let loss = loss(place, other)
                if loss < best.loss { best = (other, loss) }
            }
            return best
        }
        guard classes.count > limit else { return classes }
        var known = classes.indices.map { nearest(to: $0) }
        while classes.count > max(1, limit) {
            let first = classes.indices.min { known[$0].loss < known[$1].loss } ?? 0
            let second = known[first].other
            classes[first] = classes[first].joined(classes[second], shares)
            // The last one takes the place of the second.
            let last = classes.count - 1
            classes.swapAt(second, last)
            known.swapAt(second, last)
            classes.removeLast()
            known.removeLast()
            let joined = first == last ? second : first
            for place in classes.indices {
                let other = known[place].other
                if place == joined || other == first || other == second {
                    known[place] = nearest(to: place)
                    continue
                }
                if other == last { known[place].other = second }
                let loss = loss(place, joined)
                if loss < known[place].loss { known[place] = (joined, loss) }
            }
        }
        return classes
    }
}

/// How often bytes occur that have some halves, summed up beforehand: thousands of classes of words are weighed for one scan.
private struct HalvesShares {
    private static let upperHalves = 8
    /// The bits of a mask of lower halves for which there is a table.
    private static let bits = 8
    private static let masks = 1 << bits
    /// For each upper half the sums of the shares of the first eight lower halves by their mask, then those of the other eight.
    private let sums: [Double]

    /// - Parameter frequencies: how often each of the 128 ASCII bytes occurs, in any unit.
    init(_ frequencies: [Double]) {
        let total = max(1, frequencies.reduce(0, +))
        var sums = [Double](repeating: 0, count: 2 * Self.upperHalves * Self.masks)
        for part in 0..<2 * Self.upperHalves {
            for mask in 1..<Self.masks {
                let rest = sums[part * Self.masks + mask & (mask - 1)]
                let last = frequencies[part * Self.bits + mask.trailingZeroBitCount]
                sums[part * Self.masks + mask] = rest + last / total
            }
        }
        self.sums = sums
    }

    /// The share of places at which bytes with such halves stand.
    func share(_ lower: SIMD4<UInt16>, _ upper: SIMD4<UInt16>) -> Double {
        var product = 1.0
        for place in 0..<ShortWord.length {
            var sum = 0.0
            let (first, second) = (Int(lower[place] & 0xFF), Int(lower[place] >> 8))
            for high in 0..<Self.upperHalves where upper[place] >> UInt16(high) & 1 == 1 {
                sum += sums[2 * high * Self.masks + first] + sums[(2 * high + 1) * Self.masks + second]
            }
            product *= sum
        }
        return product
    }
}
