import TestRandom
import Testing

@testable import Reporting

@Suite("Printable text in JSON")
struct PrintableTextTests {
    /// The same byte by byte.
    private func plainly(_ text: [UInt8], from start: Int, escaping: Bool) -> (end: Int, bytes: [UInt8]) {
        var bytes: [UInt8] = []
        for index in start..<text.count {
            guard 0x20..<0x7F ~= text[index] else { return (index, bytes) }
            if escaping, text[index] == UInt8(ascii: "\"") || text[index] == UInt8(ascii: "\\") { bytes.append(0x5C) }
            bytes.append(text[index])
        }
        return (text.count, bytes)
    }

    @Test("is copied up to the first byte that is none, whatever the bytes around it are")
    func copies() {
        var random = SeededGenerator(seed: 5)
        let marks: [UInt8] = [0x00, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7E, 0x7F, 0x80, 0xFF]
        for round in 0..<20_000 {
            // Few marks among letters, so that words of eight bytes are passed whole and in part.
            let text = (0..<random.below(40)).map { _ -> UInt8 in
                random.once(in: 1 + round % 12) ? random.pick(marks) : UInt8(0x61 + random.below(26))
            }
            let start = random.below(text.count + 1)
            let escaping = random.once(in: 2)
            var bytes: [UInt8] = [1, 2]
            let end = PrintableText.append(text, from: start, escaping: escaping, to: &bytes)
            let expected = plainly(text, from: start, escaping: escaping)
            #expect(end == expected.end && bytes == [1, 2] + expected.bytes, "\(text) from \(start)")
        }
    }
}
