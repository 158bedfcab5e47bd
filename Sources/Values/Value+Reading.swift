extension Value {
    /// The values one by one, as texts: none for a missing value, each of a multivalue.
    public var texts: [Text] {
        switch self {
        case .missing: []
        case .text(let text): [text]
        case .number(let number): [NumberText.text(number)]
        case .multivalue(let texts): texts
        }
    }

    /// The one text, or `nil` for a missing value and for several.
    public var singleText: Text? {
        switch self {
        case .missing: nil
        case .text(let text): text
        case .number(let number): NumberText.text(number)
        case .multivalue(let texts): texts.count == 1 ? texts[0] : nil
        }
    }

    /// The one number, also of a text that is one, or `nil`.
    public var singleNumber: Double? {
        switch self {
        case .number(let number): number
        case .text(let text): NumberText.parse(text)
        case .multivalue(let texts): texts.count == 1 ? NumberText.parse(texts[0]) : nil
        case .missing: nil
        }
    }

    /// The value that several texts of a document are: missing for none, else a multivalue, also for one; empty texts are left
    /// out.
    public static func several(_ texts: [Text]) -> Value {
        let present = texts.contains(where: \.isEmpty) ? texts.filter { !$0.isEmpty } : texts
        return present.isEmpty ? .missing : .multivalue(present)
    }

    /// The value that a list of texts is, empty ones among them, which have a place and are counted: what stands between two
    /// delimiters is a piece, even if it is nothing.
    public static func list(_ texts: [Text]) -> Value { texts.isEmpty ? .missing : .multivalue(texts) }

    /// The value that a text read out of an event or a file is: an empty one is missing there.
    public static func read(_ text: Text) -> Value { text.isEmpty ? .missing : .text(text) }

    /// The value as a cell holds it: numbers that are not finite are missing.
    public var normalised: Value {
        switch self {
        case .number(let number) where !number.isFinite: .missing
        case .multivalue(let texts): .list(texts)
        default: self
        }
    }
}
