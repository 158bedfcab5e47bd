public import YAML

/// What a Sigma document says about itself, whatever its kind.
public struct SigmaHeader: Hashable, Sendable {
    /// Empty where the document has none.
    public var title = ""
    /// A UUID as a rule; `nil` where the document has none.
    public var id: String?
    /// What other documents may call it.
    public var name: String?
    public var status: SigmaStatus?
    public var level: SigmaLevel?
    public var description = ""
    public var license: String?
    public var author = ""
    public var date: String?
    public var modified: String?
    public var references: [String] = []
    public var tags: [String] = []
    /// Fields that an analyst wants to see.
    public var fields: [String] = []
    public var falsePositives: [String] = []
    public var related: [SigmaRelation] = []
    public var scope: [String] = []
    public var taxonomy: String?
    /// The file as it was named by the caller.
    public var file: String
    /// Where the document begins.
    public var mark: YAMLMark

    public init(file: String, mark: YAMLMark = YAMLMark()) {
        self.file = file
        self.mark = mark
    }

    /// By what findings are told apart: the id, else the name, else the title, else the place.
    public var identifier: String {
        if let id { return id }
        if let name { return name }
        return title.isEmpty ? "\(file):\(mark.line)" : title
    }

    /// What to call the rule.
    public var displayName: String { title.isEmpty ? name ?? identifier : title }

    /// Whether another document means this one.
    public func answers(to reference: String) -> Bool {
        [id, name].contains { $0.map { $0.utf8.elementsEqual(reference.utf8) } ?? false }
    }
}

/// How far a rule may be trusted.
public enum SigmaStatus: String, Hashable, Sendable, CaseIterable {
    case stable, test, experimental, deprecated, unsupported
}

/// How much a finding matters; from the least to the most.
public enum SigmaLevel: String, Hashable, Sendable, CaseIterable, Comparable {
    case informational, low, medium, high, critical

    public static func < (left: SigmaLevel, right: SigmaLevel) -> Bool { left.rank < right.rank }

    /// 0 for the least.
    public var rank: Int {
        switch self {
        case .informational: 0
        case .low: 1
        case .medium: 2
        case .high: 3
        case .critical: 4
        }
    }
}

/// How a rule stands to another one.
public struct SigmaRelation: Hashable, Sendable {
    public var id: String
    /// `derived`, `obsolete`, `merged`, `renamed`, `similar`.
    public var type: String

    public init(id: String, type: String) {
        self.id = id
        self.type = type
    }
}
