/// What a scalar means under YAML 1.2's core schema (section 10.3): only plain ones can be anything but text.
public enum YAMLScalar: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case text(String)
}

extension YAMLNode {
    /// The scalar resolved; `nil` for a sequence or a mapping.
    ///
    /// An explicit `!!str` keeps the text; `!!int`, `!!float`, `!!bool`, `!!null` resolve quoted text too. An integer
    /// that does not fit 64 bits is a float.
    public var scalar: YAMLScalar? {
        guard case .scalar(let text, let style) = content else { return nil }
        switch tag {
        case nil where style == .plain: return YAMLScalar(plain: text)
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
            return YAMLScalar(plain: text)
        default: return .text(text)
        }
    }

    /// `null`, `~` or nothing, plain or tagged as such. False for sequences and mappings.
    public var isNull: Bool { scalar == .null }

    /// Of `true` and `false`, plain or tagged as such; `nil` for all else, the `yes` of YAML 1.1 among it.
    public var bool: Bool? {
        guard case .bool(let value) = scalar else { return nil }
        return value
    }

    /// A float or an integer as a number.
    public var number: Double? {
        switch scalar {
        case .integer(let value): Double(value)
        case .float(let value): value
        default: nil
        }
    }
}

extension YAMLScalar {
    /// What a plain, untagged scalar means.
    public init(plain text: String) {
        guard Self.mayBeMore(text) else {
            self = .text(text)
            return
        }
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .bool(true)
        case "false", "False", "FALSE": self = .bool(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": self = .float(.infinity)
        case "-.inf", "-.Inf", "-.INF": self = .float(-.infinity)
        case ".nan", ".NaN", ".NAN": self = .float(.nan)
        default: self = Self.number(text) ?? .text(text)
        }
    }

    /// Whether a text begins like something that is not just text, which few do.
    private static func mayBeMore(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return true }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "~"):
            return true
        case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"),
            UInt8(ascii: "F"):
            return text.utf8.count <= 5
        default: return false
        }
    }

    private static func number(_ text: String) -> YAMLScalar? {
        let bytes = Array(text.utf8)
        if text.hasPrefix("0x") { return Int(text.dropFirst(2), radix: 16).flatMap { unsigned($0, bytes) } }
        if text.hasPrefix("0o") { return Int(text.dropFirst(2), radix: 8).flatMap { unsigned($0, bytes) } }
        var index = 0
        var digits = 0
        var isInteger = true
        func skipDigits() {
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
                index += 1
                digits += 1
            }
        }
        if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") { index = 1 }
        skipDigits()
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            skipDigits()
        }
        guard digits > 0 else { return nil }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
                index += 1
            }
            digits = 0
            skipDigits()
            guard digits > 0 else { return nil }
        }
        guard index == bytes.count else { return nil }
        if isInteger, let value = Int(text) { return .integer(value) }
        return Double(text).map { .float($0) }
    }

    /// Swift takes a sign after the prefix; YAML does not.
    private static func unsigned(_ value: Int, _ bytes: [UInt8]) -> YAMLScalar? {
        bytes[2] == UInt8(ascii: "-") || bytes[2] == UInt8(ascii: "+") ? nil : .integer(value)
    }
}
