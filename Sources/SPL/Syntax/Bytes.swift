/// The characters that the syntax is made of.
enum Byte {
    static let quote = UInt8(ascii: "\"")
    static let apostrophe = UInt8(ascii: "'")
    static let backslash = UInt8(ascii: "\\")
    static let backtick = UInt8(ascii: "`")
    static let pipe = UInt8(ascii: "|")
    static let open = UInt8(ascii: "(")
    static let close = UInt8(ascii: ")")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let comma = UInt8(ascii: ",")
    static let dot = UInt8(ascii: ".")
    static let equals = UInt8(ascii: "=")
    static let exclamation = UInt8(ascii: "!")
    static let less = UInt8(ascii: "<")
    static let greater = UInt8(ascii: ">")
    static let star = UInt8(ascii: "*")
    static let plus = UInt8(ascii: "+")
    static let minus = UInt8(ascii: "-")
    static let dollar = UInt8(ascii: "$")
    static let space = UInt8(ascii: " ")
}

extension UInt8 {
    /// Space, tab, line feed, vertical tab, form feed, carriage return.
    var isWhiteSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
    /// A letter, digit or underscore, or a part of a character outside ASCII.
    var isNameByte: Bool { isLetter || isDigit || self == 0x5F || self >= 0x80 }
    var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}

extension Sequence<UInt8> {
    var string: String { String(decoding: Array(self), as: UTF8.self) }
    /// The bytes with ASCII letters in lower case.
    var lowercased: [UInt8] { map(\.lowercased) }
}

extension String {
    /// With ASCII letters in lower case, and nothing else changed.
    var asciiLowercased: String { utf8.lowercased.string }
}

/// The end of the quoted string that begins at `start`: the index of its closing quote, or `nil` if there is none.
/// A backslash takes the byte after it along.
func closingQuote(of start: Int, in bytes: ArraySlice<UInt8>) -> Int? {
    let quote = bytes[start]
    var index = start + 1
    while index < bytes.endIndex {
        if bytes[index] == Byte.backslash {
            index += 2
        } else if bytes[index] == quote {
            return index
        } else {
            index += 1
        }
    }
    return nil
}

/// What a value says: `\\` is one backslash, `\"` a quotation mark, any other backslash stands for itself. Between other
/// marks than quotation marks it is that mark that a backslash takes along.
func unescaped(_ bytes: ArraySlice<UInt8>, mark: UInt8 = Byte.quote) -> [UInt8] {
    guard bytes.contains(Byte.backslash) else { return Array(bytes) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
        let byte = bytes[index]
        let next = index + 1
        if byte == Byte.backslash, next < bytes.endIndex, bytes[next] == Byte.backslash || bytes[next] == mark {
            result.append(bytes[next])
            index += 2
        } else {
            result.append(byte)
            index += 1
        }
    }
    return result
}
