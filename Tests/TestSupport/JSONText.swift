import TestRandom

/// JSON as tests write it, now and then with escapes that nobody needs.
struct JSONText {
    indirect enum Value {
        case text(String)
        /// A number, `true`, `null`: as it is.
        case token(String)
        case object([(String, Value)])
    }

    /// Whether characters are escaped that need not be.
    var isZealous = false
    var random = SeededGenerator(seed: 1)

    mutating func write(_ value: Value) -> String {
        switch value {
        case .text(let text): return quoted(text)
        case .token(let token): return token
        case .object(let members):
            return "{" + members.map { quoted($0.0, isKey: true) + ":" + write($0.1) }.joined(separator: ",") + "}"
        }
    }

    mutating func quoted(_ text: String, isKey: Bool = false) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += isZealous && random.once(in: 3) ? "\\u005C" : "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "/" where isZealous: out += "\\/"
            case let scalar where scalar.value < 0x20: out += Self.escape(scalar)
            case let scalar where isZealous && !isKey && scalar.value < 0x80 && random.once(in: 4):
                out += Self.escape(scalar)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
