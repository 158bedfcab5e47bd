import Events

/// A JSON text as a tree, for the functions that build and take apart JSON.
indirect enum JSONDocument: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// The number as it is written.
    case number([UInt8])
    /// Unescaped.
    case string([UInt8])
    case array([JSONDocument])
    /// In the order of the text; of equal keys the last one stands.
    case object([Member])

    struct Member: Hashable, Sendable {
        var key: [UInt8]
        var value: JSONDocument
    }

    /// How deep arrays and objects may nest, as they are walked recursively.
    static let maximumDepth = 100

    var isContainer: Bool {
        switch self {
        case .array, .object: true
        default: false
        }
    }

    var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The document that a text is, or `nil` where it is none or nests deeper than ``maximumDepth``.
    init?(_ text: [UInt8]) {
        var parser = Parser(text: text)
        guard let document = parser.parse(depth: 0) else { return nil }
        parser.skipSpace()
        guard parser.position == text.count else { return nil }
        self = document
    }

    /// The array or object that a text is; most texts are none by their first byte.
    init?(container text: [UInt8]) {
        guard let first = text.first(where: { !Parser.isSpace($0) }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return nil }
        self.init(text)
    }

    /// After RFC 8259.
    private struct Parser {
        let text: [UInt8]
        var position = 0

        static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

        var current: UInt8? { position < text.count ? text[position] : nil }

        mutating func skipSpace() {
            while let byte = current, Self.isSpace(byte) { position += 1 }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard current == byte else { return false }
            position += 1
            return true
        }

        mutating func parse(depth: Int) -> JSONDocument? {
            guard depth < JSONDocument.maximumDepth else { return nil }
            skipSpace()
            switch current {
            case UInt8(ascii: "{"): return parseObject(depth: depth)
            case UInt8(ascii: "["): return parseArray(depth: depth)
            case UInt8(ascii: "\""): return parseString().map { .string($0) }
            case UInt8(ascii: "t"): return takeWord("true") ? .boolean(true) : nil
            case UInt8(ascii: "f"): return takeWord("false") ? .boolean(false) : nil
            case UInt8(ascii: "n"): return takeWord("null") ? .null : nil
            default: return parseNumber()
            }
        }

        mutating func takeWord(_ word: StaticString) -> Bool {
            let bytes = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
            guard text[position...].starts(with: bytes) else { return false }
            position += bytes.count
            return true
        }

        mutating func parseObject(depth: Int) -> JSONDocument? {
            position += 1
            var members: [Member] = []
            var places: [[UInt8]: Int] = [:]
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object([]) }
            while true {
                skipSpace()
                guard current == UInt8(ascii: "\""), let key = parseString() else { return nil }
                skipSpace()
                guard take(UInt8(ascii: ":")), let value = parse(depth: depth + 1) else { return nil }
                if let place = places[key] {
                    members[place].value = value
                } else {
                    places[key] = members.count
                    members.append(Member(key: key, value: value))
                }
                skipSpace()
                if take(UInt8(ascii: ",")) { continue }
                return take(UInt8(ascii: "}")) ? .object(members) : nil
            }
        }

        mutating func parseArray(depth: Int) -> JSONDocument? {
            position += 1
            var elements: [JSONDocument] = []
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array([]) }
            while true {
                guard let element = parse(depth: depth + 1) else { return nil }
                elements.append(element)
                skipSpace()
                if take(UInt8(ascii: ",")) { continue }
                return take(UInt8(ascii: "]")) ? .array(elements) : nil
            }
        }

        mutating func parseString() -> [UInt8]? {
            position += 1
            let start = position
            var isEscaped = false
            while let byte = current {
                switch byte {
                case UInt8(ascii: "\""):
                    let raw = text[start..<position]
                    position += 1
                    guard isEscaped else { return Array(raw) }
                    var decoded: [UInt8] = []
                    raw.withUnsafeBytes { JSONText.decode($0, into: &decoded) }
                    return decoded
                case UInt8(ascii: "\\"):
                    isEscaped = true
                    guard takeEscape() else { return nil }
                case ..<0x20: return nil
                default: position += 1
                }
            }
            return nil
        }

        mutating func takeEscape() -> Bool {
            position += 1
            switch current {
            case UInt8(ascii: "u"):
                guard position + 4 < text.count,
                    text[(position + 1)...(position + 4)].allSatisfy({ hexadecimalDigit($0) != nil })
                else { return false }
                position += 5
                return true
            case let byte? where "\"\\/bfnrt".utf8.contains(byte):
                position += 1
                return true
            default: return false
            }
        }

        mutating func parseNumber() -> JSONDocument? {
            let start = position
            _ = take(UInt8(ascii: "-"))
            let first = current
            guard takeDigits() > 0 else { return nil }
            if first == UInt8(ascii: "0"), position - start > (text[start] == UInt8(ascii: "-") ? 2 : 1) { return nil }
            if take(UInt8(ascii: ".")), takeDigits() == 0 { return nil }
            if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
                position += 1
                if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
                guard takeDigits() > 0 else { return nil }
            }
            return .number(Array(text[start..<position]))
        }

        mutating func takeDigits() -> Int {
            let start = position
            while let byte = current, byte &- 0x30 < 10 { position += 1 }
            return position - start
        }
    }
}
