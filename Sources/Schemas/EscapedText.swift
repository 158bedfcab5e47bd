import Events

/// Texts that a collector has escaped as JSON once before it wrote them into JSON, as Wazuh does with the data of Windows events:
///
///     "image":"C:\\\\Windows\\\\explorer.exe"      the value C:\\Windows\\explorer.exe stands for C:\Windows\explorer.exe
///     "image":"C:\\Windows\\explorer.exe"          one that an earlier version wrote, which is what it looks like
///
/// Which of both a text is, is told from it alone: all of its backslashes must be those of JSON's escapes, and one must escape a
/// backslash or a quotation mark. Of `C:\temp` the latter is not so. A host `\\HOST` that an earlier version wrote can't be told
/// from a pipe `\HOST` of a later one, and is taken for the pipe.
enum EscapedText {
    /// What the text stands for; the text itself where it is not escaped.
    ///
    /// - Complexity: linear.
    static func decode(_ text: UnsafeRawBufferPointer, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        isEscaped(text) ? JSONText.decode(text, in: &arena) : text
    }

    static func isEscaped(_ text: UnsafeRawBufferPointer) -> Bool {
        var isTold = false
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\") else {
                // Between the quotation marks of a string none would stand as it is.
                if text[index] == UInt8(ascii: "\"") { return false }
                index += 1
                continue
            }
            guard index + 1 < text.count else { return false }
            switch text[index + 1] {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""):
                isTold = true
                index += 2
            case UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"),
                UInt8(ascii: "t"):
                index += 2
            case UInt8(ascii: "u"):
                guard text.count - index >= 6, text[(index + 2)..<(index + 6)].allSatisfy(isHexadecimal) else {
                    return false
                }
                index += 6
            default: return false
            }
        }
        return isTold
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
    }
}
