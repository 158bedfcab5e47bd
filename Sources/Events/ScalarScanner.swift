/// Goes over all scalar values of a JSON object, however deep they stand, one at a time: strings, numbers, `true` and
/// `false`, no names and no nulls.
///
/// A string is a name where a colon follows it, so no stack is needed. The text was checked when the line was parsed; what is
/// no JSON all the same ends the walk or is skipped.
public struct ScalarScanner {
    private var cursor: JSONCursor
    private var depth = 0

    /// From the object that begins at `start` on, to its end.
    init(_ text: UnsafeRawBufferPointer, from start: Int, base: EventValue.Base) {
        cursor = JSONCursor(text: text, base: base, index: max(0, start))
    }

    /// The next value; `nil` behind the last one.
    /// - Complexity: linear in the bytes passed over.
    public mutating func next() -> EventValue? {
        let text = cursor.text
        while cursor.index < text.count {
            switch text[cursor.index] {
            case UInt8(ascii: "\""):
                guard let value = cursor.string() else { return nil }
                if cursor.nextByte() == UInt8(ascii: ":") {
                    cursor.index += 1
                } else if value.length > 0 {
                    return value
                }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                cursor.index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                cursor.index = depth <= 0 ? text.count : cursor.index + 1
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return cursor.token(.number)
            case UInt8(ascii: "t"): return cursor.token(.trueLiteral)
            case UInt8(ascii: "f"): return cursor.token(.falseLiteral)
            case UInt8(ascii: "n"): _ = cursor.token(.null)
            default: cursor.index += 1
            }
        }
        return nil
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
