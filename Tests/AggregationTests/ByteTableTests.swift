import TestRandom
import Testing

@testable import Aggregation

@Suite("The table of byte strings")
struct ByteTableTests {
    @Test("Numbers strings as a dictionary does")
    func oracle() {
        var generator = SeededGenerator(seed: 1)
        for limit in [5, 40, 3_000] {
            var table = ByteTable()
            var oracle: [[UInt8]: Int] = [:]
            for _ in 0..<4_000 {
                let key = Array("\(Int.random(in: 0..<limit, using: &generator))".utf8)
                let bytes = key + [UInt8](repeating: 0, count: Int(key[0]) % 20)
                let expected = oracle[bytes] ?? oracle.count
                let (number, isNew) = bytes.withUnsafeBytes { table.insert($0) }
                #expect(number == expected)
                #expect(isNew == (oracle[bytes] == nil))
                oracle[bytes] = expected
            }
            #expect(table.count == oracle.count)
            for (bytes, number) in oracle { #expect(table[number] == bytes) }
            #expect(table.sortedNumbers().map { table[$0] } == oracle.keys.sorted { $0.lexicographicallyPrecedes($1) })
        }
    }

    @Test("The empty string is a string")
    func empty() {
        var table = ByteTable()
        #expect(table.insert(UnsafeRawBufferPointer(start: nil, count: 0)) == (0, true))
        #expect(table.insert(UnsafeRawBufferPointer(start: nil, count: 0)) == (0, false))
        #expect([1].withUnsafeBytes { table.insert($0) } == (1, true))
    }

    @Test("The hash depends on every byte and on the length")
    func hashing() {
        let zeros = [UInt8](repeating: 0, count: 64)
        var hashes: Set<UInt64> = []
        for length in 0...64 { hashes.insert(zeros[..<length].withUnsafeBytes { ByteHash.hash($0) }) }
        #expect(hashes.count == 65)
        for length in 1...40 {
            let base = (0..<length).map { UInt8($0) }
            let hash = base.withUnsafeBytes { ByteHash.hash($0) }
            for position in 0..<length {
                var changed = base
                changed[position] ^= 0x80
                #expect(changed.withUnsafeBytes { ByteHash.hash($0) } != hash)
            }
        }
    }
}
