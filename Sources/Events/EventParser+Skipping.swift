import Glibc

extension EventParser {
    /// Skips the members of an object, from behind `previous` on, that nobody wants and that are simple:
    ///
    ///     "key":"a string",    "key":123456,    "key": "a string",
    ///
    /// These are nearly all members of flat telemetry. Whatever is different in any way, and what may be wanted, is left
    /// to the walk, so skipping never decides about anything.
    ///
    /// The caller vouches for what the kernel has found: `positions` are all operators of `bytes`, and between two of them is
    /// at most one token, which is a well-formed string if it begins with a quote. `previous` is the position of
    /// the operator before `positions[index]`. Returns both as they are behind what was skipped.
    ///
    /// Per member it takes loads around the two operators and no loop; a branch for each condition is always
    /// predicted but for the filter's.
    @inline(never)
    static func skipMembers(
        _ bytes: UnsafePointer<UInt8>, _ length: Int, _ positions: UnsafePointer<UInt32>, _ count: Int,
        from index: Int, behind previous: Int, filter: KeyFilter, hasEscapedKeys: Bool
    ) -> (index: Int, previous: Int) {
        let text = UnsafeRawPointer(bytes)
        var (index, previous) = (index, previous)
        // SAFETY: 16 bytes can be read behind `previous`, of which no more than seven are; all other places lie between
        // `previous` and `end`, or eight bytes before the text's end.
        while index &+ 1 < count, previous < length &- 16 {
            let colon = Int(positions[index])
            let end = Int(positions[index &+ 1])
            let quote = previous &+ (bytes[previous &+ 1] == UInt8(ascii: " ") ? 2 : 1)
            let word = UInt32(littleEndian: (text + quote).loadUnaligned(as: UInt32.self))
            guard word & 0xFF == 0x22,
                (text + (colon &- 1)).loadUnaligned(as: UInt16.self) == UInt16(littleEndian: 0x3A22),
                bytes[end] == UInt8(ascii: ",")
            else { break }
            if filter.mayHold(word &- 0x22 &+ UInt32(bytes[colon &- 2])) { break }
            if hasEscapedKeys, memchr(bytes + quote, 0x5C, colon &- quote) != nil { break }
            let value = colon &+ (bytes[colon &+ 1] == UInt8(ascii: " ") ? 2 : 1)
            if bytes[value] != UInt8(ascii: "\"") {
                let digits = end &- value
                guard digits > 0, digits <= 8, value <= length &- 8 else { break }
                let word = UInt64(littleEndian: (text + value).loadUnaligned(as: UInt64.self))
                guard isInteger(word, digits: digits) else { break }
            }
            previous = end
            index &+= 2
        }
        return (index, previous)
    }

    /// Whether the first one to eight bytes of a word are decimal digits without a leading zero.
    @inline(__always)
    private static func isInteger(_ word: UInt64, digits: Int) -> Bool {
        // What lies behind the digits is shifted out; zeros come in, which are digits' values.
        let values = (word ^ 0x3030_3030_3030_3030) << UInt64(truncatingIfNeeded: 64 &- digits &* 8)
        let isDecimal = ((values &+ 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080 == 0
        return isDecimal && (digits == 1 || word & 0xFF != 0x30)
    }
}
