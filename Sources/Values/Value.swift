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
    /// A text; the empty one is missing, as everywhere.
    public init(stringLiteral value: String) {
        self = value.isEmpty ? .missing : .text(Text(value))
    }

    /// A number, as computed ones are.
    public init(floatLiteral value: Double) {
        self = .number(value)
    }

    /// A number; beyond 2⁵³ it is the nearest double.
    public init(integerLiteral value: Int) {
        self = .number(Double(value))
    }
}

extension Value {
    /// Neither a number nor any text.
    public var isMissing: Bool { self == .missing }
}
