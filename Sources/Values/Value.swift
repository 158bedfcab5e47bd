/// What a cell of a row holds.
///
/// A field of an event is text, whatever its JSON type was; a number comes only from an aggregate or a computation.
/// A `null`, an absent field and an empty string of an event are all `missing`; an empty text is a value only where a search
/// has made it, as `eval x=""` does.
public enum Value: Hashable, Sendable {
    case missing
    case text(Text)
    case number(Double)
    /// Several texts, in order: `values()`, `list()`, an array of the event. Never none.
    case multivalue([Text])
}

extension Value: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// A text; nothing between the quotation marks is missing, as in an event.
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
