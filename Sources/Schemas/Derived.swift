import Events

/// Values that are made from others.
enum Derived {
    /// What follows the last `\` or `/`; nothing where the path ends in one.
    static func lastPart(_ path: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var index = path.count
        while index > 0, path[index - 1] != UInt8(ascii: "\\"), path[index - 1] != UInt8(ascii: "/") { index -= 1 }
        return index == path.count ? nil : UnsafeRawBufferPointer(rebasing: path[index...])
    }

    /// `0x1a4` as `420`; any other text, and a number over 64 bits, as it is.
    static func decimal(_ text: UnsafeRawBufferPointer, in arena: inout ByteArena) -> UnsafeRawBufferPointer {
        guard text.count > 2, text.count <= 18, text[0] == UInt8(ascii: "0"), text[1] | 0x20 == UInt8(ascii: "x") else {
            return text
        }
        var number: UInt64 = 0
        for index in 2..<text.count {
            guard let digit = hexadecimalDigit(text[index]) else { return text }
            number = number << 4 | UInt64(digit)
        }
        return arena.decimal(number)
    }

    /// The channel in Splunk's `source`: `XmlWinEventLog:Security`, `WinEventLog:Security`.
    static func channel(_ source: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        for prefix in [StaticString("xmlwineventlog:"), StaticString("wineventlog:")] {
            let length = prefix.utf8CodeUnitCount
            guard source.count > length else { continue }
            var isEqual = true
            for index in 0..<length where source[index] | 0x20 != prefix.utf8Start[index] | 0x20 { isEqual = false }
            if isEqual { return UnsafeRawBufferPointer(rebasing: source[length...]) }
        }
        return source
    }
}
