public import YAML

/// What a rule looks for: selections by name, and how they are joined.
public struct SigmaDetection: Sendable {
    /// In the order of the document.
    public var selections: [Selection]
    /// One of them has to hold.
    public var conditions: [SigmaCondition]
    /// What the matches are counted by, in the deprecated form behind `|`.
    public var aggregation: SigmaAggregation?
    /// How far apart the matches of an aggregation may be, in nanoseconds.
    public var timeframe: Int64?

    /// One of the named parts that conditions join.
    public struct Selection: Sendable {
        /// The key in the document, as conditions write it.
        public var name: String
        /// What stands under the name.
        public var search: SigmaSearch

        /// - Parameter name: as conditions write it.
        public init(name: String, search: SigmaSearch) {
            self.name = name
            self.search = search
        }
    }

    /// - Parameter timeframe: in nanoseconds.
    public init(
        selections: [Selection], conditions: [SigmaCondition], aggregation: SigmaAggregation? = nil,
        timeframe: Int64? = nil
    ) {
        self.selections = selections
        self.conditions = conditions
        self.aggregation = aggregation
        self.timeframe = timeframe
    }
}

/// What one selection asks of an event.
public indirect enum SigmaSearch: Sendable {
    case item(SigmaItem)
    case all([SigmaSearch])
    case any([SigmaSearch])
}

/// A field, what is done with the values that it is compared with, and these values.
public struct SigmaItem: Sendable {
    /// `nil` for keywords, which are looked for in all values of the event.
    public var field: String?
    /// What stands behind the first `|` of the key.
    public var modifiers: SigmaModifiers
    /// One of them has to match, or all (`all`). Those of documents have one at least.
    public var values: [SigmaValue]
    /// The keys that lead here, for messages.
    public var path: String
    /// Where the key stands in the document, for messages.
    public var mark: YAMLMark

    /// - Parameter field: `nil` for keywords.
    public init(
        field: String?, modifiers: SigmaModifiers, values: [SigmaValue], path: String, mark: YAMLMark = YAMLMark()
    ) {
        self.field = field
        self.modifiers = modifiers
        self.values = values
        self.path = path
        self.mark = mark
    }
}

/// A value as it is written in a rule.
public struct SigmaValue: Sendable {
    /// What YAML makes of the value, by its core schema.
    public enum Content: Hashable, Sendable {
        case null
        case boolean(Bool)
        /// A number, by its text.
        case number(String)
        case text(String)
    }

    /// As written, before modifiers.
    public var content: Content
    /// Where the value stands in the document, for messages.
    public var mark: YAMLMark

    /// - Parameter mark: its place in the document.
    public init(_ content: Content, mark: YAMLMark = YAMLMark()) {
        self.content = content
        self.mark = mark
    }

    /// Whether it says yes or no; `nil` where neither. YAML 1.1, which many rules were written with, has words for both that
    /// are texts in YAML 1.2.
    var truth: Bool? {
        switch content {
        case .boolean(let value): value
        case .text(let text):
            switch text.lowercased() {
            case "yes", "on": true
            case "no", "off": false
            default: nil
            }
        case .null, .number: nil
        }
    }
}
