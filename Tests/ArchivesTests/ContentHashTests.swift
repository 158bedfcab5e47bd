import CXXHash
import Dispatch
import TestRandom
import Testing

@testable import Archives

@Suite("The checksum of a frame's content")
struct ContentHashTests {
    @Test("is that of all pieces in their order, whoever takes them")
    func order() {
        var random = SeededGenerator(seed: 31)
        for round in 0..<20 {
            let sizes = (0..<40).map { _ in Int.random(in: 0..<20_000, using: &random) }
            let bytes = [UInt8]((0..<sizes.reduce(0, +)).map { _ in UInt8.random(in: 0...255, using: &random) })
            bytes.withUnsafeBytes { all in
                let hash = ContentHash()
                hash.begin()
                hash.add(UnsafeRawBufferPointer(rebasing: all.prefix(7)))
                // Another frame begins: nothing is left of this one.
                hash.begin()
                #expect(!hash.hasBacklog && !hash.isWaiting)
                var start = 0
                for (number, size) in sizes.enumerated() {
                    hash.add(UnsafeRawBufferPointer(rebasing: all[start..<start + size]))
                    start += size
                    if round % 3 == 0 { hash.work() }
                    if round % 3 == 1, number % 5 == 0 {
                        DispatchQueue.concurrentPerform(iterations: 4) { _ in hash.work() }
                    }
                }
                DispatchQueue.concurrentPerform(iterations: 8) { _ in hash.work() }
                #expect(hash.digest() == XXH32(all.baseAddress, all.count, 0))
                #expect(hash.doneCount == hash.addedCount && !hash.hasBacklog)
            }
        }
    }

    @Test("of a frame that is given up is not waited for")
    func discarding() {
        let hash = ContentHash()
        let bytes: [UInt8] = [1, 2, 3]
        bytes.withUnsafeBytes { piece in
            hash.begin()
            hash.add(piece)
            #expect(hash.isWaiting)
            hash.discard()
            #expect(!hash.hasBacklog)
            hash.begin()
            hash.add(piece)
            #expect(hash.digest() == XXH32(piece.baseAddress, piece.count, 0))
        }
    }
}
