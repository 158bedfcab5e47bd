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

    /// Never empty; a document without it is no detection.
    public var name: String
    /// A UUID as a rule; the name where the document gives none.
    public var id: String
    /// `nil` where the document does not say.
    public var version: Int?
    /// As written; empty where the document does not say.
    public var date: String
    /// Empty where the document does not say.
    public var author: String
    /// Deprecated detections run like others, unless the user picks statuses.
    public var status: Status
    /// `nil` where the document does not say or says something unknown: then it raises no alerts.
    public var type: DetectionType?
    /// For people; empty where there is none. A notable event may quote it.
    public var description: String
    /// The search as written, macros unexpanded.
    public var search: String
    /// For people: which data it takes, and how to get it.
    public var howToImplement: String
    /// For people.
    public var knownFalsePositives: String
    /// Addresses of web pages as a rule.
    public var references: [String]
    /// The data sources that the document names: `Sysmon EventID 1`. What the search reads is for its own text to say.
    public var dataSources: [String]

    /// The stories of ESCU that it belongs to; alerts are annotated with them.
    public var analyticStories: [String]
    /// `Endpoint`, `AWS Account`, ...; empty where the document does not say.
    public var assetType: String
    /// ATT&CK technique identifiers, `T1047` or `T1059.001`.
    public var techniques: [String]
    /// `CVE-2021-44228`; alerts are annotated with them.
    public var cves: [String]
    /// `endpoint`, `network`, `threat`, `identity`, `access`, `audit`.
    public var securityDomain: String
    /// From 0 to 100, how bad; `nil` where the document does not say.
    public var impact: Double?
    /// From 0 to 100, how certain; `nil` where the document does not say.
    public var confidence: Double?
    /// As stated; else impact × confidence / 100, rounded; else the highest score of a risk object.
    public var riskScore: Double?
    /// With `$field$` tokens.
    public var message: String
    /// Of older documents; what they say is in the risk and threat objects, too.
    public var observables: [Observable]
    /// Each that a finding has a value for gets a risk event.
    public var riskObjects: [RiskObject]
    /// Risk events name them beside the risk object.
    public var threatObjects: [ThreatObject]

    /// The attack data that the authors test with; nothing here reads it.
    public var tests: [Test]
    /// Further searches for analysts, which notable events carry; nothing here runs them.
    public var drilldowns: [Drilldown]

    /// How ready it is to be used, in its authors' words.
    public enum Status: Hashable, Sendable {
        case production, experimental, deprecated
        /// Another word, or none (empty).
        case other(String)

        /// The status that a word of documents means; compared as written.
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

        /// - Parameter name: the field of the result that holds it.
        public init(name: String, type: String, roles: [String]) {
            self.name = name
            self.type = type
            self.roles = roles
        }
    }

    /// Who or what is put at risk by a finding.
    public struct RiskObject: Hashable, Sendable {
        /// What the field names; anything but a system or a user is `other`.
        public enum Kind: String, Hashable, Sendable { case system, user, other }

        /// The field of the result that holds it; each value of it is an object of its own.
        public var field: String
        /// Goes into risk events as `risk_object_type`.
        public var kind: Kind
        /// What a finding adds to the object's risk: its own score, else the detection's; 0 where the document states neither.
        public var score: Double
        /// In place of the detection's message, where it has one of its own.
        public var message: String?

        /// - Parameter message: `nil` for the detection's own.
        public init(field: String, kind: Kind, score: Double, message: String? = nil) {
            self.field = field
            self.kind = kind
            self.score = score
            self.message = message
        }
    }

    /// What the risk comes from.
    public struct ThreatObject: Hashable, Sendable {
        /// The field of the result that holds it.
        public var field: String
        /// `process_name`, `ip_address`, ...
        public var type: String

        /// - Parameter type: `process_name`, `ip_address`, ...
        public init(field: String, type: String) {
            self.field = field
            self.type = type
        }
    }

    /// A test that the document describes.
    public struct Test: Hashable, Sendable {
        /// As the document calls it.
        public var name: String
        /// What the test is run over.
        public var data: [DataSet]

        /// Events that the search must find something in.
        public struct DataSet: Hashable, Sendable {
            /// Where the events are, a URL as a rule.
            public var location: String
            /// The `source` that the events are to be given.
            public var source: String
            /// The `sourcetype` that the events are to be given.
            public var sourcetype: String
        }
    }

    /// A search that an analyst may go on with from a finding.
    public struct Drilldown: Hashable, Sendable {
        /// What the link shows; may hold `$field$`.
        public var name: String
        /// SPL; notable events carry it with `$field$` filled in from the finding.
        public var search: String
        /// `earliest_offset` as written, `$info_min_time$` as a rule.
        public var earliest: String
        /// `latest_offset` as written, `$info_max_time$` as a rule.
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
    /// By id and name; the kind is always ``RuleIdentity/Kind/escu``.
    public var identity: RuleIdentity { RuleIdentity(id: id, name: name, kind: .escu) }

    /// The name of the saved search in Splunk, which risk and notable events give as their source.
    public var searchName: String { "ESCU - \(name) - Rule" }

    /// From the risk score; `nil` where there is none.
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

    /// From informational to critical.
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
