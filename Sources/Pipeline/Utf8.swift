/// Characters of text that is UTF-8 as a rule: a character is a byte and the continuation bytes behind it.
enum Utf8 {
    /// Where the character that begins at a position ends.
    static func end(of position: Int, in text: [UInt8]) -> Int {
        var end = position + 1
        while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    /// The characters of a text.
    static func characters(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var characters: [ArraySlice<UInt8>] = []
        var position = 0
        while position < text.count {
            let end = end(of: position, in: text)
            characters.append(text[position..<end])
            position = end
        }
        return characters
    }

    static func count(_ text: [UInt8]) -> Int {
        var count = 0
        var position = 0
        while position < text.count {
            position = end(of: position, in: text)
            count += 1
        }
        return count
    }

    /// So many characters from one on, which is counted from 0; as many as there are.
    static func slice(_ text: [UInt8], from first: Int, count: Int) -> [UInt8] {
        var position = 0
        var index = 0
        while position < text.count, index < first {
            position = end(of: position, in: text)
            index += 1
        }
        let start = position
        index = 0
        while position < text.count, index < count {
            position = end(of: position, in: text)
            index += 1
        }
        return Array(text[start..<position])
    }

    /// The text in lower or upper case, by simple mapping of each scalar; what is not UTF-8 changes in ASCII only.
    static func cased(_ text: [UInt8], upper: Bool) -> [UInt8] {
        // One loop that the compiler makes vectors of; what it writes stands where all of it is ASCII.
        var union: UInt8 = 0
        // SAFETY: each byte of the text is written to its own place, and there are as many places.
        let simple = [UInt8](unsafeUninitializedCapacity: text.count) { target, count in
            for (index, byte) in text.enumerated() {
                union |= byte
                target[index] = ascii(byte, upper: upper)
            }
            count = text.count
        }
        guard union >= 0x80, let string = String(validating: text, as: UTF8.self) else { return simple }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        for scalar in string.unicodeScalars {
            let mapping = upper ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
            if mapping.unicodeScalars.count == 1 {
                result.append(contentsOf: mapping.utf8)
            } else {
                result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        return result
    }

    private static func ascii(_ byte: UInt8, upper: Bool) -> UInt8 {
        let first: UInt8 = upper ? 0x61 : 0x41
        return byte ^ (byte &- first < 26 ? 0x20 : 0)
    }
}
