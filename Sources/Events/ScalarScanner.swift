import Glibc

/// Goes over all scalar values of a JSON object, however deep they stand, one at a time: strings, numbers, `true` and
/// `false`, no names and no nulls.
///
/// A string is a name where a colon follows it, so no stack is needed. The text was checked when the line was parsed; what is
/// no JSON all the same ends the walk or is skipped.
public struct ScalarScanner {
    private let text: UnsafeRawBufferPointer
    private var index: Int
    private var depth = 0
    private let base: EventValue.Base

    /// From the object that begins at `start` on, to its end.
    init(_ text: UnsafeRawBufferPointer, from start: Int, base: EventValue.Base) {
        self.text = text
        self.base = base
        index = max(0, start)
    }

    /// The next value; `nil` behind the last one.
    /// - Complexity: linear in the bytes passed over.
    public mutating func next() -> EventValue? {
        while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "\""):
                guard let value = string() else { return nil }
                while index < text.count, isJSONSpace(text[index]) { index += 1 }
                if index < text.count, text[index] == UInt8(ascii: ":") {
                    index += 1
                } else if value.length > 0 {
                    return value
                }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                index += 1
                if depth <= 0 { index = text.count }
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return token(.number)
            case UInt8(ascii: "t"): return token(.trueLiteral)
            case UInt8(ascii: "f"): return token(.falseLiteral)
            case UInt8(ascii: "n"): _ = token(.null)
            default: index += 1
            }
        }
        return nil
    }

    private mutating func string() -> EventValue? {
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

    private mutating func token(_ kind: EventValue.Kind) -> EventValue {
        let start = index
        loop: while index < text.count {
            switch text[index] {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"): break loop
            case let byte where isJSONSpace(byte): break loop
            default: index += 1
            }
        }
        return value(start..<index, kind, isEncoded: false)
    }

    private func value(_ range: Range<Int>, _ kind: EventValue.Kind, isEncoded: Bool) -> EventValue {
        EventValue(
            start: range.lowerBound, length: range.count, kind: kind, base: base, isEncoded: isEncoded, stamp: 0)
    }
}

extension EventParser {
    /// The scalar values beside `_raw`, with what stands in `_raw` as one of them.
    public var scalars: ScalarScanner { ScalarScanner(current.pointee.line, from: root, base: .line) }

    /// The scalar values of the JSON in `_raw`, which is `text`.
    public static func scalars(ofRaw text: UnsafeRawBufferPointer) -> ScalarScanner {
        ScalarScanner(text, from: text.firstIndex { !isJSONSpace($0) } ?? 0, base: .innerJSON)
    }
}
