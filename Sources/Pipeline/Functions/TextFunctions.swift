import Events
import Values

extension EvaluationFunction {
    func applyToTexts(_ arguments: [Value]) -> Value {
        switch self {
        case .len: return arguments[0].singleText.map { .number(Double(Utf8.count($0.bytes))) } ?? .missing
        case .substr: return substring(arguments)
        case .ipmask: return Self.maskedAddress(arguments)
        case .trim, .ltrim, .rtrim:
            var set: Set<ArraySlice<UInt8>> = [[UInt8(ascii: " ")], [UInt8(ascii: "\t")]]
            if arguments.count > 1 {
                guard let given = arguments[1].singleText else { return .missing }
                set = Set(Utf8.characters(given.bytes))
            }
            return arguments[0].mapTexts { Text(bytes: Array(trimmed($0.bytes, of: set))) }
        default:
            let transform: ([UInt8]) -> [UInt8] =
                switch self {
                case .lower: { Utf8.cased($0, upper: false) }
                case .upper: { Utf8.cased($0, upper: true) }
                case .urldecode: Self.decodedURL
                case .md5: Digest.md5
                case .sha1: Digest.sha1
                case .sha256: Digest.sha256
                default: Digest.sha512
                }
            return arguments[0].mapTexts { Text(bytes: transform($0.bytes)) }
        }
    }

    /// `substr(text, start[, length])`: characters counted from 1, or from the end where the start is negative.
    private func substring(_ arguments: [Value]) -> Value {
        guard let start = arguments[1].singleNumber.flatMap({ Int(exactly: $0.rounded(.towardZero)) }) else {
            return .missing
        }
        var length = Int.max
        if arguments.count > 2 {
            guard let given = arguments[2].singleNumber else { return .missing }
            length = Int(exactly: Swift.min(1e15, Swift.max(0, given.rounded(.towardZero)))) ?? 0
        }
        let texts = arguments[0].texts.compactMap { text -> Text? in
            let first = start >= 0 ? Swift.max(0, start - 1) : Utf8.count(text.bytes) &+ start
            // A text that does not reach so far back from its end gives none.
            return first < 0 ? nil : Text(bytes: Utf8.slice(text.bytes, from: first, count: length))
        }
        return arguments[0].isMultivalue ? .list(texts) : texts.first.map { .text($0) } ?? .missing
    }

    /// `%` and two hexadecimal digits become the byte; anything else stays.
    private static func decodedURL(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = hexadecimalDigit(bytes[index + 1]),
                let low = hexadecimalDigit(bytes[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    /// The text without the characters of a set at its ends, or at the end that the function trims.
    private func trimmed(_ text: [UInt8], of set: Set<ArraySlice<UInt8>>) -> ArraySlice<UInt8> {
        // As many bytes as a character can have.
        let lengths = 1...4
        var rest = text[...]
        if self != .rtrim {
            while let length = lengths.first(where: { set.contains(rest.prefix($0)) }) { rest = rest.dropFirst(length) }
        }
        if self != .ltrim {
            while let length = lengths.first(where: { set.contains(rest.suffix($0)) }) { rest = rest.dropLast(length) }
        }
        return rest
    }

    /// `ipmask(mask, address)`: the bits of an IPv4 address that the mask has too.
    private static func maskedAddress(_ arguments: [Value]) -> Value {
        func parts(_ value: Value) -> [UInt8]? {
            guard let text = value.singleText else { return nil }
            let parts = text.bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { part in
                part.count <= 3 && part.allSatisfy { $0 &- 0x30 < 10 } ? UInt8(Text(bytes: Array(part)).string) : nil
            }
            return parts.count == 4 && !parts.contains(nil) ? parts.compactMap(\.self) : nil
        }
        guard let mask = parts(arguments[0]), let address = parts(arguments[1]) else { return .missing }
        return .text(Text(zip(mask, address).map { String($0 & $1) }.joined(separator: ".")))
    }
}
