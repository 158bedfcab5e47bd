/// Puts text into JSON as far as it is printable ASCII, which nearly all of a log is, eight bytes at a time: of results that are
/// whole events the bytes decide on how long writing takes.
enum PrintableText {
    /// Appends what a text goes on with from a place on, up to the first byte that is no printable ASCII.
    ///
    /// - Parameter escaping: whether quotation marks and backslashes get a backslash.
    /// - Returns: the place of that byte, or the text's end.
    static func append(_ text: [UInt8], from start: Int, escaping: Bool, to bytes: inout [UInt8]) -> Int {
        let left = text.count - start
        guard left > 0 else { return start }
        var end = start
        bytes.append(addingCapacity: (escaping ? 2 * left : left) + wordSize) { span in
            span.withUnsafeMutableBufferPointer { room, count in
                let room = UnsafeMutableRawBufferPointer(room)
                text.withUnsafeBytes { (end, count) = copy($0, from: start, escaping: escaping, into: room) }
            }
        }
        return end
    }

    private static let wordSize = 8

    /// Copies what is printable: where it ends in the text, and how many bytes were written.
    private static func copy(
        _ text: UnsafeRawBufferPointer, from start: Int, escaping: Bool, into room: UnsafeMutableRawBufferPointer
    ) -> (end: Int, count: Int) {
        var (index, count) = (start, 0)
        guard let source = text.baseAddress, let target = room.baseAddress else { return (index, count) }
        while index < text.count {
            // SAFETY: a word is only read where the text has eight bytes more. There is room for two bytes for each one that is
            // read, or for one where nothing is escaped, and eight more: a word that is written whole counts in part at least.
            if index + wordSize <= text.count {
                let word = source.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
                target.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt64.self)
                let plain = plainCount(word, escaping: escaping)
                index += plain
                count += plain
                if plain == wordSize { continue }
            }
            let byte = source.load(fromByteOffset: index, as: UInt8.self)
            guard 0x20..<0x7F ~= byte else { break }
            if escaping, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                target.storeBytes(of: UInt8(ascii: "\\"), toByteOffset: count, as: UInt8.self)
                count += 1
            }
            target.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
            index += 1
            count += 1
        }
        return (index, count)
    }

    /// How many of eight bytes, from the lowest on, can be copied as they are.
    private static func plainCount(_ word: UInt64, escaping: Bool) -> Int {
        // The lowest byte that is marked is one of those that are looked for; above it there may be others by the carry.
        var marks = word | (word &- repeated(0x20)) & ~word | zeroes(word ^ repeated(0x7F))
        if escaping {
            marks |= zeroes(word ^ repeated(UInt8(ascii: "\""))) | zeroes(word ^ repeated(UInt8(ascii: "\\")))
        }
        return (marks & repeated(0x80)).trailingZeroBitCount / 8
    }

    private static func zeroes(_ word: UInt64) -> UInt64 { (word &- repeated(0x01)) & ~word }

    private static func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}
