import CKernels
import Testing

@Suite("Unescaping text")
struct UnescapeTests {
    /// What a table makes of a text, and how much of it, with the text before and behind unreadable bytes.
    private func unescape(
        _ table: trawl_kernels, _ base: UnsafePointer<UInt8>, _ length: Int
    ) -> (text: [UInt8], consumed: Int) {
        var consumed = -1
        let text = [UInt8](unsafeUninitializedCapacity: length + Int(TRAWL_JSON_PADDING)) { room, count in
            count = room.baseAddress.map { table.json_unescape(base, length, $0, &consumed) } ?? 0
        }
        return (text, consumed)
    }

    private func naive(_ text: [UInt8]) -> (text: [UInt8], consumed: Int) {
        var output: [UInt8] = []
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                output.append(text[index])
                index += 1
                continue
            }
            switch text[index + 1] {
            case UInt8(ascii: "u"): return (output, index)
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            default: output.append(text[index + 1])
            }
            index += 2
        }
        return (output, text.count)
    }

    @Test("Every length up to 300 gives what going byte by byte gives, between unreadable pages", arguments: allTables)
    func everyLength(name: String) throws {
        let table = try kernels(name)
        let memory = try GuardedMemory()
        var random = SplitMix(11)
        let alphabets =
            hostileAlphabets + [
                Array("\\nrtbf/\"x".utf8), Array("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\".utf8),
                Array("\\\\\\abcdefghijklmnopqrstvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ\u{e2}\u{ee}\u{2f2}".utf8),
            ]
        for length in 0...300 {
            for alphabet in alphabets {
                let text = random.bytes(length, of: alphabet)
                let wanted = naive(text)
                for base in [memory.atEnd(text), memory.atStart(text, offset: random.below(64))] {
                    let made = unescape(table, base, length)
                    #expect(made.text == wanted.text && made.consumed == wanted.consumed, "\(text)")
                }
            }
        }
    }

    @Test("An escape is seen wherever it stands, also across the end of a block", arguments: allTables)
    func places(name: String) throws {
        let table = try kernels(name)
        let memory = try GuardedMemory()
        for escape in ["\\n", "\\\\", "\\\"", "\\u0041", "\\\\\\n", "\\"] {
            for length in [40, 64, 65, 128, 130, 200] {
                for place in 0...length {
                    var text = [UInt8](repeating: UInt8(ascii: "n"), count: length)
                    text.insert(contentsOf: escape.utf8, at: place)
                    let wanted = naive(text)
                    let made = unescape(table, memory.atEnd(text), text.count)
                    #expect(made.text == wanted.text && made.consumed == wanted.consumed, "\(escape) at \(place)")
                }
            }
        }
    }
}
