import Matching

/// The characters that Windows programs take for the dash before an option.
enum WindowsDash {
    /// `-`, `/`, en dash, em dash, horizontal bar, in UTF-8.
    static let dashes: [[UInt8]] = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"].map { Array($0.utf8) }

    /// A run of text cut at its dashes: those before a word character and not behind one.
    ///
    /// - Returns: one part more than there are dashes.
    static func parts(_ text: [UInt8]) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var part: [UInt8] = []
        let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let isDash = dashes.contains { $0.elementsEqual(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter) }
            let isBehindWord = index > 0 && isWord(scalars[index - 1])
            if isDash, !isBehindWord, index + 1 < scalars.count, isWord(scalars[index + 1]) {
                parts.append(part)
                part = []
            } else {
                part += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
        return parts + [part]
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            return byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
        }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}

extension WindowsDash {
    /// The expression for a whole text with any of the dashes where one stands; `nil` for a text too long for one.
    static func expression(_ tokens: [SigmaText.Token], isCaseSensitive: Bool) -> RegularExpression? {
        var pattern = Array(#"\A"#.utf8)
        for token in tokens {
            switch token {
            case .text(let bytes): pattern += bytes.flatMap(literal)
            case .anyRun, .placeholder: pattern += ".*".utf8
            case .oneScalar: pattern += ".".utf8
            case .dash:
                pattern += "(?:\(dashes.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")))".utf8
            }
        }
        pattern += #"\z"#.utf8
        return try? RegularExpression(
            pattern, options: isCaseSensitive ? .dotMatchesLineEnds : [.dotMatchesLineEnds, .ignoresCase])
    }

    /// What stands for one byte of a text in an expression.
    private static func literal(_ byte: UInt8) -> [UInt8] {
        if byte == 0 { return Array(#"\x00"#.utf8) }
        // Every other ASCII byte stands for itself behind a backslash, which letters and digits would not.
        let isWord = byte >= 0x80 || byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
        return isWord ? [byte] : [UInt8(ascii: "\\"), byte]
    }
}

extension SigmaText {
    /// How many texts ``withWindowsDashes()`` may make of one.
    private static let windowsDashLimit = 5 * 5 * 5 * 5

    /// The text with each of its dashes in each of the ways in which it may be written; one text with `dash` in their
    /// places where these would be too many.
    func withWindowsDashes() -> [SigmaText] {
        var cut: [Token] = []
        for token in tokens {
            guard case .text(let bytes) = token else {
                cut.append(token)
                continue
            }
            for (index, part) in WindowsDash.parts(bytes).enumerated() {
                if index > 0 { cut.append(.dash) }
                cut.append(.text(part))
            }
        }
        var count = 1
        for token in cut where token == .dash {
            count *= WindowsDash.dashes.count
            guard count <= Self.windowsDashLimit else { return [SigmaText(tokens: cut)] }
        }
        var texts = [[Token]()]
        for token in cut {
            let ways = token == .dash ? WindowsDash.dashes.map(Token.text) : [token]
            texts = texts.flatMap { text in ways.map { text + [$0] } }
        }
        return texts.map(SigmaText.init(tokens:))
    }
}
