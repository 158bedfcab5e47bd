import CKernels

/// Short words in sets, as the scan kernel looks for them. A class, since what holds it is copied for every candidate.
public final class WordSets: Sendable {
    /// For the kernel.
    let kernelSets: trawl_word_sets
    private let sieve: WordSieve

    /// Puts words that are alike into the same set, so that the sets match little else.
    ///
    /// - Parameter frequencies: how often each of the 128 ASCII bytes occurs, in any unit.
    /// - Complexity: O(n² · 128) in the words.
    init(_ words: some Sequence<ShortWord>, frequencies: [Double]) {
        let total = max(1, frequencies.reduce(0, +))
        let shares = frequencies.map { $0 / total }
        let words = Array(words)
        sieve = WordSieve(words)
        var sets = words.map { WordClass($0, shares) }
        var joined = sets.map { one in sets.map { one.joined($0, shares) } }
        while sets.count > Int(TRAWL_WORD_SETS) {
            var best: (first: Int, second: Int, loss: Double)?
            for first in sets.indices {
                for second in sets.indices.dropFirst(first + 1) {
                    let loss = joined[first][second].share - sets[first].share - sets[second].share
                    if let best, best.loss <= loss { continue }
                    best = (first, second, loss)
                }
            }
            guard let best else { break }
            sets[best.first] = joined[best.first][best.second]
            sets.remove(at: best.second)
            joined.remove(at: best.second)
            for index in joined.indices { joined[index].remove(at: best.second) }
            for index in sets.indices {
                let both = sets[best.first].joined(sets[index], shares)
                joined[best.first][index] = both
                joined[index][best.first] = both
            }
        }
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
    var lower: [UInt16]
    var upper: [UInt16]
    /// The share of places at which such bytes stand, were each byte independent of the one before.
    var share: Double

    init(_ word: ShortWord, _ shares: [Double]) {
        lower = (0..<ShortWord.length).map { 1 << UInt16(word[$0] & 0x0F) }
        upper = (0..<ShortWord.length).map { place in
            1 << UInt16(word[place] >> 4) | 1 << UInt16((word[place] & ~word.fold(place)) >> 4)
        }
        share = 0
        share = Self.share(lower, upper, shares)
    }

    func joined(_ other: WordClass, _ shares: [Double]) -> WordClass {
        var both = self
        for place in lower.indices {
            both.lower[place] |= other.lower[place]
            both.upper[place] |= other.upper[place]
        }
        both.share = Self.share(both.lower, both.upper, shares)
        return both
    }

    private static func share(_ lower: [UInt16], _ upper: [UInt16], _ shares: [Double]) -> Double {
        var product = 1.0
        for place in lower.indices {
            var sum = 0.0
            for high in 0..<8 where upper[place] >> UInt16(high) & 1 == 1 {
                for low in 0..<16 where lower[place] >> UInt16(low) & 1 == 1 { sum += shares[high << 4 | low] }
            }
            product *= sum
        }
        return product
    }
}
