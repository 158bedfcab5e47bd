/// Goes from token to token over JSON whose line was found well-formed; what is no JSON all the same ends the walk.
struct JSONCursor {
    let text: UnsafeRawBufferPointer
    let base: EventValue.Base
    var index: Int

    /// The next byte that is no white space; `nil` at the end.
    mutating func nextByte() -> UInt8? {
        while index < text.count, isJSONSpace(text[index]) { index += 1 }
        return index < text.count ? text[index] : nil
    }

    /// The bytes of a value as they are written.
    func written(_ value: EventValue) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: text[Int(value.start)..<Int(value.start) + Int(value.length)])
    }

    /// Passes the string that begins here.
    mutating func string() -> EventValue? {
        let start = index + 1
        var end = start
        var isEncoded = false
        while end < text.count, text[end] != UInt8(ascii: "\"") {
            if text[end] == UInt8(ascii: "\\") {
                isEncoded = true
                end += 1
            }
            end += 1
        }
        guard end < text.count else { return nil }
        index = end + 1
        return EventValue(
            start: start, length: end - start, kind: .string, base: base, isEncoded: isEncoded, stamp: 0)
    }

    /// Passes the number or literal that begins here.
    mutating func token() -> EventValue? {
        let start = index
        loop: while index < text.count {
            switch text[index] {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"): break loop
            case let byte where isJSONSpace(byte): break loop
            default: index += 1
            }
        }
        // SAFETY: the token lies within the text and is not empty; no byte behind it is looked at.
        guard index > start, let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let kind = JSONScalar.kind(bytes + start, index - start)
        else { return nil }
        return EventValue(start: start, length: index - start, kind: kind, base: base, isEncoded: false, stamp: 0)
    }

    /// Passes an object or an array without a look at what stands in it.
    mutating func skip() -> Bool {
        var depth = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""):
                guard string() != nil else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            index += 1
            if depth <= 0 { return true }
        }
        return false
    }
}
