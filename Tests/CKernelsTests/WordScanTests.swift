import CKernels
import Testing

/// A class of bytes for each byte of each set's words.
private struct Sets {
    var words: [[[UInt8]]]

    var kernelSets: trawl_word_sets {
        var sets = trawl_word_sets()
        withUnsafeMutableBytes(of: &sets) { bytes in
            for (number, set) in words.enumerated() {
                for word in set {
                    for (place, byte) in word.enumerated() {
                        bytes[place * 16 + Int(byte & 0x0F)] |= 1 << UInt8(number)
                        bytes[(Int(TRAWL_WORD_LENGTH) + place) * 16 + Int(byte >> 4)] |= 1 << UInt8(number)
                    }
                }
            }
        }
        return sets
    }

    /// Whether some set has each of the bytes at its place, half by half.
    func match(_ bytes: ArraySlice<UInt8>) -> Bool {
        words.contains { set in
            bytes.enumerated().allSatisfy { place, byte in
                set.contains { $0[place] & 0x0F == byte & 0x0F } && set.contains { $0[place] >> 4 == byte >> 4 }
            }
        }
    }
}

extension Scan {
    /// By definition: what pairs would find is left out.
    fileprivate static func naive(_ bytes: [UInt8], from start: Int, sets: Sets) -> Scan {
        var scan = Scan.naive(bytes, from: start, pairs: [])
        let length = Int(TRAWL_WORD_LENGTH)
        for place in start..<max(start, bytes.count - length + 1) where sets.match(bytes[place..<place + length]) {
            scan.candidates.append(UInt32(place))
        }
        return scan
    }
}

@Suite("Scanning chunks for words")
struct WordScanTests {
    private static let tables = allTables.filter { trawl_kernels_named($0)?.pointee.scan_words != nil }

    private func scanAll(
        _ name: String, _ base: UnsafePointer<UInt8>, _ length: Int, from start: Int = 0, sets: Sets,
        capacity: Int = 1 << 13, suspectCapacity: Int = 1 << 13
    ) throws -> (scan: Scan, stops: [Int]) {
        let scanWords = try #require(try kernels(name).scan_words)
        var kernelSets = sets.kernelSets
        return CKernelsTests.scanAll(length, from: start, capacity: capacity, suspectCapacity: suspectCapacity) {
            scanWords(base, length, $0, &kernelSets, $1, $2, $3, $4, &$5)
        }
    }

    /// Words of ASCII, some of which occur; none begins with a line feed.
    private func someSets(_ bytes: [UInt8], _ random: inout SplitMix) -> Sets {
        Sets(
            words: (0..<random.below(Int(TRAWL_WORD_SETS) + 1)).map { _ in
                (0..<random.below(4)).map { _ in
                    (0..<Int(TRAWL_WORD_LENGTH)).map { place in
                        let byte = (bytes.randomElement(using: &random) ?? 0x61) & 0x7F
                        return place == 0 && byte == 0x0A ? 0x61 : byte
                    }
                }
            })
    }

    /// Sets none of which matches where a line feed begins, as the kernel may take for granted.
    private func soundSets(_ bytes: [UInt8], _ random: inout SplitMix) -> Sets {
        var sets = someSets(bytes, &random)
        sets.words = sets.words.filter { set in
            !(set.contains { $0[0] & 0x0F == 0x0A } && set.contains { $0[0] >> 4 == 0 })
        }
        return sets
    }

    @Test("Every length up to 300 gives what the definition gives, between unreadable pages", arguments: tables)
    func everyLength(name: String) throws {
        let memory = try GuardedMemory()
        var random = SplitMix(21)
        for length in 0...300 {
            for round in 0..<5 {
                let bytes = random.bytes(length, of: hostileAlphabets[random.below(hostileAlphabets.count)])
                let sets = soundSets(bytes, &random)
                let expected = Scan.naive(bytes, from: 0, sets: sets)
                #expect(try scanAll(name, memory.atEnd(bytes), length, sets: sets).scan == expected)
                let aligned = memory.atStart(bytes, offset: round == 0 ? 0 : length % 64)
                #expect(try scanAll(name, aligned, length, sets: sets).scan == expected)
            }
        }
    }

    @Test("Long ranges, where most is empty and strides are skipped", arguments: tables)
    func sparseRanges(name: String) throws {
        let memory = try GuardedMemory()
        var random = SplitMix(22)
        let sets = Sets(words: [[Array("ntI".utf8), Array("ntC".utf8)], [Array("_id".utf8)]])
        var found = 0
        for _ in 0..<60 {
            var bytes = [UInt8](repeating: UInt8(ascii: "."), count: 1500 + random.below(3000))
            for text in ["ntI", "ntC", "_id", "}\n{", "nt\u{00E9}"] {
                let place = random.below(bytes.count - 4)
                bytes.replaceSubrange(place..<place + text.utf8.count, with: Array(text.utf8))
            }
            let expected = Scan.naive(bytes, from: 0, sets: sets)
            found += expected.candidates.count
            #expect(try scanAll(name, memory.atEnd(bytes), bytes.count, sets: sets).scan == expected)
        }
        #expect(found > 100)
    }

    @Test("Small capacities stop it at block boundaries, the same in every table, and nothing is lost or doubled")
    func resumption() throws {
        let memory = try GuardedMemory()
        var random = SplitMix(23)
        for _ in 0..<80 {
            let bytes = random.bytes(random.below(2000), of: Array("{}\n\nab".utf8))
            let start = random.below(bytes.count / 4 + 1)
            let sets = soundSets(bytes, &random)
            let capacity = Int(TRAWL_SCAN_BLOCK) + random.below(100)
            let suspectCapacity = Int(TRAWL_SCAN_BLOCK) + random.below(100)
            let expected = Scan.naive(bytes, from: start, sets: sets)
            let base = memory.atEnd(bytes)
            var stops: [[Int]] = []
            for name in Self.tables {
                let outcome = try scanAll(
                    name, base, bytes.count, from: start, sets: sets, capacity: capacity,
                    suspectCapacity: suspectCapacity)
                #expect(outcome.scan == expected, "\(name)")
                stops.append(outcome.stops)
            }
            #expect(stops.allSatisfy { $0 == stops[0] })
        }
    }
}
