public import YAML

/// A detection as security_content (ESCU) describes it.
///
/// The keys are those of the documents of Splunk's security_content, in the three forms they have had: observables under
/// `tags`, the `rba` block, and `finding` with `intermediate_findings`.
public struct Detection: Sendable {
    /// The file that it was read from, as named by the caller.
    public var file: String
    /// Where the value of `search` begins in the file.
    public var searchMark: YAMLMark

    public var name: String
    /// A UUID as a rule; the name where the document gives none.
    public var id: String
    public var version: Int?
    public var date: String
    public var author: String
    public var status: Status
    /// `nil` where the document does not say or says something unknown: then it raises no alerts.
    public var type: DetectionType?
    public var description: String
    /// The search as written, macros unexpanded.
    public var search: String
    public var howToImplement: String
    public var knownFalsePositives: String
    public var references: [String]
    public var dataSources: [String]

    public var analyticStories: [String]
    public var assetType: String
    /// ATT&CK technique identifiers, `T1047` or `T1059.001`.
    public var techniques: [String]
    public var cves: [String]
    /// `endpoint`, `network`, `threat`, `identity`, `access`, `audit`.
    public var securityDomain: String
    public var impact: Double?
    public var confidence: Double?
    /// As stated; else impact × confidence / 100, rounded; else the highest score of a risk object.
    public var riskScore: Double?
    /// With `$field$` tokens.
    public var message: String
    public var observables: [Observable]
    public var riskObjects: [RiskObject]
    public var threatObjects: [ThreatObject]

    public var tests: [Test]
    public var drilldowns: [Drilldown]

    public enum Status: Hashable, Sendable {
        case production, experimental, deprecated
        /// Another word, or none (empty).
        case other(String)

        public init(_ text: String) {
            switch text {
            case "production": self = .production
            case "experimental": self = .experimental
            case "deprecated": self = .deprecated
            default: self = .other(text)
            }
        }
    }

    /// An entity that a finding is about, as older documents give it.
    public struct Observable: Hashable, Sendable {
        /// The field of the result that holds it.
        public var name: String
        /// `Hostname`, `User`, `Process Name`, ...
        public var type: String
        /// `Victim`, `Attacker`.
        public var roles: [String]

        public init(name: String, type: String, roles: [String]) {
            self.name = name
            self.type = type
            self.roles = roles
        }
    }

    /// Who or what is put at risk by a finding.
    public struct RiskObject: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable { case system, user, other }

        public var field: String
        public var kind: Kind
        public var score: Double
        /// In place of the detection's message, where it has one of its own.
        public var message: String?

        public init(field: String, kind: Kind, score: Double, message: String? = nil) {
            self.field = field
            self.kind = kind
            self.score = score
            self.message = message
        }
    }

    /// What the risk comes from.
    public struct ThreatObject: Hashable, Sendable {
        public var field: String
        /// `process_name`, `ip_address`, ...
        public var type: String

        public init(field: String, type: String) {
            self.field = field
            self.type = type
        }
    }

    public struct Test: Hashable, Sendable {
        public var name: String
        public var data: [DataSet]

        public struct DataSet: Hashable, Sendable {
            /// Where the events are, a URL as a rule.
            public var location: String
            public var source: String
            public var sourcetype: String
        }
    }

    public struct Drilldown: Hashable, Sendable {
        public var name: String
        public var search: String
        public var earliest: String
        public var latest: String
    }
}

/// What a detection is for; it decides what its findings raise. The raw value is as documents write it.
public enum DetectionType: String, Hashable, Sendable, CaseIterable {
    case ttp = "TTP"
    case anomaly = "Anomaly"
    case hunting = "Hunting"
    case correlation = "Correlation"
    case baseline = "Baseline"

    /// - Parameter text: in any case.
    public init?(_ text: String) {
        let lower = text.lowercased()
        guard let type = Self.allCases.first(where: { $0.rawValue.lowercased() == lower }) else { return nil }
        self = type
    }
}

extension Detection {
    public var identity: RuleIdentity { RuleIdentity(id: id, name: name, kind: .escu) }

    /// The name of the saved search in Splunk, which risk and notable events give as their source.
    public var searchName: String { "ESCU - \(name) - Rule" }

    public var severity: Severity? { riskScore.map(Severity.init(riskScore:)) }
}

/// How bad a finding is, from its risk score in the steps that ESCU uses.
public enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
    case informational, low, medium, high, critical

    /// To 20 informational, to 40 low, to 60 medium, to 80 high, above critical.
    public init(riskScore: Double) {
        switch riskScore {
        case ...20: self = .informational
        case ...40: self = .low
        case ...60: self = .medium
        case ...80: self = .high
        default: self = .critical
        }
    }

    public static func < (left: Severity, right: Severity) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .informational: 0
        case .low: 1
        case .medium: 2
        case .high: 3
        case .critical: 4
        }
    }
}
