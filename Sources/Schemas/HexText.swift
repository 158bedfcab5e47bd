import Events

/// Texts as Linux' audit daemon writes them where they hold a space, a quote, a control character or a byte beyond ASCII: in
/// hexadecimal digits and without quotes.
///
///     proctitle=636174002F6574632F736861646F77        cat /etc/shadow, with a zero between the arguments
///     proctitle="cat"                                 one that needs no digits
///
/// Whether a text was quoted is lost where tools make fields of a record, so that what could not be one that the daemon had to
/// write so stays as it is: `1234` and `DEADBEEF` are what they look like.
enum HexText {
    /// The decoded text, in which a space stands for a zero; the text itself where it is none of these.
    static func decode(_ text: UnsafeRawBufferPointer, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        guard text.count >= 6, text.count.isMultiple(of: 2), text.allSatisfy(isDigit) else { return text }
        let room = arena.allocate(text.count / 2)
        var hasReason = false
        var hasLetter = false
        for index in room.indices {
            let byte = value(text[2 * index]) << 4 | value(text[2 * index + 1])
            // Whatever arguments hold, it is hardly another control character than white space.
            guard byte >= 0x20 && byte != 0x7F || byte == 0 || byte >= 0x09 && byte <= 0x0D || byte == 0x1B else {
                return text
            }
            if byte <= 0x20 || byte == UInt8(ascii: "\"") || byte >= 0x80 { hasReason = true }
            if (byte | 0x20) &- 0x61 < 26 { hasLetter = true }
            room[index] = byte == 0 ? 0x20 : byte
        }
        guard hasReason, hasLetter, isUTF8(UnsafeRawBufferPointer(room)) else { return text }
        // The title ends with the zero behind its last argument.
        var end = room.count
        while end > 0, text[2 * end - 2] == UInt8(ascii: "0"), text[2 * end - 1] == UInt8(ascii: "0") { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<end])
    }

    private static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.allSatisfy({ $0 < 0x80 }) { return true }
        return String(validating: bytes, as: UTF8.self) != nil
    }

    /// The daemon writes capitals.
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || byte &- 0x41 < 6 }

    private static func value(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit - 0x30 : digit - 0x41 + 10 }
}
