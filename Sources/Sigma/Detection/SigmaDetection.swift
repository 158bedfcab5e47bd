public import YAML

/// What a rule looks for: selections by name, and how they are joined.
public struct SigmaDetection: Sendable {
    public var selections: [Selection]
    /// One of them has to hold.
    public var conditions: [SigmaCondition]
    /// What the matches are counted by, in the deprecated form behind `|`.
    public var aggregation: SigmaAggregation?
    /// How far apart the matches of an aggregation may be, in nanoseconds.
    public var timeframe: Int64?

    public struct Selection: Sendable {
        public var name: String
        public var search: SigmaSearch

        public init(name: String, search: SigmaSearch) {
            self.name = name
            self.search = search
        }
    }

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
    public var modifiers: SigmaModifiers
    public var values: [SigmaValue]
    /// The keys that lead here, for messages.
    public var path: String
    public var mark: YAMLMark

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
    public enum Content: Hashable, Sendable {
        case null
        case boolean(Bool)
        /// A number, by its text.
        case number(String)
        case text(String)
    }

    public var content: Content
    public var mark: YAMLMark

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
