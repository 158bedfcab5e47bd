/// A JSON value as it is written: numbers, `true` and `false` are their texts. A plain reader of what is known to be JSON.
indirect enum NaiveJSON {
    case null
    case text(String)
    case list([NaiveJSON])
    case object([(key: String, value: NaiveJSON)])

    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let value = reader.value() else { return nil }
        reader.skipSpace()
        guard reader.place == bytes.count else { return nil }
        self = value
    }

    /// The member of an object; the last one of equal keys.
    subscript(key: String) -> NaiveJSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key.unicodeScalars.elementsEqual(key.unicodeScalars) }?.value
    }

    /// The texts that a field of this value has: those of a list are all of its members'.
    var texts: [String] {
        switch self {
        case .null, .object: []
        case .text(let text): [text]
        case .list(let members): members.flatMap(\.texts)
        }
    }

    /// All texts at any depth.
    var allTexts: [String] {
        switch self {
        case .null: []
        case .text(let text): [text]
        case .list(let members): members.flatMap(\.allTexts)
        case .object(let members): members.flatMap(\.value.allTexts)
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0

        mutating func skipSpace() {
            while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            skipSpace()
            guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
            place += 1
            return true
        }

        mutating func value() -> NaiveJSON? {
            skipSpace()
            guard place < bytes.count else { return nil }
            switch bytes[place] {
            case UInt8(ascii: "{"):
                place += 1
                var members: [(key: String, value: NaiveJSON)] = []
                if take("}") { return .object([]) }
                repeat {
                    skipSpace()
                    guard let key = string(), take(":"), let value = value() else { return nil }
                    members.append((key, value))
                } while take(",")
                return take("}") ? .object(members) : nil
            case UInt8(ascii: "["):
                place += 1
                var members: [NaiveJSON] = []
                if take("]") { return .list([]) }
                repeat {
                    guard let value = value() else { return nil }
                    members.append(value)
                } while take(",")
                return take("]") ? .list(members) : nil
            case UInt8(ascii: "\""): return string().map { .text($0) }
            default:
                let start = place
                while place < bytes.count, !Array(",]} \t\r\n".utf8).contains(bytes[place]) { place += 1 }
                let text = String(decoding: bytes[start..<place], as: UTF8.self)
                return text.isEmpty ? nil : text == "null" ? .null : .text(text)
            }
        }

        private mutating func string() -> String? {
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return nil }
            place += 1
            var units: [UInt8] = []
            while place < bytes.count {
                let byte = bytes[place]
                place += 1
                if byte == UInt8(ascii: "\"") { return String(decoding: units, as: UTF8.self) }
                guard byte == UInt8(ascii: "\\") else {
                    units.append(byte)
                    continue
                }
                guard place < bytes.count else { return nil }
                let escape = bytes[place]
                place += 1
                switch escape {
                case UInt8(ascii: "n"): units.append(0x0A)
                case UInt8(ascii: "t"): units.append(0x09)
                case UInt8(ascii: "r"): units.append(0x0D)
                case UInt8(ascii: "b"): units.append(0x08)
                case UInt8(ascii: "f"): units.append(0x0C)
                case UInt8(ascii: "u"):
                    guard var codes = hexadecimal().map({ [$0] }) else { return nil }
                    if UTF16.isLeadSurrogate(codes[0]), place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
                        bytes[place + 1] == UInt8(ascii: "u")
                    {
                        let before = place
                        place += 2
                        if let low = hexadecimal(), UTF16.isTrailSurrogate(low) {
                            codes.append(low)
                        } else {
                            place = before
                        }
                    }
                    units += String(decoding: codes, as: UTF16.self).utf8
                default: units.append(escape)
                }
            }
            return nil
        }

        private mutating func hexadecimal() -> UInt16? {
            guard place + 4 <= bytes.count else { return nil }
            defer { place += 4 }
            return UInt16(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
        }
    }
}
