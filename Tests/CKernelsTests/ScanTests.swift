import CKernels
import Testing

struct Scan: Equatable, CustomStringConvertible {
    var newlines: UInt64 = 0
    var candidates: [UInt32] = []
    var suspects: [UInt32] = []
    var description: String { "\(newlines) line feeds, candidates \(candidates), suspects \(suspects)" }

    /// By definition, position by position.
    static func naive(_ bytes: [UInt8], from start: Int, pairs: [trawl_pair]) -> Scan {
        var scan = Scan()
        for p in start..<bytes.count {
            let matches = pairs.contains { pair in
                let q = p + Int(pair.distance)
                guard q < bytes.count else { return false }
                return bytes[p] | pair.first_fold == pair.first && bytes[q] | pair.second_fold == pair.second
            }
            if matches { scan.candidates.append(UInt32(p)) }
            guard bytes[p] == UInt8(ascii: "\n") else { continue }
            scan.newlines += 1
            let ended = p > 0 && bytes[p - 1] == UInt8(ascii: "}")
            let begins = p == bytes.count - 1 || bytes[p + 1] == UInt8(ascii: "{")
            if !ended || !begins { scan.suspects.append(UInt32(p)) }
        }
        return scan
    }
}

/// Scans to the end, as often as the capacities make that necessary.
///
/// - Parameter scan: from a place on, with the arrays for what is found and their capacities.
func scanAll(
    _ length: Int, from start: Int = 0, capacity: Int = 1 << 13, suspectCapacity: Int = 1 << 13,
    _ scan: (Int, UnsafeMutablePointer<UInt32>, Int, UnsafeMutablePointer<UInt32>, Int, inout trawl_scan_result) -> Void
) -> (scan: Scan, stops: [Int]) {
    var found = Scan()
    var stops: [Int] = []
    var candidates = [UInt32](repeating: .max, count: capacity + 1)
    var suspects = [UInt32](repeating: .max, count: suspectCapacity + 1)
    var place = start
    while place < length {
        var result = trawl_scan_result()
        scan(place, &candidates, capacity, &suspects, suspectCapacity, &result)
        found.newlines += result.newlines
        found.candidates += candidates.prefix(result.candidate_count)
        found.suspects += suspects.prefix(result.suspect_count)
        #expect(candidates[capacity] == .max && suspects[suspectCapacity] == .max, "written beyond the capacity")
        if result.consumed <= place {
            Issue.record("no progress at \(place) of \(length)")
            break
        }
        place = result.consumed
        stops.append(place)
    }
    return (found, stops)
}

/// The same for pairs.
func scanAll(
    _ table: trawl_kernels, _ base: UnsafePointer<UInt8>, _ length: Int, from start: Int = 0, pairs: [trawl_pair],
    capacity: Int = 1 << 13, suspectCapacity: Int = 1 << 13
) -> (scan: Scan, stops: [Int]) {
    scanAll(length, from: start, capacity: capacity, suspectCapacity: suspectCapacity) {
        table.scan(base, length, $0, pairs, pairs.count, $1, $2, $3, $4, &$5)
    }
}

@Suite("Scanning chunks")
struct ScanTests {
    /// Pairs of bytes that do occur, at distances up to 300; none begins with a line feed.
    private func somePairs(_ count: Int, in bytes: [UInt8], _ random: inout SplitMix) -> [trawl_pair] {
        func folded(_ byte: UInt8, _ random: inout SplitMix) -> (UInt8, UInt8) {
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            return isLetter && random.below(2) == 0 ? (byte | 0x20, 0x20) : (byte, 0)
        }
        return (0..<count).map { _ in
            let begin = bytes.filter { $0 != 0x0A }.randomElement(using: &random) ?? 0
            let (first, firstFold) = folded(begin, &random)
            let (second, secondFold) = folded(bytes.randomElement(using: &random) ?? 0, &random)
            let distance = UInt16(random.below(random.below(2) == 0 ? 20 : 301))
            return trawl_pair(
                first: first, first_fold: firstFold, second: second, second_fold: secondFold, distance: distance)
        }
    }

    @Test("Every length up to 300 gives what the definition gives, between unreadable pages", arguments: allTables)
    func everyLength(name: String) throws {
        let table = try kernels(name)
        let memory = try GuardedMemory()
        var random = SplitMix(1)
        for length in 0...300 {
            for pairCount in [0, 1, 2, 3, 4, 8] {
                let bytes = random.bytes(length, of: hostileAlphabets[random.below(hostileAlphabets.count)])
                let pairs = somePairs(pairCount, in: bytes, &random)
                let expected = Scan.naive(bytes, from: 0, pairs: pairs)
                #expect(scanAll(table, memory.atEnd(bytes), length, pairs: pairs).scan == expected)
                let aligned = memory.atStart(bytes, offset: pairCount == 0 ? 0 : length % 64)
                #expect(scanAll(table, aligned, length, pairs: pairs).scan == expected)
                #expect(table.count_newlines(aligned, length) == expected.newlines)
            }
        }
    }

    @Test("Long ranges, where most is empty and strides are skipped", arguments: allTables)
    func sparseRanges(name: String) throws {
        let table = try kernels(name)
        let memory = try GuardedMemory()
        var random = SplitMix(2)
        for round in 0..<60 {
            var bytes = [UInt8](repeating: UInt8(ascii: "."), count: 1500 + random.below(3000))
            let pair = trawl_pair(
                first: UInt8(ascii: "i"), first_fold: 0x20, second: UInt8(ascii: "-"), second_fold: 0,
                distance: UInt16(random.below(round % 4 == 0 ? 1000 : 40)))
            for _ in 0..<4 {
                let place = random.below(bytes.count)
                bytes[place] = UInt8(ascii: random.below(2) == 0 ? "i" : "I")
                let second = place + Int(pair.distance)
                if second < bytes.count { bytes[second] = UInt8(ascii: "-") }
                bytes.replaceSubrange((place / 2)..<(place / 2 + 3), with: Array("}\n{".utf8))
            }
            let expected = Scan.naive(bytes, from: 0, pairs: [pair])
            #expect(scanAll(table, memory.atEnd(bytes), bytes.count, pairs: [pair]).scan == expected)
        }
    }

    @Test("Small capacities stop it at block boundaries, the same in every table, and nothing is lost or doubled")
    func resumption() throws {
        let memory = try GuardedMemory()
        var random = SplitMix(3)
        for round in 0..<80 {
            let bytes = random.bytes(random.below(2000), of: Array("{}\n\nab".utf8))
            let start = random.below(bytes.count / 4 + 1)
            let pairs = somePairs(round % 5, in: bytes, &random)
            let capacity = Int(TRAWL_SCAN_BLOCK) + random.below(100)
            let suspectCapacity = Int(TRAWL_SCAN_BLOCK) + random.below(100)
            let expected = Scan.naive(bytes, from: start, pairs: pairs)
            let base = memory.atEnd(bytes)
            var stops: [[Int]] = []
            for name in allTables {
                let outcome = scanAll(
                    try kernels(name), base, bytes.count, from: start, pairs: pairs, capacity: capacity,
                    suspectCapacity: suspectCapacity)
                #expect(outcome.scan == expected, "\(name)")
                stops.append(outcome.stops)
            }
            #expect(stops.allSatisfy { $0 == stops[0] })
            #expect(stops[0].dropLast().allSatisfy { ($0 - start) % Int(TRAWL_SCAN_BLOCK) == 0 })
        }
    }

    @Test("Less room than a block's worth stops it before the first find", arguments: allTables)
    func noRoom(name: String) throws {
        let table = try kernels(name)
        let bytes = [UInt8](repeating: UInt8(ascii: "."), count: 700) + Array("x\n.".utf8)
        let pair = trawl_pair(
            first: UInt8(ascii: "x"), first_fold: 0x20, second: UInt8(ascii: "x"), second_fold: 0x20, distance: 0)
        var result = trawl_scan_result()
        var room = [UInt32](repeating: 0, count: 64)
        var suspects = room
        table.scan(bytes, bytes.count, 0, [pair], 1, &room, 63, &suspects, 64, &result)
        #expect(result.consumed == 640 && result.candidate_count == 0 && result.newlines == 0)
        table.scan(bytes, bytes.count, 0, nil, 0, nil, 0, &room, 63, &result)
        #expect(result.consumed == 640 && result.suspect_count == 0 && result.newlines == 0)
    }

    @Test(
        "Line ends between } and { are not suspect, all others are",
        arguments: [
            ("{}\n{}\n", []), ("\n{}", [0]), ("{}\n\n{}", [2, 3]), ("{}\r\n{}\r\n", [3, 7]), ("{}\n {}\n", [2]),
            ("{} \n{}\n", [3]), ("{}\n[]", [2]), ("a\n", [1]), ("}\n", []),
        ] as [(String, [UInt32])])
    func suspects(text: String, expected: [UInt32]) throws {
        let bytes = Array(text.utf8)
        for name in allTables {
            // Also where a block ends between the bytes in question.
            for before in [0, 61, 62, 63, 64, 255, 256] where before == 0 || text.first != "\n" {
                let shifted = [UInt8](repeating: UInt8(ascii: " "), count: before) + bytes
                let outcome = scanAll(try kernels(name), shifted, shifted.count, pairs: [])
                #expect(outcome.scan.suspects == expected.map { $0 + UInt32(before) }, "\(name), \(before) before")
            }
        }
    }

    @Test("Starting in the middle looks back at the byte before", arguments: allTables)
    func startInTheMiddle(name: String) throws {
        let bytes = Array("{}\n{}".utf8)
        #expect(scanAll(try kernels(name), bytes, bytes.count, from: 2, pairs: []).scan == Scan(newlines: 1))
        var result = trawl_scan_result()
        try kernels(name).scan(bytes, bytes.count, 9, nil, 0, nil, 0, nil, 0, &result)
        #expect(result.consumed == bytes.count)
    }
}
