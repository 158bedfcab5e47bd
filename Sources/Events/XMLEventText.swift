/// The text of an XML value.
public enum XMLText {
    static let commentStart = Array("<!--".utf8)
    static let commentEnd = Array("-->".utf8)
    static let sectionStart = Array("<![CDATA[".utf8)
    static let sectionEnd = Array("]]>".utf8)

    /// The decoded text of a value, in the arena.
    public static func decode(_ raw: UnsafeRawBufferPointer, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        // SAFETY: nothing decodes to more bytes than it is written with, so the room is enough; only what was written is
        // handed out, valid until the arena is reset.
        let room = arena.allocate(raw.count)
        let count = decode(raw, into: room)
        return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<count])
    }

    /// The decoded text of a value.
    public static func decoded(_ raw: UnsafeRawBufferPointer) -> [UInt8] {
        // SAFETY: as above; the array has as many bytes as were written.
        [UInt8](unsafeUninitializedCapacity: raw.count) { room, count in
            count = decode(raw, into: UnsafeMutableRawBufferPointer(room))
        }
    }

    /// Writes the decoded text to `output` and returns its length: the five named references and the numeric ones become
    /// what they stand for, CDATA sections their content, comments nothing. What is none of these stays as written, and so
    /// does a reference to something that is no character.
    ///
    /// `output` has room for as many bytes as `raw` has: nothing decodes to more bytes than it is written with.
    /// - Complexity: linear.
    static func decode(_ raw: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        var index = 0
        var count = 0
        // One that does not end is looked for once: no later one ends either.
        var mayEnd = (comment: true, section: true)
        func copy(_ range: Range<Int>) {
            for place in range {
                output[count] = raw[place]
                count += 1
            }
        }
        while index < raw.count {
            let byte = raw[index]
            if byte == 0x26, let (scalar, end) = reference(raw, at: index) {
                for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                    output[count] = unit
                    count += 1
                }
                index = end
            } else if byte == 0x3C, mayEnd.comment, holds(commentStart, in: raw, at: index) {
                guard let end = find(commentEnd, in: raw, from: index + commentStart.count) else {
                    mayEnd.comment = false
                    continue
                }
                index = end + commentEnd.count
            } else if byte == 0x3C, mayEnd.section, holds(sectionStart, in: raw, at: index) {
                guard let end = find(sectionEnd, in: raw, from: index + sectionStart.count) else {
                    mayEnd.section = false
                    continue
                }
                copy(index + sectionStart.count..<end)
                index = end + sectionEnd.count
            } else {
                output[count] = byte
                count += 1
                index += 1
            }
        }
        return count
    }

    /// The character that a reference stands for and where it ends; `nil` where there is none. References are at most 32
    /// bytes long, so that a lone `&` costs nothing.
    static func reference(
        _ text: UnsafeRawBufferPointer, at start: Int
    ) -> (scalar: Unicode.Scalar, end: Int)? {
        let limit = min(text.count, start + 32)
        guard let end = (start..<limit).first(where: { text[$0] == 0x3B }) else { return nil }
        var index = start + 1
        guard index < end else { return nil }
        if text[index] != 0x23 {
            for (name, scalar) in names where name.count == end - index && holds(name, in: text, at: index) {
                return (scalar, end + 1)
            }
            return nil
        }
        index += 1
        // XML writes the x of a hexadecimal reference small; the other is read too, as browsers do.
        let isHexadecimal = index < end && text[index] | 0x20 == 0x78
        if isHexadecimal { index += 1 }
        guard index < end else { return nil }
        var value: UInt32 = 0
        while index < end {
            let digit: UInt8
            switch text[index] {
            case 0x30...0x39: digit = text[index] - 0x30
            case 0x41...0x46 where isHexadecimal: digit = text[index] - 0x41 + 10
            case 0x61...0x66 where isHexadecimal: digit = text[index] - 0x61 + 10
            default: return nil
            }
            value = value * (isHexadecimal ? 16 : 10) + UInt32(digit)
            if value > 0x10FFFF { return nil }
            index += 1
        }
        guard value > 0, let scalar = Unicode.Scalar(value) else { return nil }
        return (scalar, end + 1)
    }

    private static let names: [([UInt8], Unicode.Scalar)] = [
        (Array("amp".utf8), "&"), (Array("lt".utf8), "<"), (Array("gt".utf8), ">"), (Array("quot".utf8), "\""),
        (Array("apos".utf8), "'"),
    ]

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    static func holds(_ bytes: [UInt8], in text: UnsafeRawBufferPointer, at place: Int) -> Bool {
        guard text.count - place >= bytes.count else { return false }
        for offset in 0..<bytes.count where text[place + offset] != bytes[offset] { return false }
        return true
    }

    static func find(_ bytes: [UInt8], in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var place = start
        while text.count - place >= bytes.count {
            if holds(bytes, in: text, at: place) { return place }
            place += 1
        }
        return nil
    }
}
