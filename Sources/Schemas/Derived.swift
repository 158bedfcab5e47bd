import Events
import Glibc

/// Values that are made from others.
enum Derived {
    /// What follows the last `\` or `/`; nothing where the path ends in one.
    static func lastPart(_ path: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let start = separator(of: path).map { $0 + 1 } ?? 0
        return start == path.count ? nil : UnsafeRawBufferPointer(rebasing: path[start...])
    }

    /// What stands before the last `\` or `/`; nothing where there is none.
    static func folder(_ path: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        separator(of: path).map { UnsafeRawBufferPointer(rebasing: path[..<$0]) }
    }

    private static func separator(of path: UnsafeRawBufferPointer) -> Int? {
        path.lastIndex { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "/") }
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

    /// The text with its ASCII letters in one case.
    static func cased(
        _ text: UnsafeRawBufferPointer, upper: Bool, in arena: inout ByteArena
    ) -> UnsafeRawBufferPointer {
        let first = UInt8(ascii: upper ? "a" : "A")
        guard text.contains(where: { $0 &- first < 26 }) else { return text }
        let room = arena.allocate(text.count)
        for index in 0..<text.count { room[index] = text[index] &- first < 26 ? text[index] ^ 0x20 : text[index] }
        return UnsafeRawBufferPointer(room)
    }

    /// `DWORD (0x00000001)` as its word and what stands in the parentheses; `nil` for a text of another form.
    static func parenthesised(
        _ text: UnsafeRawBufferPointer
    ) -> (word: UnsafeRawBufferPointer, inside: UnsafeRawBufferPointer)? {
        guard let space = text.firstIndex(where: { !isWordByte($0) }), space > 0, text[space] == 0x20,
            space + 3 < text.count, text[space + 1] == UInt8(ascii: "("), text[text.count - 1] == UInt8(ascii: ")")
        else { return nil }
        return (
            UnsafeRawBufferPointer(rebasing: text[..<space]),
            UnsafeRawBufferPointer(rebasing: text[(space + 2)..<(text.count - 1)])
        )
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// What follows the last `separator`; the whole text where there is none.
    static func after(
        last separator: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        guard let place = findLast(separator, in: text) else { return text }
        return UnsafeRawBufferPointer(rebasing: text[(place + separator.count)...])
    }

    /// What stands before the last `separator`; nothing where there is none.
    static func before(
        last separator: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        findLast(separator, in: text).map { UnsafeRawBufferPointer(rebasing: text[..<$0]) }
    }

    /// What stands between the first `start` and the next `end`. An empty one stands for that end of the text.
    static func between(
        _ start: UnsafeRawBufferPointer, _ end: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        var from = 0
        if !start.isEmpty {
            guard let place = find(start, in: text, from: 0) else { return nil }
            from = place + start.count
        }
        if end.isEmpty { return UnsafeRawBufferPointer(rebasing: text[from...]) }
        return find(end, in: text, from: from).map { UnsafeRawBufferPointer(rebasing: text[from..<$0]) }
    }

    /// The rest of the first line that begins with `name` and a colon, without white space around it.
    static func line(
        _ name: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        var from = 0
        while let place = find(name, in: text, from: from) {
            from = place + name.count
            guard from < text.count, text[from] == UInt8(ascii: ":") else { continue }
            let before = text[..<place].last { !isBlank($0) || $0 == 0x0A }
            guard before == nil || before == 0x0A else { continue }
            let end = text[from...].firstIndex(of: 0x0A) ?? text.count
            return trimmed(UnsafeRawBufferPointer(rebasing: text[(from + 1)..<end]))
        }
        return nil
    }

    private static func trimmed(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) })
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: text[first...last])
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 0x09 && byte <= 0x0D }

    static func find(_ bytes: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = text.baseAddress, let needle = bytes.baseAddress, let first = bytes.first else { return nil }
        var place = max(0, start)
        while text.count - place >= bytes.count {
            // SAFETY: what is searched and compared lies within the text.
            guard let found = memchr(base + place, Int32(first), text.count - place - bytes.count + 1) else {
                return nil
            }
            place = UnsafeRawPointer(found) - base
            if memcmp(base + place, needle, bytes.count) == 0 { return place }
            place += 1
        }
        return nil
    }

    private static func findLast(_ bytes: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer) -> Int? {
        guard !bytes.isEmpty else { return nil }
        var place = text.count - bytes.count
        while place >= 0 {
            if (0..<bytes.count).allSatisfy({ text[place + $0] == bytes[$0] }) { return place }
            place -= 1
        }
        return nil
    }
}
