/// Some lines of a text that is to be scanned, and how often pairs of bytes occur in them.
///
/// The lines are those in which evenly spread places lie, so that long lines count for more, as they do in what a scan
/// costs. Like `ByteStatistics` it only orders choices: a wrong figure costs time, never a finding.
public struct TextSample {
    /// As far as `lineLimit` goes.
    let lines: [UnsafeRawBufferPointer]
    /// The bytes in all lines.
    let byteCount: Int
    /// For each distance, and the lower seven bits of two bytes, the places where they stand so far apart.
    private let counts: [UInt16]

    private static let spots = 24
    private static let lineLimit = 4096
    /// Shorter lines hold no event.
    private static let shortestParsed = 32
    /// Of pairs whose bytes are further apart nothing is known.
    static let longestDistance = 8

    /// Takes a sample.
    ///
    /// - Parameter text: whole lines; the sample may be used as long as they stay where they are.
    /// - Complexity: constant, about a third of a millisecond, but for the search of line ends.
    public init(_ text: UnsafeRawBufferPointer) {
        var lines: [UnsafeRawBufferPointer] = []
        var end = 0
        for spot in 0..<Self.spots {
            let place = text.count / Self.spots * spot
            guard place >= end, place < text.count else { continue }
            let start = text[..<place].suffix(Self.lineLimit).lastIndex(of: 0x0A).map { $0 + 1 } ?? end
            end = text[place...].prefix(Self.lineLimit).firstIndex(of: 0x0A) ?? min(text.count, place + Self.lineLimit)
            let line = UnsafeRawBufferPointer(rebasing: text[max(start, place - Self.lineLimit)..<end])
            lines.append(line)
        }
        self.lines = lines
        byteCount = lines.reduce(0) { $0 + $1.count }
        counts = Self.count(lines)
    }

    /// The share of places where a pair stands, in the lines; at least what half an occurrence comes to.
    ///
    /// - Returns: `nil` for pairs that are too far apart.
    func share(of pair: BytePair) -> Double? {
        guard pair.distance >= 1, pair.distance <= Self.longestDistance, byteCount > 0 else { return nil }
        var count = 0
        for first in Self.variants(pair.first, pair.firstFold) {
            for second in Self.variants(pair.second, pair.secondFold) {
                count += Int(counts[Self.index(Int(pair.distance), first, second)])
            }
        }
        return max(0.5, Double(count)) / Double(byteCount)
    }

    /// The same for a short word; what is known of the two pairs in it bounds it.
    func share(of word: ShortWord) -> Double {
        let pairs = [(0, 1, 1), (1, 2, 1), (0, 2, 2)].map { first, second, distance in
            BytePair(
                first: word[first], firstFold: word.fold(first), second: word[second], secondFold: word.fold(second),
                distance: UInt16(distance))
        }
        return pairs.compactMap { share(of: $0) }.min() ?? 1
    }

    /// How many places of the lines a scan reports, for each byte.
    func share(of target: ScanTarget) -> Double {
        var count = 0
        for line in lines {
            _ = target.hasCandidate(in: line) { _ in
                count += 1
                return false
            }
        }
        return max(0.5, Double(count)) / Double(max(1, byteCount))
    }

    /// How often each ASCII byte occurs in the lines.
    var frequencies: [Double] {
        var frequencies = [Double](repeating: 0, count: 128)
        for line in lines { for byte in line { frequencies[Int(byte & 0x7F)] += 1 } }
        return frequencies
    }

    /// What parsing some of the lines takes, in nanoseconds for each byte of the text: every line stands for an equal part of it.
    func parsing(_ chosen: some Sequence<Int>) -> Double {
        let costs = chosen.reduce(0.0) { sum, index in
            let length = max(Self.shortestParsed, lines[index].count)
            return sum + PrefilterChoice.Cost.parsing(length) / Double(length)
        }
        return costs / Double(max(1, lines.count))
    }

    /// The share of lines that hold a literal, for each byte.
    func lineShare(of literal: RequiredLiteral) -> Double {
        max(0.5, Double(linesHolding(literal).count)) / Double(max(1, byteCount))
    }

    /// The lines that hold a literal.
    func linesHolding(_ literal: RequiredLiteral) -> [Int] {
        let star = [WildcardPattern.star]
        let pattern = WildcardPattern(star + literal.bytes + star, isCaseSensitive: literal.isCaseSensitive)
        return lines.indices.filter { pattern.matches(lines[$0]) }
    }

    private static func index(_ distance: Int, _ first: UInt8, _ second: UInt8) -> Int {
        (distance - 1) << 14 | Int(first & 0x7F) << 7 | Int(second & 0x7F)
    }

    /// The bytes that a folded byte stands for: with a bit of the mask or without it.
    private static func variants(_ byte: UInt8, _ fold: UInt8) -> [UInt8] {
        fold == 0 ? [byte] : [byte, byte & ~fold]
    }

    private static func count(_ lines: [UnsafeRawBufferPointer]) -> [UInt16] {
        [UInt16](unsafeUninitializedCapacity: longestDistance << 14) { counts, count in
            counts.initialize(repeating: 0)
            count = counts.count
            for line in lines {
                for place in 0..<max(0, line.count - longestDistance) {
                    let first = line[place]
                    for distance in 1...longestDistance {
                        counts[index(distance, first, line[place + distance])] &+= 1
                    }
                }
            }
        }
    }
}
