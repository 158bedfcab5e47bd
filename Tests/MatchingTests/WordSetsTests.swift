import CKernels
import TestRandom
import Testing

@testable import Matching

@Suite("Short words in sets")
struct WordSetsTests {
    private func words(_ count: Int, _ random: inout SeededGenerator) -> [ShortWord] {
        (0..<count).compactMap { _ in
            ShortWord((0..<ShortWord.length).map { _ in random.pick(Array("abcdeIDE_\"u0\\".utf8)) })
        }
    }

    private func holds(_ sets: WordSets, _ word: [UInt8]) -> Bool {
        var found = trawl_scan_result()
        var candidates = [UInt32](repeating: 0, count: Int(TRAWL_SCAN_BLOCK))
        var suspects = candidates
        withUnsafePointer(to: sets.kernelSets) { sets in
            trawl_kernels_named("scalar")?.pointee.scan_words?(
                word, word.count, 0, sets, &candidates, candidates.count, &suspects, suspects.count, &found)
        }
        return found.candidate_count > 0
    }

    @Test("match each of the words, however many there are, and hardly anything where they are few")
    func words() {
        var random = SeededGenerator(seed: 31)
        for count in [0, 1, 2, 7, 8, 9, 20, 45] {
            let words = words(count, &random)
            let sets = WordSets(words, frequencies: Array(repeating: 1, count: 128))
            for word in words { #expect(holds(sets, (0..<ShortWord.length).map { word[$0] })) }
            guard count <= 8 else { continue }
            for _ in 0..<200 {
                let other = (0..<ShortWord.length).map { _ in UInt8.random(in: 0x20..<0x7F, using: &random) }
                let isOneOfThem = words.contains { word in other.indices.allSatisfy { word[$0] == other[$0] } }
                #expect(holds(sets, other) == isOneOfThem)
            }
        }
    }

    @Test("keep every place where a word stands, and hardly any other, of those that the sets match")
    func sieve() {
        var random = SeededGenerator(seed: 32)
        var (kept, others, dropped) = (0, 0, 0)
        for _ in 0..<40 {
            let words = words(Int.random(in: 1...60, using: &random), &random)
            let sets = WordSets(words, frequencies: Array(repeating: 1, count: 128))
            let text = (0..<500).map { _ in random.pick(Array("abcdeIDE_\"u0\\".utf8)) }
            var places = Array(UInt32(0)...UInt32(text.count - ShortWord.length))
            let wanted = places.filter { place in
                words.contains { word in (0..<ShortWord.length).allSatisfy { text[Int(place) + $0] == word[$0] } }
            }
            let count = text.withUnsafeBytes { text in
                places.withUnsafeMutableBufferPointer { sets.keepWords($0, in: text) }
            }
            let found = Array(places[..<count])
            #expect(found.filter(Set(wanted).contains) == wanted)
            kept += wanted.count
            others += count - wanted.count
            dropped += text.count - count
        }
        #expect(kept > 100 && dropped > 100)
        #expect(others < dropped / 50)
    }

    @Test("keep those together that are alike")
    func alike() {
        let texts = ["abc", "abd", "abe", "xyz", "xy{", "012", "#$%", "GHI", "QRS", "ZZZ"]
        let words = texts.compactMap { ShortWord(Array($0.utf8)) }
        let sets = WordSets(words, frequencies: Array(repeating: 1, count: 128))
        // Ten words in eight sets: only words that differ in one byte share one.
        #expect(!holds(sets, Array("ab1".utf8)))
        #expect(!holds(sets, Array("Gyc".utf8)))
        #expect(!holds(sets, Array("QHS".utf8)))
    }

    @Test("are of ASCII alone, and no shorter than the kernel looks at")
    func limits() {
        #expect(ShortWord(Array("ab".utf8)) == nil)
        #expect(ShortWord(Array("aé".utf8)) == nil)
        #expect(WordCatalogue([Array("EventID".utf8), Array("ts".utf8)]) == nil)
        #expect(WordCatalogue([Array("EventID".utf8), Array("uid".utf8)]) != nil)
    }
}
