/// What a cell of a row holds.
///
/// A field of an event is text, whatever its JSON type was; a number comes only from an aggregate or a computation.
/// A `null`, an absent field and an empty string are all `missing`.
public enum Value: Hashable, Sendable {
    case missing
    case text(Text)
    case number(Double)
    /// Several texts, in order: `values()`, `list()`, an array of the event. Never empty, never holds empty text.
    case multivalue([Text])
}

extension Value: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    public init(stringLiteral value: String) {
        self = value.isEmpty ? .missing : .text(Text(value))
    }

    public init(floatLiteral value: Double) {
        self = .number(value)
    }

    public init(integerLiteral value: Int) {
        self = .number(Double(value))
    }
}

extension Value {
    public var isMissing: Bool { self == .missing }
}
