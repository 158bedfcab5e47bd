import Values

extension Text {
    /// The JSON text with `\ufffd` for each escape of half a surrogate pair: such an escape stands for U+FFFD, and many readers
    /// of JSON refuse it as it is written.
    ///
    /// - Complexity: O(n); the same text where it has no escape of a surrogate.
    var withoutLoneSurrogates: Text {
        guard var index = bytes.firstIndex(of: UInt8(ascii: "\\")) else { return self }
        var places: [Int] = []
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            guard let unit = surrogate(at: index) else {
                // The character behind the backslash belongs to it, be it another one.
                index += 2
                continue
            }
            let isHigh = unit < 0xDC00
            if isHigh, let next = surrogate(at: index + 6), next >= 0xDC00 {
                index += 12
            } else {
                places.append(index + 2)
                index += 6
            }
        }
        if places.isEmpty { return self }
        var replaced = bytes
        for place in places { replaced.replaceSubrange(place..<place + 4, with: "fffd".utf8) }
        return Text(bytes: replaced)
    }

    /// The surrogate that the escape at this place is for; `nil` where there is none.
    private func surrogate(at index: Int) -> UInt16? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u"),
            let unit = UInt16(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
        else { return nil }
        return 0xD800..<0xE000 ~= unit ? unit : nil
    }
}
