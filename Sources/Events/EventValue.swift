/// Where a value stands, and what it is; the bytes are not copied.
public struct EventValue: Sendable {
    /// What JSON writes there. A value from XML is a string.
    public enum Kind: UInt8, Sendable {
        case string, number, trueLiteral, falseLiteral, null, object, array
    }

    /// Which bytes `start` counts in.
    public enum Base: UInt8, Sendable {
        /// The line itself: JSON, escaped.
        case line
        /// The decoded text of `_raw`, when it holds JSON: escaped once more.
        case innerJSON
        /// The decoded text of `_raw`, when it holds XML: with entities.
        case innerXML
        /// The decoded texts of columns that hold JSON (`EventLayout.columns`): escaped once more.
        case column
    }

    /// Of the text without its quotes, or of the opening bracket of an object or an array; see `base`.
    public var start: UInt32 = 0
    /// In bytes as written, escapes included; 0 for objects and arrays, of which only the beginning is noted.
    public var length: UInt32 = 0
    /// The next value of the same slot (members of an array), or 0.
    @usableFromInline var next: UInt32 = 0
    /// The event this belongs to; a value of another event is absent.
    @usableFromInline var stamp: UInt32 = 0
    public var kind: Kind = .null
    /// A value is read through the parser that found it, which knows the bytes of each base.
    public var base: Base = .line
    /// Whether the text has to be unescaped or its entities decoded.
    public var isEncoded = false

    init() {}

    @inline(__always)
    init(start: Int, length: Int, kind: Kind, base: Base, isEncoded: Bool, stamp: UInt32) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.length = UInt32(truncatingIfNeeded: length)
        self.kind = kind
        self.base = base
        self.isEncoded = isEncoded
        self.stamp = stamp
    }

    /// Whether it is a scalar with text: not null, not empty, not an object or array.
    @inlinable
    public var hasText: Bool {
        switch kind {
        case .string: return length > 0
        case .number, .trueLiteral, .falseLiteral: return true
        case .null, .object, .array: return false
        }
    }
}

/// Why a line is no event.
public enum MalformedReason: UInt8, Sendable {
    case notAnObject, truncated, unterminatedString, controlCharacter, invalidEscape, invalidToken, invalidKey
    case invalidNumber, invalidLiteral, missingValue, unexpectedCharacter, trailingContent, nestedTooDeep, lineTooLong
    case zeros, commaBehind

    /// As a clause for people, without a place.
    public var message: String {
        switch self {
        case .notAnObject: "the line is not a JSON object"
        case .truncated: "the object ends before it is closed"
        case .unterminatedString: "a string is not closed"
        case .controlCharacter: "a string holds a raw control character"
        case .invalidEscape: "a string holds an invalid escape"
        case .invalidToken: "two values stand side by side"
        case .invalidKey: "a key is not a string"
        case .invalidNumber: "a number is not valid JSON"
        case .invalidLiteral: "a value is neither string, number, true, false nor null"
        case .missingValue: "a value is missing"
        case .unexpectedCharacter: "a bracket, comma or colon stands where none may"
        case .trailingContent: "something follows the object"
        case .nestedTooDeep: "objects and arrays are nested too deep"
        case .lineTooLong: "the line is longer than the limit"
        case .commaBehind: "a comma follows the object, as in a list"
        case .zeros: "zeros (NUL bytes) stand in the line; objects beside them are searched all the same"
        }
    }
}
