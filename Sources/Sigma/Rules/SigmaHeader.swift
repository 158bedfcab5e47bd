public import YAML

/// What a Sigma document says about itself, whatever its kind.
public struct SigmaHeader: Hashable, Sendable {
    /// Empty where the document has none.
    public var title = ""
    /// A UUID as a rule; `nil` where the document has none.
    public var id: String?
    /// What other documents may call it.
    public var name: String?
    /// `nil` where the document has none, or a word that is none.
    public var status: SigmaStatus?
    /// `nil` where the document has none, or a word that is none; severities are told by it.
    public var level: SigmaLevel?
    /// For people; empty where the document has none.
    public var description = ""
    /// An SPDX identifier as a rule; `nil` where the document names none.
    public var license: String?
    /// Several are joined by commas; empty where the document names none.
    public var author = ""
    /// As written, `2022-01-31` or `2022/01/31`; it is not read as a date.
    public var date: String?
    /// Of the last change, as written; `nil` where there is none.
    public var modified: String?
    /// Addresses of web pages as a rule.
    public var references: [String] = []
    /// With their namespaces: `attack.t1059.001`, `attack.execution`, `cve.2021-44228`.
    public var tags: [String] = []
    /// Fields that an analyst wants to see.
    public var fields: [String] = []
    /// What is known to match without being an attack, for people.
    public var falsePositives: [String] = []
    /// Other rules that the document names, without those that it names no id of.
    public var related: [SigmaRelation] = []
    /// For what systems or people the rule is meant. For people.
    public var scope: [String] = []
    /// `nil` for Sigma's own; documents in any other can't be used.
    public var taxonomy: String?
    /// The file as it was named by the caller.
    public var file: String
    /// Where the document begins.
    public var mark: YAMLMark

    /// An empty header; `title` and all else is to be filled in.
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

    /// Whether another document means this one: by its name as it is written, or by its id, a UUID in any of its spellings.
    public func answers(to reference: String) -> Bool {
        let reference = Self.canonical(reference)
        return [id, name].contains { $0.map { Self.canonical($0).utf8.elementsEqual(reference.utf8) } ?? false }
    }

    /// A UUID as RFC 9562 writes it, in lower case; any other text as it is.
    static func canonical(_ reference: String) -> String {
        var digits: [UInt8] = []
        for byte in reference.utf8 where byte != UInt8(ascii: "-") {
            switch byte {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: break
            default: return reference
            }
            guard digits.count < 32 else { return reference }
            digits.append(byte | 0x20)
        }
        guard digits.count == 32 else { return reference }
        var text: [UInt8] = []
        for (place, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(place) { text.append(UInt8(ascii: "-")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// How far a rule may be trusted.
public enum SigmaStatus: String, Hashable, Sendable, CaseIterable {
    case stable, test, experimental, deprecated, unsupported
}

/// How much a finding matters; from the least to the most.
public enum SigmaLevel: String, Hashable, Sendable, CaseIterable, Comparable {
    case informational, low, medium, high, critical

    /// By how much a finding matters.
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
    /// The other rule's identifier.
    public var id: String
    /// `derived`, `obsolete`, `merged`, `renamed`, `similar`.
    public var type: String

    /// - Parameter type: as the document writes it.
    public init(id: String, type: String) {
        self.id = id
        self.type = type
    }
}
