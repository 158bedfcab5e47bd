import CKernels
import Testing

@Suite("Searching values")
struct FindTests {
    private static let absent = Int(bitPattern: UInt.max)

    private func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private func lowercased(_ bytes: [UInt8]) -> [UInt8] { bytes.map { isLetter($0) ? $0 | 0x20 : $0 } }

    private func naive(_ haystack: [UInt8], _ needle: [UInt8]) -> Int {
        guard needle.count <= haystack.count else { return Self.absent }
        return (0...(haystack.count - needle.count)).first { haystack[$0...].starts(with: needle) } ?? Self.absent
    }

    private func findCaseless(_ table: trawl_kernels, _ base: UnsafePointer<UInt8>, _ length: Int, _ needle: [UInt8])
        -> Int
    {
        table.find_caseless(base, length, lowercased(needle), needle.map { isLetter($0) ? 0x20 : 0 }, needle.count)
    }

    @Test("Every length up to 300 gives the first place, between unreadable pages", arguments: allTables)
    func everyLength(name: String) throws {
        let table = try kernels(name)
        let memory = try GuardedMemory()
        var random = SplitMix(5)
        // Pairs that differ in bit 5 alone without being letters must not be folded.
        let alphabets =
            ["ab", "aAbB@`", "aZz[{\u{1a}", "xxxxxxxxxxxxxxxxxxxxxxyY"].map { Array($0.utf8) } + [Array(0...255)]
        for length in 0...300 {
            for alphabet in alphabets {
                let haystack = random.bytes(length, of: alphabet)
                var needle = random.bytes(random.below(12), of: alphabet)
                if random.below(2) == 0, length > 0 {
                    let start = random.below(length)
                    needle = Array(haystack[start..<min(length, start + 1 + random.below(40))])
                    if random.below(3) == 0 { needle[random.below(needle.count)] ^= 0x20 }
                }
                let exact = naive(haystack, needle)
                let caseless = naive(lowercased(haystack), lowercased(needle))
                for base in [memory.atEnd(haystack), memory.atStart(haystack, offset: random.below(64))] {
                    #expect(table.find(base, length, needle, needle.count) == exact, "\(needle) in \(haystack)")
                    #expect(findCaseless(table, base, length, needle) == caseless, "\(needle) in \(haystack)")
                }
            }
        }
    }

    @Test("The place of a needle in a long value is found, wherever it is", arguments: allTables)
    func places(name: String) throws {
        let table = try kernels(name)
        let memory = try GuardedMemory()
        let needle = Array("Invoke-WmiMethod".utf8)
        for place in stride(from: 0, through: 400, by: 3) {
            var haystack = [UInt8](repeating: UInt8(ascii: "i"), count: 416)
            haystack.replaceSubrange(place..<place + needle.count, with: needle)
            let base = memory.atEnd(haystack)
            #expect(table.find(base, 416, needle, needle.count) == place)
            #expect(findCaseless(table, base, 416, Array("iNVOKE-wMImETHOD".utf8)) == place)
            #expect(table.find(base, 416, Array("invoke-wmimethod".utf8), needle.count) == Self.absent)
        }
    }
}
