import Glibc

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
        guard let bytes = text.baseAddress else { return nil }
        let start = index + 1
        var end = start
        while end < text.count {
            // SAFETY: what is searched lies within the text.
            guard let quote = memchr(bytes + end, 0x22, text.count - end) else { return nil }
            end = UnsafeRawPointer(quote) - bytes
            var slashes = end
            while slashes > start, text[slashes - 1] == UInt8(ascii: "\\") { slashes -= 1 }
            if (end - slashes).isMultiple(of: 2) { break }
            end += 1
        }
        guard end < text.count else { return nil }
        index = end + 1
        // SAFETY: as above.
        let isEncoded = memchr(bytes + start, 0x5C, end - start) != nil
        return value(start..<end, .string, isEncoded: isEncoded)
    }

    /// Passes the number or literal that begins here.
    mutating func token() -> EventValue? {
        let start = index
        skipToken()
        // SAFETY: the token lies within the text and is not empty; no byte behind it is looked at.
        guard index > start, let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self),
            let kind = JSONScalar.kind(bytes + start, index - start)
        else { return nil }
        return value(start..<index, kind)
    }

    /// Passes the number or literal that begins here, whose kind its first byte tells.
    mutating func token(_ kind: EventValue.Kind) -> EventValue {
        let start = index
        skipToken()
        return value(start..<index, kind)
    }

    private mutating func skipToken() {
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"): return
            case let byte where isJSONSpace(byte): return
            default: index += 1
            }
        }
    }

    private func value(_ range: Range<Int>, _ kind: EventValue.Kind, isEncoded: Bool = false) -> EventValue {
        EventValue(
            start: range.lowerBound, length: range.count, kind: kind, base: base, isEncoded: isEncoded, stamp: 0)
    }

    /// What comes next in an object.
    enum Member {
        /// A key; its value is what comes next.
        case key(EventValue)
        case end
        /// The text ends, or is no JSON.
        case broken
    }

    /// Passes the next key of an object, behind whose bracket or a value of which this is, or its end.
    mutating func nextMember() -> Member {
        while let byte = nextByte() {
            switch byte {
            case UInt8(ascii: "}"):
                index += 1
                return .end
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "\""):
                guard let key = string(), nextByte() == UInt8(ascii: ":") else { return .broken }
                index += 1
                return .key(key)
            default: return .broken
            }
        }
        return .broken
    }

    /// Passes the next member of an object: its key, and its value, of an object or an array the place where it begins. `nil` at
    /// the object's end, and where the text is no JSON.
    mutating func member() -> (key: EventValue, value: EventValue)? {
        guard case .key(let key) = nextMember(), let first = nextByte() else { return nil }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            let start = index
            return skip() ? (key, value(start..<start, first == UInt8(ascii: "{") ? .object : .array)) : nil
        }
        return (first == UInt8(ascii: "\"") ? string() : token()).map { (key, $0) }
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
